"""How much of a recording was received: what the recorder counted, to the sample."""

from sqlalchemy import Engine, select
from sqlmodel import col

from db.deleted import not_deleted
from db.engine import reading
from db.models import Recording
from db.models_recorder import LedgerRow, MissingRow
from db.views import LedgerView

_COUNTS = (
    col(Recording.id),
    col(Recording.rate),
    col(LedgerRow.until),
    col(LedgerRow.missing),
    col(LedgerRow.late),
    col(LedgerRow.repeated),
    col(LedgerRow.purged),
)


def ledger(engine: Engine, recording_id: str) -> LedgerView | None:
    """The ledger of a recording with everything that is missing; None when nothing of it was ever stored."""
    gaps = select(col(MissingRow.start), col(MissingRow.end)).where(col(MissingRow.recording_id) == recording_id)
    counts = select(*_COUNTS).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    with reading(engine) as connection:
        row = connection.execute(counts.where(col(Recording.id) == recording_id)).first()
        absent = connection.execute(gaps.order_by(col(MissingRow.start))).all()
    return None if row is None else LedgerView(*row, tuple((start, end) for start, end in absent))


def ledgers_of_patient(engine: Engine, patient_id: int) -> dict[str, LedgerView]:
    """Recording -> its ledger with everything that is missing, for all of a patient's recordings that have samples."""
    counts = select(*_COUNTS).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    facts = (col(MissingRow.recording_id), col(MissingRow.start), col(MissingRow.end))
    holes = select(*facts).join(Recording, col(MissingRow.recording_id) == col(Recording.id))
    mine = (col(Recording.patient_id) == patient_id) & not_deleted()
    absent: dict[str, list[tuple[int, int]]] = {}
    with reading(engine) as connection:
        for name, start, end in connection.execute(holes.where(mine).order_by(col(MissingRow.start))):
            absent.setdefault(name, []).append((start, end))
        rows = connection.execute(counts.where(mine)).all()
    return {row[0]: LedgerView(*row, tuple(absent.get(row[0], ()))) for row in rows}


def ledgers(engine: Engine) -> list[LedgerView]:
    """The ledgers of all recordings, the newest first, without the list of what is missing."""
    counts = select(*_COUNTS).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    with reading(engine) as connection:
        rows = connection.execute(counts.order_by(col(Recording.started_ms).desc(), col(Recording.id))).all()
    return [LedgerView(*row) for row in rows]
