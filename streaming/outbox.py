"""What a phone still has to bring to the server. Pure.

record ▶ waiting ─ take ▶ sent ─ acknowledge ▶ gone
              ◀ rewind (after a reconnect) ─┘
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from streaming.wire import MAX_SAMPLES

Frame = tuple[int, NDArray[np.int16]]
"""First device sample index, samples (n,) with 1 <= n <= MAX_SAMPLES."""


class Outbox:
    """Frames in the order of their samples; holds views, not copies. Full, it drops its oldest frames."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._sent: deque[Frame] = deque()
        self._waiting: deque[Frame] = deque()
        self.samples = 0
        """Samples held."""
        self.end = 0
        """Index one past the last sample that was ever held."""
        self.dropped = 0
        """Samples lost because the outbox was full; the server sees the jump."""

    def add(self, start: int, samples: NDArray[np.int16]) -> None:
        """Hold these samples until they are acknowledged; `start` must not lie before what was added last."""
        for offset in range(0, len(samples), MAX_SAMPLES):
            piece = samples[offset : offset + MAX_SAMPLES]
            self._waiting.append((start + offset, piece))
            self.samples += len(piece)
        self.end = start + len(samples)
        while self.samples > self._capacity and len(self._sent) + len(self._waiting) > 1:
            self.dropped += self._forget_oldest()

    def take(self) -> Frame | None:
        """The next frame to send, None when all were sent."""
        if not self._waiting:
            return None
        frame = self._waiting.popleft()
        self._sent.append(frame)
        return frame

    def acknowledge(self, next_index: int) -> None:
        """Forget the frames that lie wholly before `next_index`."""
        while (oldest := self._oldest()) is not None and oldest[0] + len(oldest[1]) <= next_index:
            self._forget_oldest()

    def rewind(self) -> None:
        """All that is not acknowledged must be sent again."""
        self._waiting.extendleft(reversed(self._sent))
        self._sent.clear()

    def _oldest(self) -> Frame | None:
        queue = self._sent or self._waiting
        return queue[0] if queue else None

    def _forget_oldest(self) -> int:
        _, samples = (self._sent or self._waiting).popleft()
        self.samples -= len(samples)
        return len(samples)
