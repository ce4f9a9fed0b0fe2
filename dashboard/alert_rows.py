"""The alerts of a patient's newest recording in words."""

from dataclasses import dataclass

from sqlalchemy import Engine

from dashboard.alert_words import MARK, value_words
from db.alert_views import ActView, AlertKey, key_of
from db.alerts import acts_about, newest_alerts
from db.queries import recordings_of_patient
from ecg.alert_states import Happening
from ecg.rates import SAMPLE_RATE, to_milliseconds
from ecg.types import Alert
from words import t
from written import duration, moment

SHOWN = 20


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One row; moment: where the strip shows it, "recording/index"."""

    mark: str
    name: str
    begin: str
    lasted: str
    value: str
    seen: str
    moment: str


def rows_of(engine: Engine, patient_id: int) -> list[AlertLine]:
    """The newest first; nothing where the patient has no recording."""
    newest = next(iter(recordings_of_patient(engine, patient_id)), None)
    if newest is None:
        return []
    seen = _seen(acts_about(engine, [newest.id]))
    return [_line(alert, newest.started_ms, seen) for alert in newest_alerts(engine, newest.id, SHOWN)]


def _seen(acts: list[ActView]) -> dict[AlertKey, str]:
    """By whom each was acknowledged, unless that was taken back."""
    seen: dict[AlertKey, str] = {}
    for act in acts:
        if act.what is Happening.ACKNOWLEDGE:
            seen[act.key] = act.person or ""
        elif act.what is Happening.WITHDRAW:
            seen.pop(act.key, None)
    return seen


def _line(alert: Alert, started_ms: int, seen: dict[AlertKey, str]) -> AlertLine:
    lasted = None if alert.end is None else (alert.end - alert.start) / SAMPLE_RATE
    person = seen.get(key_of(alert))
    return AlertLine(
        MARK[alert.priority],
        t(f"alert.{alert.rule}"),
        moment(started_ms + round(to_milliseconds(alert.start))),
        t("alerts.goes_on") if lasted is None else duration(lasted),
        _value(alert),
        "" if person is None else t("alerts.seen_by", person=person),
        f"{alert.recording}/{alert.start}",
    )


def _value(alert: Alert) -> str:
    """The number that made it, with its limit where it has one."""
    shown, limit = value_words(alert.rule, alert.evidence.value), alert.evidence.limit
    return shown if limit is None or not shown else t("alerts.value_limit", value=shown, limit=f"{limit:g}")
