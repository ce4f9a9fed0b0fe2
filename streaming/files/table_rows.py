"""Where the rows of a table lie in its recording: one after the other, with a gap where their times jump. Pure."""

import numpy as np
from numpy.typing import NDArray

from streaming.files.facts import MAX_SAMPLES, FileRefusedError, Run

JUMP = 1.75
"""Steps of the rate: a time that is further on than this begins a new run. Times are written with few digits."""


class Rows:
    """Takes the times of the rows, piece by piece; nothing is filled in."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._last: float | None = None
        self._runs: list[Run] = []
        self._start = self._end = 0

    def receive(self, times: NDArray[np.float64] | None, count: int) -> None:
        """times: seconds, shape (count,); None where the rows only follow each other. Raises FileRefusedError."""
        if times is None:
            self._end += count
            return
        before = times[0] - 1.0 / self._rate if self._last is None else self._last
        steps = np.diff(times, prepend=before) * self._rate
        if np.any(steps <= 0):
            raise FileRefusedError("table_backwards", time=f"{times[int(np.argmax(steps <= 0))]:.3f}")
        taken = 0
        for at in np.flatnonzero(steps > JUMP).tolist():
            self._end += at - taken
            self._jump(float(steps[at]))
            taken = at
        self._end += count - taken
        self._last = float(times[-1])

    def runs(self) -> tuple[Run, ...]:
        """All runs, in order."""
        last = [Run(self._start, self._end - self._start)] if self._end > self._start else []
        return (*self._runs, *last)

    def _jump(self, steps: float) -> None:
        if steps > MAX_SAMPLES:
            raise FileRefusedError("too_long", samples=f"{steps:.0f}", most=MAX_SAMPLES)
        if self._end > self._start:
            self._runs.append(Run(self._start, self._end - self._start))
        self._start = self._end = self._end + round(steps) - 1
