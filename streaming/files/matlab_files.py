"""MATLAB files of levels 4 to 7, read by scipy: plain numeric arrays only, never objects."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
from numpy.typing import NDArray

from streaming.files.facts import (
    MAX_LEADS,
    MAX_SAMPLES,
    PER_MILLIVOLT,
    Choice,
    FileRefusedError,
    LeadFacts,
    Look,
    ReadLead,
    Run,
    checked_length,
    checked_rate,
)
from streaming.files.fitting import fit_digital, fit_physical, thinned

NUMERIC = {"double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"}
RATE_NAMES = {
    "fs",
    "rate",
    "freq",
    "frequency",
    "srate",
    "samplerate",
    "sample_rate",
    "sampling_rate",
    "samplingrate",
    "hz",
}
UNIT_NAMES = {"unit", "units"}
LEAST = 200
"""Values of an array that may be a signal."""
PREVIEW_VALUES = 2500
_HDF5 = b"\x89HDF\r\n\x1a\n"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Place:
    """Row or column `lead` of the array `name`."""

    name: str
    lead: int
    transposed: bool
    samples: int


def look_at_matlab(path: Path) -> Look:
    """All rows (or columns) of numeric arrays that may be leads. Raises FileRefusedError."""
    found = _found(path)
    places = _places(found)
    if not places:
        raise FileRefusedError("mat_no_signal")
    rate, unit = _said_rate(path, found), _said_unit(path, found)
    arrays = {name: _array(path, name) for name in dict.fromkeys(place.name for place in places)}
    return Look("mat", tuple(_facts(arrays[place.name], place, rate, unit) for place in places))


def read_matlab(path: Path, choice: Choice, out: Path) -> ReadLead:
    """Write the chosen lead's samples to `out`. Raises FileRefusedError."""
    found = _found(path)
    places = _places(found)
    if not 0 <= choice.lead < len(places):
        raise FileRefusedError("no_lead", lead=choice.lead)
    place = places[choice.lead]
    rate = checked_rate(_said_rate(path, found) or choice.rate)
    checked_length(place.samples, rate)
    per_millivolt = PER_MILLIVOLT.get(_said_unit(path, found) or "", choice.per_millivolt)
    if per_millivolt is None or not (np.isfinite(per_millivolt) and per_millivolt > 0):
        raise FileRefusedError("no_unit")
    values = _line(_array(path, place.name), place)
    read = partial(_blocks, values)
    whole = values.dtype.kind in "iu"
    fit = fit_digital(read, per_millivolt) if whole else fit_physical(read, per_millivolt)
    with out.open("wb") as samples:
        for block in read():
            samples.write(fit.samples(block).astype("<i2").tobytes())
    return ReadLead(_name(place), rate, fit.gain, (Run(0, place.samples),))


def _found(path: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    """Variable -> its shape and class, as the file claims them."""
    with path.open("rb") as file:
        start = file.read(520)
    if _HDF5 in start:
        raise FileRefusedError("mat_73")
    try:
        listed = scipy.io.whosmat(str(path))
    except Exception as error:  # the library raises whatever its parsing meets
        raise FileRefusedError("mat", why=type(error).__name__) from error
    found: dict[str, tuple[tuple[int, ...], str]] = {}
    for name, shape, kind in listed:
        found[name] = (tuple(int(each) for each in shape), kind)
    return found


def _places(found: dict[str, tuple[tuple[int, ...], str]]) -> list[_Place]:
    places: list[_Place] = []
    for name, (shape, kind) in found.items():
        if kind not in NUMERIC or len(shape) != 2 or min(shape) < 1 or max(shape) < LEAST or min(shape) > MAX_LEADS:
            continue
        if max(shape) > MAX_SAMPLES:
            raise FileRefusedError("too_long", samples=max(shape), most=MAX_SAMPLES)
        transposed = shape[0] > shape[1]
        places += [_Place(name, lead, transposed, max(shape)) for lead in range(min(shape))]
    if len(places) > MAX_LEADS:
        raise FileRefusedError("many_leads", leads=len(places), most=MAX_LEADS)
    return places


def _array(path: Path, name: str) -> NDArray[Any]:
    try:
        array = scipy.io.loadmat(str(path), variable_names=[name], verify_compressed_data_integrity=True)[name]
    except Exception as error:  # as above
        raise FileRefusedError("mat", why=type(error).__name__) from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise FileRefusedError("mat", why=name)
    return array


def _line(array: NDArray[Any], place: _Place) -> NDArray[Any]:
    table = array.T if place.transposed else array
    if table.ndim != 2 or not place.lead < table.shape[0] or table.shape[1] != place.samples:
        raise FileRefusedError("mat", why=place.name)
    line: NDArray[Any] = table[place.lead]
    return line


def _facts(array: NDArray[Any], place: _Place, rate: float | None, unit: str | None) -> LeadFacts:
    values = _line(array, place)[:PREVIEW_VALUES].astype(np.float64)
    return LeadFacts(_name(place), place.samples, rate, unit, thinned(values), len(values) / rate if rate else 0.0)


def _name(place: _Place) -> str:
    return f"{place.name} {place.lead + 1}"


def _blocks(values: NDArray[Any]) -> Iterable[NDArray[np.float64]]:
    return (values[at : at + BLOCK].astype(np.float64) for at in range(0, len(values), BLOCK))


def _said_rate(path: Path, found: dict[str, tuple[tuple[int, ...], str]]) -> float | None:
    for name, (shape, kind) in found.items():
        if name.lower() in RATE_NAMES and kind in NUMERIC and shape == (1, 1):
            rate = float(_array(path, name)[0, 0])
            return rate if np.isfinite(rate) and rate > 0 else None
    return None


def _said_unit(path: Path, found: dict[str, tuple[tuple[int, ...], str]]) -> str | None:
    for name, (shape, kind) in found.items():
        if name.lower() in UNIT_NAMES and kind == "char" and max(shape, default=0) <= 8:
            said = scipy.io.loadmat(str(path), variable_names=[name])[name]
            text = "".join(str(each) for each in np.asarray(said).ravel()).strip()
            return text if text in PER_MILLIVOLT else None
    return None
