"""RR intervals as the network reads them: a beat's own and what is usual for this patient."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.ranks import median, ranked
from ecg.rates import SAMPLE_RATE

RR_MEMORY = 32
USUAL_OF = 16
CALM_SHARE = 0.8

TIMING_FEATURES = 8
"""rr s, previous rr s, median of the last 16 rr s, their median absolute deviation s, rr / median, share of the window
that was received, rr / calm, previous rr / calm. 0 where unknown. Calm is the 80th percentile of the last 32: where
most beats are premature, the median takes premature for normal."""

WINDOW_SHARE = 5
"""Where in the timing features the share of the window stands."""


@compiled
def _measure(intervals: NDArray[np.float64], features: NDArray[np.float32]) -> None:
    """intervals: s, shape (n,), n >= 1. features: shape (TIMING_FEATURES,), written."""
    recent = intervals[-USUAL_OF:]
    usual = median(recent)
    calm = ranked(intervals, int(CALM_SHARE * (len(intervals) - 1) + 0.5))
    rr, previous = intervals[-1], intervals[-2] if len(intervals) > 1 else 0.0
    features[0], features[1], features[2], features[3] = rr, previous, usual, median(np.abs(recent - usual))
    features[4], features[6], features[7] = rr / usual, rr / calm, previous / calm


class RrHistory:
    """R peaks of one stretch, in order, and the intervals between the last of them."""

    def __init__(self) -> None:
        self.last: int | None = None
        """Index of the newest R peak."""
        self._seconds: NDArray[np.float64] = np.empty(RR_MEMORY)
        self._known = 0

    def note(self, peak: int) -> int | None:
        """Take the next R peak; returns its RR interval in samples, None for the first."""
        rr = None if self.last is None else peak - self.last
        self.last = peak
        if rr is not None:
            self._keep(rr)
        return rr

    def _keep(self, rr: int) -> None:
        if self._known == RR_MEMORY:
            self._seconds[:-1] = self._seconds[1:]
            self._known -= 1
        self._seconds[self._known] = rr / SAMPLE_RATE
        self._known += 1

    def features(self) -> NDArray[np.float32]:
        """The timing features of the newest beat, float32, shape (TIMING_FEATURES,), without the window's share."""
        features = np.zeros(TIMING_FEATURES, np.float32)
        if self._known:
            _measure(self._seconds[: self._known], features)
        return features

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"last": self.last, "seconds": self._seconds[: self._known].copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.last, self._known = state["last"], len(state["seconds"])
        self._seconds[: self._known] = state["seconds"]
