"""One condition of one recording: when it is told, and when it is over."""

from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any

from ecg.alert_rules import AlertRule
from ecg.findings import QualityReason
from ecg.types import Evidence


class Turn(Enum):
    """What a moment does to an alert."""

    BEGINS = "begins"
    ENDS = "ends"


@dataclass(slots=True)
class Watch:
    """since: onset of the condition while it holds. told: the alert's start while one is told. gone: from where on its
    hold counts, None while the condition holds. ended: where the condition ended. count: beats that made it.
    """

    rule: AlertRule
    since: int | None = None
    told: int | None = None
    gone: int | None = None
    ended: int = 0
    count: int = 0
    evidence: Evidence = Evidence()  # noqa: RUF009  frozen

    def hold(self, start: int) -> None:
        """The condition holds, since `start`; one that came back within the hold is the alert that was told."""
        self.gone = None
        if self.since is None:
            self.since = start

    def release(self, end: int, now: int) -> None:
        """The condition holds no more, since `end`, as is known `now`."""
        if self.since is not None and self.told is not None:
            self.gone, self.ended = now, max(end, self.told)
        self.since = None

    def tick(self, now: int, passed: int, believed: bool) -> Turn | None:
        """It is `now`, `passed` samples after the last time. believed: the signal is as the rule needs it."""
        if self.told is None:
            due = self.since is not None and now - self.since >= self.rule.delay
            return Turn.BEGINS if due and believed else None
        if self.gone is None:
            return None
        if self.rule.stands and not believed:
            self.gone += passed
        return Turn.ENDS if now - self.gone >= self.rule.hold else None

    def yield_to_graver(self, now: int) -> Turn | None:
        """A graver alert is told: this one ends, and would begin anew from `now` on."""
        if self.since is not None:
            self.since = now
        if self.told is None:
            return None
        self.ended = max(self.told, now if self.gone is None else self.ended)
        return Turn.ENDS

    def begin(self, evidence: Evidence, count: int) -> int:
        """The alert is told from now on; returns its start."""
        assert self.since is not None
        self.told, self.gone, self.evidence, self.count = self.since, None, evidence, count
        return self.told

    def end(self) -> None:
        """The alert is over."""
        self.told = self.gone = None

    def snapshot(self) -> dict[str, Any]:
        """The state between two events."""
        state = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in {"rule", "evidence"}}
        return {**state, "evidence": {**asdict(self.evidence), "beats": list(self.evidence.beats)}}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        for name in ("since", "told", "gone", "ended", "count"):
            setattr(self, name, state[name])
        made = state["evidence"]
        reason, beats = QualityReason(made["reason"]), tuple(made["beats"])
        self.evidence = Evidence(**{**made, "reason": reason, "beats": beats})
