"""The numbers and beats that made an alert."""

from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from ecg.alert_rules import AlertName, Needs, rate_limits
from ecg.alert_watch import Watch
from ecg.findings import Finding, QualityReason
from ecg.limits import USUAL, Limits
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.types import Alert, Evidence

MINUTE = to_samples(60.0)
SHOWN_BEATS = 8
STRIP_REACH = to_samples(20.0)
"""Of the strip that shows an alert: from so long before its start to so long after."""


@dataclass(slots=True)
class Seen:
    """What was seen of a recording up to `now`. beats: of the last minute, index and whether surely ventricular."""

    now: int = 0
    limits: Limits = USUAL
    heart_rate: float | None = None
    beats: list[tuple[int, bool]] = field(default_factory=list)

    def note(self, index: int, ventricular: bool) -> None:
        """A beat; those older than a minute are forgotten."""
        self.beats.append((index, ventricular))
        while self.beats[0][0] <= index - MINUTE:
            del self.beats[0]

    def ventricular(self, since: int = 0) -> int:
        """Surely ventricular beats of the last minute from `since` on."""
        return sum(marked for index, marked in self.beats if index >= since)

    def evidence(self, watch: Watch) -> Evidence:
        """Of an alert that is told now."""
        rule, limit = watch.rule, self._limit(watch)
        of_rate = limit is not None and rule.finding is None
        made = [index for index, _ in self.beats if of_rate or index >= (watch.since or 0)]
        reason = watch.evidence.reason if rule.needs is Needs.NONE else QualityReason.NONE
        return Evidence(self._value(watch), limit, self.heart_rate, tuple(made[-SHOWN_BEATS:]), reason)

    def _limit(self, watch: Watch) -> float | None:
        if watch.rule.name is AlertName.PAUSE:
            return self.limits.pause / SAMPLE_RATE
        return rate_limits(self.limits).get(watch.rule.name, watch.rule.begins)

    def _value(self, watch: Watch) -> float | None:
        rule, since = watch.rule, watch.since or 0
        if rule.finding is Finding.VENTRICULAR_TACHYCARDIA:
            return self._rate(since)
        if rule.finding is not None and rule.unit == "s":
            return round(max((self.now - since) / SAMPLE_RATE, self._limit(watch) or 0), 1)
        if rule.unit == "beats":
            return float(self.ventricular(since))
        if rule.name is AlertName.ECTOPY:
            return float(self.ventricular())
        return self.heart_rate if rule.unit == "/min" else watch.evidence.value

    def _rate(self, since: int) -> float | None:
        """Of the beats from `since` on, /min."""
        steps = [after - before for (before, _), (after, _) in pairwise(self.beats) if before >= since]
        return round(60 * SAMPLE_RATE * len(steps) / sum(steps), 1) if steps else self.heart_rate

    def snapshot(self) -> dict[str, Any]:
        """The state between two events."""
        return {**asdict(self), "beats": [list(one) for one in self.beats]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.now, self.heart_rate, self.limits = state["now"], state["heart_rate"], Limits(**state["limits"])
        self.beats = [(index, marked) for index, marked in state["beats"]]


def of_all(watch: Watch) -> Evidence:
    """Of an alert that is over: how long it lasted, or how many beats it had."""
    rule, made = watch.rule, watch.evidence
    if rule.finding is not None and rule.unit == "s" and watch.told is not None:
        return replace(made, value=round((watch.ended - watch.told) / SAMPLE_RATE, 1))
    return replace(made, value=float(watch.count)) if rule.unit == "beats" else made


def strip_of(alert: Alert) -> tuple[int, int]:
    """[from, to) of the signal that shows it; with the stored beats there and its model it can be drawn again."""
    return max(0, alert.start - STRIP_REACH), alert.start + STRIP_REACH
