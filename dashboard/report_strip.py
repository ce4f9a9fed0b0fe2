"""A strip of a report on ECG paper: 25 mm are one second and 10 mm one millivolt, whatever is in it. Pure.

The colours, grounds and letters are those of the screens (assets/trace.js, assets/ink.js).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dashboard.palette import Palette
from dashboard.report_marks import Drawing, Letters, Mark, Point, Stroke, box
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.report_content import STRIP, STRIP_GAIN, ReportBeat, ReportStrip
from ecg.types import INVALID_SAMPLE

WIDTH, PULSE = 180.0, 10.0
"""mm: of a strip, and of the calibration pulse before its trace."""
SPEED, GAIN = 25.0, 10.0
"""mm per second, mm per millivolt."""
LEAST_HEIGHT, MOST_HEIGHT = 27.0, 80.0
ABOVE, BELOW = 5.0, 4.5
"""mm: lane of the letters, lane of the ribbon."""
BEFORE_R, SHARE_BEFORE, SHARE_AFTER = to_samples(0.26), 0.4, 0.6
"""The ground of a beat: 260 ms before R, but never more than this share of RR; behind the last one this share."""
AFTER_FIRST = to_samples(0.4)
TRACE, RIBBON, RIBBON_UP = 0.3, 1.2, 1.6
LETTER_PT = 9.0
LETTERED = "VSFQ"
SAID = "′"
"""Behind the letter of a beat of which a doctor has said what it is."""


@dataclass(frozen=True, slots=True)
class SignedRun:
    """Samples [start, end) that are drawn with one sign; "" for none."""

    start: int
    end: int
    sign: str


def strip_drawing(strip: ReportStrip, palette: Palette) -> Drawing:
    """Paper, pulse, trace in the colours of its beats, ribbons and letters."""
    millivolts = _millivolts(strip)
    height, base, _ = _fit(millivolts)
    marks: list[Mark] = [*_paper(height, palette), _pulse(base, palette)]
    runs = signed_runs(strip)
    for run in runs:
        marks += _trace(strip, run, millivolts, base, (0.2, height - 0.2), palette)
        marks += _ribbon(strip, run, height, palette)
    marks += [_letter(strip, beat, palette) for beat in lettered(strip)]
    return Drawing(WIDTH, height, marks)


def is_cut(strip: ReportStrip) -> bool:
    """Whether the trace is higher than the tallest strip: what is beside it is not drawn."""
    return _fit(_millivolts(strip))[2]


def _millivolts(strip: ReportStrip) -> NDArray[np.float64]:
    units = np.frombuffer(strip.samples, "<i2")
    return np.where(units == INVALID_SAMPLE, np.nan, units / STRIP_GAIN)


def _fit(millivolts: NDArray[np.float64]) -> tuple[float, float, bool]:
    """Height of the strip, y of 0 mV, and whether something does not fit; the scale never changes."""
    known = millivolts[~np.isnan(millivolts)]
    top = max(1.1, float(known.max())) if len(known) else 1.1
    bottom = min(-0.4, float(known.min())) if len(known) else -0.4
    needed = ABOVE + (top - bottom) * GAIN + BELOW
    height = min(max(LEAST_HEIGHT, np.ceil(needed)), MOST_HEIGHT)
    spare = height - needed
    return float(height), float(ABOVE + top * GAIN + spare / 2), bool(needed > MOST_HEIGHT)


def signed_runs(strip: ReportStrip) -> list[SignedRun]:
    """The strip in pieces of one sign, as the screens paint it."""
    grounds = [(_ground_start(beat), beat.sign) for beat in strip.beats]
    ends = [start for start, _ in grounds[1:]] + ([_ground_end(strip.beats[-1])] if grounds else [])
    edges = {strip.start, strip.start + STRIP, *(start for start, _ in grounds), *ends, *(at for at, _ in strip.poor)}
    inside = sorted(edge for edge in edges if strip.start <= edge <= strip.start + STRIP)
    pieces = [
        SignedRun(a, z, _sign_at(strip, a, [(s, e, sign) for (s, sign), e in zip(grounds, ends, strict=True)]))
        for a, z in pairwise(inside)
    ]
    return list(_joined(pieces))


def _joined(pieces: Sequence[SignedRun]) -> Iterator[SignedRun]:
    held: SignedRun | None = None
    for piece in pieces:
        if held is not None and held.sign == piece.sign:
            held = SignedRun(held.start, piece.end, held.sign)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _sign_at(strip: ReportStrip, index: int, grounds: Sequence[tuple[int, int, str]]) -> str:
    if not _good_at(strip, index):
        return "~"
    return next((sign for start, end, sign in grounds if start <= index < end), "")


def _good_at(strip: ReportStrip, index: int) -> bool:
    known = [good for at, good in strip.poor if at <= index]
    return known[-1] if known else True


def _ground_start(beat: ReportBeat) -> int:
    return round(beat.index - (BEFORE_R if beat.rr is None else min(BEFORE_R, beat.rr * SHARE_BEFORE)))


def _ground_end(beat: ReportBeat) -> int:
    return round(beat.index + (AFTER_FIRST if beat.rr is None else min(beat.rr * SHARE_AFTER, SAMPLE_RATE)))


def lettered(strip: ReportStrip) -> list[ReportBeat]:
    """Beats with a letter above: inside a run of one class the first and the last speak, and what a doctor has said."""
    found = []
    for place, beat in enumerate(strip.beats):
        before, after = strip.beats[max(place - 1, 0)], strip.beats[min(place + 1, len(strip.beats) - 1)]
        in_run = 0 < place < len(strip.beats) - 1 and before.sign == beat.sign == after.sign
        inside = strip.start <= beat.index < strip.start + STRIP and _good_at(strip, beat.index)
        if inside and (beat.by_person or (beat.sign in LETTERED and not in_run)):
            found.append(beat)
    return found


def _x(strip: ReportStrip, index: float) -> float:
    return PULSE + (index - strip.start) / SAMPLE_RATE * SPEED


def _paper(height: float, palette: Palette) -> Iterator[Stroke]:
    for step, colour, width in ((1, palette.grid_minor, 0.08), (5, palette.grid_major, 0.16)):
        upright = [[(float(x), 0.0), (float(x), height)] for x in range(0, int(WIDTH) + 1, step)]
        level = [[(0.0, height - y), (WIDTH, height - y)] for y in range(0, int(height) + 1, step)]
        yield Stroke(upright + level, colour, width)


def _pulse(base: float, palette: Palette) -> Stroke:
    """1 mV high, 200 ms wide."""
    line = [(0.5, base), (2.5, base), (2.5, base - GAIN), (7.5, base - GAIN), (7.5, base), (9.5, base)]
    return Stroke([line], palette.quiet, 0.25)


def _trace(
    strip: ReportStrip,
    run: SignedRun,
    millivolts: NDArray[np.float64],
    base: float,
    edges: tuple[float, float],
    palette: Palette,
) -> list[Mark]:
    lines: list[list[Point]] = [[]]
    for at in range(run.start - strip.start, min(run.end - strip.start + 1, len(millivolts))):
        if np.isnan(millivolts[at]):
            lines.append([])
        else:
            y = base - float(millivolts[at]) * GAIN
            lines[-1].append((_x(strip, strip.start + at), min(max(y, edges[0]), edges[1])))
    width = TRACE * {"V": 1.35, "F": 1.35, "~": 0.8}.get(run.sign, 1.0)
    drawn = [line for line in lines if len(line) > 1]
    return [Stroke(drawn, palette.signs.get(run.sign, palette.quiet), width)] if drawn else []


def _ribbon(strip: ReportStrip, run: SignedRun, height: float, palette: Palette) -> list[Mark]:
    if run.sign in ("", "N"):
        return []
    a, z, y, colour = _x(strip, run.start), _x(strip, run.end), height - RIBBON_UP, palette.signs[run.sign]
    third, middle = RIBBON * 0.32, y + RIBBON / 2
    if run.sign == "V":
        return [box(a, y, z - a, RIBBON, colour)]
    if run.sign == "F":
        return [box(a, y, z - a, third, colour), box(a, y + RIBBON - third, z - a, third, colour)]
    if run.sign == "S":
        return [box(a, y + third, z - a, third, colour)]
    if run.sign == "A":
        return [Stroke([_zigzag(a, z, y)], colour, 0.3)]
    unit = RIBBON
    dash = {"O": (2.4, 0.9, 0.5, 0.9), "Q": (1.1, 0.9)}.get(run.sign, (0.4, 0.8))
    return [Stroke([[(a, middle), (z, middle)]], colour, 0.4, tuple(each * unit for each in dash))]


def _zigzag(a: float, z: float, y: float) -> list[Point]:
    half = RIBBON * 0.75
    count = max(1, int((z - a) / half))
    return [(a + at * half, y + (RIBBON if at % 2 else 0.0)) for at in range(count + 1)]


def _letter(strip: ReportStrip, beat: ReportBeat, palette: Palette) -> Letters:
    said = f"{beat.sign}{SAID}" if beat.by_person else beat.sign
    x = min(max(_x(strip, beat.index), PULSE + 2), WIDTH - 2)
    return Letters(said, x, 3.9, LETTER_PT, palette.signs[beat.sign], "middle", bold=True)
