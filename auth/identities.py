"""Who somebody is to `auth.roles`, and whose an object is: looked up in the database, afresh for every request."""

from dataclasses import replace

from sqlalchemy import Engine

from auth.logins import ActiveLogin
from auth.roles import Identity, Machine, ObjectKind, Role, Thing
from auth.scopes import rights_of
from auth.walls import Wall
from db.api_tokens import TokenView
from db.care import care_of, place_of_patient
from db.queries import recording_shown
from db.uploads import upload


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


def recording_thing(engine: Engine, kind: ObjectKind, name: str) -> Thing | None:
    """The recording, or what is made of it, as an object of this kind; None where there is none that is a patient's."""
    found = recording_shown(engine, name)
    return None if found is None or found.patient_id is None else patient_thing(engine, kind, found.patient_id)


def upload_thing(engine: Engine, upload_id: str) -> Thing | None:
    """The upload: of the person who brought it, and of the patient whose it is."""
    found = upload(engine, upload_id)
    if found is None:
        return None
    place = None if found.patient_id is None else place_of_patient(engine, found.patient_id)
    return Thing(ObjectKind.UPLOAD, place.ward if place else None, found.patient_id, found.user_id)
