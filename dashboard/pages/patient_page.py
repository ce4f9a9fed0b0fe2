"""The page of one patient as the house knows him or her: details, bed, devices, consent, who cares."""

from flask import abort, render_template, request
from sqlalchemy import Engine

from auth.patient_forms import Sex
from auth.permission import current_identity, reach_of_view, require_patient
from auth.roles import TREATING, Action, Identity, ObjectKind, Thing, may
from auth.tokens import new_token
from db.care import carers
from db.consent import consents
from db.device_lists import devices_of_patient
from db.patients import PatientView, patient
from db.people import people_with
from db.placing import free_beds
from words import t
from written import moment

LARGEST_ID = 2**31 - 1
LISTED = 10
"""Entries about consent that are shown."""


def known_patient(engine: Engine, action: Action, patient_id: int) -> PatientView:
    """The patient, to whose details somebody may do this; else 401, 403 or 404."""
    require_patient(action, ObjectKind.ADMISSION, patient_id)
    known = patient(engine, patient_id)
    if known is None:
        abort(404)
    return known


def patient_page(engine: Engine, known: PatientView, **more: object) -> str:
    """The whole page. more: what was typed, what is wrong with it by field, what was told."""
    identity = current_identity()
    assert identity is not None
    mine = Thing(ObjectKind.ADMISSION, known.ward, known.id)
    rights = {
        "changes": may(identity, Action.CHANGE, mine),
        "manages": may(identity, Action.MANAGE, mine),
        "pairs": may(identity, Action.CHANGE, Thing(ObjectKind.DEVICE, known.ward, known.id)),
        "sees": may(identity, Action.VIEW, Thing(ObjectKind.PATIENT, known.ward, known.id)),
    }
    told = consents(engine, known.id)
    facts = {
        "known": known,
        "typed": {},
        "wrong": {},
        "version": known.version,
        "once": new_token(),
        "told": request.args.get("told", ""),
        "sexes": [("", "–"), *((sex.value, t(f"sex.{sex}")) for sex in Sex)],
        "wards": _wards(engine, identity),
        "devices": devices_of_patient(engine, known.id),
        "consent": [(each, moment(each.at_ms)) for each in told[:LISTED]],
        "carers": [each for each in carers(engine, known.id) if each.role in TREATING],
        "people": _others(engine, known) if rights["manages"] else [],
    }
    return render_template("patient.html", **{**facts, **rights, **more})


def _wards(engine: Engine, identity: Identity) -> list[tuple[str, list[str]]]:
    """Wards, with their free beds, into which this person may put somebody."""
    among = reach_of_view(identity, ObjectKind.WARD)
    return [(ward, free) for ward, free in free_beds(engine) if among is None or ward in among.wards]


def _others(engine: Engine, known: PatientView) -> list[tuple[int, str]]:
    named = {each.id for each in carers(engine, known.id) if not each.by_ward}
    free = (each for each in people_with(engine, TREATING) if each.id not in named)
    return [(each.id, f"{each.full_name}, {t('role.' + each.role)}") for each in free]
