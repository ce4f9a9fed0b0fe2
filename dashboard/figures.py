"""Plotly figures from house types, all in one style. Pure.

A figure never draws a line across a gap. `uirevision` keeps a reader's zoom when the data move on.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from dashboard.names import SIGN_NAMES
from dashboard.palette import Palette
from ecg.rates import SAMPLE_RATE, to_milliseconds, to_seconds
from ecg.types import Beat, VitalSigns
from words import t
from written import unit

FONT = (
    "-apple-system, Segoe UI, Roboto, Noto Sans, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, "
    "DejaVu Sans Condensed, sans-serif"
)
MARKS = {"V": "triangle-down", "S": "square"}
"""Shapes beside colours; the others are circles."""
NEXT_BEAT = 3 * SAMPLE_RATE
"""Beats further apart than this are not joined by a line."""
NEXT_VITALS = 10 * SAMPLE_RATE
LEAST_SPAN = {"/min": (50.0, 110.0), "ms": (-6.0, 100.0), "%": (-4.0, 50.0)}
"""The y axis of a trend holds at least this, by unit."""


def template(palette: Palette) -> go.layout.Template:
    """The one shared style: hairlines, few ticks, no frame, no legend box."""
    axis = {
        "gridcolor": palette.line,
        "linecolor": palette.line_strong,
        "zeroline": False,
        "nticks": 4,
        "ticks": "",
        "automargin": False,
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 12, "color": palette.quiet},
            "margin": {"l": 36, "r": 24, "t": 6, "b": 22},
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {"bgcolor": palette.ground, "font": {"color": palette.text}},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
        }
    )


def tachogram(beats: Sequence[Beat], minutes: int, palette: Palette) -> go.Figure:
    """RR in ms of each beat against minutes before the newest; its sign by shape and colour."""
    timed = [beat for beat in beats if beat.rr is not None]
    newest = beats[-1].index if beats else 0
    xs, ys = _broken([beat.index for beat in timed], [_rr_ms(beat) for beat in timed], newest, NEXT_BEAT)
    figure = _timeline(palette, minutes)
    figure.add_scatter(x=xs, y=ys, mode="lines", line={"color": palette.line_strong, "width": 1}, hoverinfo="skip")
    for sign in SIGN_NAMES:
        mine = [beat for beat in timed if beat.sign == sign]
        x = [_minutes(beat.index, newest) for beat in mine]
        names = [f"{beat.recording}/{beat.index}" for beat in mine]  # what a click asks for (assets/callbacks.js)
        y = [_rr_ms(beat) for beat in mine]
        figure.add_scatter(x=x, y=y, name=sign, customdata=names, **_dots(sign, palette))
    return figure.update_yaxes(range=None if timed else [300, 1300])


def poincare(beats: Sequence[Beat], palette: Palette) -> go.Figure:
    """Each RR (ms) against the one before; only where both are known and no gap lies between."""
    pairs = [
        (before, beat)
        for before, beat in itertools.pairwise(beats)
        if before.rr is not None and beat.rr is not None and beat.index - beat.rr == before.index
    ]
    both = [_rr_ms(beat) for pair in pairs for beat in pair]
    low, high = (min(both) - 50, max(both) + 50) if both else (300, 1300)
    figure = _figure(palette)
    line = {"color": palette.line_strong, "width": 1}
    figure.add_scatter(x=[low, high], y=[low, high], mode="lines", line=line, hoverinfo="skip")
    for sign in SIGN_NAMES:
        mine = [pair for pair in pairs if pair[1].sign == sign]
        x, y = [_rr_ms(before) for before, _ in mine], [_rr_ms(beat) for _, beat in mine]
        names = [f"{beat.recording}/{beat.index}" for _, beat in mine]
        figure.add_scatter(x=x, y=y, name=sign, customdata=names, **_dots(sign, palette))
    figure.update_xaxes(range=[low, high], constrain="domain")
    return figure.update_yaxes(range=[low, high], scaleanchor="x", constrain="domain")


def rate_trend(vitals: Sequence[VitalSigns], minutes: int, palette: Palette) -> go.Figure:
    """Heart rate per minute against at most `minutes` before the newest."""
    return _trend(vitals, minutes, palette, "/min", {t("charts.hr"): lambda each: each.heart_rate})


def spread_trend(vitals: Sequence[VitalSigns], minutes: int, palette: Palette) -> go.Figure:
    """SDNN (solid) and RMSSD (dotted), ms."""
    return _trend(vitals, minutes, palette, "ms", {"SDNN": lambda each: each.sdnn, "RMSSD": lambda each: each.rmssd})


def pnn50_trend(vitals: Sequence[VitalSigns], minutes: int, palette: Palette) -> go.Figure:
    """pNN50, percent."""
    return _trend(vitals, minutes, palette, "%", {"pNN50": lambda each: each.pnn50})


def _trend(
    vitals: Sequence[VitalSigns],
    minutes: int,
    palette: Palette,
    symbol: str,
    lines: dict[str, Callable[[VitalSigns], float | None]],
) -> go.Figure:
    newest = vitals[-1].index if vitals else 0
    figure = _timeline(palette, _recorded(vitals, minutes))
    known: list[float] = []
    indices = [each.index for each in vitals]
    _, used = _broken(indices, [each.nn_used for each in vitals], newest, NEXT_VITALS)
    for (name, value), dash in zip(lines.items(), ("solid", "dot"), strict=False):
        values = [value(each) for each in vitals]
        known += [number for number in values if number is not None]
        xs, ys = _broken(indices, values, newest, NEXT_VITALS)
        style = {"color": palette.text, "width": 1.5, "dash": dash}
        said = f"{name} %{{y:.0f}} {unit(symbol)}"
        hover = said if symbol == "/min" else t("charts.share_used", number=said, percent="%{customdata:.0f}")
        figure.add_scatter(
            x=xs, y=ys, customdata=used, mode="lines", name=name, line=style, hovertemplate=f"{hover}<extra></extra>"
        )
    return figure.update_yaxes(range=_span(known, LEAST_SPAN[symbol]))


def _recorded(vitals: Sequence[VitalSigns], most: int) -> int:
    """Minutes that `vitals` span, in steps of five, from 5 to `most`: a young recording fills its axis too."""
    span = to_seconds(vitals[-1].index - vitals[0].index) / 60 if vitals else 0
    return min(most, max(5, 5 * math.ceil(span / 5)))


def _span(values: Sequence[float], least: tuple[float, float]) -> list[float]:
    """A range that holds `values` and at least `least`, so that a steady number is a steady line."""
    return [min([least[0], *(value - 5 for value in values)]), max([least[1], *(value + 5 for value in values)])]


def _timeline(palette: Palette, minutes: int) -> go.Figure:
    """An empty figure over the last `minutes` before the newest value."""
    ticks = [-minutes * part / 5 for part in range(5, -1, -1)]
    words = [f"{tick:.0f}".replace("-", "−") if tick else t("charts.newest") for tick in ticks]
    figure = _figure(palette)
    return figure.update_xaxes(
        range=[-minutes, 0.02 * minutes],
        tickvals=ticks,
        ticktext=[t("charts.minutes_ago", minutes=words[0]), *words[1:]],
    )


def _figure(palette: Palette) -> go.Figure:
    return go.Figure(layout={"template": template(palette), "uirevision": "keep"})


def _dots(sign: str, palette: Palette) -> dict[str, object]:
    size = 7 if sign in MARKS else 4
    marker = {"symbol": MARKS.get(sign, "circle"), "size": size, "color": palette.signs[sign]}
    return {"mode": "markers", "marker": marker, "hovertemplate": f"%{{y:.0f}} ms<extra>{t(SIGN_NAMES[sign])}</extra>"}


def _rr_ms(beat: Beat) -> float:
    return to_milliseconds(beat.rr or 0)


def _minutes(index: int, newest: int) -> float:
    return round(to_seconds(index - newest) / 60, 4)


def _broken(
    indices: Sequence[int], values: Sequence[float | None], newest: int, longest: int
) -> tuple[list[float | None], list[float | None]]:
    """X in minutes and y with a hole (None) wherever neighbours are more than `longest` samples apart."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, (index, value) in enumerate(zip(indices, values, strict=True)):
        if place and index - indices[place - 1] > longest:
            xs.append(None)
            ys.append(None)
        xs.append(_minutes(index, newest))
        ys.append(value)
    return xs, ys
