"""In what two analyses of one recording differ: beats that only one of them has, and beats that have two names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine

from ecg.rates import to_samples
from ecg.scoring import MATCH_SECONDS
from ecg.types import Beat
from streaming.analysing import events_of

MATCH_WINDOW = to_samples(MATCH_SECONDS)


@dataclass(frozen=True, slots=True)
class Difference:
    """only_first, only_second: house samples of beats that the other does not have. renamed: (house sample, the first's
    class, the second's); counts: how many beats have each pair of classes.
    """

    first: str
    second: str
    same: int
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]
    renamed: tuple[tuple[int, str, str], ...]
    counts: dict[str, int]


def difference(engine: Engine, first: str, second: str) -> Difference:
    """How the analysis `second` differs from `first`; beats match within the window of EC57."""
    return compared(first, second, beats_of(engine, first), beats_of(engine, second))


def beats_of(engine: Engine, analysis_id: str) -> list[Beat]:
    """The beats of an analysis, as they were told live."""
    return [event for event in events_of(engine, analysis_id) if isinstance(event, Beat)]


def compared(first: str, second: str, ones: Sequence[Beat], others: Sequence[Beat]) -> Difference:
    """The same of beats at hand."""
    partner = _partners(ones, others)
    pairs = [(beat, others[at]) for beat, at in zip(ones, partner, strict=True) if at is not None]
    taken = {at for at in partner if at is not None}
    renamed = tuple((a.index, a.beat_class.value, b.beat_class.value) for a, b in pairs if a.beat_class != b.beat_class)
    return Difference(
        first,
        second,
        len(pairs) - len(renamed),
        tuple(beat.index for beat, at in zip(ones, partner, strict=True) if at is None),
        tuple(beat.index for at, beat in enumerate(others) if at not in taken),
        renamed,
        dict(Counter(f"{a}>{b}" for _, a, b in renamed)),
    )


def _partners(ones: Sequence[Beat], others: Sequence[Beat]) -> list[int | None]:
    """For each of `ones` the place of the nearest of `others` that no earlier one has, within the window."""
    places = np.array([beat.index for beat in others])
    found: list[int | None] = []
    free = 0
    for beat in ones:
        at = int(np.searchsorted(places, beat.index))
        near = [each for each in (at - 1, at) if free <= each < len(places)]
        best = min(near, key=lambda each: abs(int(places[each]) - beat.index), default=None)
        if best is not None and abs(int(places[best]) - beat.index) > MATCH_WINDOW:
            best = None
        found.append(best)
        free = free if best is None else best + 1
    return found
