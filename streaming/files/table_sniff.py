"""How a text table is made up: delimiter, decimal sign, header, units, column of times. From its first lines. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from streaming.files.facts import MAX_LEADS, PER_MILLIVOLT, FileRefusedError

DELIMITERS = (",", ";", "\t", "|", " ")
LOOKED_AT = 400
"""Rows from which the table is understood."""
SHOWN = 8
_TIME_NAME = re.compile(r"time|zeit|^t$|sec|elapsed|时间", re.IGNORECASE)
_UNIT_IN_NAME = re.compile(r"[\[(]\s*([^\])]+?)\s*[\])]\s*$")
_SECONDS_OF = {
    "s": 1.0,
    "sec": 1.0,
    "seconds": 1.0,
    "second": 1.0,
    "ms": 1e-3,
    "milliseconds": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
}
_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A table's make-up. skip: lines before the first row of values. units: per column, None where none is said.

    time_column: None where there is none; seconds_per_time: what one of its numbers is worth (1 for clock times).
    rate: Hz from the times. started: ISO 8601 where the times are dates.
    """

    delimiter: str
    decimal: str
    skip: int
    columns: tuple[str, ...]
    units: tuple[str | None, ...]
    rows: tuple[tuple[str, ...], ...]
    time_column: int | None
    seconds_per_time: float
    rate: float | None
    started: str | None
    quote: str


def sniff(text: str) -> Sniffed:
    """Understand a table by its beginning, which ends with a whole line. Raises FileRefusedError."""
    lines = text.splitlines()
    delimiter = _delimiter(lines)
    decimal = "," if delimiter == ";" and _has_decimal_commas(lines) else "."
    split = [cells(line, delimiter) for line in lines[: LOOKED_AT + 40]]
    first = next((n for n, row in enumerate(split) if _is_values(row, decimal)), None)
    if first is None:
        raise FileRefusedError("table_no_rows")
    rows = [row for row in split[first:] if len(row) == len(split[first])][:LOOKED_AT]
    width = len(split[first])
    if width > MAX_LEADS + 1:
        raise FileRefusedError("many_leads", leads=width, most=MAX_LEADS)
    heads = [row for row in split[:first] if len(row) == width and not row[0].startswith("#")]
    names, units = _heads(heads, width)
    time = _time_column(rows, names, decimal)
    rate, worth, started = (None, 1.0, None) if time is None else _timing(rows, time, units[time], names[time], decimal)
    shown = tuple(tuple(row) for row in rows[:SHOWN])
    quote = '"' if any('"' in line for line in lines[first : first + SHOWN]) else "'"
    return Sniffed(delimiter, decimal, first, names, units, shown, time, worth, rate, started, quote)


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line, without quotes and spaces around them."""
    parts = line.split() if delimiter == " " else line.split(delimiter)
    return [part.strip().strip("'\"").strip() for part in parts]


def number(cell: str, decimal: str) -> float:
    """The value of a cell; NaN for an empty one, one that says so, or what is no number."""
    try:
        return float(cell.replace(decimal, ".") if decimal != "." else cell)
    except ValueError:
        return math.nan


def seconds_of(cell: str, decimal: str) -> float:
    """A time in a cell as a number: as it stands, of a clock time in seconds, of a date its seconds since 1970."""
    value = number(cell, decimal)
    if not math.isnan(value):
        return value
    clock = _CLOCK.match(cell.strip("[]"))
    if clock:
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    date = _date(cell)
    return math.nan if date is None else (date.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most of the lines into equally many cells; of two such the one that makes more of them."""
    sample = [line for line in lines[2:60] if line.strip()] or [line for line in lines if line.strip()]
    if not sample:
        raise FileRefusedError("empty")
    best, most = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = [len(cells(line, delimiter)) for line in sample]
        usual = max(set(counts), key=counts.count)
        score = (counts.count(usual) / len(counts) if usual > 1 else 0.1, usual)
        if score > most and not (delimiter == "," and all(";" in line for line in sample)):
            best, most = delimiter, score
    return best


def _has_decimal_commas(lines: Sequence[str]) -> bool:
    return any(re.search(r"\d,\d", line) for line in lines[:60])


def _is_values(row: Sequence[str], decimal: str) -> bool:
    """Whether a line holds values: each cell a number, a time or nothing, and at least one number."""
    known = [cell for cell in row if cell and cell.lower() not in ("nan", "-")]
    return bool(known) and all(not math.isnan(seconds_of(cell, decimal)) for cell in known)


def _heads(heads: Sequence[Sequence[str]], width: int) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    """Names and units: a unit stands in brackets behind its name, or in a line of its own below the names."""
    named = list(heads[0]) if heads else [str(n + 1) for n in range(width)]
    below = list(heads[1]) if len(heads) > 1 else [""] * width
    inside = [match.group(1) if (match := _UNIT_IN_NAME.search(name)) else "" for name in named]
    return tuple(name[:40] for name in named), tuple(a or b or None for a, b in zip(inside, below, strict=True))


def _time_column(rows: Sequence[Sequence[str]], names: Sequence[str], decimal: str) -> int | None:
    """The first column whose values rise evenly or that is named after time."""
    for column in range(min(2, len(names))):
        times = [seconds_of(row[column], decimal) for row in rows]
        steps = [b - a for a, b in pairwise(times)]
        rises = len(steps) > 3 and all(step > 0 for step in steps)
        even = rises and max(steps) - min(steps) < 0.6 * median(steps)
        if rises and (bool(_TIME_NAME.search(names[column])) or (even and len(names) > 1)):
            return column
    return None


def _timing(
    rows: Sequence[Sequence[str]], column: int, unit: str | None, name: str, decimal: str
) -> tuple[float | None, float, str | None]:
    """(rate in Hz, seconds per number of the time column, start). None: the numbers may be mere counts of samples."""
    times = [seconds_of(row[column], decimal) for row in rows]
    step = (times[-1] - times[0]) / (len(times) - 1)
    first = rows[0][column]
    if math.isnan(number(first, decimal)):
        date = _date(first)
        return _round_rate(1.0 / step), 1.0, date.replace(tzinfo=None).isoformat() if date else None
    worth = _SECONDS_OF.get((unit or "").lower())
    if worth is None and step < 0.02:
        worth = 1.0
    if worth is None and re.search(r"ms|milli", name, re.IGNORECASE):
        worth = 1e-3
    if worth is None:
        return None, 1.0, None
    return _round_rate(1.0 / (step * worth)), worth, None


def _round_rate(rate: float) -> float:
    """Times are written with few digits: a rate within a thousandth of a whole number is that number."""
    return float(round(rate)) if rate > 1 and abs(rate - round(rate)) <= rate * 1e-3 else round(rate, 4)


def _date(cell: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cell.strip("[]")) if len(cell) >= 10 else None
    except ValueError:
        return None


def voltage(unit: str | None) -> str | None:
    """The unit, if it is a voltage."""
    return unit if unit in PER_MILLIVOLT else {"uv": "uV", "mv": "mV"}.get((unit or "").lower())
