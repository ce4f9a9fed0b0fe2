"""Lowest and highest sample of every second, minute and hour: a week is drawn as fast as a minute.

A cell is (lowest, highest); where nothing was received, or only samples that the device marked as invalid, the lowest
is above the highest (`NONE`). Merging cells is idempotent and does not depend on the order. Pure.
"""

from collections.abc import Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ecg.types import INVALID_SAMPLE

LEVEL_SECONDS = (1, 60, 3600)
"""Seconds of ECG in one cell of each level."""
CELLS = 60
"""Cells in one block, which is one row of the database."""
NONE_LOW, NONE_HIGH = 32767, -32768
Cells = NDArray[np.int16]
"""int16, shape (2, n): lowest, then highest samples."""
Blocks = dict[tuple[int, int], Cells]
"""(level, number of the block) -> its cells."""


def no_cells(count: int) -> Cells:
    """`count` cells in which nothing was received."""
    return np.repeat(np.array([[NONE_LOW], [NONE_HIGH]], np.int16), count, axis=1)


def edges(first: int, count: int, seconds: float, rate: float) -> NDArray[np.int64]:
    """Where `count` cells of `seconds` begin, from cell `first` on, and where the last one ends: device samples."""
    borders: NDArray[np.int64] = np.ceil(np.arange(first, first + count + 1) * (seconds * rate)).astype(np.int64)
    return borders


def fold(cells: Cells, borders: NDArray[np.int64], start: int, samples: NDArray[np.int16]) -> None:
    """Widen `cells`, whose cell i covers [borders[i], borders[i + 1]), by the samples from `start` on."""
    begin, end = max(start, int(borders[0])), min(start + len(samples), int(borders[-1]))
    if begin >= end:
        return
    inside = samples[begin - start : end - start]
    first = int(np.searchsorted(borders, begin, "right")) - 1
    last = int(np.searchsorted(borders, end, "left"))
    at = np.maximum(borders[first:last], begin) - begin
    valid = np.where(inside == INVALID_SAMPLE, NONE_LOW, inside)
    lowest, highest = np.minimum.reduceat(valid, at), np.maximum.reduceat(inside, at)
    part = cells[:, first:last]
    part[0], part[1] = np.minimum(part[0], lowest), np.maximum(part[1], highest)


def grouped(cells: Cells, size: int) -> Cells:
    """One cell for `size` cells; the last one may stand for fewer."""
    at = np.arange(0, cells.shape[1], size)
    return np.stack([np.minimum.reduceat(cells[0], at), np.maximum.reduceat(cells[1], at)])


def blocks_of(start: int, samples: NDArray[np.int16], rate: float) -> Blocks:
    """The blocks of all levels in which the samples from `start` on show; everything else in them is `NONE`."""
    per_block = CELLS * LEVEL_SECONDS[0]
    first = int(max(start - 1, 0) // (per_block * rate)) * CELLS
    count = CELLS * ceil(((start + len(samples)) / rate - first) / per_block)
    cells = no_cells(count)
    fold(cells, edges(first, count, LEVEL_SECONDS[0], rate), start, samples)
    found: Blocks = {}
    for level in range(len(LEVEL_SECONDS)):
        parts = {(level, first // CELLS + i): cells[:, i * CELLS :][:, :CELLS] for i in range(cells.shape[1] // CELLS)}
        found |= {key: part for key, part in parts.items() if np.any(part[0] <= part[1])}
        first, cells = _above(first // CELLS, grouped(cells, CELLS))
    return found


def _above(first: int, cells: Cells) -> tuple[int, Cells]:
    """The cells, of which the first has the number `first`, in whole blocks."""
    begin = first // CELLS * CELLS
    whole = no_cells(CELLS * ceil((first + cells.shape[1] - begin) / CELLS))
    whole[:, first - begin :][:, : cells.shape[1]] = cells
    return begin, whole


def merged(into: Blocks, more: Mapping[tuple[int, int], Cells]) -> Blocks:
    """Both together."""
    both = dict(into)
    for key, cells in more.items():
        mine = both.get(key)
        both[key] = cells if mine is None else _wider(mine, cells)
    return both


def _wider(one: Cells, other: Cells) -> Cells:
    return np.stack([np.minimum(one[0], other[0]), np.maximum(one[1], other[1])])


def pack_cells(cells: Cells) -> bytes:
    """A block as it is stored: little-endian, lowest before highest."""
    return np.ascontiguousarray(cells, dtype="<i2").tobytes()


def unpack_cells(blob: bytes) -> Cells:
    """Reverse of `pack_cells`."""
    return np.frombuffer(blob, dtype="<i2").reshape(2, -1)
