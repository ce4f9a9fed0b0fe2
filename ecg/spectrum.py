"""Power of the NN intervals in the bands of the Task Force, by the Lomb-Scargle periodogram. Exact and fast.

NN intervals stand where their beats stand: nothing is interpolated or resampled, and what was left out is left out.
The periodogram is the generalised one (Zechmeister and Kürster, A&A 496:577, 2009: the mean is fitted at each
frequency, as astropy does). It is scaled to a one-sided density in ms²/Hz: twice the power times the mean spacing of
the intervals, so that the density summed over all frequencies is the variance. Libraries that leave the scale out
(astropy, hrv-analysis, NeuroKit2 without `normalize`) differ by just this factor; ratios such as LF/HF are the same.

Cost: all frequencies are multiples of one, so e^iωt of any is a product of two small tables, and the sums over the
beats are one matrix product. No approximation is in it.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VLF, LF, HF = (1 / 300, 0.04), (0.04, 0.15), (0.15, 0.40)
"""Bands in Hz (Task Force 1996). VLF begins at 1/300 Hz, told as 0.0033 Hz: one period in the 5 minutes."""
STEP = 1 / 1200
"""Hz between frequencies: a quarter of what 5 minutes resolve, and every edge of a band is a multiple of it. On steep
spectra twice this step moved the power of a band by up to 1.7 %."""
_COUNT = round(HF[1] / STEP)
_ROWS = 32
"""e^iωt of frequency number 32 a + b is the product of entry a of one table and entry b of the other."""


class BandPowers(NamedTuple):
    """ms² in the bands; total is the sum of VLF, LF and HF."""

    lf: float
    hf: float
    total: float


def band_powers(seconds: NDArray[np.float64], intervals: NDArray[np.float64], spacing: float) -> BandPowers:
    """The power of NN `intervals` (ms, shape (n,), n >= 3, not all equal in time) that end at `seconds`.

    spacing: s, the time that the intervals span divided by their number.
    """
    density = 2 * spacing * lomb_scargle(seconds, intervals)
    vlf, lf, hf = (_integral(density, band) for band in (VLF, LF, HF))
    return BandPowers(lf, hf, vlf + lf + hf)


def lomb_scargle(seconds: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Generalised Lomb-Scargle power at `STEP`, 2 `STEP`, … `HF`'s end: float64, shape (480,)."""
    n = len(values)
    window, signal = _sums(seconds, values - values.mean())
    cos, sin = window.real[1 : _COUNT + 1] / n, window.imag[1 : _COUNT + 1] / n
    double = window[2::2] / n
    cos_cos, sin_sin = (1 + double.real) / 2 - cos * cos, (1 - double.real) / 2 - sin * sin
    cos_sin = double.imag / 2 - cos * sin
    y_cos, y_sin = signal.real[1:] / n, signal.imag[1:] / n
    explained = sin_sin * y_cos**2 + cos_cos * y_sin**2 - 2 * cos_sin * y_cos * y_sin
    power: NDArray[np.float64] = n / 2 * explained / (cos_cos * sin_sin - cos_sin**2)
    return power


def _sums(
    seconds: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Σ e^iωt at 0 … 960 steps and Σ values · e^iωt at 0 … 480 steps."""
    first = np.exp((2j * np.pi * STEP) * seconds)
    low = _powers(first, _ROWS)
    high = _powers(low[-1] * first, 2 * _COUNT // _ROWS + 1)
    sums = np.concatenate([high, high[: _COUNT // _ROWS + 1] * values]) @ low.T
    window, signal = sums[: len(high)].reshape(-1), sums[len(high) :].reshape(-1)
    return window[: 2 * _COUNT + 1], signal[: _COUNT + 1]


def _powers(base: NDArray[np.complex128], count: int) -> NDArray[np.complex128]:
    """`base` to the power 0 … count - 1, shape (count, n): each round doubles what is known."""
    table = np.empty((count, len(base)), np.complex128)
    table[0], table[1] = 1, base
    known = 1
    while known < count - 1:
        more = min(known, count - 1 - known)
        np.multiply(table[1 : more + 1], table[known], out=table[known + 1 : known + 1 + more])
        known += more
    return table


@lru_cache
def _places(band: tuple[float, float]) -> slice:
    return slice(round(band[0] / STEP) - 1, round(band[1] / STEP))


def _integral(density: NDArray[np.float64], band: tuple[float, float]) -> float:
    """By the trapezium rule, both edges of the band included."""
    inside = density[_places(band)]
    return STEP * float(inside.sum() - (inside[0] + inside[-1]) / 2)
