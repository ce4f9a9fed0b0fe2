"""Segments side by side, as the network takes them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ecg.tracker import WINDOW_SAMPLES
from training.segments import Segment
from training.sources import MASKED

Array = NDArray[np.float32]
Item = TypeVar("Item", bound=np.generic)
ROUND = 256
"""Signals are filled up to a multiple of this many samples: few shapes, which the CPU's kernels are made for once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """b segments with at most n beats each; where a segment has fewer, `beats` is False and the rest means nothing.

    signal (b, m): nothing was received before a segment, so long that its first sample ends a window. For each beat
    (b, n): ends, seconds, timing (b, n, TIMING_FEATURES), beat_class and rhythm as in `Segment`.
    """

    signal: Array
    beats: NDArray[np.bool_]
    ends: NDArray[np.int64]
    seconds: Array
    timing: Array
    beat_class: NDArray[np.int64]
    rhythm: NDArray[np.int64]


def batches(segments: Iterable[Segment], size: int) -> Iterator[Batch]:
    """Batches of `size` segments; a smaller rest is left out."""
    waiting: list[Segment] = []
    for segment in segments:
        waiting.append(segment)
        if len(waiting) == size:
            yield collate(waiting)
            waiting = []


def collate(segments: list[Segment]) -> Batch:
    """These segments in one batch."""
    return Batch(
        _side_by_side([segment.signal for segment in segments]),
        table([np.ones(len(segment.ends), np.bool_) for segment in segments], False),
        table([segment.ends for segment in segments], 0),
        table([segment.seconds for segment in segments], 0.0),
        table([segment.timing for segment in segments], 0.0),
        table([segment.beat_class.astype(np.int64) for segment in segments], MASKED),
        table([segment.rhythm.astype(np.int64) for segment in segments], MASKED),
    )


def tensors(batch: Batch, device: torch.device) -> tuple[Tensor, ...]:
    """What `classifier.dense.answer` is asked, on the network's device."""
    columns = (batch.signal, batch.ends, batch.timing, batch.seconds, batch.beats)
    return tuple(torch.from_numpy(column).to(device) for column in columns)


def _side_by_side(signals: list[Array]) -> Array:
    longest = max(len(signal) for signal in signals)
    longest += -longest % ROUND
    before = np.zeros(WINDOW_SAMPLES - 1, np.float32)
    return np.stack(
        [np.concatenate([before, signal, np.zeros(longest - len(signal), np.float32)]) for signal in signals]
    )


def table(columns: list[NDArray[Item]], rest: object) -> NDArray[Item]:
    """Columns of different lengths side by side, filled up with `rest`."""
    longest = max(len(column) for column in columns)
    table = np.full((len(columns), longest, *columns[0].shape[1:]), rest, columns[0].dtype)
    for row, column in zip(table, columns, strict=True):
        row[: len(column)] = column
    return table
