"""A heart that does not beat in a good signal: a pause, and asystole when it lasts."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ecg.findings import Finding
from ecg.limits import ASYSTOLE, USUAL, Limits
from ecg.rates import to_samples

RECHECK = to_samples(1.0)

Silent = tuple[Finding, int, int | None]
"""A finding, its start and, where it is over, its end."""


@dataclass(slots=True)
class Silence:
    """Follows the time since the last beat of one recording. Pause and asystole begin at that beat, or where the
    signal became good and no beat was there since: then no pause is told, for nobody knows how long it lasted.
    """

    limits: Limits = USUAL
    due: int | None = None
    """The index at which the next finding begins to be one, if no beat is there or before."""
    _last_beat: int = 0
    _expected: Finding = Finding.PAUSE
    _open: list[Finding] = field(default_factory=list)

    def is_open(self, finding: Finding) -> bool:
        """Whether `finding` goes on."""
        return finding in self._open

    def limit(self, limits: Limits, index: int) -> None:
        """From `index` on these limits hold; what was told by the ones before stands."""
        self.limits = limits
        if self.due is not None and self._expected is Finding.PAUSE:
            self.due = max(self._last_beat + limits.pause, index)

    def beat(self, index: int) -> list[Silent]:
        """A beat of a good signal ends the silence."""
        ended = self.interrupt(index)
        self._last_beat, self.due, self._expected = index, index + self.limits.pause, Finding.PAUSE
        return ended

    def resume(self, index: int) -> None:
        """From `index` on the signal is good again: a heart that does not beat from there on stands still."""
        if self.due is not None or self._open:
            return
        self._last_beat, self.due, self._expected = index, index + ASYSTOLE, Finding.ASYSTOLE

    def pass_due(self, fibrillates: bool) -> list[Silent]:
        """The good signal reached `due` without a beat; none is asystole where the signal looks like fibrillation."""
        assert self.due is not None
        if self._expected is Finding.PAUSE:
            self.due, self._expected = self._last_beat + ASYSTOLE, Finding.ASYSTOLE
            return self._begin(Finding.PAUSE)
        if fibrillates:
            self.due += RECHECK
            return []
        self.due = None
        return self._begin(Finding.ASYSTOLE)

    def interrupt(self, index: int) -> list[Silent]:
        """From `index` on nothing can be said of beats: what is open ends."""
        # Fibrillation is told with an onset that may lie before the last beat that was found.
        end = max(index, self._last_beat)
        ended: list[Silent] = [(finding, self._last_beat, end) for finding in self._open]
        self._open, self.due = [], None
        return ended

    def _begin(self, finding: Finding) -> list[Silent]:
        self._open.append(finding)
        return [(finding, self._last_beat, None)]

    def snapshot(self) -> dict[str, Any]:
        """The state between two items."""
        opened = [finding.value for finding in self._open]
        return {
            "limits": asdict(self.limits),
            "due": self.due,
            "last_beat": self._last_beat,
            "expected": self._expected.value,
            "open": opened,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.limits, self.due, self._last_beat = Limits(**state["limits"]), state["due"], state["last_beat"]
        self._expected = Finding(state["expected"])
        self._open = [Finding(name) for name in state["open"]]
