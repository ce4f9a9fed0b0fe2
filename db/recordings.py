"""The list of recordings, page by page: bounded answers however many there are."""

from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select, tuple_
from sqlmodel import col

from db.deleted import deleted_recordings
from db.engine import reading
from db.models import Device, Patient, Recording, User
from db.models_recorder import DeadLetterRow, LedgerRow, MissingRow
from db.models_recordings import RecordingDetails
from db.models_uploads import AnalysisRow, UploadRow
from db.recording_search import UNTIL, how_many, narrowed, ordered, reached_patients
from db.recording_views import Asked, RecordingLine
from db.upload_views import AnalysisState

_FACTS = (
    *(col(Recording.id), col(Recording.patient_id), col(Patient.name), col(Patient.initials)),
    *(
        col(Recording.device_id),
        col(Device.label),
        col(Recording.rate),
        col(Recording.gain),
        col(Recording.lead),
        col(Recording.started_ms),
    ),
    *(UNTIL, func.coalesce(col(LedgerRow.missing), 0), func.coalesce(col(LedgerRow.late), 0)),
    func.coalesce(col(LedgerRow.purged), 0),
    *(func.coalesce(col(RecordingDetails.title), ""), func.coalesce(col(RecordingDetails.note), "")),
    func.coalesce(col(RecordingDetails.version), 0),
    *(col(RecordingDetails.deleted_ms), col(User.full_name)),
)


def recording_page(
    engine: Engine, asked: Asked, first: int, count: int, now_ms: int
) -> tuple[list[RecordingLine], int]:
    """`count` recordings from place `first` on, and how many there are in all."""
    with reading(engine) as connection:
        reached = reached_patients(connection, asked.among)
        ids = ordered(narrowed(select(col(Recording.id)), asked, reached, now_ms), asked)
        names = connection.execute(ids.offset(first).limit(count)).scalars().all()
        lines = _lines(connection, list(names))
        return [lines[name] for name in names if name in lines], how_many(connection, asked, reached, now_ms)


def recordings_after(
    engine: Engine, asked: Asked, after: tuple[int, str] | None, count: int, now_ms: int
) -> list[RecordingLine]:
    """The first `count` recordings that are asked for, the newest first, behind `after` (begin in wall ms, id)."""
    with reading(engine) as connection:
        reached = reached_patients(connection, asked.among)
        ids = ordered(narrowed(select(col(Recording.id)), asked, reached, now_ms), asked)
        if after is not None:
            ids = ids.where(tuple_(col(Recording.started_ms), col(Recording.id)) < after)
        names = connection.execute(ids.limit(count)).scalars().all()
        lines = _lines(connection, list(names))
        return [lines[name] for name in names if name in lines]


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
    brought, analyses = _brought(connection, names), _analyses(connection, names)
    found: dict[str, RecordingLine] = {}
    for name, patient_id, person, initials, *rest, deleted_ms, who in connection.execute(mine):
        deleted = (deleted_ms, who) if name in gone else (None, None)
        patient = (patient_id, person or initials or "")
        counts = (gaps.get(name, 0), refused.get(name, 0), reasons.get(name))
        work = (name in brought, frozenset(analyses.get(name, {})), analyses.get(name, {}).get(AnalysisState.FAILED))
        values: tuple[Any, ...] = (name, *patient, *rest, *deleted, *counts, *work)
        found[name] = RecordingLine(*values)
    return found


def _brought(connection: Connection, names: list[str]) -> set[str]:
    """Those that were files."""
    mine = select(col(UploadRow.recording_id)).where(col(UploadRow.recording_id).in_(names))
    return {name for name in connection.execute(mine).scalars() if name is not None}


def _analyses(connection: Connection, names: list[str]) -> dict[str, dict[AnalysisState, str | None]]:
    """Recording -> the states that its analyses are in, each with the newest one's refusal."""
    facts = select(col(AnalysisRow.recording_id), col(AnalysisRow.state), col(AnalysisRow.refusal))
    mine = facts.where(col(AnalysisRow.recording_id).in_(names)).order_by(col(AnalysisRow.asked_ms))
    found: dict[str, dict[AnalysisState, str | None]] = {}
    for name, state, refusal in connection.execute(mine):
        found.setdefault(name, {})[AnalysisState(state)] = refusal
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
