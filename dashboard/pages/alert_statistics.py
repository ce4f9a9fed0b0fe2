"""The statistics of alerts: /alerts/statistics, and one line of today's for the page of review."""

from dataclasses import dataclass

from flask import Flask, abort, render_template, request
from sqlalchemy import Engine

from auth.door import door
from auth.permission import current_identity
from auth.roles import Identity
from dashboard.alert_statistics import PUBLISHED_FALSE, PUBLISHED_PER_BED_DAY, Statistics, Tally, statistics
from dashboard.pages.review import sight_of
from db.alert_statistics import DAY_MS, counted, monitored, seen
from db.bed_order import wards
from ecg.alert_review import Verdict
from ecg.alert_rules import RULES, URGENCY, AlertName, Priority
from words import t
from written import duration, moment, number, percent, utc_offset_ms

SPANS = (1, 7, 30)
SHOWN_MODEL = 8


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """A line of a table. share: of the longest bar, 0 to 1."""

    name: str
    tally: Tally
    per_day: str
    false: str
    seen: str
    share: float


def add_alert_statistics(app: Flask, engine: Engine) -> None:
    """Add /alerts/statistics?days=7&ward=… and /alerts/statistics/today."""

    def page() -> str:
        identity, days = _who(), request.args.get("days", 7, type=int)
        if days not in SPANS:
            abort(400)
        ward = request.args.get("ward", "")[:64] or None
        made = _made(engine, identity, days, ward)
        known = [one.name for one in wards(engine) if sight_of(identity).everything or one.name in identity.wards]
        facts = {"days": days, "spans": SPANS, "ward": ward, "wards": known, "whole": _row("", made.whole, 0)}
        published = {"rate": number(PUBLISHED_PER_BED_DAY), "false": percent(PUBLISHED_FALSE, 1)}
        tables = {"by_day": _days(made), "by_bed": _beds(made), "by_rule": _rules(made)}
        return render_template(
            "alert_statistics.html",
            **facts,
            **tables,
            published=published,
            verdicts=list(Verdict),
            priorities=list(Priority),
        )

    def today() -> str:
        whole = _made(engine, _who(), 1, None).whole
        if whole.per_day is None:
            return t("review.statistics")
        return _line(_row("", whole, 0))

    app.add_url_rule("/alerts/statistics", "alert_statistics", page)
    app.add_url_rule("/alerts/statistics/today", "alert_statistics_today", today)


def _who() -> Identity:
    identity = current_identity()
    if identity is None:
        abort(401)
    return identity


def _made(engine: Engine, identity: Identity, days: int, ward: str | None) -> Statistics:
    now_ms = door().now_ms()
    since_ms, offset_ms = now_ms - days * DAY_MS, utc_offset_ms(now_ms)
    watched = monitored(engine, sight_of(identity), since_ms, ward)
    window = (since_ms, now_ms, offset_ms)
    return statistics(counted(engine, since_ms, offset_ms), seen(engine, since_ms), watched, window)


def _line(row: StatisticsRow) -> str:
    """The last 24 hours in one line: what is not known is not said."""
    told = [t("statistics.line", rate=row.per_day)]
    if row.tally.false_share is not None:
        told.append(t("statistics.line_false", false=row.false))
    if row.tally.seen_after_s is not None:
        told.append(t("statistics.line_seen", time=row.seen))
    return " · ".join(told)


def _row(name: str, tally: Tally, most: float) -> StatisticsRow:
    rate, false, after = tally.per_day, tally.false_share, tally.seen_after_s
    return StatisticsRow(
        *(name, tally, "–" if rate is None else number(rate, 1 if rate < 10 else 0)),
        "–" if false is None else percent(false),
        "–" if after is None else duration(after),
        (rate or 0) / most if most else 0.0,
    )


def _days(made: Statistics) -> list[StatisticsRow]:
    offset = utc_offset_ms(door().now_ms())
    most = max([tally.per_day or 0 for tally in made.days.values()], default=0)
    rows = sorted(made.days.items(), reverse=True)
    return [_row(moment(day * DAY_MS - offset).rsplit(" ", 1)[0], tally, most) for day, tally in rows]


def _beds(made: Statistics) -> list[StatisticsRow]:
    most = max([tally.per_day or 0 for tally in made.beds.values()], default=0)
    return [_row(_place(*key), tally, most) for key, tally in made.beds.items()]


def _place(ward: str, bed: str, initials: str) -> str:
    if not bed:
        return t("review.no_bed", initials=initials)
    return f"{ward} · {t('review.bed', bed=bed, initials=initials)}"


def _rules(made: Statistics) -> list[StatisticsRow]:
    """The gravest rules first."""
    order = sorted(made.rules.items(), key=lambda one: (-URGENCY[RULES[AlertName(one[0][0])].priority], -one[1].count))
    return [_row(_named(rule, model), tally, 0) for (rule, model), tally in order]


def _named(rule: str, model: str) -> str:
    return f"{t(f'alert.{rule}')} · {model[:SHOWN_MODEL]}" if model else t(f"alert.{rule}")
