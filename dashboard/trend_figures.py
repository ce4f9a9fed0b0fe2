"""The trends of a patient: heart rate with its episodes, spread of the NN intervals, atrial fibrillation. Pure.

One figure, so that all of them zoom together. Blank is what was not received or not good enough for a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.palette import Palette
from dashboard.plot_style import (
    HAIR,
    SIZE,
    Figure,
    band,
    faint,
    figure,
    frame,
    free,
    known,
    line,
    said,
    sentence,
    x_axis,
    y_axis,
)
from dashboard.ribbons import lane_axis, lanes_of, ribbons
from db.trend_views import Band, Stretch, Trend
from ecg.findings import Finding
from words import t

ROWS = {"rate": (0.57, 0.96), "ribbons": (0.4, 0.55), "spread": (0.19, 0.34), "af": (0.0, 0.12)}
"""Part of the height that each has."""
LEAST = {"rate": (50.0, 110.0), "spread": (0.0, 90.0)}
"""The y axes hold at least this, so that a steady number is a steady line."""
FORMATS: list[dict[str, Any]] = [
    {"dtickrange": [None, 30_000], "value": "%H:%M:%S"},
    {"dtickrange": [30_000, 43_200_000], "value": "%H:%M"},
    {"dtickrange": [43_200_000, None], "value": "%-d %b"},
]
SINCE_THE_BEGINNING: list[dict[str, Any]] = [FORMATS[0], {"dtickrange": [30_000, None], "value": "%H:%M"}]
UNDATED_AT_MS = 86_400_000
"""Where the axis of a recording begins whose date nobody knows. Not at 0: Plotly takes four digits for a year."""


@dataclass(frozen=True, slots=True)
class TrendRange:
    """A length that can be chosen: `count` steps of `step_ms`; atrial fibrillation in bars of `bar` steps."""

    name: str
    step_ms: int
    count: int
    bar: int


RANGES = (
    TrendRange("1 h", 5_000, 720, 12),
    TrendRange("4 h", 20_000, 720, 15),
    TrendRange("12 h", 60_000, 720, 10),
    TrendRange("24 h", 180_000, 480, 5),
    TrendRange("3 d", 360_000, 720, 10),
    TrendRange("7 d", 900_000, 672, 8),
    TrendRange("14 d", 1_800_000, 672, 8),
)


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """What is drawn. shift_ms: from wall time to the clock on the axis. recordings: id and start (wall ms), newest
    first, by which a click finds its sample. limits: lines of the heart rate, /min. formats: of the ticks.
    """

    span: TrendRange
    trend: Trend
    stretches: Sequence[Stretch]
    shift_ms: int
    recordings: Sequence[tuple[str, int]]
    limits: Sequence[float] = ()
    formats: Sequence[Mapping[str, Any]] = tuple(FORMATS)


def trends(picture: TrendPicture, palette: Palette) -> Figure:
    """All of them, one above the other."""
    trend, span, shift = picture.trend, picture.span, picture.shift_ms
    start = trend.start_ms + shift
    xs = [start + trend.step_ms * place + trend.step_ms // 2 for place in range(len(trend.analysed))]
    end = start + trend.step_ms * len(xs)
    ticks = {"type": "date", "tickformatstops": list(picture.formats), "hoverformat": "%-d %b %H:%M:%S"}
    empty = not np.isfinite(trend.heart_rate.mean).any() and not picture.stretches
    lanes = lanes_of(picture.stretches)
    return figure(
        [
            *_ranged(xs, trend.heart_rate, "y", span, palette),
            *ribbons(picture.stretches, lanes, shift, trend.step_ms, palette),
            *_spread(xs, trend, span, palette),
            *_fibrillation(picture, start, palette),
            frame((start, end), _held("rate", picture.limits), yaxis="y"),
            frame((start, end), _held("spread"), yaxis="y3"),
        ],
        palette,
        span.name,
        xaxis=free(x_axis(palette, start, end, **ticks, anchor="y4", nticks=8)),
        yaxis=free(y_axis(palette, 0, 0, domain=ROWS["rate"])),
        yaxis2=lane_axis(lanes, ROWS["ribbons"], palette),
        yaxis3=free(y_axis(palette, 0, 0, domain=ROWS["spread"], nticks=3)),
        yaxis4=y_axis(palette, 0, 100, domain=ROWS["af"], tickvals=[0, 100], fixedrange=True),
        shapes=[_limit(limit, palette) for limit in picture.limits],
        annotations=[*_headings(span, palette), *([sentence(t("charts.nothing_in_time"), palette)] if empty else [])],
        hovermode="x",
        margin={"l": 36, "r": 16, "t": 2, "b": 22},
        meta={"shift": shift, "recordings": [list(each) for each in picture.recordings]},
    )


def _ranged(xs: list[int], of: Band, axis: str, span: TrendRange, palette: Palette) -> list[dict[str, Any]]:
    """A line of means over the band from lowest to highest."""
    lows, highs = known(of.low, 0), known(of.high, 0)
    hover = said(
        "charts.rate_point", mean="%{y:.0f}", low="%{customdata[0]}", high="%{customdata[1]}", step=_step(span)
    )
    told = list(zip(lows, highs, strict=True))
    area = band(xs, list(of.low), list(of.high), faint(palette.text, 0.14)) | {"yaxis": axis}
    means = {
        "x": xs,
        "y": known(of.mean),
        "customdata": told,
        "yaxis": axis,
        "hovertemplate": hover,
    }
    return [area, line(palette, **means)]


def _spread(xs: list[int], trend: Trend, span: TrendRange, palette: Palette) -> list[dict[str, Any]]:
    traces = []
    for name, of, dash in (("SDNN", trend.sdnn, "dot"), ("RMSSD", trend.rmssd, "solid")):
        hover = said("charts.spread_point", name=name, mean="%{y:.0f}", used="%{customdata}", step=_step(span))
        ink = {"color": palette.text, "width": HAIR if dash == "dot" else 1.5, "dash": dash}
        used = known(trend.nn_used.mean, 0)
        points = {"x": xs, "y": known(of.mean), "customdata": used, "yaxis": "y3", "name": name}
        traces.append(line(palette, **points, hovertemplate=hover) | {"line": ink})
    return traces


def _fibrillation(picture: TrendPicture, start: int, palette: Palette) -> list[dict[str, Any]]:
    """Bars of the share of the analysed time, and a line at 0 wherever there is such a time."""
    size = picture.span.bar * picture.trend.step_ms
    shares = known(fibrillating(picture.trend, picture.stretches, picture.span.bar))
    xs = [start + size * place + size // 2 for place in range(len(shares))]
    told = said("charts.af_point", share="%{y:.0f}", step=length(size // 1000))
    bars = {
        "type": "bar",
        "x": xs,
        "y": shares,
        "width": 0.86 * size,
        "yaxis": "y4",
        "hovertemplate": told,
        "name": "A",
    }
    ground = {"x": xs, "y": [None if share is None else 0 for share in shares], "yaxis": "y4", "hoverinfo": "skip"}
    return [bars | {"marker": {"color": palette.signs["A"]}}, line(palette, **ground)]


def fibrillating(trend: Trend, stretches: Sequence[Stretch], bar: int) -> NDArray[np.float64]:
    """Percent of the time with a heart rate, in bars of `bar` steps, that lies in episodes of atrial fibrillation.

    NaN where less than half a minute, or less than a tenth of a short bar, was analysed.
    """
    size = bar * trend.step_ms
    count = len(trend.analysed) // bar
    inside = np.zeros(count)
    for each in stretches:
        if each.finding is Finding.ATRIAL_FIBRILLATION:
            _spread_over(inside, each, trend.start_ms, size)
    analysed = 1000 * trend.analysed[: count * bar].reshape(count, bar).sum(axis=1)
    enough = analysed >= min(30_000, size / 10)
    shares = np.divide(100 * inside, analysed, out=np.full(count, np.nan), where=enough)
    clipped: NDArray[np.float64] = np.minimum(shares, 100.0)
    return clipped


def _spread_over(inside: NDArray[np.float64], each: Stretch, start_ms: int, size: int) -> None:
    """Add the time of `each` to the bars that it reaches into, in the proportion of its lengths there."""
    share = each.lasted_ms / max(each.end_ms - each.start_ms, 1)
    first, last = (each.start_ms - start_ms) // size, (each.end_ms - 1 - start_ms) // size
    for place in range(max(first, 0), min(last, len(inside) - 1) + 1):
        begin = max(each.start_ms, start_ms + place * size)
        inside[place] += share * (min(each.end_ms, start_ms + (place + 1) * size) - begin)


def _held(row: str, more: Sequence[float] = ()) -> tuple[float, float]:
    return min([LEAST[row][0], *more]), max([LEAST[row][1], *more])


def _limit(limit: float, palette: Palette) -> dict[str, Any]:
    ink = {"color": palette.quiet, "width": HAIR, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": limit, "y1": limit, "line": ink}


def _headings(span: TrendRange, palette: Palette) -> list[dict[str, Any]]:
    told = {
        "rate": t("charts.rate_title", step=_step(span)),
        "spread": t("charts.spread_title"),
        "af": t("charts.af_title", step=length(span.bar * span.step_ms // 1000)),
    }
    place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    ink = {"color": palette.quiet, "size": SIZE}
    return [place | {"text": words, "y": ROWS[row][1] + 0.005, "font": ink} for row, words in told.items()]


def _step(span: TrendRange) -> str:
    return length(span.step_ms // 1000)


def length(seconds: int) -> str:
    """Whole seconds, minutes or hours, as 15 min."""
    if seconds < 60:
        return t("charts.seconds", count=seconds)
    return t("charts.minutes", count=seconds // 60) if seconds < 3600 else t("charts.hours", count=seconds // 3600)


def span_words(span: TrendRange) -> str:
    """As 4 h or 14 d."""
    hours = span.step_ms * span.count // 3_600_000
    return t("charts.hours", count=hours) if hours <= 24 else t("charts.days", count=hours // 24)
