"""Settling: the small segments of a recording's last minutes become one, and show in its overview.

The recorder stores samples every few seconds, so that little waits; it settles them a window at a time, window i being
the samples [i × n, (i + 1) × n). All that is done to a window is done in one transaction and may be repeated.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine, case, delete, select, update
from sqlmodel import col

from db.engine import fetch_all, writing
from db.models import Recording, Segment
from db.models_recorder import LedgerRow
from db.overview import widen_overview
from db.packing import unpack_segment
from db.rows import segment_row
from db.upserts import insert_new, table_of
from db.views import NewSegment
from ecg.errors import DamagedError

WINDOW_SECONDS = 300.0
"""12 rows for an hour of a patient; reading any moment of it unpacks less than half a millisecond's worth."""


class Window(NamedTuple):
    """The samples [start, end) of a recording; rate in Hz."""

    recording: str
    rate: float
    start: int
    end: int


def window_at(recording: str, rate: float, sample: int) -> Window:
    """The window that `sample` lies in."""
    size = round(WINDOW_SECONDS * rate)
    return Window(recording, rate, sample // size * size, sample // size * size + size)


def unsettled(engine: Engine) -> list[tuple[Window, int]]:
    """For each recording whose newest samples are not settled: the first window to settle, and how far it is stored."""
    facts = (col(Recording.id), col(Recording.rate), col(LedgerRow.settled), col(LedgerRow.until))
    question = select(*facts).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    rows = fetch_all(engine, question.where(col(LedgerRow.until) > col(LedgerRow.settled)))
    return [(window_at(name, rate, settled), until) for name, rate, settled, until in rows]


def settle(engine: Engine, windows: Iterable[Window]) -> list[str]:
    """Join the segments of these windows and make them show in the overview; in ONE transaction.

    Gives a sentence for each segment that is damaged: it stays as it is, and its samples are missing in the overview.
    """
    with writing(engine) as connection:
        return [word for window in windows for word in _settle_one(connection, window)]


def _settle_one(connection: Connection, window: Window) -> list[str]:
    rows, damaged = _segments(connection, window)
    for run in _runs(rows):
        if len(run) > 1:
            _replace(connection, run)
    widen_overview(connection, window.recording, window.rate, rows)
    ledger = table_of(LedgerRow)
    mine = (ledger.c.recording_id == window.recording, ledger.c.settled.between(window.start, window.end - 1))
    through = case((ledger.c.until < window.end, ledger.c.until), else_=window.end)
    connection.execute(update(ledger).where(*mine).values(settled=through))
    return damaged


def _segments(connection: Connection, window: Window) -> tuple[list[NewSegment], list[str]]:
    start = col(Segment.start)
    question = select(start, col(Segment.blob)).where(col(Segment.recording_id) == window.recording)
    whole: list[NewSegment] = []
    damaged: list[str] = []
    for first, blob in connection.execute(question.where(start >= window.start, start < window.end).order_by(start)):
        try:
            whole.append(NewSegment(window.recording, first, unpack_segment(window.recording, first, blob)))
        except DamagedError as error:
            damaged.append(str(error))
    return whole, damaged


def _runs(segments: Sequence[NewSegment]) -> list[list[NewSegment]]:
    """Segments without a gap between them, together."""
    runs: list[list[NewSegment]] = []
    for segment in segments:
        if runs and runs[-1][-1].end == segment.start:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return runs


def _replace(connection: Connection, run: Sequence[NewSegment]) -> None:
    table = table_of(Segment)
    first, last = run[0].start, run[-1].start
    inside = (table.c.recording_id == run[0].recording, table.c.start >= first, table.c.start <= last)
    connection.execute(delete(table).where(*inside))
    joined = NewSegment(run[0].recording, first, np.concatenate([each.samples for each in run]))
    insert_new(connection, Segment, [segment_row(joined)])
