"""What people do with patients. Each deed is one transaction with its entries in the audit trail, about the patient.

What cannot be done is told by field, as a sentence; nothing told means that it is done. Who may do it, the caller asks.
"""

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction
from auth.deeds import Complaints, Deed, WrongError, tried
from auth.devices import free
from auth.patient_forms import BedForm, PatientForm
from db.care import end_care, take_into_care
from db.consent import write_consent
from db.limits import revert_limits
from db.patients import (
    PatientView,
    add_patient,
    change_patient,
    hold_patient,
    mark_deleted,
    mark_restored,
    number_taken,
)
from db.placing import leave_bed, lie_down, make_bed
from words import t


def add(engine: Engine, form: PatientForm, deed: Deed) -> tuple[Complaints, int]:
    """A new patient, in no bed yet; complaints, or the new id."""
    made: list[int] = []

    def act(connection: Connection) -> None:
        _refuse_taken(connection, form)
        made.append(add_patient(connection, form.columns()))
        deed.tell(connection, AuditAction.PATIENT_ADDED, _called(form), made[0])

    return tried(engine, act), made[0] if made else 0


def change(engine: Engine, known: PatientView, version: int, form: PatientForm, deed: Deed) -> Complaints:
    """Other details, unless somebody else has changed the patient since `version` was read."""

    def act(connection: Connection) -> None:
        _refuse_taken(connection, form, known.id)
        if not change_patient(connection, known.id, version, form.columns()):
            raise WrongError("version", t("people.changed_meanwhile"))
        deed.tell(connection, AuditAction.PATIENT_CHANGED, _called(form), known.id)

    return tried(engine, act)


def admit(engine: Engine, known: PatientView, form: BedForm, deed: Deed) -> Complaints:
    """Into a bed that is there and free; out of another one, if the patient lay in one."""
    return tried(engine, lambda connection: _admit(connection, known, form, deed))


def admit_anywhere(engine: Engine, known: PatientView, form: BedForm, deed: Deed) -> Complaints:
    """The same; ward and bed are made where they are missing."""

    def act(connection: Connection) -> None:
        make_bed(connection, form.ward, form.bed)
        _admit(connection, known, form, deed)

    return tried(engine, act)


def discharge(engine: Engine, known: PatientView, deed: Deed) -> Complaints:
    """Out of the bed: devices are free and their tokens void, limits are the usual ones, no alert is shown any more."""

    def act(connection: Connection) -> None:
        _hold(connection, known)
        _let_go(connection, known, deed)

    return tried(engine, act)


def delete(engine: Engine, known: PatientView, deed: Deed) -> Complaints:
    """Discharged, and seen by nobody; it can be undone for 30 days, then all that is stored is purged."""

    def act(connection: Connection) -> None:
        _hold(connection, known)
        _let_go(connection, known, deed)
        mark_deleted(connection, known.id, deed.at_ms, deed.user_id)
        deed.tell(connection, AuditAction.PATIENT_DELETED, known.called, known.id)

    return tried(engine, act)


def restore(engine: Engine, known: PatientView, deed: Deed) -> Complaints:
    """A deleted patient is back, in no bed, with all recordings and with whoever cared."""

    def act(connection: Connection) -> None:
        if not mark_restored(connection, known.id, deed.at_ms):
            raise WrongError("version", t("patient.too_late"))
        deed.tell(connection, AuditAction.PATIENT_RESTORED, known.called, known.id)

    return tried(engine, act)


def set_consent(engine: Engine, known: PatientView, given: bool, deed: Deed) -> Complaints:
    """What the patient says to the training of networks on what is recorded."""

    def act(connection: Connection) -> None:
        _hold(connection, known)
        if write_consent(connection, known.id, given, deed.user_id or 0, deed.at_ms):
            action = AuditAction.CONSENT_GIVEN if given else AuditAction.CONSENT_WITHDRAWN
            deed.tell(connection, action, known.called, known.id)

    return tried(engine, act)


def begin_care(engine: Engine, known: PatientView, user_id: int, name: str, deed: Deed) -> Complaints:
    """The person (by id; name: as the trail tells it) has the patient in care, too."""

    def act(connection: Connection) -> None:
        _hold(connection, known)
        take_into_care(connection, user_id, known.id)
        deed.tell(connection, AuditAction.CARE_BEGUN, name, known.id)

    return tried(engine, act)


def stop_care(engine: Engine, known: PatientView, user_id: int, name: str, deed: Deed) -> Complaints:
    """The person has the patient in care no more."""

    def act(connection: Connection) -> None:
        end_care(connection, user_id, known.id)
        deed.tell(connection, AuditAction.CARE_ENDED, name, known.id)

    return tried(engine, act)


def _admit(connection: Connection, known: PatientView, form: BedForm, deed: Deed) -> None:
    _hold(connection, known)
    wrong = lie_down(connection, known.id, form.ward, form.bed)
    if wrong is not None:
        sentence = t(f"patient.no_{wrong}", ward=form.ward, bed=form.bed)
        raise WrongError("ward" if wrong == "ward" else "bed", sentence)
    deed.tell(connection, AuditAction.PATIENT_ADMITTED, f"{form.ward} {form.bed}", known.id)


def _let_go(connection: Connection, known: PatientView, deed: Deed) -> None:
    if leave_bed(connection, known.id):
        place = f"{known.ward} {known.bed}" if known.bed else known.called
        deed.tell(connection, AuditAction.PATIENT_DISCHARGED, place, known.id)
    free(connection, known.id, deed)
    for name in revert_limits(connection, known.id, deed.user_id, deed.at_ms, t("patient.discharge")):
        deed.tell(connection, AuditAction.LIMIT_SET, f"patient {known.id}: {name} usual", known.id)


def _hold(connection: Connection, known: PatientView) -> None:
    if not hold_patient(connection, known.id):
        raise WrongError("version", t("patient.gone"))


def _refuse_taken(connection: Connection, form: PatientForm, but: int = 0) -> None:
    if number_taken(connection, form.number, but):
        raise WrongError("number", t("patient.number_taken"))


def _called(form: PatientForm) -> str:
    return form.name or form.initials
