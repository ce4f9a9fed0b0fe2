"""The one style of everything Plotly draws: hairlines, few ticks, no frame, no legend box. Pure.

A figure is Plotly's own JSON as plain values: made so, one costs a hundredth of what plotly.py's classes take, and a
page asks for several every two seconds.

A reader's zoom stays while the data move on: assets/callbacks.js puts it into each figure of the same `uirevision`.
Axes that move with their data are `free`, and a `frame` says what they hold without a zoom.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.palette import Palette
from words import t

Figure = dict[str, Any]
"""{"data": [traces], "layout": {…}} as Plotly's reference has them."""
FONT = "-apple-system, Segoe UI, Roboto, Noto Sans, PingFang SC, Microsoft YaHei, DejaVu Sans Condensed, sans-serif"
SIZE = 12
CLEAR = "rgba(0,0,0,0)"
HAIR, LINE = 1, 1.5
MARKS = {"V": "triangle-down", "S": "square"}
"""Shapes beside colours; the others are circles."""


def figure(traces: Sequence[dict[str, Any]], palette: Palette, revision: str, **layout: Any) -> Figure:  # noqa: ANN401
    """A figure in the house style; layout: what it has beside it. revision: while it is the same, a zoom stays."""
    style = {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": SIZE, "color": palette.quiet},
        "margin": {"l": 36, "r": 16, "t": 6, "b": 22},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": palette.surface,
            "bordercolor": palette.line_strong,
            "font": {"color": palette.text, "family": FONT, "size": SIZE},
            "align": "left",
        },
        "dragmode": "zoom",
        "uirevision": revision,
    }
    return {"data": list(traces), "layout": style | layout}


def x_axis(palette: Palette, low: float, high: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A horizontal axis from `low` to `high`: ticks, no grid."""
    return _axis(palette, low, high) | {"showgrid": False} | more


def y_axis(palette: Palette, low: float, high: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A vertical axis from `low` to `high`: hairlines."""
    return _axis(palette, low, high) | more


def _axis(palette: Palette, low: float, high: float) -> dict[str, Any]:
    return {
        "range": [low, high],
        "gridcolor": palette.line,
        "linecolor": palette.line_strong,
        "zeroline": False,
        "nticks": 5,
        "ticks": "",
        "automargin": False,
    }


def free(axis: dict[str, Any]) -> dict[str, Any]:
    """An axis that takes its range from what is drawn."""
    return {name: value for name, value in axis.items() if name != "range"} | {"autorange": True}


def frame(x: tuple[float, float], y: tuple[float, float], **axes: str) -> dict[str, Any]:
    """Nothing to see, from one corner to the other: what free axes hold at least."""
    unseen = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return unseen | {"x": list(x), "y": list(y)} | axes


def sentence(words: str, palette: Palette) -> dict[str, Any]:
    """What an empty chart says in its middle."""
    return {
        "text": words,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "showarrow": False,
        "font": {"color": palette.quiet, "size": SIZE},
    }


def said(key: str, /, **values: object) -> str:
    """What is said when a point is pointed at: a text of the catalogue, Plotly's own fields in its places."""
    return t(key, line="<br>", **values) + "<extra></extra>"


def line(palette: Palette, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A measured line in the ink of the theme."""
    return {"mode": "lines", "type": "scatter", "line": {"color": palette.text, "width": LINE}} | more


def dots(sign: str, palette: Palette) -> dict[str, Any]:
    """Dots of the beats that are drawn with the letter `sign`: its colour and its shape."""
    marker = {"symbol": MARKS.get(sign, "circle"), "size": 7 if sign in MARKS else 4, "color": palette.signs[sign]}
    return {"type": "scatter", "mode": "markers", "name": sign, "marker": marker}


def band(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str) -> dict[str, Any]:
    """The area between two lines, with a hole wherever one of them is NaN: one closed polygon for each stretch."""
    x: list[float | None] = []
    y: list[float | None] = []
    for run in _runs(lows, highs):
        x += [*(xs[place] for place in run), *(xs[place] for place in reversed(run)), None]
        y += [*(highs[place] for place in run), *(lows[place] for place in reversed(run)), None]
    area = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": colour, "hoverinfo": "skip"}
    return area | {"x": x, "y": y, "line": {"width": 0}}


def _runs(lows: Sequence[float], highs: Sequence[float]) -> Iterable[list[int]]:
    run: list[int] = []
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if math.isnan(low) or math.isnan(high):
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def faint(colour: str, opacity: float) -> str:
    """A colour like #RRGGBB as a see-through one."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def known(values: Iterable[float], digits: int = 1) -> list[float | None]:
    """Rounded, with a hole (None) for NaN."""
    return [None if math.isnan(value) else round(float(value), digits) for value in values]
