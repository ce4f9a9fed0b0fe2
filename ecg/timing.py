"""RR intervals as the network reads them: a beat's own and what is usual for this patient."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
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
    recent, ordered = intervals[-USUAL_OF:], np.sort(intervals)
    usual = _median(recent)
    calm = ordered[int(CALM_SHARE * (len(intervals) - 1) + 0.5)]
    rr, previous = intervals[-1], intervals[-2] if len(intervals) > 1 else 0.0
    features[0], features[1], features[2], features[3] = rr, previous, usual, _median(np.abs(recent - usual))
    features[4], features[6], features[7] = rr / usual, rr / calm, previous / calm


@compiled
def _median(values: NDArray[np.float64]) -> float:
    ordered, middle = np.sort(values), len(values) // 2
    return float(ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


class RrHistory:
    """R peaks of one stretch, in order, and the intervals between the last of them."""

    def __init__(self) -> None:
        self.last: int | None = None
        """Index of the newest R peak."""
        self._intervals: list[int] = []

    def note(self, peak: int) -> int | None:
        """Take the next R peak; returns its RR interval in samples, None for the first."""
        rr = None if self.last is None else peak - self.last
        self.last = peak
        if rr is not None:
            self._intervals = [*self._intervals[1 - RR_MEMORY :], rr]
        return rr

    def features(self) -> NDArray[np.float32]:
        """The timing features of the newest beat, float32, shape (TIMING_FEATURES,), without the window's share."""
        features = np.zeros(TIMING_FEATURES, np.float32)
        if self._intervals:
            _measure(np.array(self._intervals, np.float64) / SAMPLE_RATE, features)
        return features

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"last": self.last, "intervals": list(self._intervals)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.last, self._intervals = state["last"], list(state["intervals"])
