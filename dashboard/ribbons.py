"""Episodes as ribbons under a trend: a lane for each letter, so that colour is never the only sign. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.components import FINDING_SIGNS
from dashboard.names import finding_name
from dashboard.palette import Palette
from dashboard.plot_style import y_axis
from db.trend_views import Stretch
from ecg.findings import Finding
from words import t
from written import duration

LANES = ("V", "S", "A", "O", "Q", "~", "–")
"""Letters of the ribbons, the first on top; the last stands for findings without a class."""
UNSAID = (Finding.SINUS_RHYTHM, Finding.UNKNOWN)


def lanes_of(stretches: Sequence[Stretch]) -> list[str]:
    """The letters that something is drawn for, the last on top."""
    there = {_letter(each) for each in stretches if each.finding not in UNSAID}
    return [letter for letter in reversed(LANES) if letter in there]


def _letter(each: Stretch) -> str:
    return FINDING_SIGNS.get(each.finding) or LANES[-1]


def ribbons(
    stretches: Sequence[Stretch], lanes: Sequence[str], shift_ms: int, least_ms: int, palette: Palette
) -> list[dict[str, Any]]:
    """One trace for each lane, on the second y axis; a stretch is drawn `least_ms` long at least, so that it shows."""
    colours: Mapping[str, str] = palette.signs
    traces = []
    for lane, letter in enumerate(lanes):
        mine = [each for each in stretches if each.finding not in UNSAID and _letter(each) == letter]
        x: list[int | None] = []
        words: list[str | None] = []
        for each in mine:
            begin = each.start_ms + shift_ms
            x += [begin, max(each.end_ms + shift_ms, begin + least_ms), None]
            words += [said := _words(each), said, None]
        y = [None if place is None else lane for place in x]
        ink = {"color": colours.get(letter, palette.quiet), "width": 5}
        told = {"text": words, "hovertemplate": "%{text}<extra></extra>", "yaxis": "y2", "name": letter}
        traces.append({"type": "scatter", "mode": "lines", "x": x, "y": y, "line": ink} | told)
    return traces


def _words(each: Stretch) -> str:
    lasted = duration(each.lasted_ms / 1000)
    return t("charts.ribbon", name=finding_name(each.finding), count=each.count, time=lasted)


def lane_axis(lanes: Sequence[str], domain: tuple[float, float], palette: Palette) -> dict[str, Any]:
    """Letters beside the ribbons, small enough for all of them on a small screen."""
    ticks = {"tickvals": list(range(len(lanes))), "ticktext": list(lanes), "tickfont": {"size": 10}, "showgrid": False}
    return y_axis(palette, -0.7, max(len(lanes), 4) - 0.3, domain=domain, fixedrange=True, **ticks)
