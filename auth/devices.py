"""What people do with devices. Each deed is one transaction with its entry in the audit trail, about whoever wears it.

What cannot be done is told by field, as a sentence; nothing told means that it is done. Who may do it, the caller asks.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction, write_audit
from auth.deeds import Complaints, Deed, WrongError, tried
from db.device_codes import Code, new_code, use_code, wearer_of
from db.device_lists import (
    ListedDevice,
    add_device,
    listed_device,
    new_device_token,
    rename_device,
    revoke_device,
)
from db.engine import writing
from db.patients import PatientView, hold_patient
from db.wearing import WearingView, clash, devices_of, give, over, take_away, write_down
from words import t
from written import moment

OVERLAP_MS = 24 * 3_600_000
"""A token that was exchanged stays good until the new one is used, at most for this long."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What a phone gets for its code: the device's token, told this once."""

    token: str
    device_id: int
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when somebody wears a device, wall ms; until_ms is None without an end."""

    from_ms: int
    until_ms: int | None = None


def register(engine: Engine, label: str, deed: Deed) -> int:
    """Id of a new device that nobody wears."""
    with writing(engine) as connection:
        device_id = add_device(connection, label, deed.at_ms)
        deed.tell(connection, AuditAction.DEVICE_ADDED, f"{device_id}: {label}")
    return device_id


def register_for(engine: Engine, label: str, patient: PatientView, deed: Deed) -> tuple[int, str]:
    """A new device that the patient wears from now on: its id, and the code that is exchanged for its token."""
    with writing(engine) as connection:
        device_id = add_device(connection, label, deed.at_ms)
        deed.tell(connection, AuditAction.DEVICE_ADDED, f"{device_id}: {label}", patient.id)
        give(connection, device_id, patient.id, deed.at_ms, None, deed.at_ms)
        deed.tell(connection, AuditAction.DEVICE_GIVEN, f"{device_id}: {label}", patient.id)
        deed.tell(connection, AuditAction.DEVICE_OFFERED, f"{device_id}: {label}", patient.id)
        return device_id, new_code(connection, device_id, deed.at_ms)


def rename(engine: Engine, known: ListedDevice, label: str, deed: Deed) -> None:
    """Write down what is on it now."""
    with writing(engine) as connection:
        rename_device(connection, known.id, label)
        deed.tell(connection, AuditAction.DEVICE_RENAMED, f"{known.id}: {known.label} → {label}", known.patient_id)


def assign(engine: Engine, known: ListedDevice, patient: PatientView, span: Span, deed: Deed) -> Complaints:
    """The patient wears the device in this time. What is nobody's of it becomes the patient's; nobody else's does.

    A device has to be free before another gets it: so a phone of the one never sends for the other.
    """

    def act(connection: Connection) -> None:
        if not hold_patient(connection, patient.id):
            raise WrongError("patient", t("patient.gone"))
        write_down(connection, known.id)
        _refuse_clash(clash(connection, known.id, span.from_ms, span.until_ms))
        moved = give(connection, known.id, patient.id, span.from_ms, span.until_ms, deed.at_ms)
        deed.tell(connection, AuditAction.DEVICE_GIVEN, f"{known.id}: {known.label}, {moved} recordings", patient.id)

    return tried(engine, act)


def free_device(engine: Engine, known: ListedDevice, deed: Deed) -> None:
    """Nobody wears the device any more; its token is void, and ingest hangs up within 5 s."""
    with writing(engine) as connection:
        take_away(connection, [known.id], deed.at_ms)
        deed.tell(connection, AuditAction.DEVICE_FREED, f"{known.id}: {known.label}", known.patient_id)


def free(connection: Connection, patient_id: int, deed: Deed) -> None:
    """The same for all devices of a patient, in the transaction of another deed."""
    mine = devices_of(connection, patient_id)
    take_away(connection, mine, deed.at_ms)
    for device_id in mine:
        deed.tell(connection, AuditAction.DEVICE_FREED, f"{device_id}", patient_id)


def free_over(engine: Engine, now_ms: int) -> None:
    """Take away the devices whose time with their patient is over."""
    for device_id in over(engine, now_ms):
        known = listed_device(engine, device_id)
        if known is not None and known.patient_id is not None:
            free_device(engine, known, Deed(None, now_ms, "ingest"))


def offer_code(engine: Engine, known: ListedDevice, deed: Deed) -> str | None:
    """A code for the phone that shall be this device; None while nobody wears it. It brings back a revoked one, too."""
    if known.patient_id is None:
        return None
    with writing(engine) as connection:
        deed.tell(connection, AuditAction.DEVICE_OFFERED, f"{known.id}: {known.label}", known.patient_id)
        return new_code(connection, known.id, deed.at_ms)


def pair(engine: Engine, typed: str, now_ms: int, address: str) -> Paired | Code:
    """Exchange a code for a new token, which ends the one before; what is wrong with the code, if it is not good."""
    with writing(engine) as connection:
        worth, device_id = use_code(connection, typed, now_ms)
        patient_id = wearer_of(connection, device_id) if device_id is not None else None
        if worth is not Code.GOOD or device_id is None:
            subject = f"{worth.value}: {device_id}" if device_id else worth.value
            write_audit(connection, now_ms, AuditAction.DEVICE_CODE_REFUSED, None, subject, address, patient_id)
            return worth
        token = new_device_token(connection, device_id, None, now_ms)
        write_audit(connection, now_ms, AuditAction.DEVICE_PAIRED, None, str(device_id), address, patient_id)
    known = listed_device(engine, device_id)
    return Paired(token, device_id, known.label if known else "")


def rotate(engine: Engine, known: ListedDevice, deed: Deed, overlap_ms: int = OVERLAP_MS) -> str:
    """A new token, told this once. The old one stays good until the new one is used, at most `overlap_ms`."""
    with writing(engine) as connection:
        token = new_device_token(connection, known.id, deed.at_ms + overlap_ms, deed.at_ms)
        deed.tell(connection, AuditAction.TOKEN_ROTATED, f"{known.id}: {known.label}", known.patient_id)
    return token


def revoke(engine: Engine, known: ListedDevice, deed: Deed) -> None:
    """The device is refused from now on; ingest hangs up within 5 s."""
    with writing(engine) as connection:
        if revoke_device(connection, known.id):
            deed.tell(connection, AuditAction.DEVICE_REVOKED, f"{known.id}: {known.label}", known.patient_id)


def _refuse_clash(other: WearingView | None) -> None:
    if other is not None:
        until = moment(other.until_ms) if other.until_ms else t("device.still")
        sentence = t("device.clash", patient=other.patient, since=moment(other.from_ms), until=until)
        raise WrongError("from", sentence)
