"""The heart rate around an alert as lines of an SVG whose box is 1000 by 100. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDE, HIGH = 1000.0, 100.0
LEAST_REACH = 30.0
"""/min that the picture shows at least: small changes do not fill it."""


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the picture. y: percent from the top."""

    words: str
    y: float


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """path: of an SVG path, "" where no rate is known. since, until: percent from the left, of the alert. levels: the
    limits and the extremes.
    """

    path: str
    since: float
    until: float
    levels: tuple[Level, ...]


def trend_picture(rates: NDArray[np.float64], share: tuple[float, float], limits: Sequence[float]) -> TrendPicture:
    """rates: /min, shape (n,), NaN where none was told. share: of the width, where the alert begins and ends."""
    since, until = (100 * min(max(each, 0.0), 1.0) for each in share)
    known = rates[~np.isnan(rates)]
    if not len(known):
        return TrendPicture("", since, until, ())
    marks = sorted({round(float(each)) for each in (*limits, known.max())})
    low, high = min(known.min(), marks[0]), max(known.max(), marks[-1])
    spare = max(LEAST_REACH - (high - low), 0.1 * (high - low)) / 2
    low, high = low - spare, high + spare
    levels = [Level(str(each), 100 * (high - each) / (high - low)) for each in marks]
    return TrendPicture(_path(rates, low, high), since, max(until, since + 0.6), _apart(levels))


def _path(rates: NDArray[np.float64], low: float, high: float) -> str:
    """Moves where a rate begins, lines while it goes on: nothing is drawn over what is not known."""
    parts, down = [], False
    for number, rate in enumerate(rates):
        if np.isnan(rate):
            down = False
            continue
        x, y = WIDE * (number + 0.5) / len(rates), HIGH * (high - rate) / (high - low)
        parts.append(f"{'L' if down else 'M'}{x:.1f} {y:.2f}" + ("" if down else "h1"))
        down = True
    return "".join(parts)


def _apart(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Those whose words do not lie over each other."""
    kept: list[Level] = []
    for level in levels:
        if not kept or kept[-1].y - level.y > 12:
            kept.append(level)
    return tuple(kept)
