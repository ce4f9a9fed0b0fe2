"""The numbers of a report over a whole recording, from its beats as people are shown them.

RR statistics take every RR interval that is known: none crosses a gap. Variability takes NN intervals as `ecg.nn` has
them, corrected beats included: SDNN of all of them, SDANN of the means of 5-minute pieces that NN intervals fill by
80 % (told when 18 hours count), RMSSD and pNN50 of neighbours (Task Force 1996, table 1).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.day import FILLED, HOUR_PIECES, LEAST_HOURS, PIECE
from ecg.edited_variability import At
from ecg.findings import Quality
from ecg.labels import Rhythm
from ecg.nn_series import intervals_of
from ecg.rates import to_milliseconds
from ecg.types import Beat, QualityChange
from ecg.variability import ENOUGH_DIFFERENCES, ENOUGH_NN, LEAST_USED

LARGE_MS = 50.0
"""pNN50 counts neighbours that differ by more."""


@dataclass(frozen=True, slots=True)
class RRNumbers:
    """ms, of all RR intervals that are known; the index is that of the beat that ends the interval."""

    count: int
    mean: float
    median: float
    deviation: float
    shortest: At
    longest: At


@dataclass(frozen=True, slots=True)
class NNNumbers:
    """ms, pnn50 and used in percent; None where too little counts. used: share of the RR intervals that are NN.

    hours: time of the 5-minute pieces that count for SDANN.
    """

    count: int
    used: float | None
    hours: float
    sdnn: float | None = None
    sdann: float | None = None
    rmssd: float | None = None
    pnn50: float | None = None


def rr_numbers(beats: Sequence[Beat]) -> RRNumbers | None:
    """Of beats in order; None where no RR interval is known."""
    known = [(beat.rr, beat.index) for beat in beats if beat.rr is not None]
    if not known:
        return None
    intervals = np.array([rr for rr, _ in known], float)
    first, last = int(intervals.argmin()), int(intervals.argmax())
    spread = float(intervals.std(ddof=1)) if len(known) > 1 else 0.0
    mean, median, deviation = (
        _rounded(to_milliseconds(each)) for each in (float(intervals.mean()), float(np.median(intervals)), spread)
    )
    shortest, longest = (At(_rounded(to_milliseconds(known[at][0])), known[at][1]) for at in (first, last))
    return RRNumbers(len(known), mean, median, deviation, shortest, longest)


def nn_numbers(beats: Sequence[Beat], changes: Sequence[QualityChange]) -> NNNumbers:
    """Of all beats of a recording and all its changes of quality, in order."""
    entries = list(intervals_of(beats, changes))
    nn = np.array([(index, interval) for index, interval, _ in entries if interval is not None], float).reshape(-1, 2)
    steps = to_milliseconds(1) * np.array([step for _, _, step in entries if step is not None], float)
    used = 100 * len(nn) / len(entries) if entries else None
    hours, sdann = _pieces(nn)
    few = NNNumbers(len(nn), None if used is None else _rounded(used), _rounded(hours, 2))
    if used is None or used < LEAST_USED:
        return few
    sdnn = to_milliseconds(1) * float(nn[:, 1].std(ddof=1)) if len(nn) >= ENOUGH_NN else None
    rmssd = pnn50 = None
    if len(steps) >= ENOUGH_DIFFERENCES:
        rmssd = math.sqrt(float((steps**2).mean()))
        pnn50 = 100 * float((np.abs(steps) > LARGE_MS).mean())
    told = (None if each is None else _rounded(each) for each in (sdnn, sdann, rmssd, pnn50))
    return NNNumbers(few.count, few.used, few.hours, *told)


def _pieces(nn: NDArray[np.float64]) -> tuple[float, float | None]:
    """Hours that count, and SDANN in ms where these are enough. nn: index of the end and length, shape (n, 2)."""
    if not len(nn):
        return 0.0, None
    pieces = (nn[:, 0] // PIECE).astype(int)
    totals, counts = np.bincount(pieces, nn[:, 1]), np.bincount(pieces)
    filled = totals >= FILLED
    hours = float(filled.sum()) / HOUR_PIECES
    if hours < LEAST_HOURS:
        return hours, None
    return hours, to_milliseconds(1) * float((totals[filled] / counts[filled]).std(ddof=1))


def rhythm_shares(beats: Sequence[Beat]) -> dict[Rhythm | None, float]:
    """Share of the beats in each rhythm that the network is sure of, 0 to 1; None: it is not sure."""
    counts = Counter(beat.rhythm if beat.rhythm_sure else None for beat in beats)
    return {rhythm: count / len(beats) for rhythm, count in counts.items()} if beats else {}


def usable_samples(changes: Sequence[QualityChange], end: int) -> int:
    """House samples in [0, end) of which the signal is good. Before the first verdict it counts as that one says."""
    if not changes:
        return 0
    starts = [0, *(change.index for change in changes[1:]), end]
    spans = zip(changes, starts, starts[1:], strict=False)
    return sum(max(min(z, end) - a, 0) for change, a, z in spans if change.quality is Quality.GOOD)


def _rounded(number: float, decimals: int = 1) -> float:
    return round(number, decimals)
