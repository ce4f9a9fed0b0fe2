"""The list of recordings, page by page: bounded answers however many there are."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, or_, select
from sqlmodel import col

from db.deleted import deleted_recordings, not_deleted
from db.engine import reading
from db.models import Bed, Device, Patient, Recording, User, Ward
from db.models_recorder import DeadLetterRow, LedgerRow, MissingRow
from db.models_recordings import RecordingDetails
from db.recording_views import STILL_MS, Among, Asked, RecordingLine, RecordingOrder, RecordingState

_UNTIL = func.coalesce(col(LedgerRow.until), 0)
_SECONDS = _UNTIL / col(Recording.rate)
_FACTS = (
    *(col(Recording.id), col(Recording.patient_id), col(Patient.name), col(Patient.initials)),
    *(col(Recording.device_id), col(Device.label), col(Recording.rate), col(Recording.lead), col(Recording.started_ms)),
    *(_UNTIL, func.coalesce(col(LedgerRow.missing), 0), func.coalesce(col(LedgerRow.late), 0)),
    func.coalesce(col(LedgerRow.purged), 0),
    *(func.coalesce(col(RecordingDetails.title), ""), func.coalesce(col(RecordingDetails.note), "")),
    func.coalesce(col(RecordingDetails.version), 0),
    *(col(RecordingDetails.deleted_ms), col(User.full_name)),
)


def recording_page(
    engine: Engine, asked: Asked, first: int, count: int, now_ms: int
) -> tuple[list[RecordingLine], int]:
    """`count` recordings from place `first` on, and how many there are in all."""
    ids = _narrowed(select(col(Recording.id)), asked, now_ms)
    total = _narrowed(select(func.count()).select_from(Recording), asked, now_ms)
    with reading(engine) as connection:
        names = connection.execute(_ordered(ids, asked).offset(first).limit(count)).scalars().all()
        lines = _lines(connection, list(names))
        return [lines[name] for name in names if name in lines], int(connection.execute(total).scalar_one())


def recording_line(engine: Engine, recording_id: str) -> RecordingLine | None:
    """One recording, deleted or not."""
    with reading(engine) as connection:
        return _lines(connection, [recording_id]).get(recording_id)


def _lines(connection: Connection, names: list[str]) -> dict[str, RecordingLine]:
    mine = _joined().where(col(Recording.id).in_(names))
    gone = set(connection.execute(deleted_recordings().where(col(RecordingDetails.recording_id).in_(names))).scalars())
    gaps = _counted(connection, MissingRow, names)
    refused = _counted(connection, DeadLetterRow, names)
    reasons = _reasons(connection, list(refused))
    found: dict[str, RecordingLine] = {}
    for name, patient_id, person, initials, *rest, deleted_ms, who in connection.execute(mine):
        deleted = (deleted_ms, who) if name in gone else (None, None)
        patient = (patient_id, person or initials or "")
        counts = (gaps.get(name, 0), refused.get(name, 0), reasons.get(name))
        values: tuple[Any, ...] = (name, *patient, *rest, *deleted, *counts)
        found[name] = RecordingLine(*values)
    return found


def _joined() -> Select[*tuple[Any, ...]]:
    facts = select(*_FACTS).join_from(Recording, Device, col(Device.id) == col(Recording.device_id))
    facts = facts.outerjoin(Patient, col(Patient.id) == col(Recording.patient_id))
    facts = facts.outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    facts = facts.outerjoin(RecordingDetails, col(RecordingDetails.recording_id) == col(Recording.id))
    return facts.outerjoin(User, col(User.id) == col(RecordingDetails.deleted_by))


def _counted(connection: Connection, of: type[MissingRow] | type[DeadLetterRow], names: list[str]) -> dict[str, int]:
    question = select(col(of.recording_id), func.count()).where(col(of.recording_id).in_(names))
    return {row[0]: row[1] for row in connection.execute(question.group_by(col(of.recording_id)))}


def _reasons(connection: Connection, names: list[str]) -> dict[str, str]:
    first = select(func.min(col(DeadLetterRow.id))).where(col(DeadLetterRow.recording_id).in_(names))
    firsts = first.group_by(col(DeadLetterRow.recording_id))
    question = select(col(DeadLetterRow.recording_id), col(DeadLetterRow.reason)).where(
        col(DeadLetterRow.id).in_(firsts)
    )
    return {row[0]: row[1] for row in connection.execute(question)}


def _narrowed(question: Select[*tuple[Any, ...]], asked: Asked, now_ms: int) -> Select[*tuple[Any, ...]]:
    gone = asked.state is RecordingState.DELETED
    question = question.where(col(Recording.id).in_(deleted_recordings()) if gone else not_deleted())
    if asked.among.wards is not None or asked.among.patients is not None:
        question = question.where(col(Recording.patient_id).in_(_patients(asked.among)))
    if asked.patient_id is not None:
        question = question.where(col(Recording.patient_id) == asked.patient_id)
    if asked.search:
        question = question.where(_like(asked.search))
    if asked.from_ms is not None:
        question = question.where(col(Recording.started_ms) >= asked.from_ms)
    if asked.to_ms is not None:
        question = question.where(col(Recording.started_ms) < asked.to_ms)
    return question if asked.state is None or gone else _in_state(question, asked.state, now_ms)


def _patients(among: Among) -> Select[int | None]:
    here = select(col(Bed.patient_id)).join(Ward, col(Ward.id) == col(Bed.ward_id))
    lies = here.where(col(Ward.name).in_(among.wards or ()), col(Bed.patient_id).is_not(None))
    known = select(col(Patient.id)).where(or_(col(Patient.id).in_(among.patients or ()), col(Patient.id).in_(lies)))
    return known


def _like(part: str) -> ColumnElement[bool]:
    named = or_(*(col(name).icontains(part, autoescape=True) for name in (Patient.name, Patient.initials)))
    labelled = col(Device.label).icontains(part, autoescape=True)
    titled = col(RecordingDetails.title).icontains(part, autoescape=True)
    return or_(
        col(Recording.patient_id).in_(select(col(Patient.id)).where(named)),
        col(Recording.device_id).in_(select(col(Device.id)).where(labelled)),
        col(Recording.id).in_(select(col(RecordingDetails.recording_id)).where(titled)),
        col(Recording.id) == part,
    )


def _in_state(question: Select[*tuple[Any, ...]], state: RecordingState, now_ms: int) -> Select[*tuple[Any, ...]]:
    """As `RecordingLine.state`."""
    question = question.outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    fresh = col(Recording.started_ms) + 1000.0 * _SECONDS > now_ms - STILL_MS
    if state is RecordingState.RECEIVING:
        return question.where(fresh)
    return question.where(~fresh, _UNTIL > 0 if state is RecordingState.COMPLETE else _UNTIL == 0)


def _ordered(question: Select[*tuple[Any, ...]], asked: Asked) -> Select[*tuple[Any, ...]]:
    by: Any = col(Recording.started_ms)
    if asked.order is RecordingOrder.PATIENT:
        question = question.outerjoin(Patient, col(Patient.id) == col(Recording.patient_id))
        by = func.lower(func.coalesce(col(Patient.name), ""))
    elif asked.order is RecordingOrder.DEVICE:
        question = question.outerjoin(Device, col(Device.id) == col(Recording.device_id))
        by = func.lower(col(Device.label))
    elif asked.order is RecordingOrder.LENGTH:
        lengths = select(col(LedgerRow.until)).where(col(LedgerRow.recording_id) == col(Recording.id))
        by = func.coalesce(lengths.correlate(Recording).scalar_subquery(), 0) / col(Recording.rate)
    started = col(Recording.started_ms)
    return (
        question.order_by(by.desc(), started.desc(), col(Recording.id).desc())
        if asked.falling
        else question.order_by(by, started, col(Recording.id))
    )
