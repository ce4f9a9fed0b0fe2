"""Faults of a lead that the samples of two seconds tell by themselves: no beat is needed to see them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

WINDOW = 500  # samples, 2 s
QUARTER = WINDOW // 4
RING = 4096
"""Samples that are kept, 16 s: verdicts wait for the beats, and `ecg.flutter_signs` looks 7 s back."""
STRIDE = 4  # samples between those that are ordered: sorting all of them takes four times as long

INVALID_SHARE = 0.05
FLAT_RANGE = 0.04  # mV between the 2nd and 98th percentile: a lead that is on shows more over two seconds
RAIL_SHARE = 0.20  # of samples at the window's very highest or lowest value
RAIL_RANGE = 1.0  # mV: a quantised quiet signal also repeats its extremes
RAIL_WIDTH = 0.004  # of the range: a resampled rail is not quite straight
RAIL_LEVEL = 10.0  # mV: no skin electrode delivers more; the amplifier is at its end
OFF_LEVEL = 2.0  # mV from where the signal lay: a flat line so far away is an amplifier without its electrode
WANDER = 4.0  # mV between the means of the window's quarters
SILENT = 300  # samples, 1.2 s without a beat
AFTER_QRS = 125  # samples, 0.5 s: then a beat's T wave is over
PIECE = 62  # samples, a quarter of a second
DRIFT, STEADY = 0.55, 0.30  # mV between the means of pieces: an electrode loses contact; it has none, or has it again

VALID, INVALID, FLAT, LEAD_OFF, SATURATED, BASELINE = range(6)
HUM_FREE = np.convolve(np.full(5, 0.2), np.full(4, 0.25))
"""Zeros at 50 and 62.5 Hz, 0.8 % left at 60 Hz: hum is filtered away before the screen and the network."""

STATE = np.dtype([("now", "i8"), ("raw", "f4", (RING,)), ("level", "f8"), ("loose", "?")], align=True)
"""`level`: mV, where the signal lay when it was last without fault. `loose`: whether contact was lost in a silence."""

RECORD = np.dtype((np.record, STATE))
"""One and the same for all states: numba takes 1.0 µs longer to tell the type of an array whose type is only equal."""

State = Any  # a record of STATE; numba gives its fields their types


def fresh() -> NDArray[np.void]:
    """The state before the first sample, shape (1,)."""
    return np.zeros(1, RECORD)


@compiled
def keep(state: State, samples: NDArray[np.float64]) -> None:
    """Take the next samples (mV, NaN where the device had none)."""
    raw, now = state.raw, state.now
    for sample in samples:
        raw[now % RING] = sample
        now += 1
    state.now = now


@compiled
def fault(state: State, end: int, window: NDArray[np.float64]) -> int:
    """What is wrong with the two seconds before the sample `end`.

    window: room, shape (WINDOW,); the valid samples are in it afterwards. An INVALID window has too few of them.
    """
    count = min(end, WINDOW)
    valid = _valid(state.raw, end, count, window)
    if valid < (1 - INVALID_SHARE) * count:
        return INVALID
    lowest, highest = _bounds(window, valid, STRIDE)
    level = 0.5 * (lowest + highest)
    if highest - lowest < FLAT_RANGE:
        return LEAD_OFF if abs(level - state.level) >= OFF_LEVEL else FLAT
    if _is_saturated(window, valid):
        return SATURATED
    if _is_hum(window, valid):
        return LEAD_OFF
    state.level = level
    return BASELINE if _wander(window, valid) > WANDER else VALID


@compiled
def is_loose(state: State, end: int, last_beat: int) -> bool:
    """Whether the silence before the sample `end` is that of an electrode that lost its contact.

    The amplifier is thrown out and comes back slowly, without beats. In 24 MIT-BIH records silences of which that is
    true drift by 0.6 mV and more, all others by less than 0.5: breathing goes on at standstill.
    """
    drift = 0.0
    if end - last_beat >= SILENT and end >= WINDOW:
        drift = _drift(state.raw, max(end - WINDOW, last_beat + AFTER_QRS), end)
    state.loose = drift > (STEADY if state.loose else DRIFT)
    return bool(state.loose)


@compiled
def _drift(raw: NDArray[np.float32], first: int, end: int) -> float:
    lowest, highest = 1e9, -1e9
    for piece in range((end - first) // PIECE):
        mean = 0.0
        for at in range(end - (piece + 1) * PIECE, end - piece * PIECE):
            mean += raw[at % RING] / PIECE
        if not math.isnan(mean):
            lowest, highest = min(lowest, mean), max(highest, mean)
    return highest - lowest


@compiled
def _valid(raw: NDArray[np.float32], end: int, count: int, window: NDArray[np.float64]) -> int:
    valid = 0
    for at in range(end - count, end):
        value = raw[at % RING]
        if not math.isnan(value):
            window[valid] = value
            valid += 1
    return valid


@compiled
def _bounds(window: NDArray[np.float64], count: int, stride: int) -> tuple[float, float]:
    """The third lowest and the third highest of every `stride`-th sample: of 125 the 2nd and 98th percentile."""
    low0 = low1 = low2 = 1e9
    high0 = high1 = high2 = -1e9
    for at in range(0, count, stride):
        value = window[at]
        if value < low2:
            low2 = value if value > low1 else low1
            low1 = low1 if value > low1 else (value if value > low0 else low0)
            low0 = min(low0, value)
        if value > high2:
            high2 = value if value < high1 else high1
            high1 = high1 if value < high1 else (value if value < high0 else high0)
            high0 = max(high0, value)
    return low2, high2


@compiled
def _is_saturated(window: NDArray[np.float64], count: int) -> bool:
    lowest, highest = window[0], window[0]
    for place in range(count):
        lowest, highest = min(lowest, window[place]), max(highest, window[place])
    if max(-lowest, highest) >= RAIL_LEVEL:
        return True
    width = RAIL_WIDTH * (highest - lowest)
    at_low = at_high = 0
    for place in range(count):
        at_low += window[place] <= lowest + width
        at_high += window[place] >= highest - width
    return highest - lowest >= RAIL_RANGE and max(at_low, at_high) > RAIL_SHARE * count


@compiled
def _is_hum(window: NDArray[np.float64], count: int) -> bool:
    """Whether nothing is left when the mains' hum is taken away."""
    free = np.zeros((count - len(HUM_FREE)) // STRIDE + 1)
    for place in range(len(free)):
        for tap in range(len(HUM_FREE)):
            free[place] += HUM_FREE[tap] * window[STRIDE * place + tap]
    lowest, highest = _bounds(free, len(free), 1)
    return highest - lowest < FLAT_RANGE


@compiled
def fine_noise(window: NDArray[np.float64], count: int) -> float:
    """Median absolute second difference of the first `count` samples of `window` without hum, mV."""
    rough = np.zeros((count - len(HUM_FREE) - 2) // STRIDE + 1)
    for place in range(len(rough)):
        at, value = STRIDE * place, 0.0
        for tap in range(len(HUM_FREE)):
            value += HUM_FREE[tap] * (window[at + tap] - 2 * window[at + tap + 1] + window[at + tap + 2])
        rough[place] = abs(value)
    return float(np.sort(rough)[len(rough) // 2])


@compiled
def _wander(window: NDArray[np.float64], count: int) -> float:
    lowest, highest, part = 1e9, -1e9, count // 4
    for quarter in range(4):
        mean = 0.0
        for place in range(quarter * part, (quarter + 1) * part):
            mean += window[place] / part
        lowest, highest = min(lowest, mean), max(highest, mean)
    return highest - lowest
