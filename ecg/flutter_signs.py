"""Whether a signal whose beats can be doubted looks like ventricular fibrillation or flutter: then it is no artefact.

Four signs on the last 4 s: much of the signal far from its middle (TCSC: Arafat, Chowdhury, Hasan 2011), no rare steep
slopes (after Jekova, Krasteva 2004), a period that repeats (leakage of the VF filter: Kuo, Dillman 1978) and lies in
2.5 to 10 Hz. They stand in 93 % of the seconds of flutter in MIT-BIH record 207, and in none of 12 records' noisy ones
(em, ma and bw at 6, 0 and -6 dB, two minutes each).
"""

import math

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

POINTS = 500  # every second sample of 4 s
SETTLING = 400  # points before them, in which the baseline is learnt
BASELINE = 0.04  # share of the way to the signal that the baseline goes with each point: 0.8 Hz
LEVEL, LEAST_BEYOND = 0.2, 0.42  # of the highest; share of the points
MOST_KURTOSIS = 6.5
MOST_LEAKAGE = 0.65
SLOWEST, FASTEST = 25.0, 6.25  # points in half a period: 2.5 and 10 Hz
LEAST_DEVIATION = 0.08  # mV: finer fibrillation cannot be told from noise


@compiled
def flutters(raw: NDArray[np.float32], end: int) -> bool:
    """Whether the 4 s of `raw` (mV, a ring) before the sample `end` look like it; False where samples are missing."""
    if end < 2 * (POINTS + SETTLING) + 4:
        return False
    trace = _trace(raw, end)
    highest = mean = 0.0
    for value in trace:
        highest, mean = max(highest, abs(value)), mean + value * value / POINTS
    beyond, total, slopes = 0, 0.0, 0.0
    squares = fourths = 0.0
    for at in range(1, POINTS):
        slope = trace[at] - trace[at - 1]
        beyond += abs(trace[at]) > LEVEL * highest
        total, slopes = total + abs(trace[at]), slopes + abs(slope)
        squares, fourths = squares + slope**2 / POINTS, fourths + slope**4 / POINTS
    if not (beyond > LEAST_BEYOND * POINTS and mean > LEAST_DEVIATION**2 and fourths < MOST_KURTOSIS * squares**2):
        return False
    half_period = math.pi * total / slopes
    return FASTEST < half_period < SLOWEST and _leakage(trace, int(half_period + 0.5)) < MOST_LEAKAGE


@compiled
def _trace(raw: NDArray[np.float32], end: int) -> NDArray[np.float64]:
    """Every second sample without hum and baseline, shape (POINTS,)."""
    trace, first, baseline = np.zeros(POINTS), end - 2 * (POINTS + SETTLING), 0.0
    for point in range(POINTS + SETTLING):
        value = 0.0
        for tap in range(5):
            value += 0.2 * raw[(first + 2 * point - tap) % len(raw)]
        baseline = value if point == 0 else baseline + BASELINE * (value - baseline)
        if point >= SETTLING:
            trace[point - SETTLING] = value - baseline
    return trace


@compiled
def _leakage(trace: NDArray[np.float64], half_period: int) -> float:
    """What a filter with a zero at the mean period lets through: 0 for a sine of that period, 1 for none."""
    through = total = 0.0
    for at in range(half_period, len(trace)):
        through += abs(trace[at] + trace[at - half_period])
        total += abs(trace[at]) + abs(trace[at - half_period])
    return through / total
