"""Trends of a patient over hours and weeks, in a bounded number of points whatever the length.

The recorder folds each minute that is over into one row (`fold_minutes`). Spans in steps of a minute or more are read
from these rows, shorter ones, and the newest minute of each recording, from the vital signs themselves.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, case, func, or_, select
from sqlmodel import col

from db.engine import reading
from db.models import Recording, VitalSignsRow
from db.models_recorder import LedgerRow
from db.models_trends import MEASURES, TrendRow
from db.time_line import among
from db.trend_views import Band, Trend
from db.upserts import insert_into, table_of
from ecg.rates import GRID, SAMPLE_RATE, to_samples, to_seconds
from ecg.types import VitalSigns

MINUTE, MINUTE_MS = to_samples(60.0), 60_000
SAMPLE_MS = 1000 // SAMPLE_RATE
_BEGUN = to_samples(5.0)
"""The first vital signs of a minute come this early in it, unless there is a gap."""
_PARTS = ("count", "low", "sum", "high")


def fold_minutes(connection: Connection, told: Iterable[VitalSigns]) -> None:
    """Keep the minutes that are over, where `told`, just stored, begin a new one. Harmless when repeated."""
    begun: dict[str, int] = {}
    for each in told:
        if each.index % MINUTE < _BEGUN:
            begun[each.recording] = max(each.index // MINUTE, begun.get(each.recording, 0))
    for recording, minute in begun.items():
        _fold(connection, recording, minute)


def _fold(connection: Connection, recording: str, until: int) -> None:
    rows, vitals = table_of(TrendRow), table_of(VitalSignsRow)
    newest = select(func.max(rows.c.minute)).where(rows.c.recording_id == recording)
    first = connection.execute(newest).scalar()
    minute = vitals.c["index"] // MINUTE
    over = select(vitals.c.recording_id, minute, *_counted(vitals)).where(vitals.c.recording_id == recording)
    since = 0 if first is None else (first + 1) * MINUTE
    over = over.where(vitals.c["index"] >= since, vitals.c["index"] < until * MINUTE)
    names = ["recording_id", "minute", "analysed", *(f"{name}_{part}" for name in MEASURES for part in _PARTS)]
    folded = over.group_by(vitals.c.recording_id, minute)
    connection.execute(insert_into(connection, TrendRow).from_select(names, folded).on_conflict_do_nothing())


def _counted(vitals: Table) -> list[ColumnElement[Any]]:
    """Of the vital signs of a group: points with a heart rate, then of each measure count, lowest, sum, highest."""
    on_grid = case((vitals.c.heart_rate.is_not(None) & (vitals.c["index"] % GRID == 0), 1), else_=0)
    made = ("count", "min", "sum", "max")
    return [func.sum(on_grid), *(getattr(func, make)(vitals.c[name]) for name in MEASURES for make in made)]


def _summed(rows: Table) -> list[ColumnElement[Any]]:
    """The same of rows that are folded already."""
    made = tuple(zip(_PARTS, ("sum", "min", "sum", "max"), strict=True))
    parts = [(f"{name}_{part}", make) for name in MEASURES for part, make in made]
    return [func.sum(rows.c.analysed), *(getattr(func, make)(rows.c[name]) for name, make in parts)]


def trend(
    engine: Engine, patient_id: int, start_ms: int, step_ms: int, count: int, recording: str | None = None
) -> Trend:
    """The patient's vital signs in `count` steps from wall time `start_ms` on, over all recordings, or of one alone.

    start_ms: a multiple of step_ms. step_ms: under a minute, or whole minutes. Where nothing is known, NaN.
    """
    end_ms = start_ms + count * step_ms
    numbers = np.full((1 + len(MEASURES) * len(_PARTS), count), np.nan)
    with reading(engine) as connection:
        for name, begun in _recordings(connection, among(patient_id, recording), start_ms, end_ms):
            for question in _questions(connection, name, start_ms - begun, end_ms - begun, step_ms, begun):
                _take(numbers, [tuple(row) for row in connection.execute(question)], start_ms // step_ms)
    bands = [_band(numbers[1 + at : 5 + at]) for at in range(0, len(MEASURES) * len(_PARTS), len(_PARTS))]
    return Trend(start_ms, step_ms, np.nan_to_num(numbers[0]) * to_seconds(GRID), *bands)


def _recordings(connection: Connection, mine: ColumnElement[bool], start_ms: int, end_ms: int) -> list[tuple[str, int]]:
    """Id and start of those that reach into this time, as far as their samples tell."""
    begun = col(Recording.started_ms)
    ended = begun + col(LedgerRow.until) * 1000.0 / col(Recording.rate)
    question = select(col(Recording.id), begun).outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    inside = (begun < end_ms, or_(col(LedgerRow.until).is_(None), ended > start_ms))
    rows = connection.execute(question.where(mine, *inside).order_by(begun))
    return [(row[0], row[1]) for row in rows]


def _questions(
    connection: Connection, recording: str, since_ms: int, until_ms: int, step_ms: int, begun: int
) -> list[Select[*tuple[Any, ...]]]:
    """What to ask of a recording that began at `begun`, between two times of its own."""
    first, last = since_ms // SAMPLE_MS, until_ms // SAMPLE_MS
    if step_ms < MINUTE_MS:
        return [_raw(recording, first, last, step_ms, begun)]
    rows = table_of(TrendRow)
    newest = connection.execute(select(func.max(rows.c.minute)).where(rows.c.recording_id == recording)).scalar()
    unfolded = 0 if newest is None else (newest + 1) * MINUTE
    bucket = (rows.c.minute * MINUTE_MS + begun) // step_ms
    minutes = (rows.c.minute >= since_ms // MINUTE_MS, rows.c.minute < until_ms // MINUTE_MS)
    folded = select(bucket, *_summed(rows)).where(rows.c.recording_id == recording, *minutes).group_by(bucket)
    return [folded, _raw(recording, max(first, unfolded), last, step_ms, begun)]


def _raw(recording: str, first: int, last: int, step_ms: int, begun: int) -> Select[*tuple[Any, ...]]:
    vitals = table_of(VitalSignsRow)
    index = vitals.c["index"]
    bucket = (index * SAMPLE_MS + begun) // step_ms
    inside = (vitals.c.recording_id == recording, index >= first, index < last)
    return select(bucket, *_counted(vitals)).where(*inside).group_by(bucket)


def _take(numbers: NDArray[np.float64], rows: list[tuple[Any, ...]], first: int) -> None:
    """Merge rows (number of the step, then the columns) into `numbers`, shape (columns, steps)."""
    if not rows:
        return
    table = np.array(rows, float).T
    at = table[0].astype(int) - first
    inside = (at >= 0) & (at < numbers.shape[1])
    at, new = at[inside], table[1:, inside]
    before = numbers[:, at]
    both = np.where(np.isnan(before), new, np.where(np.isnan(new), before, before + new))
    both[2::4], both[4::4] = np.fmin(before[2::4], new[2::4]), np.fmax(before[4::4], new[4::4])
    numbers[:, at] = both


def _band(numbers: NDArray[np.float64]) -> Band:
    count, low, total, high = numbers
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return Band(low, mean, high)
