"""Marks that people pin to a moment of a recording: set, listed, deleted, and brought back."""

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, update
from sqlmodel import col

from db.deleted import not_deleted
from db.engine import fetch_all
from db.models import Recording, User
from db.models_marks import EventMark
from db.store import table_of
from db.views import MarkView

MOST_SHOWN = 1000

_FACTS = (
    col(EventMark.id),
    col(EventMark.recording_id),
    col(EventMark.index),
    col(EventMark.words),
    col(EventMark.symptom),
    col(User.full_name),
    col(EventMark.at_ms),
)


def set_mark(connection: Connection, recording: str, index: int, words: str, user_id: int, at_ms: int) -> int:
    """Pin a mark to a house sample; its id."""
    mark = {"recording_id": recording, "index": index, "words": words, "user_id": user_id, "at_ms": at_ms}
    table = table_of(EventMark)
    return int(connection.execute(insert(table).values(mark).returning(table.c.id)).scalar_one())


def delete_mark(connection: Connection, patient_id: int, mark_id: int, user_id: int, at_ms: int) -> str | None:
    """Take a mark of this patient away; its words, None where there is none."""
    return _rewrite(connection, patient_id, mark_id, {"deleted_ms": at_ms, "deleted_by": user_id})


def restore_mark(connection: Connection, patient_id: int, mark_id: int) -> str | None:
    """Bring a deleted mark back; its words, None where none was deleted."""
    return _rewrite(connection, patient_id, mark_id, {"deleted_ms": None, "deleted_by": None})


def _rewrite(connection: Connection, patient_id: int, mark_id: int, values: dict[str, int | None]) -> str | None:
    """Where the mark is in the other state now."""
    table = table_of(EventMark)
    mine = select(col(Recording.id)).where(col(Recording.patient_id) == patient_id)
    gone = table.c.deleted_ms.is_(None) if values["deleted_ms"] is not None else table.c.deleted_ms.is_not(None)
    change = update(table).where(table.c.id == mark_id, table.c.recording_id.in_(mine), gone)
    row = connection.execute(change.values(values).returning(table.c.words)).first()
    return None if row is None else str(row[0])


def marks_of_patient(engine: Engine, patient_id: int) -> list[MarkView]:
    """The newest `MOST_SHOWN` marks in the recordings of a patient, by the moment that they mark, the last first."""
    return _marks(engine, col(Recording.patient_id) == patient_id)


def marks_of_recording(engine: Engine, recording: str) -> list[MarkView]:
    """The marks of one recording, likewise."""
    return _marks(engine, col(Recording.id) == recording)


def _marks(engine: Engine, mine: ColumnElement[bool]) -> list[MarkView]:
    pinned = select(*_FACTS).join_from(EventMark, Recording, col(EventMark.recording_id) == col(Recording.id))
    kept = pinned.outerjoin(User, col(EventMark.user_id) == col(User.id)).where(
        mine, col(EventMark.deleted_ms).is_(None), not_deleted()
    )
    last_first = kept.order_by(col(Recording.started_ms).desc(), col(EventMark.index).desc(), col(EventMark.id))
    return [MarkView(*row) for row in fetch_all(engine, last_first.limit(MOST_SHOWN))]
