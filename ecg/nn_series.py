"""The NN intervals of stored beats, as the monitor took them when they came: for the charts behind its numbers.

`ecg.monitor` and `ecg.variability` do this beat by beat while the recording runs; the same beats and changes of quality
give the same intervals here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.day import FILLED
from ecg.findings import Quality
from ecg.nn import Entry, NormalIntervals
from ecg.nn_window import WINDOW
from ecg.quality import WINDOW as QUALITY_WINDOW
from ecg.rates import SAMPLE_RATE, to_milliseconds, to_seconds
from ecg.spectrum import density
from ecg.types import Beat, QualityChange
from ecg.variability import LEAST_USED

LEAD_IN = WINDOW // 10
"""Samples before the window that are looked at too: what the first intervals in it are depends on those before."""


@dataclass(frozen=True, slots=True)
class NNSeries:
    """NN intervals of the window that ends at a moment. ends: indices of the beats that end them, samples; intervals:
    samples, both int64, shape (n,). rr: how many RR intervals the window holds.
    """

    ends: NDArray[np.int64]
    intervals: NDArray[np.int64]
    rr: int

    @property
    def fills(self) -> bool:
        """Whether it is enough for a spectrum (`ecg.methods`: LF, HF)."""
        return 100 * len(self.ends) >= LEAST_USED * max(self.rr, 1) and int(self.intervals.sum()) >= FILLED

    def density(self) -> NDArray[np.float64]:
        """ms²/Hz as `ecg.spectrum.density` has it; ask when it `fills`."""
        seconds = (self.ends - self.ends[0]) / SAMPLE_RATE
        spacing = (float(seconds[-1]) + to_seconds(int(self.intervals[0]))) / len(self.ends)
        return density(seconds, to_milliseconds(1) * self.intervals.astype(float), spacing)


def nn_series(beats: Sequence[Beat], changes: Iterable[QualityChange], end: int) -> NNSeries:
    """The window of 5 minutes up to the house sample `end`.

    beats: with the rhythm they had when they came, from `LEAD_IN` before the window on, in order. changes: of that
    time, and before them the one that held at its beginning. Where none is known the signal counts as good.
    """
    rr, found = 0, list[tuple[int, int]]()
    for index, nn, _ in intervals_of(beats, changes):
        if end - WINDOW < index <= end:
            rr += 1
            found += [(index, nn)] if nn is not None else []
    ends, intervals = np.array(found, np.int64).reshape(-1, 2).T
    return NNSeries(ends, intervals, rr)


def intervals_of(beats: Sequence[Beat], changes: Iterable[QualityChange]) -> Iterator[Entry]:
    """Every RR interval that is known, by the beat that ends it; NN where it is one and its signal is good."""
    normal, waiting = NormalIntervals(), sorted(changes, key=lambda change: change.index, reverse=True)
    good_since: int | None = -WINDOW
    for beat in beats:
        while waiting and waiting[-1].index <= beat.index:
            good_since = _good_since(good_since, waiting.pop())
        if beat.rr is None or good_since is None or beat.index - beat.rr < good_since:
            normal.disregard(beat)
            if beat.rr is not None:
                yield beat.index, None, None
        else:
            yield normal.receive(beat)


def _good_since(before: int | None, change: QualityChange) -> int | None:
    if change.quality is not Quality.GOOD:
        return None
    return change.index - QUALITY_WINDOW if before is None else before
