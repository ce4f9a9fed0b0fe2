"""RR and NN intervals of a recording as people have said its beats are: of all of it, and of windows."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg import beat_columns
from ecg.beat_columns import BeatColumns
from ecg.corrections import UNKNOWN_RR
from ecg.edited_findings import Steps
from ecg.histogram import LONGEST_NN, SHORTEST_NN
from ecg.nn import LARGEST_STEP
from ecg.nn_window import NN50, WINDOW
from ecg.rates import to_milliseconds
from ecg.variability import ENOUGH_DIFFERENCES, ENOUGH_NN, LEAST_USED


@dataclass(frozen=True, slots=True)
class At:
    """A number and the house sample at which it was true."""

    value: float
    index: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """RR and NN intervals (`ecg.nn`) of the whole recording. ms; pnn50 and nn_used (share of RR used) in percent; None
    where there are too few. shortest, longest: RR, with the index of the beat that ends it.
    """

    rr_mean: float | None
    shortest: At | None
    longest: At | None
    nn_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None


@dataclass(frozen=True, slots=True)
class Windows:
    """Of the 5 minutes that end at some moments: ms, and percent of the RR; NaN where too little is used."""

    sdnn: NDArray[np.float64]
    rmssd: NDArray[np.float64]
    nn_used: NDArray[np.float64]


def edited_intervals(beats: BeatColumns, course: Steps) -> Intervals:
    """What `ecg.nn` takes of all RR intervals, and how they spread."""
    rr = np.where(beats.rr == UNKNOWN_RR, 0, beats.rr)
    trusted = _trusted(beats, course)
    used = _used(beats, rr, trusted)
    nn, steps = rr[used], np.diff(rr)[used[1:] & used[:-1]]
    known = int((beats.rr != UNKNOWN_RR).sum())
    spread = Intervals(None, _rr_extreme(beats, trusted, 1), _rr_extreme(beats, trusted, -1), *([None] * 5))
    if not known or not trusted.any():
        return spread
    spread = replace(spread, rr_mean=to_milliseconds(float(rr[trusted].mean())), nn_used=100 * len(nn) / known)
    if len(nn) > 1:
        spread = replace(spread, nn_mean=to_milliseconds(float(nn.mean())), sdnn=to_milliseconds(float(nn.std(ddof=1))))
    if len(steps) > 1:
        rmssd = to_milliseconds(float(np.sqrt(np.mean(steps.astype(float) ** 2))))
        spread = replace(spread, rmssd=rmssd, pnn50=100 * float((np.abs(steps) > NN50).mean()))
    return spread


def edited_windows(beats: BeatColumns, course: Steps, ends: NDArray[np.int64]) -> Windows:
    """SDNN and RMSSD of the 5 minutes before each of `ends`, as `ecg.variability` has them."""
    rr = np.where(beats.rr == UNKNOWN_RR, 0, beats.rr)
    used = _used(beats, rr, _trusted(beats, course))
    paired = used & np.concatenate(([False], used[:-1]))
    first, last = (np.searchsorted(beats.index, each, "right") for each in (ends - WINDOW, ends))

    def total(values: NDArray[np.generic]) -> NDArray[np.float64]:
        sums = np.concatenate(([0.0], np.cumsum(values.astype(np.float64))))
        inside: NDArray[np.float64] = sums[last] - sums[first]
        return inside

    known, count, pairs = total(beats.rr != UNKNOWN_RR), total(used), total(paired)
    sums, squares = total(np.where(used, rr, 0)), total(np.where(used, rr * rr, 0))
    steps = total(np.where(paired, np.diff(rr, prepend=0) ** 2, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * count / known
        spread = np.sqrt(np.maximum(count * squares - sums * sums, 0) / (count * (count - 1)))
        jumps = np.sqrt(steps / pairs)
    enough = share >= LEAST_USED
    return Windows(
        np.where(enough & (count >= ENOUGH_NN), to_milliseconds(1) * spread, np.nan),
        np.where(enough & (pairs >= ENOUGH_DIFFERENCES), to_milliseconds(1) * jumps, np.nan),
        share,
    )


def _trusted(beats: BeatColumns, course: Steps) -> NDArray[np.bool_]:
    trusted = np.zeros(len(beats.index), np.bool_)
    trusted[course.beat[course.trusted]] = True
    return trusted


def _used(beats: BeatColumns, rr: NDArray[np.int64], trusted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    normal = (beats.kind == beat_columns.NORMAL) & (beats.rhythm != beat_columns.FIBRILLATION)
    follows = np.concatenate(([False], normal[:-1]))
    possible = trusted & normal & follows & (rr >= SHORTEST_NN) & (rr <= LONGEST_NN)
    places = np.flatnonzero(possible)
    stretch, interval = np.cumsum(~trusted)[places], rr[places]
    used: NDArray[np.bool_] = possible.copy()
    if len(places) > 1:
        before = interval[:-1]
        jumps = np.abs(np.diff(interval)) * round(1 / LARGEST_STEP) > before
        used[places[1:][jumps & (np.diff(stretch) == 0)]] = False
    return used


def _rr_extreme(beats: BeatColumns, trusted: NDArray[np.bool_], sign: int) -> At | None:
    places = np.flatnonzero(trusted)
    if not len(places):
        return None
    place = places[int((sign * beats.rr[places]).argmin())]
    return At(to_milliseconds(int(beats.rr[place])), int(beats.index[place]))
