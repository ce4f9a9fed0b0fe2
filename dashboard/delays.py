"""How much the way from a device to the gateway delays its samples. Pure.

The phone's wall clock and ours have nothing in common that could be trusted, so no delay is known as such: what is
known is by how much a frame came later than the quickest of the last minutes. A line under all frames is taken for the
quickest, because a device that samples a little too fast or too slow moves away from us steadily (`streaming.drift`).
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ecg.rates import to_milliseconds
from streaming.drift import middle_edge

WINDOW_MS = 300_000
ENOUGH_MS = 60_000
"""Before so much of the window is filled nothing is said."""
BUCKET_MS = 5_000


class LinkDelay:
    """The frames of one recording in the last WINDOW_MS."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, int]] = deque()  # sample time and when it was here, ms

    def receive(self, end: int, at_ms: int) -> None:
        """A frame whose last sample is the one before `end` (house index) was here at wall ms `at_ms`."""
        self._frames.append((to_milliseconds(end), at_ms))
        while self._frames[0][1] < at_ms - WINDOW_MS:
            self._frames.popleft()

    def p95_ms(self, now_ms: int) -> int | None:
        """In 95 % of the frames the newest sample came at most so much later than in the quickest; None: not known."""
        frames = np.array([frame for frame in self._frames if frame[1] >= now_ms - WINDOW_MS], np.float64)
        if not len(frames) or frames[-1, 0] - frames[0, 0] < ENOUGH_MS:
            return None
        taken, delay = frames[:, 0], frames[:, 1] - frames[:, 0]
        return round(float(np.percentile(delay - _quickest(taken, delay), 95)))


def _quickest(taken: NDArray[np.float64], delay: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line under all points, at each of them."""
    lows: dict[int, tuple[float, float]] = {}
    for point in zip(taken.tolist(), delay.tolist(), strict=True):
        bucket = int(point[0] // BUCKET_MS)
        lows[bucket] = min(lows.get(bucket, point), point, key=lambda each: each[1])
    (left, low), (right, high) = middle_edge(list(lows.values()))
    line: NDArray[np.float64] = low + (high - low) / (right - left) * (taken - left)
    return line
