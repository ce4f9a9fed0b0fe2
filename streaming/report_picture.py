"""The picture of a `Report`, as SVG: what a cardiologist looks at first."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ecg.ec57 import (
    QRS_PREDICTIVITY,
    QRS_SENSITIVITY,
    ROWS,
    SVEB_PREDICTIVITY,
    SVEB_SENSITIVITY,
    VEB_PREDICTIVITY,
    VEB_SENSITIVITY,
    Measure,
)
from ecg.labels import RHYTHMS
from streaming.report import BeatReport, Figure, Ratio, Report, RhythmReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

Pair = tuple[Measure, Measure]

INK, QUIET, LINE = "#12161B", "#65707C", "#D5DBE1"
VENTRICULAR, SUPRAVENTRICULAR = ("#A4055A", "#E3B0CB"), ("#178750", "#B0D8C5")
"""Sensitivity and +P; the full colours are those of the beat classes on paper (assets/tokens.css)."""
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "text.parse_math": False,
    "svg.hashsalt": "wardbeat",
}
"""The salt makes the same report the same bytes."""

ROW_INCHES = 0.27
BAR = 0.36
STRONG, FAINT = 0.7, 0.25
"""Opacity of the first and the last answer's bars where several answers stand side by side."""


def draw(report: Report) -> bytes:
    """The SVG file: beats by record if there are any, else the rhythm of records with one label."""
    from matplotlib import rc_context  # noqa: PLC0415  (half a second that no other command needs)
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415

    with rc_context(STYLE):
        drawing = Drawing(facecolor="white")
        if report.beats is not None:
            _beats(drawing, report.beats)
        elif report.rhythm:
            _rhythm(drawing, report.rhythm)
        drawing.text(0.01, 0.008, report.notice, fontsize=8, color=QUIET, va="bottom")
        drawing.suptitle(_title(report), x=0.01, y=0.985, ha="left", va="top", fontsize=11, fontweight="bold")
        written = io.BytesIO()
        drawing.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()


def _title(report: Report) -> str:
    return f"{report.method.folder}: network {report.method.network!r}, lead {report.method.lead}, live pipeline"


def _beats(drawing: Drawing, beats: BeatReport) -> None:
    height = 1.95 + ROW_INCHES * len(beats.records)
    drawing.set_size_inches(9.6, height)
    left, right = drawing.subplots(1, 2, sharey=True)
    drawing.subplots_adjust(left=0.06, right=0.95, top=1 - 1.2 / height, bottom=0.72 / height, wspace=0.17)
    _class(left, beats, "Ventricular beats (V)", VENTRICULAR, "V", (VEB_SENSITIVITY, VEB_PREDICTIVITY))
    _class(right, beats, "Supraventricular beats (S)", SUPRAVENTRICULAR, "S", (SVEB_SENSITIVITY, SVEB_PREDICTIVITY))
    left.set_yticks(range(len(beats.records)), [record.name for record in beats.records])
    left.set_ylim(len(beats.records) - 0.4, -0.6)
    figures = {figure.name: figure for figure in beats.gross}
    found, true = figures[QRS_SENSITIVITY.name].percent, figures[QRS_PREDICTIVITY.name].percent
    line = f"QRS detection, gross: sensitivity {_told(found)}, positive predictivity {_told(true)}"
    drawing.text(0.01, 1 - 0.40 / height, line, va="top")


def _class(axes: Axes, beats: BeatReport, title: str, colours: tuple[str, str], row: str, measures: Pair) -> None:
    """Two bars for each record, sensitivity above +P, and the gross figures as lines over all of them."""
    figures = {figure.name: figure for figure in beats.gross}
    for measure, place, colour, style in zip(measures, (-BAR / 2, BAR / 2), colours, ("-", "--"), strict=True):
        ratios = [{one.name: one for one in record.ratios}[measure.name] for record in beats.records]
        for at, one in enumerate(ratios):
            _bar(axes, at + place, one, colour)
        if (percent := figures[measure.name].percent) is not None:
            axes.axvline(percent, color=INK, linewidth=1.1, linestyle=style)
    for at, record in enumerate(beats.records):
        annotated = sum(record.table[ROWS.index(row)])
        axes.text(103, at, f"{annotated}", va="center", fontsize=8, color=QUIET if annotated else LINE)
    axes.text(103, -0.75, "beats", va="bottom", fontsize=8, color=QUIET)
    _percent_axis(axes)
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=colours[0], pad=32)
    _key(axes, colours, [figures[measure.name] for measure in measures])


