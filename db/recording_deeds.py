"""What people do to recordings: words about them, deleting and bringing back. What was recorded never changes."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import col

from db.deleted import KEPT_MS
from db.models import Recording
from db.models_recorder import LedgerRow
from db.models_recordings import RecordingDetails
from db.recording_views import STILL_MS
from db.upserts import insert_new, table_of


class Outcome(StrEnum):
    """What became of a deed. STALE: somebody else has changed it meanwhile. RECEIVING: it is not over."""

    DONE = "done"
    STALE = "stale"
    RECEIVING = "receiving"
    TOO_LATE = "too late"


def change_details(connection: Connection, recording_id: str, version: int, title: str, note: str) -> Outcome:
    """Write title and note, unless the details are no longer those of `version` (0: nobody has written any)."""
    return _change(connection, recording_id, version, {"title": title, "note": note})


def delete_recording(connection: Connection, recording_id: str, version: int, user_id: int, now_ms: int) -> Outcome:
    """From now on nobody sees it; for 30 days it can be brought back. Not while it is being received."""
    facts = (col(Recording.started_ms), col(Recording.rate), col(LedgerRow.until))
    known = select(*facts).outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    started_ms, rate, until = connection.execute(known.where(col(Recording.id) == recording_id)).one()
    if now_ms - (started_ms + 1000 * (until or 0) / rate) < STILL_MS:
        return Outcome.RECEIVING
    gone = {"deleted_ms": now_ms, "deleted_by": user_id, "deleted_until": until or 0}
    return _change(connection, recording_id, version, gone)


def restore_recording(connection: Connection, recording_id: str, version: int, now_ms: int) -> Outcome:
    """It is there again."""
    table = table_of(RecordingDetails)
    gone = select(table.c.deleted_ms).where(table.c.recording_id == recording_id)
    deleted_ms = connection.execute(gone).scalar()
    if deleted_ms is not None and now_ms - deleted_ms > KEPT_MS:
        return Outcome.TOO_LATE
    back = {"deleted_ms": None, "deleted_by": None, "deleted_until": None}
    return _change(connection, recording_id, version, back)


def _change(connection: Connection, recording_id: str, version: int, values: dict[str, Any]) -> Outcome:
    first = {"recording_id": recording_id, "title": "", "note": "", "version": 0}
    insert_new(connection, RecordingDetails, [first])
    table = table_of(RecordingDetails)
    mine = (table.c.recording_id == recording_id) & (table.c.version == version)
    changed = update(table).where(mine).values(version=version + 1, **values)
    return Outcome.DONE if connection.execute(changed).rowcount == 1 else Outcome.STALE
