"""The evidence by which a hump is judged: EVIDENCE numbers, and the network that weighs them.

The first WINDOW numbers are the signal around the R peak, turned so that its tallest wave is upright; then the
envelope around the hump; then the measures of `_measure`: its height over that of complexes, noise and neighbours,
how well it is in time, what it is like, how crowded and how sure the last seconds were. Ratios are given as
logarithms, so a lead's gain does not matter.
"""

import math

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.humps import EVIDENCE, PROFILE, REFRACTORY, RR_MEMORY, TINY, USUAL_RR, WINDOW, State
from ecg.shapes import QRS_END, QRS_FIRST, alike

T_WAVE = 90  # 0.36 s
EARLIEST = 0.35  # usual RR intervals: earlier is no less likely, or a sudden tachycardia would not be followed
LEAST_RATIO, LARGEST_RATIO = 0.02, 50.0
FIRST, SECOND = 32, 16  # units of the layers


@compiled
def gather(state: State, hump: State, usual_rr: float) -> None:
    """Write all evidence about `hump` into `state.evidence`."""
    evidence, window = state.evidence, hump.window
    tallest, sign = 0.0, 1.0
    for place in range(QRS_FIRST, QRS_END):
        if abs(window[place]) > tallest:
            tallest, sign = abs(window[place]), 1.0 if window[place] > 0 else -1.0
    for place in range(WINDOW):
        evidence[place] = sign * window[place]
    for place in range(len(PROFILE)):
        evidence[WINDOW + place] = hump.profile[place]
    measures = evidence[WINDOW + len(PROFILE) :]
    _measure_height(state, hump, measures[:14])
    _measure_time(state, hump.at, usual_rr, measures[14:23])
    _measure_rivals(state, hump, usual_rr, measures[23:26])
    _measure_shape(state, hump, measures[26:32])
    measures[32], measures[33] = state.crowd, state.trust
    measures[34], measures[35] = state.doubt, min(state.usuals, 10) / 10.0


@compiled
def _log(ratio: float) -> float:
    return math.log(min(max(ratio, LEAST_RATIO), LARGEST_RATIO))


@compiled
def _measure_height(state: State, hump: State, into: NDArray[np.float64]) -> None:
    height, known = hump.height, state.last_height > 0
    beside = _log(height / state.last_height) if known else 0.0
    into[0] = _log(height / state.signal)
    into[1] = _log(height / (state.noise + TINY))
    into[2] = _log(height / (hump.around + TINY))
    into[3] = _log(height / (max(hump.before, hump.after) + TINY))
    into[4] = _log(height / (hump.before + TINY))
    into[5] = _log(height / (hump.after + TINY))
    into[6] = _log(hump.ahead / height)
    into[7] = _log(hump.behind / height)
    into[8] = beside
    into[9] = beside if hump.at - state.last < T_WAVE else 0.0
    into[10] = _log(height / state.height_before) if state.height_before > 0 else 0.0
    into[11] = _log(state.noise / state.signal)
    into[12] = _log((hump.around + TINY) / state.signal)
    into[13] = max(into[6], 0.0)


@compiled
def _measure_time(state: State, at: int, usual_rr: float, into: NDArray[np.float64]) -> None:
    since, irregular = at - state.last, 0.0
    last_rr, rr_before = state.rr[(state.intervals - 1) % RR_MEMORY], state.rr[(state.intervals - 2) % RR_MEMORY]
    for interval in state.rr:
        irregular += abs(interval - usual_rr)
    usuals = since / usual_rr
    into[0] = _log(usuals)
    into[1] = _log(min(max(usuals, EARLIEST), 1.0))
    into[2] = abs(usuals - math.floor(usuals + 0.5))
    into[3] = _log(since / last_rr)
    into[4] = _log(since / rr_before)
    into[5] = _log(since / USUAL_RR)
    into[6] = _log(last_rr / usual_rr)
    into[7] = _log(usual_rr / USUAL_RR)
    into[8] = irregular / (RR_MEMORY * usual_rr)


@compiled
def _measure_rivals(state: State, hump: State, usual_rr: float, into: NDArray[np.float64]) -> None:
    """Of the humps between the last complex and this: the highest, the likeliest, and how long ago that was."""
    highest, likeliest, place_of_it = TINY, -10.0, state.last
    for place in range(state.waiting):
        rival = state.hump[place]
        if rival.at < hump.at and rival.at - state.last >= REFRACTORY:
            highest = max(highest, rival.height)
            if rival.total > likeliest:
                likeliest, place_of_it = rival.total, rival.at
    into[0] = _log(hump.height / highest)
    into[1] = likeliest / 5.0
    into[2] = _log((hump.at - place_of_it) / usual_rr)


@compiled
def _measure_shape(state: State, hump: State, into: NDArray[np.float64]) -> None:
    into[0] = hump.like
    into[1:] = 0.0
    if state.usuals > 0:
        into[1] = alike(state.usual, hump.window, 0, QRS_FIRST)
        into[2] = alike(state.usual, hump.window, QRS_FIRST, QRS_END)
        into[3] = alike(state.usual, hump.window, QRS_END, WINDOW)
    if state.others > 0:
        into[4] = alike(state.other, hump.window, QRS_FIRST, QRS_END)
        into[5] = alike(state.other, hump.window, 0, WINDOW)


@compiled
def log_odds(evidence: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Natural log odds of a complex: two layers of rectified sums and one sum. weights: layer after layer, of each the
    weights of one input after the other, then the constants.
    """
    first, second = np.empty(FIRST), np.empty(SECOND)
    _layer(evidence, weights[: (EVIDENCE + 1) * FIRST], first)
    begin = (EVIDENCE + 1) * FIRST
    _layer(first, weights[begin : begin + (FIRST + 1) * SECOND], second)
    begin += (FIRST + 1) * SECOND
    total = weights[begin + SECOND]
    for unit in range(SECOND):
        total += second[unit] * weights[begin + unit]
    return float(total)


@compiled
def _layer(inputs: NDArray[np.float64], weights: NDArray[np.float64], units: NDArray[np.float64]) -> None:
    count = len(units)
    units[:] = weights[len(inputs) * count :]
    for kind in range(len(inputs)):
        value, row = inputs[kind], weights[kind * count : (kind + 1) * count]
        for unit in range(count):
            units[unit] += value * row[unit]
    for unit in range(count):
        units[unit] = max(units[unit], 0.0)
