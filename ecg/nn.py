"""Which RR intervals are NN intervals.

Task Force of ESC and NASPE (Circulation 93:1043, 1996): intervals between adjacent QRS complexes that both come from
the sinus node. So a beat of class N next to a beat of class N, the network sure of both, neither in atrial
fibrillation, nothing missing between. Left out as artefacts: intervals outside 300 to 2000 ms, and those more than
20 % away from the NN interval before (that one may itself have been left out, so that a true step of the rate costs
one interval and not all that follow). What is left out is never filled in.
"""

from typing import Any

from ecg.histogram import LONGEST_NN, SHORTEST_NN
from ecg.labels import BEAT_CLASSES, CLASS_SURE, BeatClass, Rhythm
from ecg.types import Beat

LARGEST_STEP = 0.20
_WITHIN = round(1 / LARGEST_STEP)
_NORMAL, _FIBRILLATION = BeatClass.NORMAL, Rhythm.ATRIAL_FIBRILLATION
_NORMAL_PLACE = BEAT_CLASSES.index(_NORMAL)

Entry = tuple[int, int | None, int | None]
"""Index of the beat that ends an RR interval; NN in samples and its difference from the NN before it, or None."""


class NormalIntervals:
    """Follows one recording's beats of good signal."""

    __slots__ = ("_candidate", "_follows_normal", "_neighbour")

    def __init__(self) -> None:
        self._follows_normal = False
        self._candidate: int | None = None  # the interval before between two N, used or not, of this stretch
        self._neighbour: int | None = None  # the interval before, if it was used

    def receive(self, beat: Beat) -> Entry:
        """What the RR interval that ends with `beat` is; it is known and of good signal."""
        rr, follows_normal = beat.rr, self._follows_normal
        self._follows_normal = normal = _is_normal(beat)
        assert rr is not None
        if not (normal and follows_normal and SHORTEST_NN <= rr <= LONGEST_NN):
            self._neighbour = None
            return beat.index, None, None
        before, self._candidate = self._candidate, rr
        if before is not None and not -before <= _WITHIN * (rr - before) <= before:
            self._neighbour = None
            return beat.index, None, None
        neighbour, self._neighbour = self._neighbour, rr
        return beat.index, rr, None if neighbour is None else rr - neighbour

    def disregard(self, beat: Beat) -> None:
        """Take a beat whose RR interval is unknown or not to be trusted; nothing spans it."""
        self._follows_normal = _is_normal(beat)
        self._candidate = self._neighbour = None

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {
            "follows_normal": self._follows_normal,
            "candidate": self._candidate,
            "neighbour": self._neighbour,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._follows_normal = state["follows_normal"]
        self._candidate, self._neighbour = state["candidate"], state["neighbour"]


def _is_normal(beat: Beat) -> bool:
    """A beat of the sinus node, as far as the network is sure."""
    if beat.beat_class is not _NORMAL or beat.class_probabilities[_NORMAL_PLACE] < CLASS_SURE:
        return False
    return beat.rhythm is not _FIBRILLATION or not beat.rhythm_sure
