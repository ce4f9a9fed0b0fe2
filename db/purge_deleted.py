"""Purging recordings that were deleted 30 days ago: everything of them, in small transactions, on the record."""

from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, select
from sqlmodel import col

from db.deleted import KEPT_MS, deleted_recordings
from db.engine import fetch_all, reading, writing
from db.erase import erase_some, tables_of
from db.models import Recording
from db.models_recordings import RecordingDetails
from db.purge import Note
from db.upserts import table_of

OWN = frozenset({str(RecordingDetails.__tablename__)})
"""What says that a recording is deleted goes with the recording itself."""


def deleted_due(engine: Engine, now_ms: int) -> int:
    """How many recordings `purge_deleted` would delete with all that belongs to them."""
    due = _due(now_ms).subquery()
    return int(fetch_all(engine, select(func.count()).select_from(due))[0][0])


def _due(now_ms: int) -> Select[str]:
    return deleted_recordings().where(col(RecordingDetails.deleted_ms) < now_ms - KEPT_MS)


def purge_deleted(engine: Engine, now_ms: int, note: Note) -> int:
    """Delete some of what is due, in ONE short transaction; rows deleted, 0 when nothing is left."""
    with reading(engine) as connection:
        name: Any = connection.execute(_due(now_ms).limit(1)).scalars().first()
    if name is None:
        return 0
    there = tables_of(engine)
    with writing(engine) as connection:
        return erase_some(connection, there, "recording", name, OWN) or _delete_itself(connection, name, note)


def _delete_itself(connection: Connection, name: str, note: Note) -> int:
    own, recordings = table_of(RecordingDetails), table_of(Recording)
    patient = connection.execute(select(recordings.c.patient_id).where(recordings.c.id == name)).scalar()
    connection.execute(delete(own).where(own.c.recording_id == name))
    connection.execute(delete(recordings).where(recordings.c.id == name))
    note(connection, f"recording {name}, deleted 30 days ago", patient)
    return 1
