"""How much of the analysed time lies in episodes of atrial fibrillation.

Analysed are the RR intervals that end in a clear beat of a good signal; gaps, poor signal and noise are in neither
number. Minutes are kept in bins, so that what is remembered does not grow.
"""

from dataclasses import dataclass, field
from typing import Any

from ecg.findings import Finding
from ecg.rates import to_samples
from ecg.types import AfBurden, Beat, RhythmEpisode

HOUR, DAY = to_samples(3600.0), to_samples(86_400.0)
MINUTE = to_samples(60.0)
HOUR_BIN, DAY_BIN = MINUTE, 10 * MINUTE
LEAST_ANALYSED = MINUTE
UNDECIDED = 10
"""Beats whose episode may still begin or end at an earlier one: the votes of `ecg.rhythm` look back so far."""


@dataclass(slots=True)
class Bins:
    """Samples analysed and in fibrillation in bins of `width` over the last `span` samples."""

    span: int
    width: int
    _bins: list[list[int]] = field(default_factory=list)  # number of the bin, analysed, in fibrillation

    def add(self, index: int, samples: int, fibrillating: int) -> None:
        """Count an interval that ended at `index`; indices rise."""
        number = index // self.width
        if not self._bins or self._bins[-1][0] != number:
            self._bins.append([number, 0, 0])
            self._forget(index)
        self._bins[-1][1] += samples
        self._bins[-1][2] += fibrillating

    def share(self, index: int) -> float | None:
        """Percent of what was analysed in the bins that reach into the `span` before `index`; None for too little."""
        self._forget(index)
        return _share(sum(one[1] for one in self._bins), sum(one[2] for one in self._bins))

    def _forget(self, index: int) -> None:
        while self._bins and (self._bins[0][0] + 1) * self.width <= index - self.span:
            del self._bins[0]

    def snapshot(self) -> list[list[int]]:
        """The state between two beats."""
        return [list(one) for one in self._bins]

    def restore(self, state: list[list[int]]) -> None:
        """Go on from `state`."""
        self._bins = [list(one) for one in state]


class Burden:
    """Follows one recording."""

    def __init__(self, recording: str) -> None:
        self._recording = recording
        self._pending: list[tuple[int, int]] = []  # index and RR of beats whose episode is not decided
        self._since: int | None = None
        self._hour, self._day = Bins(HOUR, HOUR_BIN), Bins(DAY, DAY_BIN)
        self._whole = [0, 0]

    def receive(self, beat: Beat) -> None:
        """Take a clear beat whose RR interval is of good signal; what it tells of episodes goes to `note` before."""
        assert beat.rr is not None
        self._pending.append((beat.index, beat.rr))
        if len(self._pending) > UNDECIDED:
            self._settle(1)

    def note(self, told: list[RhythmEpisode]) -> None:
        """Learn of episodes as they are told."""
        for episode in told:
            if episode.finding is not Finding.ATRIAL_FIBRILLATION:
                continue
            self._since = episode.start
            if episode.end is not None:
                self._settle(sum(index <= episode.end for index, _ in self._pending))
                self._since = None

    def at(self, index: int) -> AfBurden:
        """The numbers true at `index`. The last few beats are counted when it is decided where they belong."""
        hour, day = self._hour.share(index), self._day.share(index)
        return AfBurden(self._recording, index, hour, day, _share(*self._whole))

    def _settle(self, count: int) -> None:
        for index, rr in self._pending[:count]:
            # The first beat of an episode ends an interval that lies before it.
            fibrillating = rr if self._since is not None and index > self._since else 0
            self._hour.add(index, rr, fibrillating)
            self._day.add(index, rr, fibrillating)
            self._whole = [self._whole[0] + rr, self._whole[1] + fibrillating]
        del self._pending[:count]

    def snapshot(self) -> dict[str, Any]:
        """The state between two items."""
        bins = {"hour": self._hour.snapshot(), "day": self._day.snapshot(), "whole": list(self._whole)}
        return bins | {"pending": [list(one) for one in self._pending], "since": self._since}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._hour.restore(state["hour"])
        self._day.restore(state["day"])
        self._whole, self._since = list(state["whole"]), state["since"]
        self._pending = [(index, rr) for index, rr in state["pending"]]


def _share(analysed: int, fibrillating: int) -> float | None:
    return 100 * fibrillating / analysed if analysed >= LEAST_ANALYSED else None
