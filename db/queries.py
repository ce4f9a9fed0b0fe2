"""Questions about wards, devices, recordings and people. Nothing here changes a row. What hearts did: `db.findings`."""

from typing import Any

from sqlalchemy import Engine, Select, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.bed_order import natural, standing
from db.corrections import beat_counts
from db.deleted import not_deleted
from db.engine import fetch_all, fetch_first
from db.findings import af_burdens, beats, episodes, gaps, quality_changes, settled_rhythms, vitals
from db.ledger import ledger, ledgers, ledgers_of_patient
from db.models import (
    Bed,
    Device,
    Patient,
    Recording,
    Segment,
    User,
    Ward,
)
from db.models_recorder import LedgerRow, StreamPosition
from db.overview import overview
from db.packing import MAX_SEGMENT_SAMPLES, unpack_segment
from db.views import BedView, DeviceState, DeviceView, RecordingView, SegmentView, UserView
from db.wearing import sends

__all__ = [
    "af_burdens",
    "beat_counts",
    "beats",
    "bed",
    "bed_of_patient",
    "beds",
    "device",
    "device_by_token",
    "episodes",
    "gaps",
    "has_users",
    "latest_recording",
    "ledger",
    "ledgers",
    "ledgers_of_patient",
    "overview",
    "positions",
    "quality_changes",
    "recording",
    "recording_shown",
    "recordings_of_patient",
    "segments",
    "settled_rhythms",
    "stored_until",
    "user",
    "users",
    "vitals",
]

_STATE = (col(Device.battery), col(Device.charging), col(Device.contact), col(Device.status_ms))
_DEVICE = (
    col(Device.id),
    col(Device.patient_id),
    col(Device.label),
    col(Device.revoked),
    col(Device.old_token_sha256).is_not(None),
    col(Device.heard_ms),
    *_STATE,
)
_USER = (
    col(User.id),
    col(User.name),
    col(User.full_name),
    col(User.role),
    col(User.active),
)
_RECORDING = (
    col(Recording.id),
    col(Recording.device_id),
    col(Recording.patient_id),
    col(Recording.rate),
    col(Recording.gain),
    col(Recording.lead),
    col(Recording.started_ms),
    col(Recording.rate_error_ppm),
    col(Recording.rate_error_within_ppm),
)


def beds(engine: Engine, ward: str | None = None) -> list[BedView]:
    """All beds (of one ward, by its name), ward by ward, each in its own order or by label, "2" before "10"."""
    question = _beds() if ward is None else _beds().where(col(Ward.name) == ward)
    rows = sorted(fetch_all(engine, question), key=lambda row: (natural(row[0]), standing(row[-1], row[1])))
    return [_bed_view(row) for row in rows]


def bed(engine: Engine, bed_id: int) -> BedView | None:
    """The bed with this id."""
    row = fetch_first(engine, _beds().where(col(Bed.id) == bed_id))
    return _bed_view(row) if row else None


def bed_of_patient(engine: Engine, patient_id: int) -> BedView | None:
    """Where the patient lies now."""
    row = fetch_first(engine, _beds().where(col(Bed.patient_id) == patient_id))
    return _bed_view(row) if row else None


def device(engine: Engine, device_id: int) -> DeviceView | None:
    """The device with this id, revoked or not."""
    row = fetch_first(engine, select(*_DEVICE).where(col(Device.id) == device_id))
    return _device_view(row) if row else None


def device_by_token(engine: Engine, token_sha256: str, now_ms: int) -> DeviceView | None:
    """The device whose token has this SHA-256 (hexadecimal), revoked or not: look at `revoked` before trusting it.

    A token that is being exchanged counts until wall time `old_until_ms`.
    """
    old = and_(col(Device.old_token_sha256) == token_sha256, col(Device.old_until_ms) > now_ms)
    row = fetch_first(engine, select(*_DEVICE).where(or_(col(Device.token_sha256) == token_sha256, old)))
    return _device_view(row) if row else None


def recording(engine: Engine, recording_id: str) -> RecordingView | None:
    """The recording with this id, deleted or not."""
    row = fetch_first(engine, select(*_RECORDING).where(col(Recording.id) == recording_id))
    return RecordingView(*row) if row else None


