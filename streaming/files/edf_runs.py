"""Where the data records of an EDF+ or BDF+ file lie in time: each says when it begins (edfplus.info/specs, 2.2.4)."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np

from streaming.files.edf_header import EdfSizes
from streaming.files.facts import FileRefusedError, Run

NEAR = 1
"""Samples by which a record may begin off the end of the one before: moments are told rounded."""
_ONSET = re.compile(rb"[+-]\d{1,12}(?:\.\d{0,12})?(?=\x14)")


def edf_runs(path: Path, sizes: EdfSizes, count: int, rate: float) -> tuple[Run, ...]:
    """The `count` samples of a signal cut at the gaps between its records. Raises FileRefusedError."""
    if sizes.timekeeping is None:
        return (Run(0, count),)
    onsets = _onsets(path, sizes)
    size = count // len(onsets)
    starts = [round((onset - onsets[0]) * rate) for onset in onsets]
    runs, start, end = [], 0, size
    for before, now in pairwise(starts):
        ahead = now - before - size
        if ahead < -NEAR:
            raise FileRefusedError("edf_header", field="onset")
        if ahead > NEAR and now > end:
            runs.append(Run(start, end - start))
            start = end = now
        end += size
    return (*runs, Run(start, end - start))


def _onsets(path: Path, sizes: EdfSizes) -> list[float]:
    """Seconds at which each data record begins."""
    record = sum(sizes.per_record) * sizes.sample_bytes
    raw = np.memmap(path, np.uint8, "r", sizes.header_bytes)
    records = raw[: len(raw) // record * record].reshape(-1, record)
    found = [_ONSET.match(each.tobytes()) for each in records[:, sizes.timekeeping]]
    if not found or None in found:
        raise FileRefusedError("edf_header", field="onset")
    return [float(each[0]) for each in found if each]
