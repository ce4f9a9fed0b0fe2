"""What the RR intervals of the last minutes look like: in time, against each other, as spectrum and histogram. Pure.

A figure never draws a line across a gap.
"""

import itertools
import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.names import SIGN_NAMES
from dashboard.palette import Palette
from dashboard.plot_style import (
    HAIR,
    SIZE,
    Figure,
    dots,
    faint,
    figure,
    frame,
    free,
    line,
    said,
    sentence,
    x_axis,
    y_axis,
)
from ecg.rates import SAMPLE_RATE, to_milliseconds, to_seconds
from ecg.spectrum import HF, LF, STEP, VLF, powers_of
from ecg.types import Beat, VitalSigns
from words import t

NEXT_BEAT = 3 * SAMPLE_RATE
"""Beats further apart than this are not joined by a line."""
BIN_MS = 20
"""Of the histogram: five of the steps of 4 ms in which RR intervals are known, so that no bin is favoured."""
WIDEST_MS = 2000
BANDS = (("VLF", VLF), ("LF", LF), ("HF", HF))


def tachogram(beats: Sequence[Beat], minutes: int, palette: Palette) -> Figure:
    """RR in ms of each beat against minutes before the newest; its sign by shape and colour."""
    timed = [beat for beat in beats if beat.rr is not None]
    newest = beats[-1].index if beats else 0
    xs, ys = _broken([beat.index for beat in timed], [_rr_ms(beat) for beat in timed], newest)
    ink = {"color": palette.line_strong, "width": HAIR}
    traces = [line(palette, x=xs, y=ys, hoverinfo="skip") | {"line": ink}, frame((-1, 0), _room([]))]
    for sign in SIGN_NAMES:
        mine = [(_minutes(beat.index, newest), beat) for beat in timed if beat.sign == sign]
        traces.append(_beat_dots(sign, mine, palette))
    ticks = [-minutes * part / 5 for part in range(5, -1, -1)]
    words = [f"{tick:.0f}".replace("-", "−") if tick else t("charts.newest") for tick in ticks]
    words[0] = t("charts.minutes_ago", minutes=words[0])
    return figure(
        traces,
        palette,
        "tachogram",
        xaxis=x_axis(
            palette,
            -minutes,
            0.03 * minutes,
            tickvals=ticks,
            ticktext=words,
        ),
        yaxis=free(y_axis(palette, 0, 0)),
        annotations=[] if timed else [sentence(t("charts.no_beats"), palette)],
    )


def poincare(beats: Sequence[Beat], numbers: VitalSigns | None, palette: Palette) -> Figure:
    """Each RR (ms) against the one before, only where both are known and no gap lies between; the ellipse of SD1, SD2.

    numbers: the newest ones, of which the ellipse is drawn where they are known.
    """
    pairs = [
        (before, beat)
        for before, beat in itertools.pairwise(beats)
        if before.rr is not None and beat.rr is not None and beat.index - beat.rr == before.index
    ]
    low, high = _room([_rr_ms(beat) for pair in pairs for beat in pair])
    ink = {"color": palette.line_strong, "width": HAIR}
    traces = [line(palette, x=[low, high], y=[low, high], hoverinfo="skip") | {"line": ink}]
    for sign in SIGN_NAMES:
        mine = [(_rr_ms(before), beat) for before, beat in pairs if beat.sign == sign]
        traces.append(_beat_dots(sign, mine, palette))
    traces += _ellipse(numbers, palette)
    return figure(
        traces,
        palette,
        "poincare",
        xaxis=free(x_axis(palette, low, high, constrain="domain")),
        yaxis=free(y_axis(palette, low, high, scaleanchor="x", constrain="domain")),
        annotations=[] if pairs else [sentence(t("charts.no_beats"), palette)],
    )


def _ellipse(numbers: VitalSigns | None, palette: Palette) -> list[dict[str, Any]]:
    """SD2 along the diagonal and SD1 across it, around the mean NN interval."""
    if numbers is None or numbers.rr_mean is None or numbers.sd1 is None or numbers.sd2 is None:
        return []
    turn = np.linspace(0, 2 * math.pi, 61)
    along, across = numbers.sd2 * np.cos(turn) / math.sqrt(2), numbers.sd1 * np.sin(turn) / math.sqrt(2)
    x, y = numbers.rr_mean + along - across, numbers.rr_mean + along + across
    told = said("charts.ellipse", sd1=f"{numbers.sd1:.0f}", sd2=f"{numbers.sd2:.0f}")
    ink = {"color": palette.text, "width": HAIR}
    shape = line(palette, x=x.round(1).tolist(), y=y.round(1).tolist(), name="ellipse", hovertemplate=told)
    return [shape | {"line": ink}]


