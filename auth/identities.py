"""Who somebody is to `auth.roles`, and whose an object is: looked up in the database, afresh for every request."""

from dataclasses import replace

from sqlalchemy import Engine

from auth.logins import ActiveLogin
from auth.roles import Identity, Machine, ObjectKind, Role, Thing
from auth.scopes import rights_of
from auth.walls import Wall
from db.api_tokens import TokenView
from db.care import care_of, place_of_patient


def identity_of_person(engine: Engine, user_id: int, role: str) -> Identity:
    """A person with the wards and patients that he or she is connected with now."""
    if role == Role.ADMINISTRATOR:
        return Identity(role, user_id)
    care = care_of(engine, user_id)
    return Identity(role, user_id, care.wards, care.patients)


def identity_of_login(engine: Engine, login: ActiveLogin) -> Identity:
    """Whose login it is."""
    return identity_of_person(engine, login.user_id, login.role)


def identity_of_wall(wall: Wall) -> Identity:
    """A wall shows one ward."""
    return Identity(wall.role, wards=frozenset({wall.ward}))


def identity_of_token(engine: Engine, token: TokenView) -> Identity:
    """Its person, or a service, within the token's scopes."""
    if token.user_id is not None:
        person = identity_of_person(engine, token.user_id, token.role or "")
        return replace(person, rights=rights_of(token.scopes))
    role = Machine.HOUSE_SERVICE if token.everywhere else Machine.SERVICE
    return Identity(role, wards=token.wards, rights=rights_of(token.scopes))


def patient_thing(engine: Engine, kind: ObjectKind, patient_id: int) -> Thing | None:
    """The patient, or what is this patient's, as an object of this kind; None where there is no such patient."""
    place = place_of_patient(engine, patient_id)
    return Thing(kind, place.ward, patient_id) if place else None
