"""Who cares for a patient, and what the patient says to the training of networks."""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine
from werkzeug.exceptions import Forbidden, NotFound

from auth import patients as deeds
from auth.deeds import Complaints, Deed
from auth.door import door
from auth.needs import Need
from auth.roles import TREATING, Action, ObjectKind
from dashboard.api.asking import deed
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.patients import known_to
from dashboard.api.problems import invalid_fields
from db.care import carers
from db.consent import consents
from db.patients import PatientView
from db.people import PersonView, person

SEE, CHANGE, MANAGE = (Need(action, ObjectKind.ADMISSION) for action in Action)


class Consent(BaseModel):
    """What was written down of the patient's word to the training of networks."""

    given: bool
    person: str
    at: datetime


class Consents(BaseModel):
    """All of it, what holds first; empty: nothing was said, and nothing is allowed."""

    items: list[Consent]


class Word(BaseModel):
    """What the patient says."""

    model_config = ConfigDict(extra="forbid")

    given: bool


class Carer(BaseModel):
    """Who cares; by_ward: by working where the patient lies."""

    user: int
    name: str
    role: str
    by_ward: bool


class Carers(BaseModel):
    """Who cares, by name."""

    items: list[Carer]


def _seen(patient: int) -> PatientView:
    return known_to(Action.VIEW, patient)


def _by_a_person(patient: int) -> PatientView:
    """Whoever writes down what a patient says is somebody."""
    if deed().user_id is None:
        raise Forbidden
    return known_to(Action.CHANGE, patient)


def _one(patient: int, user: int) -> tuple[PatientView, PersonView]:
    found, carer = known_to(Action.MANAGE, patient), person(door().engine, user)
    if carer is None or carer.role not in TREATING:
        raise NotFound
    return found, carer


def _consents(call: Call[PatientView, Nothing, Nothing]) -> Reply:
    return _told(call.found)


def _set_consent(call: Call[PatientView, Nothing, Word]) -> Reply:
    _refuse(deeds.set_consent(door().engine, call.found, call.body.given, deed()))
    return _told(call.found)


def _told(of: PatientView) -> Reply:
    known = consents(door().engine, of.id)
    items = [Consent(given=each.given, person=each.person, at=moment(each.at_ms)) for each in known]
    return Reply(Consents(items=items))


def _carers(call: Call[PatientView, Nothing, Nothing]) -> Reply:
    known = carers(door().engine, call.found.id)
    staff = [each for each in known if each.role in TREATING]
    items = [Carer(user=each.id, name=each.name, role=each.role, by_ward=each.by_ward) for each in staff]
    return Reply(Carers(items=items))


def _care(
    act: Callable[[Engine, PatientView, int, str, Deed], Complaints],
) -> Callable[[Call[tuple[PatientView, PersonView], Nothing, Nothing]], Reply]:
    def done(call: Call[tuple[PatientView, PersonView], Nothing, Nothing]) -> Reply:
        of, carer = call.found
        _refuse(act(door().engine, of, carer.id, carer.name, deed()))
        return Reply(None, 204)

    return done


def _refuse(wrong: Complaints) -> None:
    if wrong:
        raise invalid_fields(wrong, 409)


_CONSENT, _CARE, _TAG = "/patients/{patient}/consents", "/patients/{patient}/care", "patients"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _CONSENT, "list_consents", _TAG, "What was said to the training of networks"),
        SEE,
        _seen,
        _consents,
        Consents,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", _CONSENT, "set_consent", _TAG, "Write down what the patient says (people only)"),
        CHANGE,
        _by_a_person,
        _set_consent,
        Consents,
        Nothing,
        Word,
    ),
    Operation(Route("GET", _CARE, "list_carers", _TAG, "Who cares"), SEE, _seen, _carers, Carers, Nothing, Nothing),
    Operation(
        Route("PUT", f"{_CARE}/{{user}}", "begin_care", _TAG, "Give a patient into a doctor's or nurse's care"),
        MANAGE,
        _one,
        _care(deeds.begin_care),
        None,
        Nothing,
        Nothing,
        204,
    ),
    Operation(
        Route("DELETE", f"{_CARE}/{{user}}", "end_care", _TAG, "Take a patient out of somebody's care"),
        MANAGE,
        _one,
        _care(deeds.stop_care),
        None,
        Nothing,
        Nothing,
        204,
    ),
]
