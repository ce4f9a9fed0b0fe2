"""How much of a recording was received, as words, and a bar of the chosen time in which what is missing shows. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard.components import heading
from db.trend_views import Absence
from db.views import LedgerView
from ecg.rates import SAMPLE_RATE
from words import t
from written import clock, duration, moment

PIECES = 500
"""Of the bar; in one that misses anything it is drawn as missing."""
ALL = 100.0
DAY_MS = 86_400_000


def received_bar(view: LedgerView | None, absences: Sequence[Absence], start_ms: int, end_ms: int) -> list[Component]:
    """The words of a recording and the bar of the time between two wall ms; nothing before the first samples."""
    if view is None or not view.until:
        return []
    pieces = [_piece(group, start_ms, end_ms) for group in grouped(absences, start_ms, end_ms)]
    label: dict[str, Any] = {"role": "group", "aria-label": t("received.of", time=duration((end_ms - start_ms) / 1000))}
    return [heading(t("received.title"), words(view), "completeness"), html.Div(pieces, className="received", **label)]


def words(view: LedgerView) -> str:
    """As "98.2 % · 26 min 3 s missing · 12 s came late"."""
    seconds = {name: getattr(view, name) / view.rate for name in ("missing", "late", "repeated", "purged")}
    told = [t(f"received.{name}", time=_lasted(lasted)) for name, lasted in seconds.items() if lasted]
    whole = t("number.percent", number=share(view))
    return " · ".join([whole, *(told if view.missing else [t("received.nothing_missing"), *told])])


def _lasted(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else t("received.under_a_second")


def share(view: LedgerView) -> str:
    """Percent received, cut and not rounded: 100.0 only when nothing is missing."""
    return f"{int(1000 * view.received / view.until) / 10:.1f}"


def grouped(absences: Sequence[Absence], start_ms: int, end_ms: int) -> list[list[Absence]]:
    """What is missing, that of neighbouring pieces of the bar together, in order."""
    size = (end_ms - start_ms) / PIECES
    groups: list[list[Absence]] = []
    reached = -1
    for each in sorted(absences, key=lambda absence: absence.start_ms):
        if int((each.start_ms - start_ms) / size) > reached or not groups:
            groups.append([])
        groups[-1].append(each)
        reached = max(reached, int(np.ceil((each.end_ms - start_ms) / size)))
    return groups


def _piece(group: Sequence[Absence], start_ms: int, end_ms: int) -> Component:
    """A missing piece, which tells its length when it is pointed at and opens the moment before it (data-moment)."""
    size, first = (end_ms - start_ms) / PIECES, group[0]
    left = max(int((first.start_ms - start_ms) / size), 0)
    right = min(int(np.ceil((max(each.end_ms for each in group) - start_ms) / size)), PIECES)
    missing = _lasted(sum(each.end_ms - each.start_ms for each in group) / 1000)
    since = _at(first.start_ms, end_ms - start_ms)
    told = t("received.gaps", time=missing, since=since, count=len(group))
    place = (first.start_ms - first.begun_ms) * SAMPLE_RATE // 1000
    facts: dict[str, Any] = {"data-moment": f"{first.recording}/{max(place - SAMPLE_RATE, 0)}", "aria-label": told}
    style = {"left": f"{ALL * left / PIECES:.2f}%", "width": f"{ALL * max(right - left, 1) / PIECES:.2f}%"}
    return html.I(style=style, title=told, role="button", tabIndex=0, **facts)


def _at(wall_ms: int, span_ms: int) -> str:
    return clock(wall_ms) if span_ms <= DAY_MS else moment(wall_ms)
