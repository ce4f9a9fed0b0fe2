"""Where the raw samples of a recording were purged: what came and is not stored any more."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, func, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import Segment
from db.views import LedgerView

Span = tuple[int, int]


def purged_stretches(engine: Engine, ledger: LedgerView) -> list[Span]:
    """[start, end) in device samples, in order; a stretch reaches over gaps that lie in it."""
    if not ledger.purged:
        return []
    holes = list(_holes(engine, ledger))
    return [hole for hole in holes if _missing(ledger.gaps, hole) < hole[1] - hole[0]]


def _holes(engine: Engine, ledger: LedgerView) -> Iterator[Span]:
    """Where no segment lies of what the ledger knows."""
    end = col(Segment.start) + col(Segment.count)
    before = func.coalesce(func.lag(end).over(order_by=col(Segment.start)), 0).label("before")
    mine = col(Segment.recording_id) == ledger.recording
    stored = select(before, col(Segment.start).label("start"), end.label("end")).where(mine).subquery()
    apart = select(stored.c.before, stored.c.start).where(stored.c.before < stored.c.start)
    for start, stop in fetch_all(engine, apart.order_by(stored.c.start)):
        yield int(start), int(stop)
    last = fetch_all(engine, select(func.max(stored.c.end)))[0][0] or 0
    if last < ledger.until:
        yield last, ledger.until


def _missing(gaps: Sequence[Span], hole: Span) -> int:
    return sum(max(0, min(end, hole[1]) - max(start, hole[0])) for start, end in gaps)
