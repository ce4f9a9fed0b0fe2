"""Alerts: those that wait for somebody, those of a recording, and to acknowledge one."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.exceptions import NotFound

from auth.alert_deeds import WRONG, AlertWish, perform
from auth.door import door
from auth.identities import patient_thing
from auth.needs import Need
from auth.roles import Action, ObjectKind, may
from dashboard.api.asking import deed, nothing, recording_guard, who_asks
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, page, place_of
from dashboard.api.problems import ProblemError, invalid_fields
from dashboard.api.results import SpanQuery
from db.alert_reviews import standings_of
from db.alert_views import AlertKey, AlertView, key_of
from db.alerts import alert_view, alerts_after, unfinished_alerts
from db.review_views import Standing, stage_of
from db.views import RecordingView
from ecg.alert_review import ReviewAct
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import OPEN, Answer, Happening
from ecg.rates import to_seconds

_FINAL = (Happening.WITHDRAW, ReviewAct.UNDO)
"""What is done again, not undone."""
SEE, CHANGE = Need(Action.VIEW, ObjectKind.ALERT), Need(Action.CHANGE, ObjectKind.ALERT)


class Alert(BaseModel):
    """An alert: an alarm condition of IEC 60601-1-8."""

    recording: str
    patient: int | None
    rule: str
    priority: str = Field(description="high, medium or low.")
    start: int = Field(description="Onset, in samples at 250 Hz.")
    start_s: float = Field(description="The same in seconds of the recording.")
    end: int | None = Field(description="Null while the condition lasts.")
    began_at: datetime
    value: float | None = Field(description="The number that made it.")
    limit: float | None
    unit: str
    state: str = Field(description="alarming, seen, latched (over, but nobody has seen it), closed or over.")
    seen_by: str | None = Field(description="Who has acknowledged it.")
    seen_at: datetime | None
    verdict: str | None = Field(description="What somebody says that it was: true, false, noise or other.")
    judged_by: str | None
    assignee: int | None = Field(description="Number of the user whose task it is.")
    model: str = Field(description="SHA-256 of the network that labelled the beats.")


class ActedAlert(Alert):
    """The alert after what was done about it."""

    deed: int | None = Field(description="To undo it by; null where nothing was done that can be undone.")


class Alerts(BaseModel):
    """Alerts that go on, or wait to be seen, of all patients that the token reaches; the oldest first."""

    items: list[Alert]


class What(StrEnum):
    """What people do about an alert."""

    ACKNOWLEDGE = "acknowledge"
    WITHDRAW = "withdraw"
    VERDICT = "verdict"
    COMMENT = "comment"
    ASSIGN = "assign"
    UNDO = "undo"


class Act(BaseModel):
    """What to do: acknowledge or take that back; say what it was, comment on it, give it to somebody; undo an act of
    your own, as long as nobody else has done anything since.
    """

    model_config = ConfigDict(extra="forbid")

    what: What
    value: Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        "",
        description="verdict: true, false, noise, other. comment: words. assign: the user's number, empty: nobody's. "
        "undo: `deed` of what the act was answered.",
    )


def _seen(recording: str) -> RecordingView:
    return recording_guard(Action.VIEW, ObjectKind.ALERT, recording)


def _one(recording: str, rule: str, start: int) -> AlertView:
    recording_guard(Action.CHANGE, ObjectKind.ALERT, recording)
    found = alert_view(door().engine, recording, rule, start) if rule in set(AlertName) else None
    if found is None:
        raise NotFound
    return found


def _open(_call: Call[None, Nothing, Nothing]) -> Reply:
    views = unfinished_alerts(door().engine)
    reached = {number for number in {view.patient_id for view in views} if number is not None and _reaches(number)}
    mine = [view for view in views if view.patient_id in reached]
    return Reply(Alerts(items=[each for each in _all(mine) if each.state in OPEN]))


def _reaches(patient: int) -> bool:
    thing = patient_thing(door().engine, ObjectKind.ALERT, patient)
    return thing is not None and may(who_asks(), Action.VIEW, thing)


def _list(call: Call[RecordingView, SpanQuery, Nothing]) -> Reply:
    asked = call.query
    place = place_of(asked.cursor, (int, str))
    after = (int(place[0]), str(place[1])) if place else None
    found = alerts_after(door().engine, call.found.id, asked.start, asked.end, after, asked.limit + 1)
    shown = list(zip(found, _all(found), strict=True))
    return Reply(page(shown, asked.limit, lambda pair: pair[1], lambda pair: (pair[1].start, pair[1].rule)))


def _act(call: Call[AlertView, Nothing, Act]) -> Reply:
    view = call.found
    what = call.body.what.value
    kind = Happening(what) if what in set(Happening) else ReviewAct(what)
    wish = AlertWish(kind, (key_of(view.alert),), call.body.value)
    told = perform(door().engine, view.patient_id or 0, wish, deed())
    if told is None:
        raise NotFound
    if told.answer == WRONG:
        raise invalid_fields({"value": told.sentence})
    if told.answer not in (Answer.DONE, Answer.NOTHING) or (kind, told.answer) == (ReviewAct.UNDO, Answer.NOTHING):
        raise ProblemError(409, f"alert-{told.answer}", told.sentence)
    now = _all([alert_view(door().engine, *_key(view)) or view])[0]
    return Reply(ActedAlert(**now.model_dump(), deed=None if kind in _FINAL else told.deed or None))


def _key(view: AlertView) -> tuple[str, str, int]:
    return view.alert.recording, view.alert.rule.value, view.alert.start


def _all(views: Sequence[AlertView]) -> list[Alert]:
    keys: list[AlertKey] = [key_of(view.alert) for view in views]
    made = standings_of(door().engine, keys) if keys else {}
    return [_plain(view, made[key]) for view, key in zip(views, keys, strict=True)]


def _plain(view: AlertView, made: Standing) -> Alert:
    of = view.alert
    done = [act.what for act in made.history if isinstance(act.what, Happening)]
    return Alert(
        recording=of.recording,
        patient=view.patient_id,
        rule=of.rule,
        priority=of.priority,
        start=of.start,
        start_s=to_seconds(of.start),
        end=of.end,
        began_at=moment(round(view.began_ms)),
        value=of.evidence.value,
        limit=of.evidence.limit,
        unit=RULES[of.rule].unit,
        state=stage_of(of, done),
        seen_by=made.seen_by,
        seen_at=None if made.seen_ms is None else moment(made.seen_ms),
        verdict=made.verdict,
        judged_by=made.judge,
        assignee=made.assignee_id,
        model=of.model,
    )


_OF_RECORDING = "/recordings/{recording}/alerts"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/alerts", "list_open_alerts", "alerts", "Alerts that go on or wait to be seen"),
        SEE,
        nothing,
        _open,
        Alerts,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("GET", _OF_RECORDING, "list_alerts", "alerts", "Alerts of a recording"),
        SEE,
        _seen,
        _list,
        Page[Alert],
        SpanQuery,
        Nothing,
    ),
    Operation(
        Route(
            "POST",
            f"{_OF_RECORDING}/{{rule}}/{{start}}/acts",
            "act_on_alert",
            "alerts",
            "Acknowledge an alert, say what it was, give it to somebody, undo that",
        ),
        CHANGE,
        _one,
        _act,
        ActedAlert,
        Nothing,
        Act,
    ),
]
