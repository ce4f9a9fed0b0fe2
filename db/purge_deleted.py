"""Purging recordings that were deleted 30 days ago: everything of them, in small transactions, on the record."""

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, delete, select, tuple_
from sqlmodel import col

from db.deleted import KEPT_MS, deleted_recordings
from db.engine import reading, writing
from db.models import Recording
from db.models_recordings import RecordingDetails
from db.purge import Note
from db.upserts import table_of

ROWS_AT_ONCE = 500


def purge_deleted(engine: Engine, now_ms: int, note: Note) -> int:
    """Delete some of what is due, in ONE short transaction; rows deleted, 0 when nothing is left."""
    due = deleted_recordings().where(col(RecordingDetails.deleted_ms) < now_ms - KEPT_MS).limit(1)
    with reading(engine) as connection:
        name: Any = connection.execute(due).scalars().first()
    if name is None:
        return 0
    with writing(engine) as connection:
        for table in _of_recordings(connection):
            if rows := _delete_some(connection, table, name):
                return rows
        return _delete_itself(connection, name, note)


def _of_recordings(connection: Connection) -> list[Table]:
    """Every table of the database whose rows belong to a recording, those first to which nothing refers.

    What says that it is deleted goes with the recording itself.
    """
    there, own = MetaData(), table_of(RecordingDetails).name
    there.reflect(connection)
    return [table for table in reversed(there.sorted_tables) if "recording_id" in table.c and table.name != own]


def _delete_some(connection: Connection, table: Table, name: str) -> int:
    keys = tuple(table.primary_key.columns)
    some = select(*keys).where(table.c.recording_id == name).limit(ROWS_AT_ONCE)
    return int(connection.execute(delete(table).where(tuple_(*keys).in_(some))).rowcount)


def _delete_itself(connection: Connection, name: str, note: Note) -> int:
    own, recordings = table_of(RecordingDetails), table_of(Recording)
    patient = connection.execute(select(recordings.c.patient_id).where(recordings.c.id == name)).scalar()
    connection.execute(delete(own).where(own.c.recording_id == name))
    connection.execute(delete(recordings).where(recordings.c.id == name))
    note(connection, f"recording {name}, deleted 30 days ago", patient)
    return 1
