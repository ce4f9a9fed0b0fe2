"""Power of the NN intervals in the bands of the Task Force, by the Lomb-Scargle periodogram. Exact and fast.

NN intervals stand where their beats stand: nothing is interpolated or resampled, and what was left out is left out.
The periodogram is the generalised one (Zechmeister and Kürster, A&A 496:577, 2009: the mean is fitted at each
frequency, as astropy does). It is scaled to a one-sided density in ms²/Hz: twice the power times the mean spacing of
the intervals, so that the density summed over all frequencies is the variance. Libraries that leave the scale out
(astropy, hrv-analysis, NeuroKit2 without `normalize`) differ by just this factor; ratios such as LF/HF are the same.

Cost: all frequencies are multiples of one, so e^iωt of any is a product out of two small tables, of which the sums
and differences of four real products serve two frequencies. No approximation is in it. A matrix product of numpy would
do the same, and wake all threads of its library for a tenth of a millisecond.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

VLF, LF, HF = (1 / 300, 0.04), (0.04, 0.15), (0.15, 0.40)
"""Bands in Hz (Task Force 1996). VLF begins at 1/300 Hz, told as 0.0033 Hz: one period in the 5 minutes."""
STEP = 1 / 1200
"""Hz between frequencies: a quarter of what 5 minutes resolve, and every edge of a band is a multiple of it. On steep
spectra twice this step moved the power of a band by up to 1.7 %."""
_COUNT = round(HF[1] / STEP)
_LANES = 16
_ROWS = 2 * _COUNT // (2 * _LANES)
"""Frequencies number 1 to 960 are 30 rows of 32, each 16 on either side of its middle: 32 row + 16.5 ± (lane + 0.5)."""
_APART = 1e-12  # below it cosine and sine are one and the same at the beats, as at exactly half their frequency
_TOGETHER = 4  # beats: so many are summed up before the sums go back to memory


class BandPowers(NamedTuple):
    """ms² in the bands; total is the sum of VLF, LF and HF."""

    lf: float
    hf: float
    total: float


def band_powers(seconds: NDArray[np.float64], intervals: NDArray[np.float64], spacing: float) -> BandPowers:
    """The power of NN `intervals` (ms, shape (n,), n >= 3, not all equal in time) that end at `seconds`.

    spacing: s, the time that the intervals span divided by their number.
    """
    return powers_of(density(seconds, intervals, spacing))


def density(seconds: NDArray[np.float64], intervals: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """One-sided density in ms²/Hz at `STEP`, 2 `STEP`, … `HF`'s end, shape (480,); arguments as of `band_powers`."""
    dense: NDArray[np.float64] = 2 * spacing * lomb_scargle(seconds, intervals)
    return dense


def powers_of(dense: NDArray[np.float64]) -> BandPowers:
    """The power in the bands of a density of `density`."""
    vlf, lf, hf = (_integral(dense, band) for band in (VLF, LF, HF))
    return BandPowers(lf, hf, vlf + lf + hf)


