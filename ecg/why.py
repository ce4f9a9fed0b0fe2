"""Facts beside a beat's answer that a person can check: how early, how irregular, how wide, how like the usual beat.

Each is None where it cannot be measured: no fact is made up. Traces are filtered millivolts at the house rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from ecg.delineation import qrs_bounds
from ecg.rates import to_samples

USUAL_INTERVALS = 16
LEAST_INTERVALS = 5
"""Intervals before the beat's own from which a usual one is taken."""
EARLY_SHARE, LATE_SHARE = 0.85, 1.15
"""A beat is early or late when its RR is outside these shares of the usual. Breathing alone moves RR by about 10 %."""
IRREGULAR_OF = 20
REGULAR_BELOW, IRREGULAR_FROM = 0.05, 0.10
"""RMSSD / mean RR: 0.1 and more was taken for atrial fibrillation by Dash et al. 2009 (Ann Biomed Eng 37:1701-1709)."""
USUAL_BEATS, LEAST_BEATS = 16, 3
BEFORE_R, AFTER_R = to_samples(0.14), to_samples(0.36)
"""QRS and T of a beat; less after R where beats follow each other fast."""
AFTER_SHARE = 0.6
LAG = to_samples(0.020)

Trace = NDArray[np.floating]


class Timing(StrEnum):
    """When a beat came, against the usual interval."""

    EARLY = "early"
    ON_TIME = "on time"
    LATE = "late"


class Regularity(StrEnum):
    """How even the last intervals are."""

    REGULAR = "regular"
    SLIGHTLY_IRREGULAR = "slightly irregular"
    IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class Arrival:
    """rr and usual in samples."""

    rr: int
    usual: float

    @property
    def premature(self) -> float:
        """Share of the usual interval by which the beat came before its time; negative when it came after."""
        return 1 - self.rr / self.usual

    @property
    def timing(self) -> Timing:
        """In a word."""
        if self.rr <= EARLY_SHARE * self.usual:
            return Timing.EARLY
        return Timing.LATE if self.rr >= LATE_SHARE * self.usual else Timing.ON_TIME


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured of one beat. irregularity: RMSSD / mean RR. qrs_ms, usual_qrs_ms: widths in ms.

    likeness: correlation with the patient's usual beat, -1 to 1. usual_beats: of how many beats the usual one is made.
    """

    arrival: Arrival | None
    irregularity: float | None
    qrs_ms: float | None
    usual_qrs_ms: float | None
    likeness: float | None
    usual_beats: int


def measure(trace: Trace, peak: int, intervals: Sequence[int], usual_peaks: Sequence[int]) -> Facts:
    """All facts of the beat with its R peak at `trace[peak]`.

    intervals: the RR intervals up to and with the beat's own, in samples, none across a gap; empty without its own.
    usual_peaks: places in `trace` of the normal beats before it, in order; the last `USUAL_BEATS` count.
    """
    after = _after(intervals)
    whole = [cut for place in usual_peaks[-USUAL_BEATS:] if (cut := _cut(trace, place, BEFORE_R, after)) is not None]
    enough = len(whole) >= LEAST_BEATS
    widths = [bounds.width_ms for place in usual_peaks[-USUAL_BEATS:] if (bounds := qrs_bounds(trace, place))]
    bounds = qrs_bounds(trace, peak)
    return Facts(
        arrival(intervals),
        irregularity(intervals),
        bounds.width_ms if bounds else None,
        median(widths) if len(widths) >= LEAST_BEATS else None,
        likeness(trace, peak, np.median(whole, axis=0)) if enough else None,
        len(whole) if enough else 0,
    )


def arrival(intervals: Sequence[int]) -> Arrival | None:
    """The newest interval against the median of those before it; None for fewer than `LEAST_INTERVALS` of these."""
    before = intervals[-1 - USUAL_INTERVALS : -1]
    return Arrival(intervals[-1], median(before)) if len(before) >= LEAST_INTERVALS else None


def irregularity(intervals: Sequence[int]) -> float | None:
    """RMSSD of the last 20 intervals over their mean (Dash et al. 2009); None for fewer."""
    last = intervals[-IRREGULAR_OF:]
    if len(last) < IRREGULAR_OF:
        return None
    return float(mean((later - earlier) ** 2 for earlier, later in pairwise(last)) ** 0.5) / mean(last)


def regularity(share: float) -> Regularity:
    """An irregularity in words."""
    if share < REGULAR_BELOW:
        return Regularity.REGULAR
    return Regularity.IRREGULAR if share >= IRREGULAR_FROM else Regularity.SLIGHTLY_IRREGULAR


def likeness(trace: Trace, peak: int, usual: Trace) -> float | None:
    """Highest correlation of the beat with `usual`, which begins `BEFORE_R` before R, within ±20 ms.

    None where signal is missing, or where beat or usual beat is flat.
    """
    found = [
        _correlation(cut, usual) for lag in range(-LAG, LAG + 1) if (cut := _like(trace, peak + lag, usual)) is not None
    ]
    known = [each for each in found if each is not None]
    return max(known) if known else None


def _after(intervals: Sequence[int]) -> int:
    recent = intervals[-USUAL_INTERVALS:]
    return min(AFTER_R, int(AFTER_SHARE * median(recent))) if recent else AFTER_R


def _like(trace: Trace, place: int, usual: Trace) -> Trace | None:
    return _cut(trace, place, BEFORE_R, len(usual) - BEFORE_R)


def _cut(trace: Trace, place: int, before: int, after: int) -> Trace | None:
    """[place - before, place + after) if all of it is signal."""
    if place < before or place + after > len(trace):
        return None
    cut = trace[place - before : place + after]
    return cut if np.isfinite(cut).all() else None


def _correlation(one: Trace, other: Trace) -> float | None:
    """Pearson's; None where one of them is flat."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else None
