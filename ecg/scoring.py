"""How far told beats agree with annotated ones, after ANSI/AAMI EC57: beat by beat, within 150 ms.

Deviation from EC57: the first five minutes are not left out here; who scores decides which beats to hand in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, BeatClass

MATCH_SECONDS = 0.150


@dataclass(frozen=True, slots=True)
class Matching:
    """pairs: positions in the reference and in the told beats that belong together; missed, extra: those left over."""

    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    extra: tuple[int, ...]

    @property
    def sensitivity(self) -> float:
        """Share of the reference beats that were found, percent; NaN without any."""
        return _percent(len(self.pairs), len(self.missed))

    @property
    def predictivity(self) -> float:
        """Share of the told beats that are true, percent; NaN without any."""
        return _percent(len(self.pairs), len(self.extra))


def match_beats(reference: Sequence[int], told: Sequence[int], rate: float) -> Matching:
    """Pair two rising lists of sample indices at `rate` Hz: each beat once, the nearer neighbour first."""
    reach = MATCH_SECONDS * rate
    pairs: list[tuple[int, int]] = []
    at, to = 0, 0
    while at < len(reference) and to < len(told):
        distance = abs(reference[at] - told[to])
        if distance > reach:
            at, to = (at + 1, to) if reference[at] < told[to] else (at, to + 1)
        elif to + 1 < len(told) and abs(reference[at] - told[to + 1]) < distance:
            to += 1
        elif at + 1 < len(reference) and abs(reference[at + 1] - told[to]) < distance:
            at += 1
        else:
            pairs.append((at, to))
            at, to = at + 1, to + 1
    found, true = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    missed = tuple(position for position in range(len(reference)) if position not in found)
    return Matching(tuple(pairs), missed, tuple(position for position in range(len(told)) if position not in true))


def beat_confusion(reference: Sequence[BeatClass], told: Sequence[BeatClass], matching: Matching) -> NDArray[np.int64]:
    """Counts of shape (6, 6): rows the reference, columns what was told, in the order of `BEAT_CLASSES`; the sixth row
    and column stand for no beat. Tables of several records add up.
    """
    no_beat = len(BEAT_CLASSES)
    counts = np.zeros((no_beat + 1, no_beat + 1), np.int64)
    for one, other in matching.pairs:
        counts[BEAT_CLASSES.index(reference[one]), BEAT_CLASSES.index(told[other])] += 1
    for one in matching.missed:
        counts[BEAT_CLASSES.index(reference[one]), no_beat] += 1
    for other in matching.extra:
        counts[no_beat, BEAT_CLASSES.index(told[other])] += 1
    return counts


def f1_scores(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of each class of a square table, 0 to 1; NaN where a class neither occurs nor is told."""
    right = np.diag(confusion).astype(np.float64)
    involved = confusion.sum(axis=0) + confusion.sum(axis=1)
    scores = np.full(len(right), np.nan)
    scores[involved > 0] = 2 * right[involved > 0] / involved[involved > 0]
    return scores


def _percent(right: int, wrong: int) -> float:
    return 100 * right / (right + wrong) if right + wrong else float("nan")
