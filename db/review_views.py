"""What questions about the review of alerts are answered with, and what a history of acts comes to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db.alert_views import AlertKey
from ecg.alert_review import ReviewAct, Verdict
from ecg.alert_rules import RULES, AlertName, Priority
from ecg.alert_states import Happening, Stage, turned
from ecg.rates import SAMPLE_RATE
from ecg.types import Alert


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose alerts are meant: of these wards (by the bed where the patient lies now) and patients, or of all."""

    everything: bool
    wards: frozenset[str] = frozenset()
    patients: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DoneAct:
    """One act about an alert. person: who did it, None for the house. to: whose task it became. deed: see the table."""

    id: int
    key: AlertKey
    what: Happening | ReviewAct
    user_id: int | None
    person: str | None
    at_ms: int
    note: str
    to_id: int | None
    to: str | None
    deed: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What all acts about one alert come to. version: the number of the newest act of a person, 0 for none.

    seen_by, seen_ms: of the acknowledgement that stands, None where there is none. history: without what was undone.
    """

    seen_by: str | None = None
    seen_ms: int | None = None
    verdict: Verdict | None = None
    judge_id: int | None = None
    judge: str | None = None
    judged_ms: int | None = None
    assignee_id: int | None = None
    assignee: str | None = None
    version: int = 0
    history: tuple[DoneAct, ...] = ()


def standing(acts: Sequence[DoneAct]) -> Standing:
    """Acts of one alert in their order. An act that is undone counts as if nobody had done it."""
    undone = {int(act.note) for act in acts if act.what is ReviewAct.UNDO}
    kept = [act for act in acts if act.what is not ReviewAct.UNDO and not _is_undone(act, undone)]
    made = Standing(version=max((act.id for act in acts if act.user_id is not None), default=0), history=tuple(kept))
    for act in kept:
        made = _after(made, act)
    return made


def _is_undone(act: DoneAct, undone: set[int]) -> bool:
    return isinstance(act.what, ReviewAct) and deed_of(act) in undone


def deed_of(act: DoneAct) -> int:
    """The number under which an act can be undone."""
    return act.id if act.deed is None else act.deed


def _after(made: Standing, act: DoneAct) -> Standing:
    match act.what:
        case Happening.ACKNOWLEDGE:
            first = made.seen_ms is None
            return replace(made, seen_by=act.person, seen_ms=act.at_ms if first else made.seen_ms)
        case Happening.WITHDRAW:
            return replace(made, seen_by=None, seen_ms=None)
        case ReviewAct.VERDICT:
            judge = act.user_id, act.person, act.at_ms
            return replace(made, verdict=Verdict(act.note), judge_id=judge[0], judge=judge[1], judged_ms=judge[2])
        case ReviewAct.ASSIGN:
            return replace(made, assignee_id=act.to_id, assignee=act.to)
    return made


def stage_of(alert: Alert, happenings: Iterable[Happening]) -> Stage:
    """Where a stored alert stands: what people did, then its end; the two may be told in any order."""
    stage = Stage.ALARMING
    for happening in happenings:
        stage = turned(stage, happening).stage
    if alert.end is None:
        return stage
    return turned(stage, Happening.END_LATCHING if RULES[alert.rule].latches else Happening.END).stage


@dataclass(frozen=True, slots=True)
class Place:
    """Whose an alert is: the patient with initials, and the bed where he or she lies now, None in none."""

    patient_id: int
    initials: str
    ward: str | None
    bed: str | None


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """Alerts of one patient and rule that wait for the same thing, told together; the facts are those of the newest.

    count: how many. began_ms: of the newest onset. seen: whether somebody has acknowledged that one. judge, judged_ms:
    of its verdict. assignee: whose task it is.
    """

    place: Place
    recording: str
    rule: AlertName
    start: int
    count: int
    end: int | None
    began_ms: int
    seen: bool
    value: float | None
    verdict: Verdict | None
    judge: str | None
    judged_ms: int | None
    assignee: str | None

    @property
    def priority(self) -> Priority:
        """As high as it was by its end, or is by its stored facts."""
        lasted = 0.0 if self.end is None else (self.end - self.start) / SAMPLE_RATE
        return RULES[self.rule].priority_after(lasted)

    @property
    def waits(self) -> bool:
        """Whether it goes on, or is latched, and nobody has acknowledged it."""
        return not self.seen and (self.end is None or RULES[self.rule].latches)
