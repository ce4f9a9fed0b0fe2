"""Tables of text (CSV, TSV): one column is the lead, another may be the time. Read in pieces by pandas."""

import math
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from streaming.files.facts import (
    PER_MILLIVOLT,
    Choice,
    FileRefusedError,
    LeadFacts,
    Look,
    ReadLead,
    TableFacts,
    checked_length,
    checked_rate,
)
from streaming.files.fitting import fit_physical, thinned
from streaming.files.table_rows import Rows
from streaming.files.table_sniff import Sniffed, cells, number, seconds_of, sniff, voltage

HEAD_BYTES = 1 << 16
ROWS = 1 << 18
"""In one piece: some tens of megabytes at most."""
MOST_LINE = 8192
NO_VALUE = ("", "nan", "NaN", "NAN", "-", "null", "None", "NA")


def look_at_table(path: Path) -> Look:
    """The columns of a table. The number of samples is estimated from its size. Raises FileRefusedError."""
    text = _head(path)
    sniffed = sniff(text)
    row_bytes = max(1.0, len(text) / max(1, text.count("\n")))
    samples = int(path.stat().st_size / row_bytes)
    leads = tuple(_facts(sniffed, text, column, samples) for column in _signals(sniffed))
    if not leads:
        raise FileRefusedError("table_no_rows")
    facts = TableFacts(sniffed.delimiter, sniffed.decimal, sniffed.columns, sniffed.rows, sniffed.time_column)
    return Look("table", leads, sniffed.started, facts)


def read_table(path: Path, choice: Choice, out: Path) -> ReadLead:
    """Write the chosen column's samples to `out`; its values stand beside it meanwhile. Raises FileRefusedError."""
    sniffed = sniff(_head(path))
    columns = _signals(sniffed)
    if not 0 <= choice.lead < len(columns):
        raise FileRefusedError("no_lead", lead=choice.lead)
    column = columns[choice.lead]
    rate = checked_rate(sniffed.rate or choice.rate)
    per_millivolt = _per_millivolt(sniffed, column, choice)
    rows, values = Rows(rate), out.with_suffix(".values")
    with values.open("wb") as kept:
        _keep(_pieces(path, sniffed, column), rows, kept)
    runs = rows.runs()
    checked_length(runs[-1].start + runs[-1].count if runs else 0, rate)
    read = partial(_kept, values)
    fit = fit_physical(read, per_millivolt)
    with out.open("wb") as samples:
        for block in read():
            samples.write(fit.samples(block).astype("<i2").tobytes())
    return ReadLead(sniffed.columns[column], rate, fit.gain, runs)


def _per_millivolt(sniffed: Sniffed, column: int, choice: Choice) -> float:
    said = voltage(sniffed.units[column])
    per_millivolt = PER_MILLIVOLT[said] if said else choice.per_millivolt
    if per_millivolt is None or not (math.isfinite(per_millivolt) and per_millivolt > 0):
        raise FileRefusedError("no_unit")
    return per_millivolt


def _keep(pieces: "Iterable[_Piece]", rows: Rows, kept: BinaryIO) -> None:
    for times, values in pieces:
        rows.receive(times, len(values))
        kept.write(values.tobytes())


def _kept(path: Path) -> Iterable[NDArray[np.float64]]:
    with path.open("rb") as file:
        while piece := file.read(8 * ROWS):
            yield np.frombuffer(piece, np.float64)


def _head(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(HEAD_BYTES)
        whole = not file.read(1)
    if not raw.strip():
        raise FileRefusedError("empty")
    text = raw.decode("utf-8-sig", errors="replace")
    cut = text if whole else text[: text.rfind("\n") + 1]
    if "\0" in cut or not cut or max(map(len, cut.splitlines())) > MOST_LINE:
        raise FileRefusedError("unknown")
    return cut


def _signals(sniffed: Sniffed) -> list[int]:
    return [column for column in range(len(sniffed.columns)) if column != sniffed.time_column]


def _facts(sniffed: Sniffed, text: str, column: int, samples: int) -> LeadFacts:
    lines = text.splitlines()[sniffed.skip :]
    rows = (cells(line, sniffed.delimiter) for line in lines)
    values = np.array([number(row[column], sniffed.decimal) for row in rows if len(row) == len(sniffed.columns)])
    seconds = len(values) / sniffed.rate if sniffed.rate else 0.0
    name, unit = sniffed.columns[column], voltage(sniffed.units[column])
    return LeadFacts(name, samples, sniffed.rate, unit, thinned(values), seconds)


_Piece = tuple[NDArray[np.float64] | None, NDArray[np.float64]]


def _pieces(path: Path, sniffed: Sniffed, column: int) -> Iterator[_Piece]:
    """(times in seconds or None, values), piece by piece. Raises FileRefusedError where a cell is no number."""
    time = sniffed.time_column
    kinds: dict[int, type] = {column: float} if time is None else {time: _time_kind(sniffed, time), column: float}
    try:
        for frame in _frames(path, sniffed, kinds):
            times = None if time is None or sniffed.rate is None else _times(frame[time], sniffed)
            yield times, frame[column].to_numpy(np.float64)
    except FileRefusedError:
        raise
    except Exception as error:  # the library raises whatever its parsing meets
        raise FileRefusedError("table", why=str(error)[:120]) from error


def _frames(path: Path, sniffed: Sniffed, kinds: dict[int, type]) -> "Iterable[pd.DataFrame]":
    separator = r"\s+" if sniffed.delimiter == " " else sniffed.delimiter
    frames: Iterable[pd.DataFrame] = pd.read_csv(
        path, sep=separator, header=None, skiprows=sniffed.skip, usecols=list(kinds), dtype=kinds, chunksize=ROWS,
        skipinitialspace=True, quotechar=sniffed.quote, decimal=sniffed.decimal, encoding="utf-8-sig",
        encoding_errors="replace", keep_default_na=False, na_values=list(NO_VALUE), engine="c",
    )  # fmt: skip
    return frames


def _time_kind(sniffed: Sniffed, column: int) -> type:
    return str if math.isnan(number(sniffed.rows[0][column], sniffed.decimal)) else float


def _times(cells_of_time: "pd.Series[float]", sniffed: Sniffed) -> NDArray[np.float64]:
    if cells_of_time.dtype.kind == "f":
        times: NDArray[np.float64] = cells_of_time.to_numpy(np.float64) * sniffed.seconds_per_time
    else:
        times = np.array([seconds_of(str(cell).strip("'\" "), sniffed.decimal) for cell in cells_of_time])
    if np.isnan(times).any():
        raise FileRefusedError("table_no_time", row=int(np.argmax(np.isnan(times))) + 1)
    return times