def spectrum(density: NDArray[np.float64] | None, palette: Palette) -> Figure:
    """Density in ms²/Hz as `ecg.spectrum.density` has it, None for too few NN intervals; the bands shaded."""
    known = np.zeros(0) if density is None else density
    hz = [round(STEP * (place + 1), 5) for place in range(len(known))]
    told = said("charts.spectrum_point", power="%{y:.0f}", hertz="%{x:.3f}")
    named = dict(zip(("LF", "HF"), powers_of(known), strict=False)) if len(known) else {}
    return figure(
        [
            line(palette, x=hz, y=known.round(1).tolist(), hovertemplate=told, name="density"),
            frame((0, HF[1]), (0, 100)),
        ],
        palette,
        "spectrum",
        xaxis=x_axis(palette, 0, HF[1], tickvals=[edge for _, (_, edge) in BANDS], ticksuffix=" Hz"),
        yaxis=free(y_axis(palette, 0, 0, nticks=4, rangemode="tozero")),
        shapes=[_shade(edges, number, palette) for number, (_, edges) in enumerate(BANDS)],
        annotations=[
            *(_band_name(name, edges, named.get(name), palette) for name, edges in BANDS),
            *([] if len(known) else [sentence(t("charts.no_spectrum"), palette)]),
        ],
        margin={"l": 44, "r": 20, "t": 6, "b": 22},
    )


def _shade(edges: tuple[float, float], number: int, palette: Palette) -> dict[str, Any]:
    """Every second band lies on a shade."""
    box = {"type": "rect", "xref": "x", "yref": "paper", "x0": edges[0], "x1": edges[1], "y0": 0, "y1": 1}
    return box | {"layer": "below", "line": {"width": 0}, "fillcolor": faint(palette.text, (0.04, 0.10, 0.04)[number])}


def _band_name(name: str, edges: tuple[float, float], power: float | None, palette: Palette) -> dict[str, Any]:
    words = name if power is None else f"{name} {power:.0f} ms²"
    place = {"xref": "x", "yref": "paper", "x": sum(edges) / 2, "y": 1, "yanchor": "top", "showarrow": False}
    return place | {"text": words, "font": {"size": SIZE, "color": palette.quiet}}


def rr_histogram(beats: Sequence[Beat], of_nn: Collection[int], palette: Palette) -> Figure:
    """RR intervals in bins of `BIN_MS`, stacked: NN intervals below, what was left out above, by the sign of its beat.

    of_nn: indices of the beats that end an NN interval.
    """
    timed = [beat for beat in beats if beat.rr is not None and _rr_ms(beat) < WIDEST_MS]
    groups = {"NN": [beat for beat in timed if beat.index in of_nn]}
    groups |= {sign: [b for b in timed if b.sign == sign and b.index not in of_nn] for sign in SIGN_NAMES}
    return figure(
        [*(_bars(name, mine, palette) for name, mine in groups.items()), frame((500, 1000), (0, 1))],
        palette,
        "histogram",
        barmode="stack",
        bargap=0.08,
        xaxis=free(x_axis(palette, 0, 0, ticksuffix=" ms")),
        yaxis=free(y_axis(palette, 0, 0, nticks=4, rangemode="tozero")),
        annotations=[] if timed else [sentence(t("charts.no_beats"), palette)],
    )


def _bars(name: str, beats: Sequence[Beat], palette: Palette) -> dict[str, Any]:
    bins, counts = np.unique([int(_rr_ms(beat)) // BIN_MS for beat in beats], return_counts=True)
    colour = palette.text if name == "NN" else palette.quiet if name == "N" else palette.signs[name]
    words = t({"NN": "charts.nn", "N": "charts.normal_left_out"}.get(name) or SIGN_NAMES[name])
    told = said("charts.bin", beats="%{y}", range="%{customdata}", name=words, width=BIN_MS)
    spans = [f"{BIN_MS * int(each)}–{BIN_MS * int(each) + BIN_MS}" for each in bins]
    place = {"x": [BIN_MS * int(each) + BIN_MS / 2 for each in bins], "y": counts.tolist(), "customdata": spans}
    return {"type": "bar", "name": name, "width": BIN_MS, "hovertemplate": told, "marker": {"color": colour}} | place


def _beat_dots(sign: str, points: Sequence[tuple[float, Beat]], palette: Palette) -> dict[str, Any]:
    """RR of beats against what stands before them; each names its beat, which a click asks for."""
    place = {"x": [round(x, 4) for x, _ in points], "y": [_rr_ms(beat) for _, beat in points]}
    names = [f"{beat.recording}/{beat.index}" for _, beat in points]
    told = f"%{{y:.0f}} ms<extra>{t(SIGN_NAMES[sign])}</extra>"
    return dots(sign, palette) | place | {"customdata": names, "hovertemplate": told}


def _room(values: Sequence[float]) -> tuple[float, float]:
    return (min(values) - 50, max(values) + 50) if values else (300, 1300)


def _rr_ms(beat: Beat) -> float:
    return to_milliseconds(beat.rr or 0)


def _minutes(index: int, newest: int) -> float:
    return round(to_seconds(index - newest) / 60, 4)


def _broken(
    indices: Sequence[int], values: Sequence[float], newest: int
) -> tuple[list[float | None], list[float | None]]:
    """X in minutes and y with a hole (None) wherever neighbours are more than `NEXT_BEAT` apart."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, (index, value) in enumerate(zip(indices, values, strict=True)):
        if place and index - indices[place - 1] > NEXT_BEAT:
            xs.append(None)
            ys.append(None)
        xs.append(_minutes(index, newest))
        ys.append(value)
    return xs, ys
