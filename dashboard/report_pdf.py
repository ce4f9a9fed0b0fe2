"""A report on paper: A4, margins of 15 mm, strips at true 25 mm/s and 10 mm/mV. Equal input gives equal bytes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dashboard.palette import Palette
from dashboard.report_course import course_drawing
from dashboard.report_fonts import BOLD, REGULAR, width, wrapped
from dashboard.report_marks import Drawing, Letters, Stroke
from dashboard.report_sheet import LEFT, RIGHT, Sheet
from dashboard.report_strip import strip_drawing
from dashboard.report_text import Caption, ReportText, Table
from ecg.report_content import ReportContent
from words import t

TOP, FLOOR, FOOT = 12.0, 282.0, 288.0
BETWEEN = 3.2
TYPE, SMALL, LARGE, TITLE = 8.5, 7.5, 11.5, 15.0
LINE = 4.35
COLUMNS = ((15.0, 68.0), (73.0, 135.0), (140.0, 195.0))
_lock = threading.Lock()
"""The type remembers which letters of it a file has."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stays together on a page: so many millimetres high, drawn from y on."""

    height: float
    draw: Callable[[Sheet, float], None]


def report_pdf(content: ReportContent, text: ReportText, palette: Palette) -> bytes:
    """The whole report as a PDF file."""
    with _lock:
        pages = _paged(list(_blocks(content, text, palette)))
        sheet = Sheet(f"{text.title}, {text.span}")
        for number, blocks in enumerate(pages, start=1):
            y = TOP
            for block in blocks:
                block.draw(sheet, y)
                y += block.height + BETWEEN
            _foot(sheet, text, t("report.page", page=number, pages=len(pages)), palette)
            sheet.next_page()
        return sheet.finish()