def lomb_scargle(seconds: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Generalised Lomb-Scargle power at `STEP`, 2 `STEP`, … `HF`'s end: float64, shape (480,)."""
    power = np.empty(_COUNT)
    _periodogram(seconds, values - values.mean(), power)
    return power


@compiled
def _periodogram(seconds: NDArray[np.float64], values: NDArray[np.float64], power: NDArray[np.float64]) -> None:
    """values: their mean is 0. power: shape (480,), written."""
    n, window, signal = len(values), np.zeros((_ROWS, 4, _LANES)), np.zeros((_ROWS // 2, 4, _LANES))
    lanes, rows = np.zeros((_TOGETHER, 2, _LANES)), np.zeros((_TOGETHER, 2, _ROWS))
    ones, weights = np.ones(_TOGETHER), np.zeros(_TOGETHER)
    for first in range(0, n, _TOGETHER):
        for place in range(_TOGETHER):
            if first + place < n:
                weights[place] = values[first + place]
                _turn(math.pi * STEP * seconds[first + place], lanes[place], rows[place])
            else:
                lanes[place] = 0.0
        _add(window, ones, lanes, rows)
        _add(signal, weights, lanes, rows)
    for place in range(_COUNT):
        cos, sin = _sum_at(window, place + 1)
        cos_double, sin_double = _sum_at(window, 2 * place + 2)
        y_cos, y_sin = _sum_at(signal, place + 1)
        cos, sin, y_cos, y_sin = cos / n, sin / n, y_cos / n, y_sin / n
        cos_cos, sin_sin = (1 + cos_double / n) / 2 - cos * cos, (1 - cos_double / n) / 2 - sin * sin
        cos_sin = sin_double / n / 2 - cos * sin
        power[place] = n / 2 * _explained(cos_cos, sin_sin, cos_sin, y_cos, y_sin)


@compiled
def _explained(cos_cos: float, sin_sin: float, cos_sin: float, y_cos: float, y_sin: float) -> float:
    """Mean square of the best fit of cosine and sine, from the means of their products among them and with y."""
    apart = cos_cos * sin_sin - cos_sin * cos_sin
    if apart > _APART:
        return (sin_sin * y_cos * y_cos + cos_cos * y_sin * y_sin - 2 * cos_sin * y_cos * y_sin) / apart
    both = cos_cos + sin_sin
    return (y_cos * y_cos + y_sin * y_sin) / both if both > _APART else 0.0


@compiled
def _turn(half: float, lanes: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
    """Cosines and sines, each shape (2, n), of the odd multiples of `half` the angle between two frequencies, and of
    the rows' middles, 33, 97, 161, … times `half`.
    """
    cos, sin = math.cos(half), math.sin(half)
    step_cos, step_sin = cos * cos - sin * sin, 2 * cos * sin
    cos, sin = _multiples(cos, sin, step_cos, step_sin, lanes)
    for _ in range(5):
        step_cos, step_sin = step_cos * step_cos - step_sin * step_sin, 2 * step_cos * step_sin
    _multiples(cos, sin, step_cos, step_sin, rows)


@compiled
def _multiples(cos: float, sin: float, step_cos: float, step_sin: float,
               table: NDArray[np.float64]) -> tuple[float, float]:  # fmt: skip
    """Fill `table` with an angle and those that lie 1, 2, … steps after it; the one that would come next."""
    known, size = 1, table.shape[1]
    first_cos, first_sin = cos, sin
    table[0, 0], table[1, 0] = cos, sin
    cos, sin = step_cos, step_sin
    while known < size:
        for place in range(min(known, size - known)):
            table[0, known + place] = table[0, place] * cos - table[1, place] * sin
            table[1, known + place] = table[1, place] * cos + table[0, place] * sin
        cos, sin, known = cos * cos - sin * sin, 2 * cos * sin, 2 * known
    return first_cos * cos - first_sin * sin, first_sin * cos + first_cos * sin


@compiled
def _add(sums: NDArray[np.float64], weights: NDArray[np.float64], lanes: NDArray[np.float64],
         rows: NDArray[np.float64]) -> None:  # fmt: skip
    """Add `_TOGETHER` beats. sums: shape (rows, 4, _LANES): cos cos, sin sin, sin cos, cos sin of row and lane."""
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    b0, b1, b2, b3 = lanes[0, 0], lanes[1, 0], lanes[2, 0], lanes[3, 0]
    d0, d1, d2, d3 = lanes[0, 1], lanes[1, 1], lanes[2, 1], lanes[3, 1]
    for row in range(len(sums)):
        cos_cos, sin_sin, sin_cos, cos_sin = sums[row, 0], sums[row, 1], sums[row, 2], sums[row, 3]
        c0, c1, c2, c3 = w0 * rows[0, 0, row], w1 * rows[1, 0, row], w2 * rows[2, 0, row], w3 * rows[3, 0, row]
        s0, s1, s2, s3 = w0 * rows[0, 1, row], w1 * rows[1, 1, row], w2 * rows[2, 1, row], w3 * rows[3, 1, row]
        for lane in range(_LANES):
            cos_cos[lane] += c0 * b0[lane] + c1 * b1[lane] + c2 * b2[lane] + c3 * b3[lane]
            sin_sin[lane] += s0 * d0[lane] + s1 * d1[lane] + s2 * d2[lane] + s3 * d3[lane]
            sin_cos[lane] += s0 * b0[lane] + s1 * b1[lane] + s2 * b2[lane] + s3 * b3[lane]
            cos_sin[lane] += c0 * d0[lane] + c1 * d1[lane] + c2 * d2[lane] + c3 * d3[lane]


@compiled
def _sum_at(sums: NDArray[np.float64], number: int) -> tuple[float, float]:
    """Cosines and sines summed at the frequency of that number, from 1."""
    row, place = (number - 1) // (2 * _LANES), (number - 1) % (2 * _LANES)
    if place < _LANES:
        here = sums[row, :, _LANES - 1 - place]
        return here[0] + here[1], here[2] - here[3]
    here = sums[row, :, place - _LANES]
    return here[0] - here[1], here[2] + here[3]


@lru_cache
def _places(band: tuple[float, float]) -> slice:
    return slice(round(band[0] / STEP) - 1, round(band[1] / STEP))


def _integral(dense: NDArray[np.float64], band: tuple[float, float]) -> float:
    """By the trapezium rule, both edges of the band included."""
    inside = dense[_places(band)]
    return STEP * float(inside.sum() - (inside[0] + inside[-1]) / 2)
