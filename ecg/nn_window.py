"""The NN intervals of the last 5 minutes with their sums and histogram.

Sums are in whole samples and never drift. They are brought up to date when they are asked for, all intervals that came
and left since in one go: each costs its own share once, however long the window is.
"""

from collections import deque
from typing import NamedTuple

from ecg.histogram import BINS, bin_of
from ecg.nn import Entry
from ecg.rates import to_samples

WINDOW = to_samples(300.0)
NN50 = to_samples(0.050)
"""A difference larger than 50 ms is of more samples than this."""


class Sums(NamedTuple):
    """In samples. A pair is an NN interval and the one before it: their difference and their sum."""

    nn: int = 0
    total: int = 0
    squares: int = 0
    pairs: int = 0
    differences: int = 0
    difference_squares: int = 0
    pair_totals: int = 0
    pair_squares: int = 0
    large: int = 0


class NNWindow:
    """Intervals come in the order of their index. A pair counts while both its intervals are in the window."""

    def __init__(self) -> None:
        self.histogram = [0] * BINS
        self.entries: deque[Entry] = deque()
        self._fresh: list[Entry] = []
        self._intervals = 0, 0, 0
        self._pairs = 0, 0, 0, 0, 0, 0
        self.append = self._fresh.append
        """Take the next `Entry`; free of any other work."""

    def slide(self, index: int) -> Sums:
        """Let go of all that is not in the 5 minutes that end at `index`; the sums of the others."""
        if self._fresh:
            self._take()
        if self.entries and self.entries[0][0] <= index - WINDOW:
            self._forget(index - WINDOW)
        return Sums(*self._intervals, *self._pairs)

    def _take(self) -> None:
        entries, histogram = self.entries, self.histogram
        count, total, squares = self._intervals
        for entry in self._fresh:
            _, nn, step = entry
            if nn is not None:
                count, total, squares = count + 1, total + nn, squares + nn * nn
                histogram[bin_of(nn)] += 1
                if step is not None and entries:
                    self._pair(nn, step, 1)
            entries.append(entry)
        self._fresh.clear()
        self._intervals = count, total, squares

    def _forget(self, oldest: int) -> None:
        entries, histogram = self.entries, self.histogram
        count, total, squares = self._intervals
        while entries and entries[0][0] <= oldest:
            _, nn, _ = entries.popleft()
            if nn is not None:
                count, total, squares = count - 1, total - nn, squares - nn * nn
                histogram[bin_of(nn)] -= 1
            if entries and (step := entries[0][2]) is not None:  # its neighbour has just left
                self._pair(entries[0][1] or 0, step, -1)
        self._intervals = count, total, squares

    def _pair(self, nn: int, step: int, sign: int) -> None:
        pairs, differences, difference_squares, pair_totals, pair_squares, large = self._pairs
        pair = 2 * nn - step
        self._pairs = (
            pairs + sign,
            differences + sign * step,
            difference_squares + sign * step * step,
            pair_totals + sign * pair,
            pair_squares + sign * pair * pair,
            large if -NN50 <= step <= NN50 else large + sign,
        )

    def snapshot(self) -> list[Entry]:
        """The entries; as many as a detector tells in 5 minutes."""
        return [*self.entries, *self._fresh]

    def restore(self, entries: list[Entry]) -> None:
        """Go on with these."""
        self.histogram = [0] * BINS
        self.entries.clear()
        self._intervals, self._pairs = (0, 0, 0), (0, 0, 0, 0, 0, 0)
        self._fresh[:] = [(index, nn, step) for index, nn, step in entries]
