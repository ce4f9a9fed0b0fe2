"""The heart rate over the whole recording, as a drawing of a report. Pure."""

from collections.abc import Iterator
from itertools import groupby

from dashboard.names import moment_words
from dashboard.palette import Palette
from dashboard.report_marks import Area, Drawing, Letters, Mark, Point, Stroke, box
from ecg.rates import to_samples, to_seconds
from ecg.report_content import Course, RateStep

WIDTH, HEIGHT = 180.0, 30.0
LEFT, TOP, FLOOR = 7.0, 1.5, 20.0
"""mm: room for the numbers; the rates are drawn between TOP and FLOOR, episodes below."""
LEAST = (50.0, 110.0)
"""The axis holds at least these rates."""
BAR_TOP, BAR = 21.5, 1.6
TYPE_PT = 7.0
MOST_TICKS = 7
HOURS = (1, 2, 3, 4, 6, 12, 24, 48, 96, 168)
MINUTES = (1, 2, 5, 10, 15, 30)


def course_drawing(course: Course, started_ms: int | None, palette: Palette) -> Drawing:
    """Band from lowest to highest and mean of each step; bars of episodes; a hole where nothing is known."""
    rates = [each for step in course.rates for each in (step.low, step.high) if each is not None]
    low, high = min([LEAST[0], *rates]), max([LEAST[1], *rates])
    sheet = _Sheet(course, low - 5, high + 5)
    marks: list[Mark] = [*_grid(sheet, palette), *_band(sheet, palette), *_bars(sheet, palette)]
    return Drawing(WIDTH, HEIGHT, [*marks, *_ticks(sheet, started_ms, palette)])


class _Sheet:
    """Where a house sample and a rate lie."""

    def __init__(self, course: Course, low: float, high: float) -> None:
        self.course, self.low, self.high = course, low, high
        self.begin = max(course.start, 0)
        self.end = course.start + course.step * len(course.rates)

    def x(self, index: float) -> float:
        share = (index - self.begin) / max(self.end - self.begin, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT)

    def y(self, rate: float) -> float:
        return FLOOR - (rate - self.low) / (self.high - self.low) * (FLOOR - TOP)


def _grid(sheet: _Sheet, palette: Palette) -> Iterator[Mark]:
    step = 20 if sheet.high - sheet.low < 120 else 50
    first = int(-(-sheet.low // step) * step)
    for rate in range(first, int(sheet.high) + 1, step):
        y = sheet.y(rate)
        yield Stroke([[(LEFT, y), (WIDTH, y)]], palette.line, 0.15)
        yield Letters(str(rate), LEFT - 1.2, y + 0.9, TYPE_PT, palette.quiet, "end")


def _band(sheet: _Sheet, palette: Palette) -> Iterator[Mark]:
    numbered = list(enumerate(sheet.course.rates))
    for known, group in groupby(numbered, lambda each: each[1].mean is not None):
        if known:
            run = list(group)
            yield Area(_outline(sheet, run), palette.line)
            line = [(sheet.x(_middle(sheet, at)), sheet.y(step.mean or 0.0)) for at, step in run]
            yield Stroke([line if len(line) > 1 else _dot(line[0])], palette.text, 0.25)


def _outline(sheet: _Sheet, run: list[tuple[int, RateStep]]) -> list[Point]:
    highs = [(sheet.x(_middle(sheet, at)), sheet.y(step.high or 0.0)) for at, step in run]
    lows = [(sheet.x(_middle(sheet, at)), sheet.y(step.low or 0.0)) for at, step in reversed(run)]
    return highs + lows


def _dot(point: Point) -> list[Point]:
    return [(point[0] - 0.3, point[1]), (point[0] + 0.3, point[1])]


def _middle(sheet: _Sheet, at: int) -> float:
    return sheet.course.start + (at + 0.5) * sheet.course.step


def _bars(sheet: _Sheet, palette: Palette) -> Iterator[Mark]:
    for sign, start, end in sheet.course.marks:
        a = sheet.x(start)
        yield box(a, BAR_TOP, max(sheet.x(end) - a, 0.5), BAR, palette.signs.get(sign, palette.quiet))


def _ticks(sheet: _Sheet, started_ms: int | None, palette: Palette) -> Iterator[Mark]:
    for index in _tick_places(sheet):
        x, words = sheet.x(index), moment_words(started_ms, index)[:-3]
        anchor = "start" if x < LEFT + 6 else "end" if x > WIDTH - 6 else "middle"
        yield Letters(words, x, HEIGHT - 2.6, TYPE_PT, palette.quiet, anchor)


def _tick_places(sheet: _Sheet) -> list[int]:
    seconds = to_seconds(sheet.end - sheet.begin)
    steps = [60 * each for each in MINUTES] + [3600 * each for each in HOURS]
    step = next((each for each in steps if seconds / each <= MOST_TICKS), steps[-1])
    return list(range(sheet.begin, sheet.end, to_samples(step)))
