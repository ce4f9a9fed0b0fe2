"""The shapes that complexes had: in the QRS band (the outline), and wide windows of the usual and of the other ones."""

import math

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.humps import DELAY, LAST, OUTLINE, TINY, WINDOW, State

SHIFT = 6  # samples, ±24 ms by which a complex is moved to where it fits best
OUTLINE_GAIN = 0.1
USUAL_GAIN, OTHER_GAIN = 0.1, 0.3
QRS_FIRST, QRS_END = 19, 31  # places of a window: R peak -96 to +96 ms
ALIKE = 0.7  # correlation of the QRS with the usual one, from which on a complex is a usual one


@compiled
def likeness(state: State, at: int) -> tuple[float, int]:
    """The highest correlation of the band around the complex under the hump `at` with the outline, and where."""
    best, place = -1.0, 0
    for shift in range(-SHIFT, SHIFT + 1):
        product, square = 0.0, TINY * TINY
        for offset in range(OUTLINE):
            value = state.band[(at - DELAY + shift + offset - OUTLINE // 2) & LAST]
            product += value * state.outline[offset]
            square += value * value
        like = product / math.sqrt(square)
        if like > best:
            best, place = like, shift
    return best, place


@compiled
def learn_outline(state: State, at: int) -> None:
    """Move the outline, of unit length, towards the complex under the hump `at`."""
    gain, first = 1.0, at - DELAY - OUTLINE // 2
    if state.shaped:
        gain, first = OUTLINE_GAIN, first + likeness(state, at)[1]
    length = TINY
    for offset in range(OUTLINE):
        length = math.hypot(length, state.band[(first + offset) & LAST])
    whole = 0.0
    for offset in range(OUTLINE):
        state.outline[offset] += gain * (state.band[(first + offset) & LAST] / length - state.outline[offset])
        whole = math.hypot(whole, state.outline[offset])
    for offset in range(OUTLINE):
        state.outline[offset] /= whole
    state.shaped = True


@compiled
def learn_window(state: State, window: NDArray[np.float32]) -> None:
    """Move the mean window of the usual complexes, or that of the others, towards that of a complex."""
    if state.usuals == 0 or alike(state.usual, window, QRS_FIRST, QRS_END) >= ALIKE:
        state.usuals += 1
        _move(state.usual, window, max(1.0 / state.usuals, USUAL_GAIN))
    else:
        state.others += 1
        _move(state.other, window, max(1.0 / state.others, OTHER_GAIN))


@compiled
def _move(mean: NDArray[np.float64], window: NDArray[np.float32], gain: float) -> None:
    for place in range(WINDOW):
        mean[place] += gain * (window[place] - mean[place])


@compiled
def alike(mean: NDArray[np.float64], window: NDArray[np.float32], first: int, end: int) -> float:
    """Correlation of two windows between two places."""
    a = b = aa = bb = ab = 0.0
    for place in range(first, end):
        x, y = mean[place], window[place]
        a, b, aa, bb, ab = a + x, b + y, aa + x * x, bb + y * y, ab + x * y
    count = end - first
    return float((ab - a * b / count) / math.sqrt((aa - a * a / count + TINY) * (bb - b * b / count + TINY)))


@compiled
def forget_shapes(state: State) -> None:
    """As if no complex had been seen."""
    state.shaped, state.usuals, state.others = False, 0, 0
    state.usual[:] = 0.0
    state.other[:] = 0.0
