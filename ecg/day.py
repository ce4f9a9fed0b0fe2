"""Variability over 24 hours, from summaries of five minutes each that can be added and taken away.

Task Force 1996, table 1: SDNN of all NN intervals; SDANN, the standard deviation of the means of all 5-minute pieces;
SDNN index, the mean of their standard deviations; triangular index of all NN intervals. A piece counts when its NN
intervals fill 80 % of it, and numbers are told when 18 hours of the day count, as the Task Force asks of a day's
recording. The oldest hour leaves as a whole: the numbers stand on the last 23 to 24 hours.
"""

import math
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.histogram import BINS, triangular_index
from ecg.rates import to_milliseconds, to_samples

PIECE = to_samples(300.0)
LEAST_FILLED = 0.80
"""Part of five minutes that NN intervals have to fill before the piece counts."""
FILLED = round(LEAST_FILLED * PIECE)
HOUR_PIECES, DAY_HOURS = 12, 24
LEAST_HOURS = 18.0
"""Hours that count before a number of the day is told (Task Force 1996: at least 18 hours of analysable ECG)."""


class Piece(NamedTuple):
    """NN intervals of `PIECE` samples that end at index (number + 1) x PIECE: sums in samples. rr: RR intervals."""

    number: int
    rr: int
    nn: int
    total: int
    squares: int

    @property
    def counts(self) -> bool:
        """Whether enough of it are NN intervals."""
        return self.total >= FILLED

    @property
    def mean(self) -> float:
        """Samples."""
        return self.total / self.nn

    @property
    def deviation(self) -> float:
        """Samples, n - 1 in the denominator."""
        return deviation(self.nn, self.total, self.squares)


class DayNumbers(NamedTuple):
    """ms, the triangular index without a unit, the share of RR used in percent, hours that count."""

    sdnn_24h: float | None = None
    sdann_24h: float | None = None
    sdnn_index_24h: float | None = None
    triangular_index_24h: float | None = None
    nn_used_24h: float | None = None
    hours_24h: float | None = None


def deviation(count: int, total: int, squares: int) -> float:
    """Standard deviation of `count` numbers with this sum and sum of squares (n - 1 in the denominator; n >= 2)."""
    return math.sqrt((count * squares - total * total) / (count * (count - 1)))


class Day:
    """The last hours of one recording."""

    def __init__(self) -> None:
        self._pieces: deque[Piece] = deque()
        self._hours: deque[tuple[int, NDArray[np.uint16]]] = deque()  # number of the hour, histogram of what counts
        self.numbers = DayNumbers()

    def receive(self, piece: Piece, histogram: Sequence[int]) -> None:
        """Take the next piece, later than all before it, with its histogram (`BINS` counts)."""
        hour = piece.number // HOUR_PIECES
        self._forget(hour)
        self._pieces.append(piece)
        if piece.counts:
            if not self._hours or self._hours[-1][0] != hour:
                self._hours.append((hour, np.zeros(BINS, np.uint16)))
            self._hours[-1][1][:] += np.asarray(histogram, np.uint16)
        self.numbers = self._numbers()

    def forget_before(self, number: int) -> None:
        """Let go of what is out of the day when piece `number` begins; nothing came since the last one."""
        held = len(self._pieces)
        self._forget(number // HOUR_PIECES)
        if len(self._pieces) != held:
            self.numbers = self._numbers()

    def _forget(self, hour: int) -> None:
        oldest = hour - DAY_HOURS + 1
        while self._pieces and self._pieces[0].number // HOUR_PIECES < oldest:
            self._pieces.popleft()
        while self._hours and self._hours[0][0] < oldest:
            self._hours.popleft()

    def _numbers(self) -> DayNumbers:
        pieces = [piece for piece in self._pieces if piece.counts]
        rr = sum(piece.rr for piece in self._pieces)
        hours = len(pieces) / HOUR_PIECES
        used = 100 * sum(piece.nn for piece in self._pieces) / rr if rr else None
        if hours < LEAST_HOURS:
            return DayNumbers(nn_used_24h=used, hours_24h=hours)
        _, _, count, total, squares = (sum(column) for column in zip(*pieces, strict=True))
        means = np.array([piece.mean for piece in pieces])
        histogram = np.array([counts for _, counts in self._hours]).sum(axis=0, dtype=np.int64)
        return DayNumbers(
            sdnn_24h=to_milliseconds(deviation(count, total, squares)),
            sdann_24h=to_milliseconds(float(means.std(ddof=1))),
            sdnn_index_24h=to_milliseconds(sum(piece.deviation for piece in pieces) / len(pieces)),
            triangular_index_24h=triangular_index([int(count) for count in histogram]),
            nn_used_24h=used,
            hours_24h=hours,
        )

    def snapshot(self) -> dict[str, Any]:
        """At most 288 pieces and 24 histograms: under 20 kB, however many beats there were."""
        return {"pieces": list(self._pieces), "hours": [[hour, counts.copy()] for hour, counts in self._hours]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._pieces = deque(Piece(*piece) for piece in state["pieces"])
        self._hours = deque((hour, np.array(counts, np.uint16)) for hour, counts in state["hours"])
        self.numbers = self._numbers() if self._pieces else DayNumbers()
