"""What is done on a patient's page beside the details: bed, discharge, devices, consent, care, deleting, restoring."""

from collections.abc import Callable

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth import patients
from auth.deeds import Complaints, Deed
from auth.device_forms import DeviceForm
from auth.devices import register_for
from auth.forms import complaints
from auth.pages import once, typed_fields
from auth.patient_forms import BedForm
from auth.permission import current_identity, deed_of, reach_of_view, require, require_patient
from auth.roles import TREATING, Action, Identity, ObjectKind, Thing, may
from dashboard.pages.device_offer import Offer, offer_page
from dashboard.pages.patient_page import LARGEST_ID, known_patient, patient_page
from dashboard.pages.patients import deleted_page
from db.patients import PatientView, deleted_patients, patient
from db.people import person
from words import t

Act = Callable[[PatientView, Deed], Complaints]


def add_patient_acts(app: Flask, engine: Engine, offer: Offer) -> None:
    """Add what is below /patients/<id>; each act is one POST and in the audit trail."""
    one = f"/patients/<int(max={LARGEST_ID}):patient_id>"

    def act(path: str, endpoint: str, done: Callable[[int], ResponseReturnValue]) -> None:
        app.add_url_rule(f"{one}/{path}", endpoint, done, methods=["POST"])

    act("bed", "admit_patient", lambda patient_id: _admit(engine, patient_id))
    act("discharge", "discharge_patient", lambda patient_id: _discharge(engine, patient_id))
    act("consent", "set_consent", lambda patient_id: _consent(engine, patient_id))
    act("care", "begin_care", lambda patient_id: _care(engine, patient_id, patients.begin_care))
    act("care/end", "end_care", lambda patient_id: _care(engine, patient_id, patients.stop_care))
    act("device", "connect_device", lambda patient_id: _connect(engine, patient_id, offer))
    act("delete", "delete_patient", lambda patient_id: _delete(engine, patient_id))
    act("restore", "restore_patient", lambda patient_id: _restore(engine, patient_id))
    asked = f"{one}/delete"
    app.add_url_rule(asked, "show_delete_patient", lambda patient_id: _ask(engine, patient_id), methods=["GET"])


def _whoever(engine: Engine, action: Action, patient_id: int) -> tuple[PatientView, Identity, Deed]:
    known, identity = known_patient(engine, action, patient_id), current_identity()
    assert identity is not None
    return known, identity, deed_of(identity)


def _admit(engine: Engine, patient_id: int) -> ResponseReturnValue:
    known, identity, deed = _whoever(engine, Action.CHANGE, patient_id)
    typed = typed_fields(("ward", "new_ward", "bed"))
    manages = may(identity, Action.MANAGE, Thing(ObjectKind.ADMISSION))
    ward = typed["new_ward"] if manages and not typed["ward"] else typed["ward"]
    try:
        form = BedForm(ward=ward, bed=typed["bed"])
    except ValidationError as error:
        return patient_page(engine, known, bed=typed, wrong=complaints(error)), 400
    among = reach_of_view(identity, ObjectKind.WARD)
    if among is not None and form.ward not in among.wards:
        return patient_page(engine, known, bed=typed, wrong={"ward": t("patient.not_your_ward")}), 400
    wrong = (patients.admit_anywhere if manages else patients.admit)(engine, known, form, deed)
    if wrong:
        return patient_page(engine, known, bed=typed, wrong=wrong), 409
    return redirect(f"/patients/{patient_id}?told=admitted", 303)


def _discharge(engine: Engine, patient_id: int) -> ResponseReturnValue:
    known, identity, deed = _whoever(engine, Action.CHANGE, patient_id)
    patients.discharge(engine, known, deed)
    stays = may(identity, Action.VIEW, Thing(ObjectKind.ADMISSION, None, patient_id))
    return redirect(f"/patients/{patient_id}?told=discharged" if stays else "/patients?told=discharged", 303)


def _consent(engine: Engine, patient_id: int) -> ResponseReturnValue:
    known, _, deed = _whoever(engine, Action.CHANGE, patient_id)
    given = {"given": True, "withdrawn": False}.get(request.form.get("consent", ""))
    if given is None:
        abort(400)
    patients.set_consent(engine, known, given, deed)
    return redirect(f"/patients/{patient_id}?told=consent", 303)


def _care(
    engine: Engine, patient_id: int, done: Callable[[Engine, PatientView, int, str, Deed], Complaints]
) -> ResponseReturnValue:
    known, _, deed = _whoever(engine, Action.MANAGE, patient_id)
    carer = person(engine, request.form.get("person", 0, type=int))
    if carer is None or carer.role not in TREATING:
        return patient_page(engine, known, wrong={"person": t("patient.choose_person")}), 400
    done(engine, known, carer.id, carer.name, deed)
    return redirect(f"/patients/{patient_id}?told=care", 303)


def _connect(engine: Engine, patient_id: int, offer: Offer) -> ResponseReturnValue:
    """A new phone for this patient, and the code that it scans."""
    identity, known = require_patient(Action.CHANGE, ObjectKind.DEVICE, patient_id), patient(engine, patient_id)
    if known is None:
        abort(404)
    try:
        form = DeviceForm(label=request.form.get("label", ""))
    except ValidationError as error:
        return patient_page(engine, known, label=request.form.get("label", ""), wrong=complaints(error)), 400
    deed, codes = deed_of(identity), list[str]()

    def register() -> Complaints:
        codes.append(register_for(engine, form.label, known, deed)[1])
        return {}

    once(register)
    back = f"/patients/{patient_id}"
    return offer_page(offer, codes[0], form.label, back, known.called) if codes else redirect(back, 303)


def _ask(engine: Engine, patient_id: int) -> ResponseReturnValue:
    return render_template("delete_patient.html", known=known_patient(engine, Action.MANAGE, patient_id))


def _delete(engine: Engine, patient_id: int) -> ResponseReturnValue:
    known, _, deed = _whoever(engine, Action.MANAGE, patient_id)
    patients.delete(engine, known, deed)
    return redirect("/patients/deleted", 303)


def _restore(engine: Engine, patient_id: int) -> ResponseReturnValue:
    identity = require(Action.MANAGE, ObjectKind.ADMISSION, Thing(ObjectKind.ADMISSION))
    known = next(iter(deleted_patients(engine, patient_id)), None)
    if known is None and patient(engine, patient_id) is None:
        abort(404)
    deed = deed_of(identity)
    if known is not None and (wrong := patients.restore(engine, known, deed)):
        return deleted_page(engine, wrong["version"]), 409
    return redirect(f"/patients/{patient_id}?told=restored", 303)
