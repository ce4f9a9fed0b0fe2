"""Patients for administrators, and their own for doctors and nurses: the list, and the form of one patient."""

from collections.abc import Mapping

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.door import door
from auth.forms import complaints
from auth.pages import once, typed_fields
from auth.patient_forms import PatientForm, Sex
from auth.patients import add, change
from auth.permission import current_identity, deed_of, reach_of_view, require, require_list
from auth.roles import Action, ObjectKind, Thing, may
from auth.tokens import new_token
from dashboard.pages.patient_page import LARGEST_ID, known_patient, patient_page
from db.patients import RESTORE_MS, PatientView, deleted_patients, patients
from words import t
from written import date

FIELDS = ("name", "initials", "number", "born", "sex")
DAY_MS = 86_400_000
_NEW = Thing(ObjectKind.ADMISSION)


def add_patients(app: Flask, engine: Engine) -> None:
    """Add /patients, /patients/new, /patients/deleted and /patients/<id>."""

    def show(patient_id: int) -> ResponseReturnValue:
        known = known_patient(engine, Action.VIEW, patient_id)
        return patient_page(engine, known, typed=_stored(known))

    def change_one(patient_id: int) -> ResponseReturnValue:
        return _change(engine, patient_id)

    one = f"/patients/<int(max={LARGEST_ID}):patient_id>"
    app.add_url_rule("/patients", "patients", lambda: _list(engine), methods=["GET"])
    app.add_url_rule("/patients/new", "new_patient", _new, methods=["GET"])
    app.add_url_rule("/patients/new", "add_patient", lambda: _add(engine), methods=["POST"])
    app.add_url_rule("/patients/deleted", "deleted_patients", lambda: _deleted(engine), methods=["GET"])
    app.add_url_rule(one, "patient", show, methods=["GET"])
    app.add_url_rule(one, "change_patient", change_one, methods=["POST"])


def page_number() -> int:
    """Which page of a list the address asks for."""
    return max(1, min(request.args.get("page", 1, type=int), LARGEST_ID))


def _list(engine: Engine) -> ResponseReturnValue:
    """The list; with `part` only its rows, for assets/lookup.js, which asks while somebody types."""
    identity = require_list(ObjectKind.ADMISSION)
    search = request.args.get("q", "")[:128]
    found = patients(engine, search, reach_of_view(identity, ObjectKind.ADMISSION), page_number())
    facts = {"found": found, "search": search, "path": "/patients"}
    if "part" in request.args:
        return render_template("patient_rows.html", **facts)
    manages = may(identity, Action.MANAGE, _NEW)
    return render_template("patients.html", manages=manages, told=request.args.get("told", ""), **facts)


def _deleted(engine: Engine) -> ResponseReturnValue:
    require(Action.MANAGE, ObjectKind.ADMISSION, _NEW)
    return deleted_page(engine)


def deleted_page(engine: Engine, error: str = "") -> str:
    """Who is deleted, and for how many days it can be undone still."""
    now_ms = door().now_ms()
    left = [(each, _days_left(each, now_ms)) for each in deleted_patients(engine)]
    return render_template("deleted_patients.html", found=left, error=error)


def _days_left(known: PatientView, now_ms: int) -> int:
    return max(0, -(-((known.deleted_ms or 0) + RESTORE_MS - now_ms) // DAY_MS))


def _new() -> ResponseReturnValue:
    require(Action.MANAGE, ObjectKind.ADMISSION, _NEW)
    return _new_page(dict.fromkeys(FIELDS, "")), 200


def _add(engine: Engine) -> ResponseReturnValue:
    """Add a patient, once however often the form is sent."""
    deed, typed = deed_of(require(Action.MANAGE, ObjectKind.ADMISSION, _NEW)), typed_fields(FIELDS)
    try:
        form = PatientForm.model_validate(typed | {"today": date(deed.at_ms)})
    except ValidationError as error:
        return _new_page(typed, wrong=_at_fields(error)), 400
    made: list[int] = []

    def act() -> dict[str, str]:
        wrong, patient_id = add(engine, form, deed)
        made.append(patient_id)
        return wrong

    wrong = once(act)
    if wrong:
        return _new_page(typed, wrong=wrong), 400
    return redirect(f"/patients/{made[0]}?told=added" if made else "/patients?told=added", 303)


def _change(engine: Engine, patient_id: int) -> ResponseReturnValue:
    """Change a patient, unless somebody else did so meanwhile: then both see it, and what was typed stays."""
    known, identity = known_patient(engine, Action.CHANGE, patient_id), current_identity()
    assert identity is not None
    deed, typed = deed_of(identity), typed_fields(FIELDS)
    version = request.form.get("version", 0, type=int)
    try:
        form = PatientForm.model_validate(typed | {"today": date(deed.at_ms)})
    except ValidationError as error:
        return patient_page(engine, known, typed=typed, wrong=_at_fields(error), version=version), 400
    wrong = change(engine, known, version, form, deed)
    if "version" in wrong:
        return patient_page(engine, known, typed=typed, error=wrong["version"], now=known), 409
    if wrong:
        return patient_page(engine, known, typed=typed, wrong=wrong, version=version), 400
    return redirect(f"/patients/{patient_id}?told=changed", 303)


def _at_fields(error: ValidationError) -> Mapping[str, str]:
    """A day that is later than today is wrong at the field where it was typed."""
    told = complaints(error)
    return {"born" if field == "today" else field: sentence for field, sentence in told.items()}


def _stored(known: PatientView) -> dict[str, str]:
    return {name: getattr(known, name) or "" for name in FIELDS}


def _new_page(typed: Mapping[str, str], **more: object) -> str:
    sexes = [("", "–"), *((sex.value, t(f"sex.{sex}")) for sex in Sex)]
    return render_template("new_patient.html", typed=typed, sexes=sexes, once=new_token(), **more)
