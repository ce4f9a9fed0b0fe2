"""What stands beside an alert that is judged: the patient, limits, earlier alerts, and who did what."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine

from dashboard.alert_words import age_words, name_words, where_words
from db.alert_queue import Wanted, queue
from db.alert_views import AlertView
from db.limits import defaults_of_patient, limit_history
from db.queries import bed_of_patient, device
from db.review_views import DoneAct, QueuedRun, Sight, Standing
from db.views import RecordingView
from ecg.alert_review import ReviewAct
from ecg.limits import KINDS
from words import t
from written import clock, moment, unit

WEEK_MS, DAY_MS = 7 * 86_400_000, 86_400_000
EARLIER = 8
SHOWN_LIMITS = ("hr_low", "hr_high", "pause")


class LimitRow(NamedTuple):
    """A limit that holds; default: "" where it is that; changed: by whom and when, "" where nobody did."""

    name: str
    value: str
    default: str
    changed: str


class EarlierRow(NamedTuple):
    """An alert of the same patient, or a run of them; key: what opens it."""

    when: str
    name: str
    verdict: str
    run: QueuedRun


class DoneRow(NamedTuple):
    """One act."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything in words. where: bed and initials. device: with its battery, "" where there is none."""

    where: str
    ward: str
    initials: str
    bed: str
    monitored: str
    device: str
    limits: list[LimitRow]
    earlier: list[EarlierRow]
    done: list[DoneRow]


def context_of(engine: Engine, view: AlertView, recording: RecordingView, made: Standing, now_ms: int) -> Context:
    """Of the patient of `recording`, as it is now."""
    patient = recording.patient_id or 0
    runs = queue(engine, Wanted(Sight(True), since_ms=now_ms - WEEK_MS, patient=patient))
    bed, worn = bed_of_patient(engine, patient), device(engine, recording.device_id)
    initials = bed.initials or "" if bed else next((run.place.initials for run in runs), "")
    battery = worn.state.battery if worn and worn.state else None
    label = worn.label if worn else ""
    return Context(
        where_words(bed.bed if bed else None, initials),
        *(bed.ward if bed else "–", initials, bed.bed if bed else "–"),
        age_words((now_ms - recording.started_ms) / 1000),
        label if battery is None else f"{label} · {battery} %",
        _limits(engine, patient),
        [_earlier(run, now_ms) for run in sorted(runs, key=lambda run: -run.began_ms) if not _same(run, view)][
            :EARLIER
        ],
        [DoneRow(clock(view.began_ms), t("review.told")), *(_done(act, view.began_ms) for act in made.history)],
    )


def _same(run: QueuedRun, view: AlertView) -> bool:
    return (run.recording, run.rule, run.start) == (view.alert.recording, view.alert.rule, view.alert.start)


def _limits(engine: Engine, patient: int) -> list[LimitRow]:
    default = defaults_of_patient(engine, patient)
    return [_limit(engine, patient, name, default.get(name)) for name in SHOWN_LIMITS]


def _limit(engine: Engine, patient: int, name: str, usual: float | None) -> LimitRow:
    newest, kind = next(iter(limit_history(engine, patient, name, 1)), None), KINDS[name]
    symbol, own = unit(kind.unit), None if newest is None else newest.value
    shown = f"{kind.number(usual if own is None else own)} {symbol}"
    label = t(f"method.{name}_limit")
    if own is None or newest is None:
        return LimitRow(label, shown, "", "")
    changed = t("review.limit_changed", time=moment(newest.at_ms), person=newest.person)
    said = t("limit.with_reason", set=changed, reason=newest.reason) if newest.reason else changed
    return LimitRow(label, shown, t("review.limit_default", value=kind.number(usual)), said)


def _earlier(run: QueuedRun, now_ms: int) -> EarlierRow:
    when = clock(run.began_ms)[:5] if now_ms - run.began_ms < DAY_MS else moment(run.began_ms).rsplit(" ", 1)[0]
    verdict = "–" if run.verdict is None else t(f"verdict.{run.verdict.value}")
    return EarlierRow(when, name_words(run.rule, run.value, run.count), verdict, run)


def _done(act: DoneAct, began_ms: int) -> DoneRow:
    facts = {"person": act.person or "", "note": act.note, "to": act.to or ""}
    key = f"review.act_{act.what.value}"
    if act.what is ReviewAct.VERDICT:
        facts["verdict"] = t(f"verdict.{act.note}")
    if act.what is ReviewAct.ASSIGN and act.to_id is None:
        key += "_nobody"
    when = clock(act.at_ms)[:5] if act.at_ms - began_ms < DAY_MS else moment(act.at_ms)
    return DoneRow(when, t(key, **facts))
