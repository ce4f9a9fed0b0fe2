"""One alert as it stands: made of its condition, of what people did, and of the time, in whatever order they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.alert_views import ActView, PlanStep, WatchedBed
from ecg.alert_rules import RULES, URGENCY, Priority
from ecg.alert_states import UNSEEN, Happening, Stage, turned
from ecg.alert_times import level_at
from ecg.rates import to_milliseconds
from ecg.types import Alert
from streaming.board import ShownAlert


@dataclass(slots=True)
class Tracked:
    """One alert. unseen_ms: since when nobody has seen it; called: how many of the plan were called."""

    alert: Alert
    began_ms: int
    patient_id: int | None
    priority: Priority
    unseen_ms: int
    stage: Stage = Stage.ALARMING
    seen_by: str | None = None
    seen_ms: int | None = None
    called: list[str] = field(default_factory=list)

    @property
    def ended_ms(self) -> int | None:
        """Wall ms at which the condition was over."""
        end, start = self.alert.end, self.alert.start
        return None if end is None else self.began_ms + round(to_milliseconds(end - start))

    def turn(self, happening: Happening) -> bool:
        """Whether that changed anything or was done once more."""
        stage, self.stage = self.stage, turned(self.stage, happening).stage
        return stage is not self.stage

    def end(self, alert: Alert) -> bool:
        """Its condition is over, as `alert` says."""
        self.alert = alert
        return self.turn(Happening.END_LATCHING if RULES[alert.rule].latches else Happening.END)

    def act(self, act: ActView) -> None:
        """What somebody, or the house, did."""
        if act.what is Happening.ESCALATE:
            self.called.append(act.note)
        elif act.what is Happening.ACKNOWLEDGE:
            self.turn(act.what)
            self.seen_by, self.seen_ms = act.person, act.at_ms
        elif act.what is Happening.WITHDRAW:
            self.turn(act.what)
            self._anew(act.at_ms)

    def age(self, now_ms: int) -> None:
        """It becomes more urgent when it lasts; whoever saw it before has not seen that."""
        rule, ended_ms = RULES[self.alert.rule], self.ended_ms
        lasted_ms = (now_ms if ended_ms is None else min(now_ms, ended_ms)) - self.began_ms
        before, self.priority = self.priority, rule.priority_after(lasted_ms / 1000)
        if URGENCY[self.priority] <= URGENCY[before]:
            return
        rose_ms = self.began_ms + round(1000 * (rule.rises_s or 0))
        if self.seen_ms is None or self.seen_ms < rose_ms:
            self.turn(Happening.RISE)
            if self.unseen_ms < rose_ms:
                self._anew(rose_ms)

    def _anew(self, at_ms: int) -> None:
        self.unseen_ms, self.seen_by, self.seen_ms, self.called = at_ms, None, None, []

    def overdue(self, plan: Sequence[PlanStep], now_ms: int) -> list[PlanStep]:
        """Who of the plan is to be called now, because nobody has seen it; they count as called."""
        if not self._calls:
            return []
        level = level_at([step.after_s for step in plan], self.unseen_ms, now_ms)
        due = list(plan[len(self.called) : level])
        self.called += [step.person for step in due]
        return due

    @property
    def _calls(self) -> bool:
        return self.stage in UNSEEN and self.priority is not Priority.LOW

    def shown(self, bed: WatchedBed, plan: Sequence[PlanStep]) -> ShownAlert:
        """As screens get it."""
        alert = self.alert
        step = plan[len(self.called)] if self._calls and len(self.called) < len(plan) else None
        return ShownAlert(
            *(bed.bed_id, bed.ward, alert.recording, alert.rule, self.priority, alert.start, alert.end),
            *(self.began_ms, self.ended_ms, self.stage, self.seen_by, self.seen_ms),
            self.called[-1] if self.called else None,
            step.person if step else None,
            self.unseen_ms + 1000 * step.after_s if step else None,
            *(alert.evidence.value, alert.evidence.limit),
        )
