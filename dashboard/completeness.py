"""How much of a recording was received, as a bar with words: what is missing is shown as missing. Pure."""

from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard.components import heading
from db.views import LedgerView
from words import t
from written import duration

PIECES = 500
"""Of the bar; in one that misses anything it is drawn as missing."""
ALL = 100.0


def received_bar(view: LedgerView | None) -> list[Component]:
    """The bar and its words; nothing before the first samples are stored."""
    if view is None or not view.until:
        return []
    absent = [html.I(style={"left": f"{left:.2f}%", "width": f"{width:.2f}%"}) for left, width in _absent(view)]
    told = words(view)
    label: dict[str, Any] = {"role": "img", "aria-label": told}
    return [
        heading(t("received.title"), told, "completeness"),
        html.Div(absent, className="received", **label),
    ]


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


def _absent(view: LedgerView) -> list[tuple[float, float]]:
    """Where something is missing: (left, width) in percent of the bar, none narrower than a piece."""
    if not view.gaps:
        return []
    edges = np.array(view.gaps) / view.until * PIECES
    lacking = np.zeros(PIECES + 1, int)
    np.add.at(lacking, np.floor(edges[:, 0]).astype(int), 1)
    np.add.at(lacking, np.ceil(edges[:, 1]).astype(int), -1)
    marked = np.diff((np.cumsum(lacking) > 0).astype(int), prepend=0)
    starts, ends = np.flatnonzero(marked == 1), np.flatnonzero(marked == -1)
    return [(ALL * a / PIECES, ALL * (b - a) / PIECES) for a, b in zip(starts, ends, strict=True)]
