"""Which recordings are there: not those that somebody has deleted, unless they have gone on since."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from db.models import Recording
from db.models_recorder import LedgerRow
from db.models_recordings import RecordingDetails

KEPT_MS = 30 * 86_400_000
"""A recording that was deleted can be brought back for so long; then it is purged."""


def deleted_recordings() -> Select[str]:
    """Their ids. One of which more was received than it had when it was deleted is there again."""
    own = select(col(LedgerRow.until)).where(col(LedgerRow.recording_id) == col(RecordingDetails.recording_id))
    # One look at the ledger for each of the few: as a join PostgreSQL reads all of it, 20 ms for 100,000 recordings.
    until = func.coalesce(own.correlate(RecordingDetails).scalar_subquery(), 0)
    still = until <= func.coalesce(col(RecordingDetails.deleted_until), 0)
    return select(col(RecordingDetails.recording_id)).where(col(RecordingDetails.deleted_ms).is_not(None), still)


def not_deleted() -> ColumnElement[bool]:
    """Whether the recording of a row is there."""
    return col(Recording.id).not_in(deleted_recordings())
