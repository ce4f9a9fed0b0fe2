"""The mean beat of each class with its spread, side by side. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.names import class_name
from dashboard.palette import Palette
from dashboard.plot_style import SIZE, Figure, band, faint, figure, frame, free, line, said, sentence, x_axis, y_axis
from ecg.labels import BeatClass
from ecg.rates import to_milliseconds, to_samples
from words import t
from written import number

BEFORE_R, AFTER_R = to_samples(0.25), to_samples(0.45)
"""What of a beat is shown."""
LEAST = (-0.5, 1.4)
BESIDE = 0.02


@dataclass(frozen=True, slots=True)
class Template:
    """mean and spread (standard deviation, n - 1): mV at the house rate, from `BEFORE_R` before R on, of `n` beats."""

    kind: BeatClass
    n: int
    mean: tuple[float, ...]
    spread: tuple[float, ...]


def beat_templates(templates: Sequence[Template], palette: Palette) -> Figure:
    """One small picture for each class, all on one scale in mV."""
    ms = [round(to_milliseconds(place - BEFORE_R)) for place in range(BEFORE_R + AFTER_R)]
    width = 1 / max(len(templates), 4)
    axes: dict[str, Any] = {"xaxis": x_axis(palette, ms[0], ms[-1], domain=[0, 1], showticklabels=False)}
    for place in range(len(templates)):
        domain = [place * width, (place + 1) * width - BESIDE]
        axes[_name("xaxis", place)] = x_axis(palette, ms[0], ms[-1], domain=domain, tickvals=[0], ticktext=["R"])
    return figure(
        [
            *(trace for at, each in enumerate(templates) for trace in _traces(at, each, ms, palette)),
            frame((ms[0], ms[-1]), LEAST),
        ],
        palette,
        "templates",
        **axes,
        yaxis=free(y_axis(palette, 0, 0, nticks=4)),
        annotations=[
            *(_letter(at, each, width, palette) for at, each in enumerate(templates)),
            *([] if templates else [sentence(t("charts.no_mean_beat"), palette)]),
        ],
    )


def _traces(place: int, each: Template, ms: list[int], palette: Palette) -> list[dict[str, Any]]:
    mean, spread, colour = np.array(each.mean), np.array(each.spread), palette.signs[each.kind.value]
    told = said(
        "charts.mean_beat",
        mean="%{y:.2f}",
        spread="%{customdata:.2f}",
        ms="%{x}",
        name=class_name(each.kind),
        n=number(each.n),
    )
    axis = {"xaxis": _name("x", place)}
    points = {"x": ms, "y": mean.round(3).tolist(), "customdata": spread.round(3).tolist(), "name": each.kind.value}
    ink = {"line": {"color": colour, "width": 1.9}, "hovertemplate": told}
    area = band(ms, (mean - spread).round(3).tolist(), (mean + spread).round(3).tolist(), faint(colour, 0.22))
    return [area | axis, line(palette, **points) | ink | axis]


def _letter(place: int, each: Template, width: float, palette: Palette) -> dict[str, Any]:
    words = f"<b>{each.kind.value}</b> {number(each.n)}"
    at = {"xref": "paper", "yref": "paper", "x": place * width, "y": 1, "xanchor": "left", "yanchor": "top"}
    return at | {"text": words, "showarrow": False, "font": {"size": SIZE, "color": palette.signs[each.kind.value]}}


def _name(axis: str, place: int) -> str:
    return axis if place == 0 else f"{axis}{place + 1}"
