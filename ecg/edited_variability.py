"""RR and NN intervals of a recording as people have said its beats are: of all of it, and of windows."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg import beat_columns
from ecg.beat_columns import BeatColumns
from ecg.corrections import UNKNOWN_RR
from ecg.day import FILLED, HOUR_PIECES, LEAST_HOURS, PIECE
from ecg.edited_findings import Steps
from ecg.histogram import BINS_PER_SECOND, LONGEST_NN, SHORTEST_NN, triangular_index
from ecg.nn import LARGEST_STEP
from ecg.nn_window import NN50, WINDOW
from ecg.rates import SAMPLE_RATE, to_milliseconds, to_seconds
from ecg.spectrum import band_powers
from ecg.variability import ANALYSED_EVERY, ENOUGH_DIFFERENCES, ENOUGH_NN, LEAST_USED

_ROOT_2 = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class At:
    """A number and the house sample at which it was true."""

    value: float
    index: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """RR and NN intervals (`ecg.nn`) of the whole recording. ms; pnn50 and nn_used (share of RR used) in percent; None
    where there are too few. shortest, longest: RR, with the index of the beat that ends it. sdann: of the means of
    5-minute pieces that NN intervals fill by 80 %, told when 18 hours count; nn_hours: how many do.
    """

    rr_mean: float | None
    shortest: At | None
    longest: At | None
    nn_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None
    sdann: float | None = None
    nn_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Windows:
    """Of the 5 minutes that end at some moments, as `ecg.variability.WindowNumbers` has them; NaN where too little is
    used. filled: whether NN intervals fill enough of it for its shape.
    """

    nn_used: NDArray[np.float64]
    rr_mean: NDArray[np.float64]
    sdnn: NDArray[np.float64]
    rmssd: NDArray[np.float64]
    pnn50: NDArray[np.float64]
    sd1: NDArray[np.float64]
    sd2: NDArray[np.float64]
    filled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WindowShapes:
    """The rest of the numbers of `Windows`."""

    triangular_index: NDArray[np.float64]
    lf: NDArray[np.float64]
    hf: NDArray[np.float64]
    total_power: NDArray[np.float64]


def edited_intervals(beats: BeatColumns, course: Steps) -> Intervals:
    """What `ecg.nn` takes of all RR intervals, and how they spread."""
    rr = np.where(beats.rr == UNKNOWN_RR, 0, beats.rr)
    trusted = _trusted(beats, course)
    used = _used(beats, rr, trusted)
    nn, steps = rr[used], np.diff(rr)[used[1:] & used[:-1]]
    known = int((beats.rr != UNKNOWN_RR).sum())
    extremes = (_rr_extreme(beats, trusted, 1), _rr_extreme(beats, trusted, -1))
    spread = Intervals(None, *extremes, None, None, None, None, None)
    if not known or not trusted.any():
        return spread
    spread = replace(spread, rr_mean=to_milliseconds(float(rr[trusted].mean())), nn_used=100 * len(nn) / known)
    hours, sdann = _pieces(beats.index[used], nn)
    spread = replace(spread, nn_hours=hours, sdann=sdann)
    if len(nn) > 1:
        spread = replace(spread, nn_mean=to_milliseconds(float(nn.mean())), sdnn=to_milliseconds(float(nn.std(ddof=1))))
    if len(steps) > 1:
        rmssd = to_milliseconds(float(np.sqrt(np.mean(steps.astype(float) ** 2))))
        spread = replace(spread, rmssd=rmssd, pnn50=100 * float((np.abs(steps) > NN50).mean()))
    return spread


def _pieces(ends: NDArray[np.int64], nn: NDArray[np.int64]) -> tuple[float, float | None]:
    """Hours that count, and SDANN in ms where these are enough (`ecg.day`)."""
    totals, counts = np.bincount(ends // PIECE, nn), np.bincount(ends // PIECE)
    filled = totals >= FILLED
    hours = float(filled.sum()) / HOUR_PIECES
    if hours < LEAST_HOURS:
        return hours, None
    return hours, to_milliseconds(1) * float((totals[filled] / counts[filled]).std(ddof=1))


def edited_windows(beats: BeatColumns, course: Steps, ends: NDArray[np.int64]) -> Windows:
    """What `ecg.variability` has of the 5 minutes before each of `ends`, but their shape."""
    rr = np.where(beats.rr == UNKNOWN_RR, 0, beats.rr)
    used = _used(beats, rr, _trusted(beats, course))
    paired = used & np.concatenate(([False], used[:-1]))
    step, pair = np.where(paired, np.diff(rr, prepend=0), 0), np.where(paired, rr + np.roll(rr, 1), 0)
    first, last = (np.searchsorted(beats.index, each, "right") for each in (ends - WINDOW, ends))

    def total(values: NDArray[np.generic], from_: NDArray[np.int64] = first) -> NDArray[np.float64]:
        sums = np.concatenate(([0.0], np.cumsum(values.astype(np.float64))))
        inside: NDArray[np.float64] = sums[last] - sums[from_]
        return inside

    both = np.minimum(first + 1, last)  # a pair counts while both its intervals are in the window
    known, count, pairs = total(beats.rr != UNKNOWN_RR), total(used), total(paired, both)
    sums, squares = total(np.where(used, rr, 0)), total(np.where(used, rr * rr, 0))
    steps, step_squares = total(step, both), total(step * step, both)
    share = np.divide(100 * count, known, out=np.full(len(ends), np.nan), where=known > 0)
    enough, paired_enough = (
        (share >= LEAST_USED) & (number >= least) for number, least in ((count, ENOUGH_NN), (pairs, ENOUGH_DIFFERENCES))
    )

    def ms(values: NDArray[np.float64], where: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.where(where, to_milliseconds(1) * values, np.nan)

    with np.errstate(divide="ignore", invalid="ignore"):
        return Windows(
            share,
            ms(sums / count, enough),
            ms(_deviation(count, sums, squares), enough),
            ms(np.sqrt(step_squares / pairs), paired_enough),
            np.where(paired_enough, 100 * total(np.abs(step) > NN50, both) / pairs, np.nan),
            ms(_deviation(pairs, steps, step_squares) / _ROOT_2, paired_enough),
            ms(_deviation(pairs, total(pair, both), total(pair * pair, both)) / _ROOT_2, paired_enough),
            (share >= LEAST_USED) & (sums >= FILLED),
        )


def _deviation(
    count: NDArray[np.float64], total: NDArray[np.float64], squares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As `ecg.day.deviation`."""
    spread: NDArray[np.float64] = np.sqrt(np.maximum(count * squares - total * total, 0) / (count * (count - 1)))
    return spread


