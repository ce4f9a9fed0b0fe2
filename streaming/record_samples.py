"""The samples of a WFDB record, in blocks, as int16 around 0 mV. The header was compared with the files before."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray
from wfdb import Record

from ecg.errors import RecordError
from ecg.types import INVALID_SAMPLE

BLOCK_FRAMES = 1 << 20
"""Read at once: some tens of megabytes."""
LARGEST = -INVALID_SAMPLE - 1
_INVALID_OF_FORMAT = {
    **dict.fromkeys(("16", "61", "160"), -(1 << 15)),
    **dict.fromkeys(("310", "311"), -(1 << 9)),
    "80": -(1 << 7),
    "212": -(1 << 11),
    "24": -(1 << 23),
    "32": -(1 << 31),
}
"""WFDB format -> the digital value that means "no valid sample" (wfdb-python, `_signal._digi_nan`)."""


def _digital(path: Path, lead: int, frames: tuple[int, int | None]) -> NDArray[np.int64]:
    try:
        record = wfdb.rdrecord(
            str(path),
            channels=[lead],
            physical=False,
            smooth_frames=False,
            return_res=64,
            sampfrom=frames[0],
            sampto=frames[1],
        )
        samples = np.asarray(record.e_d_signal[0], np.int64)
    except Exception as error:  # the library raises whatever its parsing meets
        raise RecordError(f"{path}: its samples cannot be read ({type(error).__name__})") from error
    if not len(samples):
        raise RecordError(f"{path}: it has no samples")
    return samples


def _blocks(path: Path, header: Record, lead: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Which samples are valid, and all of them with 0 = 0 mV: in blocks, the library needs 16 bytes for each."""
    frames = header.sig_len or 0
    edges: list[int | None] = [*range(0, frames, BLOCK_FRAMES), frames or None]
    for first, last in pairwise(edges if frames else [0, None]):
        digital = _digital(path, lead, (first or 0, last))
        valid = digital != _INVALID_OF_FORMAT[header.fmt[lead]]
        yield valid, np.where(valid, digital - int(header.baseline[lead] or 0), 0)


def centred_samples(path: Path, header: Record, lead: int) -> tuple[NDArray[np.int16], float]:
    """Samples of a lead with 0 = 0 mV, and by how much they were made coarser to fit int16 (a power of two, mostly 1).

    Raises RecordError.
    """
    coarser = 1
    parts: list[NDArray[np.int16]] = []
    for valid, centred in _blocks(path, header, lead):
        if np.abs(centred).max() > LARGEST * coarser:
            coarser = _coarser(path, header, lead)
            return np.concatenate([_fitted(*each, coarser) for each in _blocks(path, header, lead)]), float(coarser)
        parts.append(_fitted(valid, centred, coarser))
    return np.concatenate(parts), float(coarser)


def _coarser(path: Path, header: Record, lead: int) -> int:
    highest = max(int(np.abs(centred).max()) for _, centred in _blocks(path, header, lead))
    coarser = 1
    while highest > LARGEST * coarser:
        coarser *= 2
    return coarser


def _fitted(valid: NDArray[np.bool_], centred: NDArray[np.int64], coarser: int) -> NDArray[np.int16]:
    units = np.rint(centred / coarser) if coarser > 1 else centred
    return np.where(valid, units, INVALID_SAMPLE).astype(np.int16)
