"""What the QRS detector remembers of one stretch: the last second of signal, levels, intervals, shapes, and the humps
of the envelope that wait to be judged.

It is one record of an array, so that compiled loops read and write it in place.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled

DELAY = 17  # samples by which a hump follows its R peak (both filters, 10 + 7)
REACH = 22  # 0.09 s
AHEAD = 51  # 0.20 s: with DELAY and that of `pacing` 300 ms after the R peak
REFRACTORY = 45  # 0.18 s: 330 beats/min
VALLEY_REACH = 30  # 0.12 s

RING = 256  # samples of the signal, its QRS band and envelope that are kept; a power of two
LAST = RING - 1
WAITING = 48  # humps that can wait for a search back: more than fit into SILENCE and LEARNING
RR_MEMORY = 8
USUAL_RR = 200.0  # samples, before anything is known
LEARNING = 500  # samples, 2 s
TINY = 0.001  # mV, keeps logarithms finite
NEVER = -99.0  # the evidence of what cannot be a complex
CROWD = 500.0  # samples, 2 s: so long a hump counts among those that crowd

OUTLINE = 25  # samples of the QRS band, 100 ms
WINDOW, BOX = 42, 4  # means of four samples of the signal, 16 ms each
WINDOW_BEFORE = 100  # samples from the beginning of the window to the R peak, 0.4 s; it ends 0.27 s after
PROFILE = (-96, -84, -72, -60, -48, -36, -24, -12, -6, 6, 12, 24, 36, 48)  # samples from the hump
MEASURES = 36
EVIDENCE = WINDOW + len(PROFILE) + MEASURES
STEEPNESS = 3.0  # the window is drawn in units of so many heights of the hump, and bent to stay within ±1
UNKNOWN_LIKENESS = 0.5

State = Any  # a record of STATE; numba gives its fields their types

HUMP = np.dtype(
    [
        ("at", "i8"),
        *((name, "f8") for name in ("height", "around", "before", "after", "behind", "ahead", "like", "total")),
        ("window", "f4", (WINDOW,)), ("profile", "f4", (len(PROFILE),)),
    ],
    align=True,
)  # fmt: skip
"""A hump of the envelope: where, how high, the local noise, the valleys beside it, the highest within `AHEAD` behind
and ahead of it, its likeness, and the evidence when it was last judged. Heights in mV. `window`: the signal around
its R peak; `profile`: the envelope around it; both relative to its height and within ±1."""

STATE = np.dtype(
    [
        ("now", "i8"), ("smooth", "f8", (2,)),
        ("calm", "f8", (RING,)), ("band", "f8", (RING,)), ("envelope", "f8", (RING,)),
        ("signal", "f8"), ("noise", "f8"), ("around", "f8"), ("least", "f8"),
        ("crowd", "f8"), ("newest", "i8"), ("trust", "f8"), ("doubt", "f8"),
        ("learning", "?"), ("due", "i8"), ("last", "i8"), ("last_height", "f8"), ("height_before", "f8"),
        ("rr", "f8", (RR_MEMORY,)), ("intervals", "i8"),
        ("outline", "f8", (OUTLINE,)), ("shaped", "?"),
        ("usual", "f8", (WINDOW,)), ("usuals", "i8"), ("other", "f8", (WINDOW,)), ("others", "i8"),
        ("waiting", "i8"), ("hump", HUMP, (WAITING,)), ("judged", "i8"), ("evidence", "f8", (EVIDENCE,)),
    ],
    align=True,
)  # fmt: skip
"""`now`: the next sample. `calm`, `band`, `envelope`: rings, mV. `signal`, `noise`, `around`: levels in mV; `least`:
what humps must reach to set them. `crowd`: how many humps there were lately, `newest` the last of them. `trust`,
`doubt`: how likely complexes were, of late, that were accepted and rejected. `due`: when learning ends, or when the
next complex is overdue. `last`: the newest complex. `rr`: samples, a ring. `outline`: the mean shape in the QRS band.
`usual`, `other`: mean windows of the complexes that look like most and of those that do not, and of how many.
`judged`: the hump that was judged last, and `evidence` what it was judged by. No field may have the name of a method
of numpy's records."""


def fresh() -> NDArray[np.void]:
    """The state before the first sample, shape (1,)."""
    states: NDArray[np.void] = np.zeros(1, np.dtype((np.record, STATE)))
    states["learning"], states["due"], states["last"], states["rr"] = True, LEARNING, -LEARNING, USUAL_RR
    return states


@compiled
def is_hump(envelope: NDArray[np.float64], at: int, height: float) -> bool:
    """Whether the envelope (a ring) has its highest point within REACH at `at`, where it is `height` mV."""
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
    hump = state.hump[state.waiting]
    state.waiting += 1
    hump.at, hump.height, hump.around, hump.total = at, height, state.around, NEVER
    _look_around(state.envelope, hump)
    _draw(state.calm, hump)
    crowd = state.crowd * math.exp((state.newest - at) / CROWD)
    state.crowd, state.newest = crowd + (1.0 if state.signal <= 0 else min(height / state.signal, 1.0)), at


@compiled
def _look_around(envelope: NDArray[np.float64], hump: State) -> None:
    at, height = hump.at, hump.height
    before = after = height
    behind = ahead = 0.0
    for step in range(1, AHEAD + 1):
        back, forth = envelope[(at - step) & LAST], envelope[(at + step) & LAST]
        behind, ahead = max(behind, back), max(ahead, forth)
        if step <= VALLEY_REACH:
            before, after = min(before, back), min(after, forth)
    hump.before, hump.after, hump.behind, hump.ahead = before, after, behind, ahead
    for place in range(len(PROFILE)):
        ratio = envelope[(at + PROFILE[place]) & LAST] / height
        hump.profile[place] = ratio / (1.0 + ratio)


@compiled
def _draw(calm: NDArray[np.float64], hump: State) -> None:
    first, window = hump.at - DELAY - WINDOW_BEFORE, hump.window
    zero, mean = calm[first & LAST], 0.0
    for place in range(WINDOW):
        box = 0.0
        for step in range(BOX):
            box += calm[(first + place * BOX + step) & LAST] - zero
        window[place] = box
        mean += box / WINDOW
    for place in range(WINDOW):
        value = (window[place] - mean) / (BOX * STEEPNESS * hump.height)
        window[place] = value / (1.0 + abs(value))


@compiled
def forget(state: State, first: int, count: int) -> None:
    """`count` humps from the one at `first` on wait no longer."""
    for place in range(first + count, state.waiting):
        state.hump[place - count] = state.hump[place]
    state.waiting -= count
