"""One alert with all that somebody needs who judges it, in words: what made it, the trend around it, whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from dashboard.alert_trend import TrendPicture, trend_picture
from dashboard.alert_words import MARK, fact_words, name_words, rule_words
from dashboard.case_context import Context, context_of
from db.alert_queue import alike
from db.alert_reviews import standings_of
from db.alert_views import AlertKey, AlertView, key_of
from db.limits import limits_of_patient
from db.queries import beats, quality_changes, vitals
from db.review_views import Standing, stage_of
from db.trends import trend
from db.views import RecordingView
from ecg.alert_evidence import strip_of
from ecg.alert_rules import RULES, Priority
from ecg.alert_states import UNSEEN, Happening, Stage
from ecg.findings import Quality
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.limits import KINDS
from ecg.rates import SAMPLE_RATE, to_milliseconds
from ecg.types import Alert
from words import t
from written import clock, duration, moment, unit

STEP_MS, STEPS = 10_000, 180
"""Of the trend: half an hour."""
SAY = {Stage.ALARMING: "active", Stage.SEEN: "seen", Stage.LATCHED: "latched"}
DAY_MS = 86_400_000


class FactRow(NamedTuple):
    """A number that made the alert, and beside it what it is compared with."""

    name: str
    value: str
    beside: str


@dataclass(frozen=True, slots=True)
class Case:
    """What templates/alert_case.html fills in. alike: keys without a verdict, this one first. strip: [from, to) of the
    recording; onset_ms: by the device's clock, as the strip tells times.
    """

    view: AlertView
    standing: Standing
    waits: bool
    mark: str
    hue: Priority
    name: str
    line: str
    fact: str
    rule: str
    course: str
    facts: list[FactRow]
    trend: TrendPicture
    ticks: tuple[str, str, str]
    strip: tuple[int, int]
    onset: str
    lead: str
    alike: list[AlertKey]
    context: Context


def case_of(engine: Engine, view: AlertView, recording: RecordingView, now_ms: int) -> Case:
    """The whole case; `view` is of this recording."""
    alert, key = view.alert, key_of(view.alert)
    made = standings_of(engine, [key])[key]
    stage = stage_of(alert, [act.what for act in made.history if isinstance(act.what, Happening)])
    lasted = None if alert.end is None else (alert.end - alert.start) / SAMPLE_RATE
    hue = RULES[alert.rule].priority_after((now_ms - view.began_ms) / 1000 if lasted is None else lasted)
    others = [each for each in alike(engine, alert.recording, alert.rule) if each != key]
    picture, ticks = _trend(engine, alert, recording, now_ms)
    context = context_of(engine, view, recording, made, now_ms)
    return Case(
        *(view, made, stage in UNSEEN, MARK[hue], hue, name_words(alert.rule, alert.evidence.value)),
        _line(_onset_ms(alert, recording), stage, lasted, context.where, now_ms),
        *(fact_words(alert), rule_words(alert), _course(engine, alert), _facts(engine, alert), picture, ticks),
        *(strip_of(alert), clock(_onset_ms(alert, recording)), recording.lead),
        *([key, *others], context),
    )


def _onset_ms(alert: Alert, recording: RecordingView) -> int:
    """Wall ms by the device's clock, in which all that is stored is told."""
    return recording.started_ms + round(to_milliseconds(alert.start))


def _line(onset_ms: int, stage: Stage, lasted: float | None, where: str, now_ms: int) -> str:
    """Where it is, when it began, how long it lasted, how it stands."""
    when = clock(onset_ms) if now_ms - onset_ms < DAY_MS else moment(onset_ms)
    length = [] if lasted is None else [t("alerts.lasted", time=duration(lasted))]
    return " · ".join((where, t("review.started", time=when), *length, t(f"review.{SAY.get(stage, 'ended')}")))


def _course(engine: Engine, alert: Alert) -> str:
    """The heart rate before, farthest from that, and at the end of the strip; "" where none was told."""
    told = [one.heart_rate for one in vitals(engine, alert.recording, *strip_of(alert)) if one.heart_rate is not None]
    if not told:
        return ""
    farthest = max(told, key=lambda rate: abs(rate - told[0]))
    return t("review.hr_course", course=" → ".join(f"{rate:.0f}" for rate in (told[0], farthest, told[-1])))


def _facts(engine: Engine, alert: Alert) -> list[FactRow]:
    made, rule, strip = alert.evidence, RULES[alert.rule], strip_of(alert)
    rows = []
    if made.heart_rate is not None:
        limit = "" if made.limit is None or rule.unit != "/min" else t("review.limit", limit=f"{made.limit:g}")
        rows.append(FactRow(t("review.heart_rate"), f"{made.heart_rate:.0f} {unit('/min')}", limit))
    rows += _of_beats(engine, alert, strip)
    worst = _worst(engine, alert.recording, strip)
    return [*rows, FactRow(t("review.quality"), worst, "")]


def _of_beats(engine: Engine, alert: Alert, strip: tuple[int, int]) -> list[FactRow]:
    seen = beats(engine, alert.recording, *strip)
    sure = [beat for beat in seen if beat.beat_class is BeatClass.VENTRICULAR and beat.class_sure]
    if not sure:
        return []
    place = BEAT_CLASSES.index(BeatClass.VENTRICULAR)
    shares = [beat.class_probabilities[place] for beat in sure]
    return [
        FactRow(t("review.v_beats"), str(len(sure)), t("review.of_beats", count=len(seen))),
        FactRow(t("review.certainty"), f"{np.mean(shares):.2f}", t("review.least", value=f"{min(shares):.2f}")),
    ]


def _worst(engine: Engine, recording: str, strip: tuple[int, int]) -> str:
    order = (Quality.GOOD, Quality.POOR, Quality.UNUSABLE)
    told = [change.quality for change in quality_changes(engine, recording, *strip)]
    return t(f"quality.{max(told, key=order.index).value}") if told else "–"


def _trend(
    engine: Engine, alert: Alert, recording: RecordingView, now_ms: int
) -> tuple[TrendPicture, tuple[str, str, str]]:
    onset = _onset_ms(alert, recording)
    lasted = now_ms - onset if alert.end is None else round(to_milliseconds(alert.end - alert.start))
    first = (onset - STEPS * STEP_MS // 2) // STEP_MS * STEP_MS
    rates = trend(engine, recording.patient_id or 0, first, STEP_MS, STEPS).heart_rate.mean
    held = limits_of_patient(engine, recording.patient_id or 0)
    limits = [held.get(name, KINDS[name].usual) for name in ("hr_low", "hr_high")]
    share = tuple((at - first) / (STEPS * STEP_MS) for at in (onset, onset + lasted))
    ends = (first, onset, first + STEPS * STEP_MS)
    return trend_picture(rates, (share[0], share[1]), limits), _ticks(ends)


def _ticks(at_ms: Sequence[float]) -> tuple[str, str, str]:
    first, middle, last = (clock(each)[:5] for each in at_ms)
    return first, middle, last
