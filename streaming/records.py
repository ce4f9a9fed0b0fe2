"""WFDB records on disk as one lead of device samples: what `wardbeat replay`, `simulate` and `analyze` read.

Headers are believed only as far as the files beside them bear them out: the reading library allocates whatever
a header claims, so sizes are compared first. Every failure is a `RecordError` that names the file.
"""

import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray
from wfdb import Record

from ecg.errors import RecordError
from streaming.record_samples import centred_samples

MAX_HEADER_BYTES = 100_000
MAX_SIGNALS = 64
MAX_FILE_BYTES = 1 << 30
_BITS_OF_FORMAT = {
    "80": 8,
    "310": 10,
    "311": 10,
    "212": 12,
    "16": 16,
    "61": 16,
    "160": 16,
    "24": 24,
    "32": 32,
}
_MATRIX = struct.Struct("<5i4s")
"""Kind, rows, columns, imaginary, length of the name, name."""
_OFFSET_5, _SHAPE_5, _SHAPE_AT_5 = 192, struct.Struct("<2i"), 160
"""Of level 5, uncompressed: bytes before the values, and where rows and columns stand."""
_KIND_OF_FORMAT = {"80": 50, "16": 30, "32": 20}
"""WFDB format -> kind of a little-endian full matrix of uint8, int16, int32 (MATLAB MAT-file format, level 4)."""
_RATE = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?(/|\(|$)")
_PER_MILLIVOLT = {"mV": 1.0, "uV": 1e3, "µV": 1e3, "V": 1e-3, "nV": 1e6}
"""Unit -> how many of them make a millivolt."""


@dataclass(frozen=True, slots=True)
class RecordedLead:
    """One lead of a record. samples: int16, shape (n,), 0 = 0 mV, INVALID_SAMPLE where there is none.

    rate in Hz; gain in units per millivolt.
    """

    name: str
    rate: float
    gain: float
    samples: NDArray[np.int16]
    n_leads: int
    lead_name: str


def list_records(path: Path) -> list[Path]:
    """The records that `path` means: itself, or all that the file RECORDS of a folder lists. Raises RecordError."""
    if not path.is_dir():
        return [path]
    listing = path / "RECORDS"
    if not listing.is_file():
        return _headers_in(path)
    names = [line.strip() for line in _text_of(listing).splitlines() if line.strip()]
    if not names or any(Path(name).is_absolute() or ".." in Path(name).parts for name in names):
        raise RecordError(f"{listing}: it lists no records, or one outside its folder")
    return [path / name for name in names]


def read_record(path: Path, lead: int = 0) -> RecordedLead:
    """Lead number `lead` (from 0) of the WFDB record `path`, named without extension. Raises RecordError."""
    header = checked_header(path)
    header_path = path.with_name(path.name + ".hea")
    if not 0 <= lead < header.n_sig:
        raise RecordError(f"{header_path}: lead {lead} is not among its {header.n_sig} leads")
    per_millivolt, frame_samples = (
        _scale(header, lead, header_path),
        header.samps_per_frame[lead],
    )
    samples, coarser = centred_samples(path, header, lead)
    return RecordedLead(
        path.name,
        float(header.fs) * frame_samples,
        per_millivolt / coarser,
        samples,
        header.n_sig,
        str(header.sig_name[lead] or lead),
    )


def checked_header(path: Path) -> Record:
    """The header of a record whose signal files are as long as it claims. Raises RecordError."""
    header_path = path.with_name(path.name + ".hea")
    header = _header(path, header_path)
    _check_sizes(header, header_path)
    return header


def _headers_in(folder: Path) -> list[Path]:
    found = sorted(header.with_suffix("") for header in folder.glob("*.hea"))
    if not found:
        raise RecordError(f"{folder}: there is no RECORDS file and no .hea file in this folder")
    return found


def _text_of(path: Path) -> str:
    """Content of a small text file. Raises RecordError."""
    try:
        if path.stat().st_size > MAX_HEADER_BYTES:
            raise RecordError(f"{path}: larger than {MAX_HEADER_BYTES} bytes, so it is not a header or a list")
        return path.read_text("ascii", errors="replace")
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error


def _header(path: Path, header_path: Path) -> Record:
    """The header, after its first line was seen to be sane. Raises RecordError."""
    _check_record_line(_text_of(header_path), header_path)
    try:
        header = wfdb.rdheader(str(path))
    except Exception as error:  # the library raises whatever its parsing meets
        raise RecordError(f"{header_path}: not a readable WFDB header ({type(error).__name__})") from error
    rate = header.fs
    if rate is None or not math.isfinite(rate) or rate <= 0 or len(header.file_name or ()) != header.n_sig:
        raise RecordError(f"{header_path}: its rate or its signal lines are missing or wrong")
    return header


def _check_record_line(text: str, header_path: Path) -> None:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    fields = lines[0].split() if lines else []
    if len(fields) < 2 or not fields[1].isdigit():
        raise RecordError(f"{header_path}: its first line is not a WFDB record line")
    if (len(fields) > 2 and not _RATE.match(fields[2])) or (len(fields) > 3 and not fields[3].isdigit()):
        raise RecordError(f"{header_path}: the rate or the length in its first line is not a number")
    if "/" in fields[0]:
        raise RecordError(f"{header_path}: records of several segments are not read; name one of its segments")
    if not 1 <= int(fields[1][:9]) <= MAX_SIGNALS or int(fields[1][:9]) != len(lines) - 1:
        raise RecordError(f"{header_path}: it claims {fields[1][:9]} signals and describes {len(lines) - 1}")


def _check_sizes(header: Record, header_path: Path) -> None:
    """Whether the signal files are as long as the header claims. Raises RecordError."""
    for name in set(header.file_name):
        rows = [row for row in range(header.n_sig) if header.file_name[row] == name]
        _check_file(header, header_path, header_path.parent / name, rows)


def _check_file(header: Record, header_path: Path, path: Path, rows: list[int]) -> None:
    unknown = {header.fmt[row] for row in rows} - _BITS_OF_FORMAT.keys()
    if unknown:
        raise RecordError(f"{header_path}: signal format {min(unknown)} is not read")
    if path.parent != header_path.parent or not path.is_file():
        raise RecordError(f"{header_path}: its signal file {path.name} is missing")
    size = path.stat().st_size
    bits = sum(_BITS_OF_FORMAT[header.fmt[row]] * header.samps_per_frame[row] for row in rows)
    needed = ((header.sig_len or 0) * bits + 7) // 8 + max(header.byte_offset[row] or 0 for row in rows)
    if size > MAX_FILE_BYTES or size < needed or size == 0:
        raise RecordError(f"{path}: {size} bytes long where its header claims {needed}")
    if path.suffix == ".mat":
        _check_matrix(path, header.fmt[rows[0]], [len(rows), header.sig_len])


def _check_matrix(path: Path, fmt: str, shape: list[int]) -> None:
    """Whether a .mat file is the one matrix that its header means. Raises RecordError.

    The reading library skips the bytes before a matrix named "val" without looking at them, and would give the bytes of
    any other file as samples.
    """
    with path.open("rb") as file:
        start = file.read(_OFFSET_5).ljust(_OFFSET_5)
    level_4 = list(_MATRIX.unpack(start[: _MATRIX.size])) == [_KIND_OF_FORMAT.get(fmt), *shape, 0, 4, b"val\0"]
    level_5 = start.startswith(b"MATLAB 5.0") and list(_SHAPE_5.unpack_from(start, _SHAPE_AT_5)) == shape
    if not level_4 and not level_5:
        raise RecordError(f"{path}: not the MATLAB matrix val of {shape[0]} x {shape[1]} that its header claims")


def _scale(header: Record, lead: int, header_path: Path) -> float:
    """Units per millivolt of a lead. Raises RecordError when it is not a voltage."""
    unit, gain = header.units[lead], header.adc_gain[lead]
    if unit not in _PER_MILLIVOLT:
        raise RecordError(f"{header_path}: lead {lead} is in {unit}, which is not a voltage")
    if gain is None or not math.isfinite(gain) or gain <= 0:
        raise RecordError(f"{header_path}: the gain of lead {lead} is not a positive number")
    return float(gain) * _PER_MILLIVOLT[unit]
