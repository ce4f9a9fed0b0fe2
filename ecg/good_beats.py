"""Which beats stand in good signal: for training, heart rate variability, and whoever counts afterwards."""

from bisect import bisect_right
from collections.abc import Sequence

from ecg.findings import Quality
from ecg.rates import to_samples
from ecg.types import QualityChange

AFTERTHOUGHT = to_samples(5.0)
"""A verdict speaks of the seconds before it: a beat is good when no verdict until so much later says otherwise."""


def in_good_signal(beats: Sequence[int], changes: Sequence[QualityChange]) -> list[bool]:
    """Whether each of `beats` (R peaks) stands in good signal.

    changes: of one stretch or recording, in order of their index. Before the first verdict the signal counts as what
    that verdict says.
    """
    starts = [change.index for change in changes]
    return [_is_good(beat, starts, changes) for beat in beats]


def _is_good(beat: int, starts: Sequence[int], changes: Sequence[QualityChange]) -> bool:
    first = max(bisect_right(starts, beat) - 1, 0)
    concerned = changes[first : max(bisect_right(starts, beat + AFTERTHOUGHT), first + 1)]
    return bool(concerned) and all(change.quality is Quality.GOOD for change in concerned)
