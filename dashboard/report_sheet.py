"""Paper: A4 pages in millimetres, x to the right and y down, as PDF. Equal drawings give equal bytes."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from dashboard.report_fonts import BOLD, REGULAR, letters_of, runs, width
from dashboard.report_marks import POINT, Area, Drawing, Letters, Stroke

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
LEFT, RIGHT = 15.0, 195.0
_MM = 1 / POINT


class Sheet:
    """A PDF that is being drawn, page after page."""

    def __init__(self, title: str) -> None:
        for font in (REGULAR, BOLD):
            letters_of(font)
        self._file = io.BytesIO()
        size = (PAGE_WIDTH * _MM, PAGE_HEIGHT * _MM)
        first: Any = REGULAR  # the stubs take it for a number
        self._canvas = Canvas(self._file, size, pageCompression=1, invariant=1, initialFontName=first)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Wardbeat")
        self._canvas.setSubject("")
        self._canvas.setCreator("Wardbeat")

    def text(self, letters: Letters) -> None:
        """A line of text."""
        font = BOLD if letters.bold else REGULAR
        room = width(letters.text, font, letters.size)
        x = letters.x - {"middle": room / 2, "end": room}.get(letters.anchor, 0.0)
        self._canvas.setFillColor(HexColor(letters.colour))
        for name, piece in runs(letters.text, font):
            self._canvas.setFont(name, letters.size)
            self._canvas.drawString(x * _MM, self._up(letters.y), piece)
            x += width(piece, name, letters.size)

    def stroke(self, stroke: Stroke) -> None:
        """Lines."""
        path = self._canvas.beginPath()
        for line in stroke.lines:
            path.moveTo(line[0][0] * _MM, self._up(line[0][1]))
            for x, y in line[1:]:
                path.lineTo(x * _MM, self._up(y))
        self._canvas.setStrokeColor(HexColor(stroke.colour))
        self._canvas.setLineWidth(stroke.width * _MM)
        self._canvas.setLineJoin(1)
        self._canvas.setDash([each * _MM for each in stroke.dash], 0)
        self._canvas.drawPath(path)

    def area(self, area: Area) -> None:
        """A filled polygon."""
        path = self._canvas.beginPath()
        path.moveTo(area.points[0][0] * _MM, self._up(area.points[0][1]))
        for x, y in area.points[1:]:
            path.lineTo(x * _MM, self._up(y))
        path.close()
        self._canvas.setFillColor(HexColor(area.colour))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def rule(self, y: float, colour: str, thick: float, x: float = LEFT, end: float = RIGHT) -> None:
        """A level line."""
        self.stroke(Stroke([[(x, y), (end, y)]], colour, thick))

    def drawing(self, drawing: Drawing, x: float, y: float) -> None:
        """A drawing with its upper left corner at (x, y), clipped to its size."""
        canvas = self._canvas
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(x * _MM, self._up(y + drawing.height), drawing.width * _MM, drawing.height * _MM)
        canvas.clipPath(clip, stroke=0)
        canvas.translate(x * _MM, -y * _MM)
        for mark in drawing.marks:
            if isinstance(mark, Letters):
                self.text(mark)
            elif isinstance(mark, Area):
                self.area(mark)
            else:
                self.stroke(mark)
        canvas.restoreState()

    def anchor(self, name: str, y: float) -> None:
        """A place of this page that can be gone to."""
        self._canvas.bookmarkHorizontal(name, 0, self._up(y))

    def link(self, name: str, area: Sequence[float]) -> None:
        """A click in (x, y, width, height) goes to the place of this name."""
        x, y, wide, high = area
        rect = (x * _MM, self._up(y + high), (x + wide) * _MM, self._up(y))
        self._canvas.linkRect("", name, rect, relative=0, thickness=0)

    def next_page(self) -> None:
        """Go on with a new page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._file.getvalue()

    @staticmethod
    def _up(y: float) -> float:
        return (PAGE_HEIGHT - y) * _MM
