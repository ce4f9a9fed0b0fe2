"""The overview of a recording: made from raw samples by the recorder, asked for by pages."""

from collections.abc import Iterable, Sequence
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from db.engine import reading
from db.ledger import ledger
from db.models import Segment
from db.models_recorder import LedgerRow, MissingRow, OverviewRow
from db.packing import MAX_SEGMENT_SAMPLES, unpack_segment
from db.purged import purged_stretches
from db.pyramid import (
    CELLS,
    LEVEL_SECONDS,
    Blocks,
    Cells,
    blocks_of,
    edges,
    fold,
    grouped,
    merged,
    no_cells,
    pack_cells,
    unpack_cells,
)
from db.upserts import table_of, upsert
from db.views import NewSegment, Overview, RecordingView

POINTS = 2000


def widen_overview(connection: Connection, recording: str, rate: float, segments: Iterable[NewSegment]) -> None:
    """Make these samples show in the stored overview. Harmless when repeated."""
    fresh: Blocks = {}
    for segment in segments:
        fresh = merged(fresh, blocks_of(segment.start, segment.samples, rate))
    whole = merged(_stored(connection, recording, fresh), fresh)
    rows = [
        {"recording_id": recording, "level": level, "block": block, "cells": pack_cells(cells)}
        for (level, block), cells in whole.items()
    ]
    upsert(connection, OverviewRow, rows)


def _stored(connection: Connection, recording: str, wanted: Iterable[tuple[int, int]]) -> Blocks:
    found: Blocks = {}
    for level in {level for level, _ in wanted}:
        numbers = [block for each, block in wanted if each == level]
        found |= _blocks(connection, recording, level, min(numbers), max(numbers))
    return {key: cells for key, cells in found.items() if key in set(wanted)}


def _blocks(connection: Connection, recording: str, level: int, first: int, last: int) -> Blocks:
    table = table_of(OverviewRow)
    question = select(table.c.block, table.c.cells).where(table.c.recording_id == recording, table.c.level == level)
    rows = connection.execute(question.where(table.c.block >= first, table.c.block <= last))
    return {(level, row[0]): unpack_cells(row[1]) for row in rows}


def overview(engine: Engine, recording: RecordingView, start: float, end: float, points: int = POINTS) -> Overview:
    """The seconds [start, end) of a recording in at most `points` points, and one more where cells reach over the ends.

    Nothing is filled in: `share` says how much of each point's time was received. What is stored and not yet in the
    overview (the last five minutes) is read from the raw samples. Raises DamagedError.
    """
    start, end = max(start, 0.0), max(end, start, 0.0)
    level = _level(end - start, points)
    if level is None and _is_purged(engine, recording, start, end):
        level = 0  # the finest there is
    with reading(engine) as connection:
        if level is None:
            return _of_samples(connection, recording, start, end, points)
        return _of_cells(connection, recording, start, end, points, level)


def _level(span: float, points: int) -> int | None:
    """The coarsest level that still fills half of the points; None for the samples themselves."""
    fine = [level for level, seconds in enumerate(LEVEL_SECONDS) if span / seconds >= points / 2]
    return max(fine, default=None)


def _is_purged(engine: Engine, recording: RecordingView, start: float, end: float) -> bool:
    known = ledger(engine, recording.id)
    gone = [] if known is None else purged_stretches(engine, known)
    return any(first < end * recording.rate and last > start * recording.rate for first, last in gone)


def _of_samples(connection: Connection, recording: RecordingView, start: float, end: float, points: int) -> Overview:
    rate = recording.rate
    first, last = floor(start * rate), ceil(end * rate)
    size = max(1, ceil((last - first) / points))
    borders = np.arange(first, last + size, size)
    cells = no_cells(len(borders) - 1)
    _fold_samples(connection, recording.id, cells, borders)
    return Overview(first / rate, size / rate, cells, _share(connection, recording.id, borders))


def _of_cells(
    connection: Connection, recording: RecordingView, start: float, end: float, points: int, level: int
) -> Overview:
    seconds = LEVEL_SECONDS[level]
    size = max(1, ceil((end - start) / seconds / points))
    first = floor(start / seconds / size) * size
    count = ceil((end / seconds - first) / size) * size
    cells = _cells(connection, recording.id, level, first, count)
    borders = edges(first, count, seconds, recording.rate)
    _fold_samples(connection, recording.id, cells, borders, _settled(connection, recording.id))
    coarse = borders[::size]
    share = _share(connection, recording.id, coarse)
    return Overview(float(first * seconds), float(size * seconds), grouped(cells, size), share)


def _cells(connection: Connection, recording: str, level: int, first: int, count: int) -> Cells:
    begin, last = first // CELLS, (first + count - 1) // CELLS
    cells = no_cells(CELLS * (last - begin + 1))
    for (_, block), stored in _blocks(connection, recording, level, begin, last).items():
        cells[:, (block - begin) * CELLS :][:, :CELLS] = stored
    return cells[:, first - begin * CELLS :][:, :count]


def _fold_samples(
    connection: Connection, recording: str, cells: Cells, borders: NDArray[np.int64], start: int = 0
) -> None:
    """Widen the cells by the stored samples from `start` on."""
    first, last = max(int(borders[0]), start), int(borders[-1])
    after = col(Segment.start) + col(Segment.count)
    question = select(col(Segment.start), col(Segment.blob)).where(col(Segment.recording_id) == recording)
    near = question.where(col(Segment.start) > first - MAX_SEGMENT_SAMPLES, col(Segment.start) < last)
    for row in connection.execute(near.where(after > first)):
        fold(cells, borders, row[0], unpack_segment(recording, row[0], row[1]))


def _settled(connection: Connection, recording: str) -> int:
    question = select(col(LedgerRow.settled)).where(col(LedgerRow.recording_id) == recording)
    return int(connection.execute(question).scalar() or 0)


def _share(connection: Connection, recording: str, borders: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much of each stretch between two borders was received, by the ledger."""
    ledger = select(col(LedgerRow.until)).where(col(LedgerRow.recording_id) == recording)
    until = int(connection.execute(ledger).scalar() or 0)
    holes = select(col(MissingRow.start), col(MissingRow.end)).where(col(MissingRow.recording_id) == recording)
    inside = holes.where(col(MissingRow.start) < int(borders[-1]), col(MissingRow.end) > int(borders[0]))
    absent = [tuple(row) for row in connection.execute(inside.order_by(col(MissingRow.start)))]
    return _received(borders, [*absent, (until, max(until, int(borders[-1])))])


def _received(borders: NDArray[np.int64], absent: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
    knots = np.array(absent, dtype=np.int64)
    lost = np.concatenate([[0], np.cumsum(knots[:, 1] - knots[:, 0])])
    at = np.ravel(knots)
    before = np.interp(borders, at, np.stack([lost[:-1], lost[1:]], axis=1).ravel())
    share: NDArray[np.float64] = 1 - np.diff(before) / np.diff(borders)
    return share
