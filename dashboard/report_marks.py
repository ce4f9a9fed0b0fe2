"""What a report's pictures are made of, in millimetres on paper: x to the right, y down. Pure.

Drawn as SVG for the page and as PDF for paper (`dashboard.report_sheet`), so that both show the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines through points, one after the other. dash: lengths of strokes and gaps; empty: solid."""

    lines: Sequence[Sequence[Point]]
    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: Sequence[Point]
    colour: str


@dataclass(frozen=True, slots=True)
class Letters:
    """A line of text at its base line. size: of the type, in points; anchor: "start", "middle" or "end"."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    anchor: str = "start"
    bold: bool = False


Mark = Stroke | Area | Letters
POINT = 25.4 / 72
"""Millimetres of a typographic point."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks on a sheet of so many millimetres; nothing is drawn beside it."""

    width: float
    height: float
    marks: Sequence[Mark]


def box(x: float, y: float, width: float, height: float, colour: str) -> Area:
    """A filled rectangle."""
    return Area([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)


def svg(drawing: Drawing, words: str) -> str:
    """The drawing as SVG in true millimetres; words: what it shows, for those who hear it."""
    size = (
        f'width="{drawing.width:g}mm" height="{drawing.height:g}mm" viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    )
    marks = "".join(map(_element, drawing.marks))
    said = escape(words)
    return f'<svg {size} role="img" aria-label="{said}">{marks}</svg>'


def _element(mark: Mark) -> str:
    if isinstance(mark, Letters):
        weight = ' font-weight="600"' if mark.bold else ""
        place = f'x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{mark.size * POINT:.2f}"'
        return f'<text {place} fill="{mark.colour}" text-anchor="{mark.anchor}"{weight}>{escape(mark.text)}</text>'
    if isinstance(mark, Area):
        return f'<path d="{_path(mark.points)}z" fill="{mark.colour}"/>'
    dash = f' stroke-dasharray="{" ".join(f"{each:g}" for each in mark.dash)}"' if mark.dash else ""
    style = f'fill="none" stroke="{mark.colour}" stroke-width="{mark.width:g}" stroke-linejoin="round"{dash}'
    return f'<path d="{_paths(mark.lines)}" {style}/>'


def _paths(lines: Iterable[Sequence[Point]]) -> str:
    return "".join(_path(line) for line in lines)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
