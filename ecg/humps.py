"""What the QRS detector remembers of one stretch: the humps of the envelope, and the mean shape of a complex.

It is one record of an array, so that compiled loops read and write it in place.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

DELAY = 17  # samples by which a hump follows its R peak (both filters, 10 + 7)
REACH = 30  # 0.12 s
AHEAD = 51  # 0.20 s: with DELAY and that of `pacing` 300 ms after the R peak

RING = 256  # samples of the band and of its envelope that are kept; a power of two
LAST = RING - 1
WAITING = 64  # humps that can wait for a search back: more than fit into SILENCE and LEARNING
SHAPE = 25  # samples of the QRS band, 100 ms
SHIFT = 6  # samples, ±24 ms by which a complex is moved to where it fits best
SHAPE_GAIN = 0.1
UNKNOWN_LIKENESS = 0.5
RR_MEMORY = 8
EVIDENCE = 8
USUAL_RR = 200.0  # samples, before anything is known
LEARNING = 500  # samples, 2 s
TINY = 0.001  # mV, keeps logarithms finite
NEVER = -99.0  # the evidence of what cannot be a complex

State = Any  # a record of STATE; numba gives its fields their types

HUMP = np.dtype(
    [("at", "i8"), *((name, "f8") for name in ("height", "around", "valley", "ahead", "like", "total"))], align=True
)
"""A hump of the envelope: where, how high, the local noise, the higher valley beside it, the highest within
`complexes.AHEAD`, its likeness, and the evidence when it was last judged. Heights in mV."""

STATE = np.dtype(
    [
        ("now", "i8"), ("smooth", "f8", (2,)), ("band", "f8", (RING,)), ("envelope", "f8", (RING,)),
        ("signal", "f8"), ("noise", "f8"), ("around", "f8"), ("least", "f8"),
        ("learning", "?"), ("due", "i8"), ("last", "i8"), ("last_height", "f8"),
        ("rr", "f8", (RR_MEMORY,)), ("intervals", "i8"), ("outline", "f8", (SHAPE,)), ("shaped", "?"),
        ("waiting", "i8"), ("hump", HUMP, (WAITING,)), ("judged", "i8"), ("evidence", "f8", (EVIDENCE,)),
    ],
    align=True,
)  # fmt: skip
"""`now`: the next sample. `signal`, `noise`, `around`: levels in mV; `least`: what humps must reach to set them.
`due`: when learning ends, or when the next complex is overdue. `last`: the newest complex. `judged`: the
hump that was judged last, and `evidence` what spoke for it. `rr`: samples, a ring. `outline`: the mean shape.
No field may have the name of a method of numpy's records."""


def fresh() -> NDArray[np.void]:
    """The state before the first sample, shape (1,)."""
    states: NDArray[np.void] = np.zeros(1, np.dtype((np.record, STATE)))
    states["learning"], states["due"], states["last"], states["rr"] = True, LEARNING, -LEARNING, USUAL_RR
    return states


@compiled
def is_hump(state: State, at: int, height: float) -> bool:
    """Whether the envelope has its highest point within REACH at `at`, where it is `height` mV."""
    envelope = state.envelope
    if not (height > envelope[(at - 1) & LAST] and height >= envelope[(at + 1) & LAST]):
        return False
    for beside in range(at - REACH, at + REACH + 1):  # noqa: SIM110  numba knows no generators
        if envelope[beside & LAST] > height:
            return False
    return True


@compiled
def remember(state: State, at: int, height: float) -> None:
    """The hump at `at` waits to be judged; what surrounds it is measured now."""
    if state.waiting == WAITING:
        forget(state, 0, 1)
    before = after = height
    highest = 0.0
    for step in range(1, AHEAD + 1):
        ahead = state.envelope[(at + step) & LAST]
        highest = max(highest, ahead)
        if step <= REACH:
            after = min(after, ahead)
            before = min(before, state.envelope[(at - step) & LAST])
    hump = state.hump[state.waiting]
    hump.at, hump.height, hump.around = at, height, state.around
    hump.valley, hump.ahead, hump.total = max(before, after), highest, NEVER
    hump.like = _likeness(state, at)[0] if state.shaped else UNKNOWN_LIKENESS
    state.waiting += 1


@compiled
def _likeness(state: State, at: int) -> tuple[float, int]:
    """The highest correlation of the band around the complex under the hump `at` with the mean shape, and where."""
    best, place = -1.0, 0
    for shift in range(-SHIFT, SHIFT + 1):
        product, square = 0.0, TINY * TINY
        for offset in range(SHAPE):
            value = state.band[(at - DELAY + shift + offset - SHAPE // 2) & LAST]
            product += value * state.outline[offset]
            square += value * value
        likeness = product / math.sqrt(square)
        if likeness > best:
            best, place = likeness, shift
    return best, place


@compiled
def learn_shape(state: State, at: int) -> None:
    """Move the mean shape, of unit length, towards the complex under the hump `at`."""
    gain, first = 1.0, at - DELAY - SHAPE // 2
    if state.shaped:
        gain, first = SHAPE_GAIN, first + _likeness(state, at)[1]
    length = TINY
    for offset in range(SHAPE):
        length = math.hypot(length, state.band[(first + offset) & LAST])
    whole = 0.0
    for offset in range(SHAPE):
        state.outline[offset] += gain * (state.band[(first + offset) & LAST] / length - state.outline[offset])
        whole = math.hypot(whole, state.outline[offset])
    for offset in range(SHAPE):
        state.outline[offset] /= whole
    state.shaped = True


@compiled
def forget(state: State, first: int, count: int) -> None:
    """`count` humps from the one at `first` on wait no longer."""
    for place in range(first + count, state.waiting):
        state.hump[place - count] = state.hump[place]
    state.waiting -= count
