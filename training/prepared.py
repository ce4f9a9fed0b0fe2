"""Records as the network is shown them, on disk: one file for each source."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.errors import RecordError
from training.sources import PUBLIC, Source

TRACE_GAIN = 2000.0
"""Units per millivolt of a stored trace: ±16 mV in int16."""


@dataclass(frozen=True, slots=True)
class PreparedRecord:
    """One lead. trace: int16 at the house rate, `TRACE_GAIN` units per mV, from house sample `begin` on.

    For k beats: peaks int64 (k,) in house samples, beat_class and rhythm int8 (k,), codes or MASKED. `annotated` counts
    the beats that experts marked, found or not.
    """

    name: str
    lead: int
    begin: int
    annotated: int
    trace: NDArray[np.int16]
    peaks: NDArray[np.int64]
    beat_class: NDArray[np.int8]
    rhythm: NDArray[np.int8]


class Written(NamedTuple):
    """How much a file holds."""

    records: int
    beats: int


def write(folder: Path, source: Source, records: Iterable[PreparedRecord]) -> Written:
    """Keep the records of one source, whole or not at all; those without any beat are left out.

    Raises RecordError when none is left.
    """
    kept = [record for record in records if len(record.peaks)]
    if not kept:
        raise RecordError(f"no {source} record with a beat could be read: nothing to learn from")
    partial = folder / f"{source}.partial.npz"
    np.savez(
        partial,
        name=np.array([record.name for record in kept]),
        numbers=np.array([_numbers(record) for record in kept], np.int64).reshape(-1, 5),
        trace=np.concatenate([record.trace for record in kept]),
        peaks=np.concatenate([record.peaks for record in kept]),
        beat_class=np.concatenate([record.beat_class for record in kept]),
        rhythm=np.concatenate([record.rhythm for record in kept]),
    )
    partial.rename(place(folder, source))
    return Written(len(kept), sum(len(record.peaks) for record in kept))


def _numbers(record: PreparedRecord) -> tuple[int, ...]:
    return record.lead, record.begin, record.annotated, len(record.trace), len(record.peaks)


def read(folder: Path, source: Source) -> list[PreparedRecord]:
    """The records of one source."""
    with np.load(place(folder, source)) as stored:
        arrays = {name: stored[name] for name in stored}
    records, sample, beat = [], 0, 0
    for name, (lead, begin, annotated, samples, beats) in zip(arrays["name"], arrays["numbers"], strict=True):
        columns = (arrays[column][beat : beat + beats] for column in ("peaks", "beat_class", "rhythm"))
        trace = arrays["trace"][sample : sample + samples]
        records.append(PreparedRecord(str(name), int(lead), int(begin), int(annotated), trace, *columns))
        sample, beat = sample + samples, beat + beats
    return records


def data_hash(folder: Path, ward: str = "") -> str:
    """SHA-256 over the files of all public sources, and the version of the ward's data set, where there is one."""
    digest = hashlib.sha256()
    for source in PUBLIC:
        with place(folder, source).open("rb") as stored:
            digest.update(hashlib.file_digest(stored, "sha256").digest())
    digest.update(ward.encode())
    return digest.hexdigest()


def place(folder: Path, source: Source) -> Path:
    """Where the records of `source` lie."""
    return folder / f"{source}.npz"
