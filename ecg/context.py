"""What is remembered of the last beats, and among which of them a beat is judged.

A beat is judged twice: among those before it when it comes, and among some after it too when it is settled. The network
remembers a beat as a token, a few numbers made once from its window; a context is the tokens around a beat.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.rates import SAMPLE_RATE, to_samples

PAST = 64
"""At most so many beats up to and with the judged one."""
PAST_REACH = to_samples(30.0)
"""A beat is not judged among beats longer ago than this."""
FUTURE = 16
"""At most so many beats after it."""
SETTLE_AFTER = to_samples(9.0)
"""A beat is settled when everything up to this long after it is known. With the beat's window and the way of the signal
that stays below 10 s."""

Token = NDArray[np.float16]
"""Half precision: what the judge has learnt from is no finer, and a saved state is half as large."""


@dataclass(frozen=True, slots=True)
class BeatContext:
    """The beats of one stretch among which beat number `place` of them is judged.

    tokens: float16 (k, token), 1 <= k <= PAST + FUTURE. seconds: float32 (k,), from the judged beat on, negative
    before it.
    """

    tokens: Token
    seconds: NDArray[np.float32]
    place: int


@dataclass(frozen=True, slots=True)
class RememberedBeat:
    """index: the R peak. begins: whether it is the first beat of its stretch, and nothing before it counts."""

    index: int
    begins: bool
    token: Token


class BeatMemory:
    """The beats of one recording that are still looked at, in order of their index."""

    def __init__(self) -> None:
        self._indices: list[int] = []
        self._stretches: list[int] = []  # of each beat: the index of the first known beat of its stretch
        self._tokens: Token = np.zeros((0, 0), np.float16)  # rows are never written twice: contexts are views of them
        self._forgotten = 0  # rows before those of the beats above

    def note(self, beat: RememberedBeat) -> None:
        """Remember the next beat."""
        self._stretches.append(beat.index if beat.begins or not self._stretches else self._stretches[-1])
        self._indices.append(beat.index)
        row = self._forgotten + len(self._indices) - 1
        if row >= len(self._tokens):
            row = self._make_room(len(beat.token))
        self._tokens[row] = beat.token

    def _make_room(self, size: int) -> int:
        kept = self._tokens[self._forgotten :].reshape(-1, size)
        self._tokens = np.zeros((2 * len(kept) + 16, size), np.float16)
        self._tokens[: len(kept)] = kept
        self._forgotten = 0
        return len(kept)

    def live(self) -> BeatContext:
        """The newest beat among those before it."""
        return self._context(len(self._indices) - 1, len(self._indices))

    def settled(self, index: int) -> BeatContext:
        """The beat at `index` among those before it and those up to `SETTLE_AFTER` after it."""
        place = bisect_left(self._indices, index)
        soon = bisect_right(self._indices, self._indices[place] + SETTLE_AFTER)
        same_stretch = bisect_right(self._stretches, self._stretches[place])
        return self._context(place, min(soon, same_stretch, place + FUTURE + 1))

    def forget_before(self, index: int | None) -> None:
        """Beats at and after `index` will be judged, no earlier ones: drop what none of them looks at.

        None: only beats that are still to come will be judged.
        """
        place = len(self._indices) if index is None else bisect_left(self._indices, index)
        gone = max(place - PAST + 1, 0)
        del self._indices[:gone], self._stretches[:gone]
        self._forgotten += gone

    def _context(self, place: int, end: int) -> BeatContext:
        index = self._indices[place]
        oldest = bisect_left(self._indices, max(index - PAST_REACH, self._stretches[place]))
        first = max(place - PAST + 1, oldest)
        seconds = (np.array(self._indices[first:end]) - index) / SAMPLE_RATE
        tokens = self._tokens[self._forgotten + first : self._forgotten + end]
        return BeatContext(tokens, seconds.astype(np.float32), place - first)

    def snapshot(self) -> dict[str, Any]:
        """The state between two calls; plain values and arrays."""
        first, count = self._forgotten, len(self._indices)
        begins = [index == stretch for index, stretch in zip(self._indices, self._stretches, strict=True)]
        return {"index": list(self._indices), "begins": begins, "tokens": self._tokens[first : first + count].copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._indices, self._stretches, self._forgotten = [], [], 0
        self._tokens = np.zeros((0, 0), np.float16)
        for index, begins, token in zip(state["index"], state["begins"], state["tokens"], strict=True):
            self.note(RememberedBeat(index, begins, token))