def edited_shapes(beats: BeatColumns, course: Steps, ends: NDArray[np.int64]) -> WindowShapes:
    """The distribution and the spectrum of the 5 minutes before each of `ends`; they stand for `ANALYSED_EVERY`. A
    window costs a tenth of a millisecond.
    """
    used = _used(beats, np.where(beats.rr == UNKNOWN_RR, 0, beats.rr), _trusted(beats, course))
    index, nn = beats.index[used], beats.rr[used]
    made, which = np.unique(ends // ANALYSED_EVERY * ANALYSED_EVERY, return_inverse=True)
    first, last = (np.searchsorted(index, each, "right") for each in (made - WINDOW, made))
    shapes = [_shape(index[one:other], nn[one:other]) for one, other in zip(first, last, strict=True)]
    columns = np.array(shapes).reshape(-1, 4)[which]
    columns[~edited_windows(beats, course, ends).filled] = np.nan
    return WindowShapes(*columns.T)


def _shape(index: NDArray[np.int64], nn: NDArray[np.int64]) -> tuple[float, float, float, float]:
    if int(nn.sum()) < FILLED:
        return (np.nan,) * 4
    seconds, ms = (index - index[0]).astype(np.float64) * to_seconds(1), nn.astype(np.float64) * to_milliseconds(1)
    powers = band_powers(seconds, ms, (float(seconds[-1]) + to_seconds(int(nn[0]))) / len(nn))
    counts = np.bincount(nn * BINS_PER_SECOND // SAMPLE_RATE).tolist()
    return triangular_index(counts), powers.lf, powers.hf, powers.total


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