def recording_shown(engine: Engine, recording_id: str) -> RecordingView | None:
    """The recording with this id, unless it was deleted."""
    row = fetch_first(engine, select(*_RECORDING).where(col(Recording.id) == recording_id, not_deleted()))
    return RecordingView(*row) if row else None


def recordings_of_patient(engine: Engine, patient_id: int) -> list[RecordingView]:
    """All recordings of the patient, newest first, without deleted ones."""
    question = select(*_RECORDING).where(col(Recording.patient_id) == patient_id, not_deleted())
    newest_first = question.order_by(col(Recording.started_ms).desc(), col(Recording.id))
    return [RecordingView(*row) for row in fetch_all(engine, newest_first)]


def latest_recording(engine: Engine, device_id: int) -> RecordingView | None:
    """The recording this device began last."""
    question = select(*_RECORDING).where(col(Recording.device_id) == device_id)
    row = fetch_first(engine, question.order_by(col(Recording.started_ms).desc(), col(Recording.id)))
    return RecordingView(*row) if row else None


def segments(engine: Engine, recording_id: str, start: int, end: int) -> list[SegmentView]:
    """Stored segments that reach into the device samples [start, end), whole, in order. Raises DamagedError."""
    first, after = col(Segment.start), col(Segment.start) + col(Segment.count)
    of_recording = select(first, col(Segment.blob)).where(col(Segment.recording_id) == recording_id)
    near = of_recording.where(first > start - MAX_SEGMENT_SAMPLES, first < end)
    question = near.where(after > start).order_by(first)
    return [SegmentView(row[0], unpack_segment(recording_id, row[0], row[1])) for row in fetch_all(engine, question)]


def stored_until(engine: Engine, recording_id: str) -> int:
    """Index one past the last stored device sample; 0 when there is none."""
    row = fetch_first(engine, select(col(LedgerRow.until)).where(col(LedgerRow.recording_id) == recording_id))
    return int(row[0]) if row else 0


def positions(engine: Engine) -> dict[str, str]:
    """Stream name -> id of the last entry that is wholly in the database."""
    rows = fetch_all(engine, select(col(StreamPosition.stream), col(StreamPosition.entry_id)))
    return {row[0]: row[1] for row in rows}


def users(engine: Engine) -> list[UserView]:
    """Everyone who may log in, by name."""
    return [UserView(*row) for row in fetch_all(engine, select(*_USER).order_by(col(User.name)))]


def user(engine: Engine, user_id: int) -> UserView | None:
    """The person with this id."""
    row = fetch_first(engine, select(*_USER).where(col(User.id) == user_id))
    return UserView(*row) if row else None


def has_users(engine: Engine) -> bool:
    """Whether anyone can log in at all."""
    return fetch_first(engine, select(col(User.id)).limit(1)) is not None


def _beds() -> Select[*tuple[Any, ...]]:
    """Beds with their patient and the patient's newest device that may send."""
    theirs = aliased(Device)
    mine = (col(theirs.patient_id) == col(Bed.patient_id), sends(theirs))
    worn = select(func.max(col(theirs.id))).where(*mine).correlate(Bed).scalar_subquery()
    shown = select(
        col(Ward.name),
        col(Bed.label),
        col(Bed.id),
        col(Bed.patient_id),
        col(Patient.initials),
        col(Device.id),
        col(Patient.name),
        *_STATE,
        col(Bed.place),
    )
    placed = shown.join_from(Bed, Ward, col(Bed.ward_id) == col(Ward.id))
    return placed.outerjoin(Patient, col(Bed.patient_id) == col(Patient.id)).outerjoin(Device, col(Device.id) == worn)


def _bed_view(row: tuple[Any, ...]) -> BedView:
    ward, label, bed_id, patient_id, initials, device_id, name, *state, _place = row
    return BedView(ward, label, bed_id, patient_id, initials, device_id, name, _state(*state))


def _device_view(row: tuple[Any, ...]) -> DeviceView:
    device_id, patient_id, label, revoked, exchanging, heard_ms, *state = row
    return DeviceView(device_id, patient_id, label, revoked, exchanging, _state(*state), heard_ms)


def _state(battery: int | None, charging: bool | None, contact: str, at_ms: int | None) -> DeviceState | None:
    return None if at_ms is None else DeviceState(battery, charging, contact, at_ms)