def _bar(axes: Axes, at: float, ratio: Ratio, colour: str) -> None:
    """A bar; a figure of 0 is written, so that it does not look like none."""
    if ratio.percent is None:
        return
    axes.barh(at, ratio.percent, BAR, color=colour, linewidth=0)
    if not ratio.percent:
        axes.text(0.6, at, "0 %", va="center", fontsize=6.5, color=QUIET)


def _key(axes: Axes, colours: tuple[str, str], figures: list[Figure]) -> None:
    from matplotlib.legend_handler import HandlerTuple  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    lines = (Line2D([], [], color=INK, linewidth=1.1), Line2D([], [], color=INK, linewidth=1.1, linestyle="--"))
    handles = [(Patch(color=colour, linewidth=0), line) for colour, line in zip(colours, lines, strict=True)]
    names = ("sensitivity", "positive predictivity (+P)")
    labels = [f"{name}, gross {_with_interval(figure)}" for name, figure in zip(names, figures, strict=True)]
    axes.legend(
        handles, labels, handler_map={tuple: HandlerTuple(ndivide=None, pad=0.4)}, handlelength=4, labelspacing=0.2,
        loc="lower left", bbox_to_anchor=(-0.012, 0.99), frameon=False, fontsize=8, borderpad=0.2,
    )  # fmt: skip


def _rhythm(drawing: Drawing, reports: list[RhythmReport]) -> None:
    """A row for each rhythm and the mean, a bar for each answer, intervals as whiskers."""
    names = [*RHYTHM_NAMES.values(), "mean of N, A, O"]
    height = 1.9 + 0.24 * len(names) * (len(reports) + 0.6)
    drawing.set_size_inches(7.6, height)
    axes = drawing.subplots()
    drawing.subplots_adjust(left=0.21, right=0.91, top=1 - 0.85 / height, bottom=0.85 / height)
    thick = 0.8 / len(reports)
    for place, report in enumerate(reports):
        rows = [at - 0.4 + thick * (place + 0.5) for at in range(len(names))]
        opacity = STRONG - (STRONG - FAINT) * place / max(1, len(reports) - 1)
        axes.barh(
            rows, [one.percent or 0 for one in report.f1], thick * 0.92, color=INK, alpha=opacity, label=report.answer
        )
        for at, figure in zip(rows, report.f1, strict=True):
            _whisker(axes, at, figure)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _percent_axis(axes)
    axes.set_xlabel("F1, with 95 % intervals over records")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(reports), frameon=False, fontsize=8)


RHYTHM_NAMES = dict(zip(RHYTHMS, ("normal (N)", "fibrillation (A)", "other (O)", "noise (~)"), strict=True))


def _whisker(axes: Axes, at: float, figure: Figure) -> None:
    if figure.low is None or figure.high is None:
        return
    axes.plot([figure.low, figure.high], [at, at], color=VENTRICULAR[0], linewidth=1.4)
    axes.text(103, at, f"{figure.percent:.1f}", va="center", fontsize=8)


def _percent_axis(axes: Axes) -> None:
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 20, 40, 60, 80, 100], ["0", "20", "40", "60", "80", "100 %"])
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def _with_interval(figure: Figure) -> str:
    interval = "" if figure.low is None else f" ({figure.low:.0f} to {figure.high:.0f})"
    return _told(figure.percent) + interval


def _told(percent: float | None) -> str:
    return "–" if percent is None else f"{percent:.1f} %"
