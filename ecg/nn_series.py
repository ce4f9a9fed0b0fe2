"""The NN intervals of stored beats, as the monitor took them when they came: for the charts behind its numbers.

`ecg.monitor` and `ecg.variability` do this beat by beat while the recording runs; the same beats and changes of quality
give the same intervals here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.day import FILLED
from ecg.findings import Quality
from ecg.nn import NormalIntervals
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
    normal, waiting = NormalIntervals(), sorted(changes, key=lambda change: change.index)
    good_since: int | None = -WINDOW
    rr, found = 0, list[tuple[int, int]]()
    for beat in beats:
        while waiting and waiting[0].index <= beat.index:
            good_since = _good_since(good_since, waiting.pop(0))
        nn = None
        if good_since is None or beat.rr is None or beat.index - beat.rr < good_since:
            normal.disregard(beat)
        else:
            nn = normal.receive(beat)[1]
        if end - WINDOW < beat.index <= end:
            rr += beat.rr is not None
            found += [(beat.index, nn)] if nn is not None else []
    ends, intervals = np.array(found, np.int64).reshape(-1, 2).T
    return NNSeries(ends, intervals, rr)


def _good_since(before: int | None, change: QualityChange) -> int | None:
    if change.quality is not Quality.GOOD:
        return None
    return change.index - QUALITY_WINDOW if before is None else before
