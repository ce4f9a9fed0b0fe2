"""When a finding begins and when it ends: each criterion follows one finding, with a margin between the two.

Every criterion answers a beat with a change, `(start, None)` at the onset and `(start, end)` at the end, or with None.
"""

from dataclasses import dataclass, field
from typing import Any

from ecg.rates import to_samples

Change = tuple[int, int | None]


def rr_at(rate: float) -> int:
    """The RR interval in samples at `rate` per minute."""
    return to_samples(60 / rate)


@dataclass(slots=True)
class Votes:
    """Begins when `begin` of the last `size` (two or more) beats have the mark, ends when at most `end` have it."""

    size: int
    begin: int
    end: int
    since: int | None = None
    _recent: list[int | None] = field(default_factory=list)  # index of a marked beat, None for another
    _last_mark: int = 0

    def receive(self, index: int, marked: bool) -> Change | None:
        """Take the next beat. The episode runs from the first marked beat of the window to the last marked one."""
        recent = self._recent
        recent.append(index if marked else None)
        if len(recent) > self.size:
            del recent[0]
        if marked:
            self._last_mark = index
        marks = len(recent) - recent.count(None)
        if self.since is None and marks >= self.begin:
            self.since = next(at for at in recent if at is not None)
            return self.since, None
        return self.close(self._last_mark) if self.since is not None and marks <= self.end else None

    def interrupt(self) -> None:
        """Beats before and after this moment do not stand together."""
        self._recent = []

    def close(self, index: int) -> Change | None:
        """End at `index` what is open, and begin anew."""
        since, self.since, self._recent = self.since, None, []
        return None if since is None else (since, index)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"since": self.since, "recent": list(self._recent), "last_mark": self._last_mark}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.since, self._recent, self._last_mark = state["since"], list(state["recent"]), state["last_mark"]


RATE_INTERVALS = 8


@dataclass(slots=True)
class RateBeyond:
    """Begins when the median of the last 8 RR intervals is beyond `begin`, ends when it is back within `end` (samples).

    `begin` above `end`: a slow heart; below: a fast one. The median, so that one pause is no bradycardia.
    """

    begin: int
    end: int
    since: int | None = None
    _indices: list[int] = field(default_factory=list)
    _intervals: list[int] = field(default_factory=list)

    def receive(self, index: int, rr: int) -> Change | None:
        """Take the beat at `index`, `rr` samples after the one before. The first interval's beat is the onset."""
        self._indices.append(index)
        self._intervals.append(rr)
        if len(self._intervals) < RATE_INTERVALS:
            return None
        del self._indices[:-RATE_INTERVALS], self._intervals[:-RATE_INTERVALS]
        ordered = sorted(self._intervals)
        doubled = ordered[RATE_INTERVALS // 2 - 1] + ordered[RATE_INTERVALS // 2]
        sign = 1 if self.begin > self.end else -1
        if self.since is None and sign * doubled > sign * 2 * self.begin:
            self.since = self._indices[0]
            return self.since, None
        return self.close(index) if self.since is not None and sign * doubled < sign * 2 * self.end else None

    def close(self, index: int) -> Change | None:
        """End at `index` what is open, and begin anew."""
        since, self.since, self._indices, self._intervals = self.since, None, [], []
        return None if since is None else (since, index)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"since": self.since, "indices": list(self._indices), "intervals": list(self._intervals)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.since = state["since"]
        self._indices, self._intervals = list(state["indices"]), list(state["intervals"])
