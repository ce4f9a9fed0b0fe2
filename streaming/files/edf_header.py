"""The sizes that an EDF or BDF header claims, compared with the file before any library allocates for them."""

import math
from dataclasses import dataclass
from pathlib import Path

from streaming.files.facts import MAX_LEADS, FileRefusedError

MAX_RECORD_BYTES = 1 << 24
_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_NOTES = (b"EDF Annotations", b"BDF Annotations")


@dataclass(frozen=True, slots=True)
class EdfSizes:
    """sample_bytes: 2 for EDF, 3 for BDF. per_record: samples of each signal in a data record of `record_seconds`.
    timekeeping: bytes of a data record with notes, which begin with its moment; None: there are none.
    """

    header_bytes: int
    sample_bytes: int
    records: int
    record_seconds: float
    per_record: tuple[int, ...]
    timekeeping: slice | None


def is_edf(start: bytes) -> bool:
    """Whether a file that begins so is EDF or BDF."""
    return start[:8] in (_EDF, _BDF)


def edf_sizes(path: Path) -> EdfSizes:
    """What the header claims, where the file bears it out. Raises FileRefusedError."""
    with path.open("rb") as file:
        fixed = file.read(256)
        signals = _whole(fixed[252:256], "signals", 1, MAX_LEADS)
        headers = file.read(256 * signals)
    if _whole(fixed[184:192], "header", 256, 1 << 20) != 256 * (signals + 1) or len(headers) != 256 * signals:
        raise FileRefusedError("edf_header", field="header")
    counts = headers[216 * signals : 224 * signals]
    per_record = tuple(_whole(counts[8 * n : 8 * n + 8], "samples", 1, MAX_RECORD_BYTES) for n in range(signals))
    sample_bytes = 2 if fixed[:8] == _EDF else 3
    sizes = EdfSizes(
        len(fixed) + len(headers),
        sample_bytes,
        _whole(fixed[236:244], "records", -1, 1 << 31),
        _seconds(fixed[244:252]),
        per_record,
        _timekeeping(
            [headers[16 * n : 16 * n + 16] for n in range(signals)], [sample_bytes * each for each in per_record]
        ),
    )
    _compare(sizes, path.stat().st_size - sizes.header_bytes)
    return sizes


def _timekeeping(labels: list[bytes], widths: list[int]) -> slice | None:
    """The first signal of notes, where its samples lie in a data record."""
    place = next((n for n, label in enumerate(labels) if label.strip() in _NOTES), None)
    return None if place is None else slice(sum(widths[:place]), sum(widths[: place + 1]))


def _compare(sizes: EdfSizes, size: int) -> None:
    record = sum(sizes.per_record) * sizes.sample_bytes
    if record > MAX_RECORD_BYTES:
        raise FileRefusedError("edf_header", field="samples")
    claimed = max(sizes.records, 1) * record
    if size < claimed:
        raise FileRefusedError("short", size=size, claimed=claimed)


def _whole(text: bytes, field: str, least: int, most: int) -> int:
    try:
        value = int(text.decode("ascii"))
    except ValueError as error:
        raise FileRefusedError("edf_header", field=field) from error
    if not least <= value <= most:
        raise FileRefusedError("edf_header", field=field)
    return value


def _seconds(text: bytes) -> float:
    try:
        value = float(text.decode("ascii"))
    except ValueError as error:
        raise FileRefusedError("edf_header", field="duration") from error
    if not (math.isfinite(value) and 0 < value <= 86_400):
        raise FileRefusedError("edf_header", field="duration")
    return value
