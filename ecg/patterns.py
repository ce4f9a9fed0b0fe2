"""Findings that lie in the order of marked beats: bigeminy and trigeminy, fast runs, couplets.

Criteria as in `ecg.criteria`; no pattern reaches across an interruption.
"""

from dataclasses import dataclass, field
from typing import Any

from ecg.criteria import Change

CYCLES = 3


@dataclass(slots=True)
class Cycle:
    """One marked beat in every `period` beats: bigeminy (2), trigeminy (3).

    Begins after `CYCLES` cycles in a row. A step fits when exactly one of the last `period` beats is marked; ends when
    `period` + 1 steps of the last three cycles do not fit, so that one miss is forgiven.
    """

    period: int
    since: int | None = None
    _streak: list[tuple[int, bool]] = field(default_factory=list)
    _fits: list[bool] = field(default_factory=list)
    _last_fit: int = 0

    def receive(self, index: int, marked: bool) -> Change | None:
        """Take the next beat. The episode runs from the first marked beat to the last that kept the cycle."""
        beats = CYCLES * self.period
        streak = [*self._streak[1 - beats :], (index, marked)]
        fits = len(streak) >= self.period and sum(mark for _, mark in streak[-self.period :]) == 1
        self._streak = streak if fits or len(streak) < self.period else streak[1 - self.period :]
        self._fits = [*self._fits[1 - beats :], fits]
        if fits:
            self._last_fit = index
        if self.since is None and len(self._streak) == beats:
            self.since = next(at for at, mark in self._streak if mark)
            return self.since, None
        broken = self._fits.count(False) > self.period
        return self.close(self._last_fit) if self.since is not None and broken else None

    def interrupt(self) -> None:
        """Beats before and after this moment do not stand together."""
        self._streak = []

    def close(self, index: int) -> Change | None:
        """End at `index` what is open, and begin anew."""
        since, self.since, self._streak, self._fits = self.since, None, [], []
        return None if since is None else (since, index)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        streak = [list(pair) for pair in self._streak]
        return {"since": self.since, "streak": streak, "fits": list(self._fits), "last_fit": self._last_fit}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.since, self._last_fit = state["since"], state["last_fit"]
        self._streak = [(index, mark) for index, mark in state["streak"]]
        self._fits = list(state["fits"])


@dataclass(slots=True)
class FastRun:
    """Begins when `size` marked beats in a row came at the rate of `begin` (samples of RR) or faster.

    Ends when 2 of the last 3 beats are not marked, or when the last `size` of a run are slower than `end`.
    """

    size: int
    begin: int
    end: int
    since: int | None = None
    _run: list[int] = field(default_factory=list)  # the last `size` marked beats without another between them
    _unmarked: list[bool] = field(default_factory=list)  # of the last three
    _last_mark: int = 0

    def receive(self, index: int, marked: bool) -> Change | None:
        """Take the next beat. The episode runs from the first of the fast beats to the last marked one."""
        self._run = [*self._run[1 - self.size :], index] if marked else []
        self._unmarked = [*self._unmarked[-2:], not marked]
        last, self._last_mark = self._last_mark, index if marked else self._last_mark
        if self.since is None:
            if not self._is_within(self.begin):
                return None
            self.since = self._run[0]
            return self.since, None
        if sum(self._unmarked) >= 2:
            return self.close(self._last_mark)
        return self.close(last) if len(self._run) == self.size and not self._is_within(self.end) else None

    def _is_within(self, rr: int) -> bool:
        return len(self._run) == self.size and self._run[-1] - self._run[0] <= (self.size - 1) * rr

    def interrupt(self) -> None:
        """Beats before and after this moment do not stand together."""
        self._run, self._unmarked = [], []

    def close(self, index: int) -> Change | None:
        """End at `index` what is open, and begin anew."""
        since, self.since, self._run, self._unmarked = self.since, None, [], []
        return None if since is None else (since, index)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {
            "since": self.since,
            "run": list(self._run),
            "unmarked": list(self._unmarked),
            "last_mark": self._last_mark,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.since, self._run = state["since"], list(state["run"])
        self._unmarked, self._last_mark = list(state["unmarked"]), state["last_mark"]


@dataclass(slots=True)
class Pair:
    """Exactly two marked beats between unmarked ones. Told once, when the beat after them has come; never open."""

    since: None = None
    _run: list[int] | None = None  # marked beats since an unmarked one; None where none was seen

    def receive(self, index: int, marked: bool) -> Change | None:
        """Take the next beat. The episode runs from the first beat of the pair to the second."""
        run = self._run
        if marked:
            self._run = None if run is None else [*run[-2:], index]
            return None
        self._run = []
        return (run[0], run[1]) if run is not None and len(run) == 2 else None

    def interrupt(self) -> None:
        """Beats before and after this moment do not stand together."""
        self._run = None

    def close(self, index: int) -> Change | None:  # noqa: ARG002  nothing is ever open that could end there
        """Begin anew."""
        self._run = None
        return None

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"run": None if self._run is None else list(self._run)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._run = None if state["run"] is None else list(state["run"])
