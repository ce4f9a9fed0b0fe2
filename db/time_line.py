"""Which recordings stand on a patient's time line: all whose moment is known.

A file of which nobody knows when it was recorded stands at a moment that was made up for it. It must never lie over
what was recorded then, nor pass for it; it is looked at on its own page.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from db.deleted import not_deleted
from db.models import Recording
from db.models_recorder import LedgerRow
from db.models_uploads import UploadRow


def on_time_line(patient_id: int) -> ColumnElement[bool]:
    """Clause about `Recording`: of this patient, not deleted, and its moment is known."""
    undated = select(col(UploadRow.recording_id)).where(
        col(UploadRow.recording_id).is_not(None), col(UploadRow.start_known).is_(False)
    )
    return and_(col(Recording.patient_id) == patient_id, not_deleted(), col(Recording.id).not_in(undated))


def was_brought() -> ColumnElement[bool]:
    """Clause about `Recording`: it was a file, and nobody streamed it."""
    return col(Recording.id).in_(select(col(UploadRow.recording_id)).where(col(UploadRow.recording_id).is_not(None)))


def among(patient_id: int, recording: str | None) -> ColumnElement[bool]:
    """The time line of a patient; or one recording alone, whatever is known of its moment."""
    return on_time_line(patient_id) if recording is None else col(Recording.id) == recording


def newest_sample_ms() -> ColumnElement[Any]:
    """Wall ms of a recording's newest sample, of its first where none is stored yet; `Recording` with its ledger."""
    seconds = col(LedgerRow.until) / col(Recording.rate)
    return col(Recording.started_ms) + func.coalesce(seconds, 0.0) * 1000.0
