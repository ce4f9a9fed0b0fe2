"""Patients: looked up, added, changed, admitted, discharged, deleted and brought back."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound

from auth import patients as deeds
from auth.deeds import Complaints, Deed
from auth.door import door
from auth.forms import complaints
from auth.needs import Need
from auth.patient_forms import BedForm, PatientForm
from auth.permission import reach_of_view, require
from auth.roles import Action, ObjectKind, Thing, may
from dashboard.api.asking import check_version, deed, nothing, patient_guard, stale, who_asks
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, page, place_of
from dashboard.api.patient_shapes import Details, Patient, PatientQuery, Place
from dashboard.api.problems import invalid_fields
from db.patients import PatientView, deleted_patients, patients_after
from db.patients import patient as known_patient
from written import date

SEE, CHANGE, MANAGE = (Need(action, ObjectKind.ADMISSION) for action in Action)


def _seen(patient: int) -> PatientView:
    return known_to(Action.VIEW, patient)


def _changed(patient: int) -> PatientView:
    return known_to(Action.CHANGE, patient)


def _managed(patient: int) -> PatientView:
    return known_to(Action.MANAGE, patient)


def known_to(action: Action, number: int) -> PatientView:
    """The patient, where whoever asks may do this to the details; else 403 or 404."""
    patient_guard(action, ObjectKind.ADMISSION, number)
    found = known_patient(door().engine, number)
    if found is None:
        raise NotFound
    return found


def _restored(patient: int) -> PatientView:
    require(Action.MANAGE, ObjectKind.ADMISSION, Thing(ObjectKind.ADMISSION))
    found = next(iter(deleted_patients(door().engine, patient)), None) or known_patient(door().engine, patient)
    if found is None:
        raise NotFound
    return found


def _list(call: Call[None, PatientQuery, Nothing]) -> Reply:
    (after,) = place_of(call.query.cursor, (int,)) or (0,)
    among = reach_of_view(who_asks(), ObjectKind.ADMISSION)
    found = patients_after(door().engine, call.query.search, among, int(after), call.query.limit + 1)
    return Reply(page(found, call.query.limit, _plain, lambda of: (of.id,)))


def _plain(of: PatientView) -> Patient:
    facts: dict[str, Any] = {name: getattr(of, name) for name in ("id", "number", "name", "initials", "born", "sex")}
    return Patient(**facts, ward=of.ward, bed=of.bed, device=of.device_id, version=of.version)


def _told(number: int, status: int = 200) -> Reply:
    of = known_patient(door().engine, number)
    if of is None:
        raise NotFound
    where = {"Location": f"/api/v1/patients/{number}"} if status == 201 else {}
    return Reply(_plain(of), status, of.version, where)


def _get(call: Call[PatientView, Nothing, Nothing]) -> Reply:
    return _told(call.found.id)


def _add(call: Call[None, Nothing, Details]) -> Reply:
    wrong, number = deeds.add(door().engine, _form(call.body), deed())
    _refuse(wrong)
    return _told(number, 201)


def _change(call: Call[PatientView, Nothing, Details]) -> Reply:
    check_version(call.version, call.found.version)
    _refuse(deeds.change(door().engine, call.found, call.found.version, _form(call.body), deed()))
    return _told(call.found.id)


def _admit(call: Call[PatientView, Nothing, Place]) -> Reply:
    check_version(call.version, call.found.version)
    try:
        form = BedForm(ward=call.body.ward, bed=call.body.bed)
    except ValidationError as error:
        raise invalid_fields(complaints(error)) from None
    among = reach_of_view(who_asks(), ObjectKind.WARD)
    if among is not None and form.ward not in among.wards:
        raise invalid_fields({"ward": "This token does not reach that ward."})
    manages = may(who_asks(), Action.MANAGE, Thing(ObjectKind.ADMISSION))
    _refuse((deeds.admit_anywhere if manages else deeds.admit)(door().engine, call.found, form, deed()))
    return _told(call.found.id)


def _doing(act: Callable[[Engine, PatientView, Deed], Complaints]) -> Callable[..., Reply]:
    def done(call: Call[PatientView, Nothing, Nothing]) -> Reply:
        check_version(call.version, call.found.version)
        _refuse(act(door().engine, call.found, deed()))
        return Reply(None, 204)

    return done


def _restore(call: Call[PatientView, Nothing, Nothing]) -> Reply:
    if call.found.deleted_ms is not None:
        wrong = deeds.restore(door().engine, call.found, deed())
        if wrong:
            raise invalid_fields(wrong, 409)
    return _told(call.found.id)


def _refuse(wrong: Complaints) -> None:
    if "version" in wrong:
        raise stale()
    if wrong:
        raise invalid_fields(wrong, 409)


def _form(body: Details) -> PatientForm:
    typed = {name: value or "" for name, value in body.model_dump().items()}
    try:
        return PatientForm.model_validate({**typed, "today": date(deed().at_ms)})
    except ValidationError as error:
        raise invalid_fields(complaints(error)) from None


_ALL, _ONE, _TAG = "/patients", "/patients/{patient}", "patients"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _ALL, "list_patients", _TAG, "List patients"),
        SEE,
        nothing,
        _list,
        Page[Patient],
        PatientQuery,
        Nothing,
    ),
    Operation(
        Route("POST", _ALL, "add_patient", _TAG, "Add a patient"),
        MANAGE,
        nothing,
        _add,
        Patient,
        Nothing,
        Details,
        201,
    ),
    Operation(Route("GET", _ONE, "get_patient", _TAG, "Get a patient"), SEE, _seen, _get, Patient, Nothing, Nothing),
    Operation(
        Route("PUT", _ONE, "change_patient", _TAG, "Change a patient's details"),
        CHANGE,
        _changed,
        _change,
        Patient,
        Nothing,
        Details,
        needs_version=True,
    ),
    Operation(
        Route("DELETE", _ONE, "delete_patient", _TAG, "Delete a patient; it can be undone for 30 days"),
        MANAGE,
        _managed,
        _doing(deeds.delete),
        None,
        Nothing,
        Nothing,
        204,
        needs_version=True,
    ),
    Operation(
        Route("POST", f"{_ONE}/restore", "restore_patient", _TAG, "Bring a deleted patient back"),
        MANAGE,
        _restored,
        _restore,
        Patient,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", f"{_ONE}/admit", "admit_patient", _TAG, "Admit a patient to a bed, or move to another"),
        CHANGE,
        _changed,
        _admit,
        Patient,
        Nothing,
        Place,
    ),
    Operation(
        Route(
            "POST",
            f"{_ONE}/discharge",
            "discharge_patient",
            _TAG,
            "Discharge a patient: devices are free, limits usual",
        ),
        CHANGE,
        _changed,
        _doing(deeds.discharge),
        None,
        Nothing,
        Nothing,
        204,
        needs_version=True,
    ),
]
