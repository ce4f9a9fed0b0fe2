"""What is remembered of the last beats, and among which of them a beat is judged.

A beat is judged twice: among those before it when it comes, and among some after it too when it is settled. The network
remembers a beat as a token, a few numbers made once from its window; a context is the tokens around a beat.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.rates import to_samples, to_seconds

PAST = 32
"""Beats up to and with the judged one: 15 to 35 s."""
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
    """The beats of one recording that are still looked at, in order."""

    def __init__(self) -> None:
        self._beats: list[RememberedBeat] = []

    def note(self, beat: RememberedBeat) -> None:
        """Remember the next beat."""
        self._beats.append(beat)

    def live(self) -> BeatContext:
        """The newest beat among those before it."""
        return self._context(len(self._beats) - 1, len(self._beats))

    def settled(self, index: int) -> BeatContext:
        """The beat at `index` among those before it and those up to `SETTLE_AFTER` after it."""
        place = self._place(index)
        end = place + 1
        while end < len(self._beats) and self._is_near(place, end):
            end += 1
        return self._context(place, end)

    def forget_before(self, index: int | None) -> None:
        """Beats at and after `index` will be judged, no earlier ones: drop what none of them looks at.

        None: only beats that are still to come will be judged.
        """
        place = len(self._beats) if index is None else self._place(index)
        self._beats = self._beats[max(place - PAST + 1, 0) :]

    def _place(self, index: int) -> int:
        """Number of the first beat at or after `index`."""
        return next((k for k, beat in enumerate(self._beats) if beat.index >= index), len(self._beats))

    def _is_near(self, place: int, other: int) -> bool:
        beat = self._beats[other]
        return not beat.begins and other <= place + FUTURE and beat.index <= self._beats[place].index + SETTLE_AFTER

    def _context(self, place: int, end: int) -> BeatContext:
        first = place
        while first > 0 and first > place - PAST + 1 and not self._beats[first].begins:
            first -= 1
        chosen, index = self._beats[first:end], self._beats[place].index
        seconds = np.array([to_seconds(beat.index - index) for beat in chosen], np.float32)
        return BeatContext(np.stack([beat.token for beat in chosen]), seconds, place - first)

    def snapshot(self) -> dict[str, Any]:
        """The state between two calls; plain values and arrays."""
        return {
            "index": [beat.index for beat in self._beats],
            "begins": [beat.begins for beat in self._beats],
            "tokens": np.stack([beat.token for beat in self._beats]) if self._beats else np.zeros((0, 0), np.float16),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._beats = list(_remembered(state))


def _remembered(state: dict[str, Any]) -> Iterator[RememberedBeat]:
    for index, begins, token in zip(state["index"], state["begins"], state["tokens"], strict=True):
        yield RememberedBeat(index, begins, token)