def _paged(blocks: Sequence[Block]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    y = TOP
    for block in blocks:
        if y + block.height > FLOOR and pages[-1]:
            pages.append([])
            y = TOP
        pages[-1].append(block)
        y += block.height + BETWEEN
    return pages


def _blocks(content: ReportContent, text: ReportText, palette: Palette) -> Iterator[Block]:
    yield _title(text, palette)
    yield _facts(text, palette)
    yield _found(text, palette)
    yield _tables(text, palette)
    if content.course is not None:
        drawing = course_drawing(content.course, content.source.started_ms, palette)
        yield _picture(t("report.course"), t("report.course_note"), drawing, palette)
    for caption, strip in zip(text.captions, content.strips, strict=True):
        yield _strip(caption, strip_drawing(strip, palette), palette)
    yield from _end(text, palette)


def _title(text: ReportText, palette: Palette) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        base = y + 5
        sheet.text(Letters(text.title, LEFT, base, TITLE, palette.text, bold=True))
        sheet.text(Letters(text.span, LEFT + width(text.title, BOLD, TITLE) + 4, base, TYPE, palette.quiet))
        room = width(text.state, BOLD, TYPE) + 4
        corners = [(RIGHT - room, y), (RIGHT, y), (RIGHT, y + 6), (RIGHT - room, y + 6), (RIGHT - room, y)]
        sheet.stroke(Stroke([corners], palette.text, 0.35))
        sheet.text(Letters(text.state, RIGHT - 2, y + 4.2, TYPE, palette.text, "end", bold=True))

    return Block(6.5, draw)


def _facts(text: ReportText, palette: Palette) -> Block:
    room = 42.0
    cells = [(name, wrapped(value, REGULAR, TYPE, room)) for name, value in text.facts]
    rows = [cells[at : at + 4] for at in range(0, len(cells), 4)]
    heights = [4.2 + LINE * max(len(lines) for _, lines in row) for row in rows]

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(y, palette.text, 0.35)
        at = y + 1
        for row, height in zip(rows, heights, strict=True):
            for place, (name, lines) in enumerate(row):
                x = LEFT + place * 45.0
                sheet.text(Letters(name, x, at + 3.4, SMALL, palette.quiet))
                for number, line in enumerate(lines):
                    sheet.text(Letters(line, x, at + 7.4 + number * LINE, TYPE, palette.text))
            at += height
        sheet.rule(y + sum(heights) + 2.5, palette.line_strong, 0.2)

    return Block(sum(heights) + 2.5, draw)


def _found(text: ReportText, palette: Palette) -> Block:
    bold = wrapped(text.headline, BOLD, LARGE, RIGHT - LEFT)
    plain = wrapped(text.details, REGULAR, LARGE, RIGHT - LEFT) if text.details else []

    def draw(sheet: Sheet, y: float) -> None:
        for number, line in enumerate([*bold, *plain]):
            base = y + 4.2 + number * 5.6
            sheet.text(Letters(line, LEFT, base, LARGE, palette.text, bold=number < len(bold)))

    return Block(5.6 * (len(bold) + len(plain)), draw)


def _tables(text: ReportText, palette: Palette) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        for tables, (a, z) in zip(text.columns, COLUMNS, strict=True):
            at = y
            for table in tables:
                _table(sheet, table, (a, z), at, palette)
                at += _table_height(table)

    heights = [sum(map(_table_height, tables)) for tables in text.columns]
    return Block(max(heights) - 2.5, draw)


def _table_height(table: Table) -> float:
    return 5.6 + LINE * len(table.lines) + 2.5


def _table(sheet: Sheet, table: Table, edges: tuple[float, float], y: float, palette: Palette) -> None:
    a, z = edges
    sheet.text(Letters(table.title, a, y + 3.4, TYPE, palette.text, bold=True))
    sheet.rule(y + 4.9, palette.line_strong, 0.2, a, z)
    for number, line in enumerate(table.lines):
        base, x = y + 9 + number * LINE, a
        if line.sign:
            sheet.text(Letters(line.sign, x, base, TYPE, palette.signs[line.sign], bold=True))
            x += 3.5
        sheet.text(Letters(line.name, x, base, TYPE, palette.quiet))
        sheet.text(Letters(line.value, z - 20, base, TYPE, palette.text, "end", bold=True))
        note = line.note if line.strip is None else f"{line.note} {t('report.to_strip', number=line.strip)}".strip()
        sheet.text(Letters(note, z, base, _fitting(note, 19.0), palette.quiet, "end"))
        if line.strip is not None:
            sheet.link(f"strip-{line.strip}", (a, base - 3.2, z - a, LINE))


def _fitting(text: str, room: float) -> float:
    """The size at which a note stands in its column."""
    return min(SMALL, SMALL * room / max(width(text, REGULAR, SMALL), 0.1))


def _picture(title: str, note: str, drawing: Drawing, palette: Palette) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        _heading(sheet, title, note, y, palette)
        sheet.drawing(drawing, LEFT, y + 4.8)

    return Block(drawing.height + 4.8, draw)


def _heading(sheet: Sheet, title: str, note: str, y: float, palette: Palette) -> None:
    room = RIGHT - LEFT - 30
    shown = wrapped(title, BOLD, TYPE, room)[0]
    sheet.text(Letters(shown, LEFT, y + 3.2, TYPE, palette.text, bold=True))
    sheet.text(Letters(note, LEFT + width(shown, BOLD, TYPE) + 3, y + 3.2, TYPE, palette.quiet))


def _strip(caption: Caption, drawing: Drawing, palette: Palette) -> Block:
    picture = _picture(f"{caption.number} · {caption.title}", caption.note, drawing, palette)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.anchor(f"strip-{caption.number}", y)
        picture.draw(sheet, y)
        sheet.text(Letters(t("report.scale"), RIGHT, y + 3.2, SMALL, palette.quiet, "end"))

    return Block(picture.height, draw)


def _end(text: ReportText, palette: Palette) -> Iterator[Block]:
    """Conclusion and signature; a long conclusion goes on over pages."""
    lines = wrapped(text.conclusion, REGULAR, TYPE, RIGHT - LEFT)
    yield _paragraph(t("report.conclusion"), lines[:3], palette)
    for at in range(3, len(lines), 10):
        yield _paragraph("", lines[at : at + 10], palette)
    signature = [line for each in text.signature for line in wrapped(each, REGULAR, TYPE, RIGHT - LEFT)]
    yield _paragraph(t("report.signed"), signature, palette)


def _paragraph(title: str, lines: Sequence[str], palette: Palette) -> Block:
    head = 6.5 if title else 0.0

    def draw(sheet: Sheet, y: float) -> None:
        if title:
            sheet.rule(y, palette.line_strong, 0.2)
            sheet.text(Letters(title, LEFT, y + 4.6, TYPE, palette.text, bold=True))
        for number, line in enumerate(lines):
            sheet.text(Letters(line, LEFT, y + head + 3.2 + number * LINE, TYPE, palette.text))

    return Block(head + LINE * len(lines), draw)


def _foot(sheet: Sheet, text: ReportText, page: str, palette: Palette) -> None:
    sheet.rule(FOOT - 3.6, palette.line, 0.2)
    sheet.text(Letters(text.origin, LEFT, FOOT, 7.0, palette.quiet))
    sheet.text(Letters(f"{t('report.not_certified')} {page}", RIGHT, FOOT, 7.0, palette.quiet, "end"))
