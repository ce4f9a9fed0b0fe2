"""The trend of a recording of which people have said what its beats are, in the steps of `db.trends`. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from db.edited import Edited
from db.trend_views import Band, Stretch, Trend
from ecg.edited_variability import edited_windows
from ecg.rates import GRID, to_milliseconds, to_seconds

SAMPLE_MS = to_milliseconds(1)


def edited_trend(result: Edited, told: Trend, started_ms: int) -> Trend:
    """In the steps of `told`, the trend that the recording has without the edits."""
    count = len(told.analysed)
    rates, known = result.rates, np.isfinite(result.rates.value)
    step = ((rates.index * SAMPLE_MS + started_ms - told.start_ms) // told.step_ms).astype(np.int64)
    known &= (step >= 0) & (step < count)
    analysed = np.bincount(step[known & rates.on_grid], minlength=count).astype(np.float64) * to_seconds(GRID)
    ends = ((told.start_ms - started_ms + told.step_ms * np.arange(1, count + 1)) / SAMPLE_MS).astype(np.int64)
    windows = edited_windows(result.beats, result.steps, np.minimum(ends, result.until))
    there = analysed > 0
    return Trend(
        told.start_ms,
        told.step_ms,
        analysed,
        _band(step[known], rates.value[known], count),
        *(_flat(np.where(there, each, np.nan)) for each in (windows.sdnn, windows.rmssd, windows.nn_used)),
    )


def edited_stretches(result: Edited, started_ms: int) -> Sequence[Stretch]:
    """Each episode by itself."""
    until = result.until

    def stretch(start: int, end: int | None) -> tuple[int, int]:
        return started_ms + round(start * SAMPLE_MS), started_ms + round((until if end is None else end) * SAMPLE_MS)

    times = [(each, *stretch(each.start, each.end)) for each in result.episodes]
    return [Stretch(each.finding, start, end, end - start, 1, each.recording) for each, start, end in times]


def _band(step: NDArray[np.int64], value: NDArray[np.float64], count: int) -> Band:
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, step, value)
    np.maximum.at(high, step, value)
    number = np.bincount(step, minlength=count)
    total = np.bincount(step, weights=value, minlength=count)
    mean = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return Band(np.where(number > 0, low, np.nan), mean, np.where(number > 0, high, np.nan))


def _flat(value: NDArray[np.float64]) -> Band:
    return Band(value, value, value)
