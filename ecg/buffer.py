"""The newest samples of one stretch, addressed by their index in the recording."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class RecentSamples:
    """Keeps at least the last `capacity` samples (float64) since `start`, contiguous in memory."""

    def __init__(self, capacity: int, start: int) -> None:
        self._capacity = capacity
        self._store = np.empty(2 * capacity)
        self._used = 0
        self.start = start
        """Index of the oldest sample that is kept."""

    @property
    def end(self) -> int:
        """Index one past the newest sample."""
        return self.start + self._used

    @property
    def capacity_bytes(self) -> int:
        """Bytes of memory that it holds."""
        return self._store.nbytes

    def append(self, samples: NDArray[np.float64]) -> None:
        """Add `samples` after the newest; the oldest go when there is no room."""
        self.extend(len(samples))[:] = samples

    def extend(self, count: int) -> NDArray[np.float64]:
        """The place of the next `count` samples, for the caller to write them there before anything else is done."""
        if self._used + count > len(self._store):
            self._make_room(count)
        self._used += count
        return self._store[self._used - count : self._used]

    def _make_room(self, count: int) -> None:
        kept = self._store[max(0, self._used - self._capacity) : self._used].copy()
        self.start += self._used - len(kept)
        if len(kept) + count > len(self._store):
            self._store = np.empty(self._capacity + count)
        self._store[: len(kept)] = kept
        self._used = len(kept)

    def between(self, start: int, end: int) -> NDArray[np.float64]:
        """A view of the samples [start, end), cut to what is kept; valid until the next `append`."""
        return self._store[max(start - self.start, 0) : max(min(end - self.start, self._used), 0)]

    def snapshot(self, since: int | None = None) -> dict[str, Any]:
        """The newest `capacity` samples, or those of them from `since` on, and where they stand."""
        first = self.end - self._capacity
        kept = self.between(first if since is None else max(first, since), self.end).copy()
        return {"start": self.end - len(kept), "samples": kept}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        self.start, self._used = state["start"], 0
        self.append(state["samples"])
