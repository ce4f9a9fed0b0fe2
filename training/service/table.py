"""Two networks beside each other, for a terminal. Pure."""

from collections.abc import Iterator

from ecg.bootstrap import Estimate
from training.service.compare import Comparison, Row

WIDTHS = (32, 26, 26, 29)


def table(comparison: Comparison, present: str, candidate: str) -> Iterator[str]:
    """Lines: the figures of both in percent with 95 % intervals, the change in points, and what that means."""
    yield _line("figure, %", present, candidate, "change, points", "")
    yield _line(*("-" * (width - 1) for width in WIDTHS), "------")
    for row in comparison.rows:
        name = f"{row.name}{' *' if row.is_safety else ''}"
        yield _line(name, _percent(row.present), _percent(row.candidate), _change(row.change), _verdict(row))
    yield "* where it falls it may cost a life. In brackets 95 % intervals, 2,000 bootstrap draws over records."
    yield from (f"From {count}." for count in comparison.counts)
    yield f"Better: {_names(row for row in comparison.rows if row.better)}."
    yield f"Worse: {_names(row for row in comparison.rows if row.worse)}."
    yield "Wardbeat is not a certified medical device; these are measurements for research."


def _line(*cells: str) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, (*WIDTHS, 0), strict=True)).rstrip()


def _percent(one: Estimate) -> str:
    if one.percent is None:
        return "–"
    return f"{one.percent:.2f}" + (f" ({one.low:.2f} to {one.high:.2f})" if one.low is not None else "")


def _change(one: Estimate) -> str:
    if one.percent is None:
        return "–"
    return f"{one.percent:+.2f}" + (f" ({one.low:+.2f} to {one.high:+.2f})" if one.low is not None else "")


def _verdict(row: Row) -> str:
    if row.worse:
        return "WORSE" if row.is_safety else "worse"
    return "better" if row.better else ""


def _names(rows: Iterator[Row]) -> str:
    return ", ".join(row.name for row in rows) or "nothing beyond chance"
