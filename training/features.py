"""What the trained trunk sees in single windows, as serving gives them: made once, then tokens and judge learn from it.

In long segments a beat falls anywhere in a step of the trunk's map, and all beats share one scale. In serving each beat
has a window of its own, which ends at the same place after its R peak and has its own scale.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from torch import Tensor

from classifier.dense import Judged, judge_all
from classifier.model import Network, Reader, normalise
from ecg.tracker import WINDOW_SAMPLES
from training.batches import table
from training.device import device_of, half
from training.segments import Segment
from training.sources import MASKED

BATCH = 256
Half = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Features:
    """n beats of one segment: seen float16 (n, near * C + C'), the reader's maps, flat; the rest as in `Segment`."""

    seen: Half
    timing: NDArray[np.float32]
    seconds: NDArray[np.float32]
    beat_class: NDArray[np.int8]
    rhythm: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class FeatureBatch:
    """b segments with at most n beats each, filled up as in `training.batches.Batch`."""

    beats: NDArray[np.bool_]
    seen: Half
    timing: NDArray[np.float32]
    seconds: NDArray[np.float32]
    beat_class: NDArray[np.int64]
    rhythm: NDArray[np.int64]


def features(reader: Reader, segments: Iterable[Segment]) -> Iterator[Features]:
    """Features of each segment that has a beat."""
    for segment in segments:
        if len(segment.ends):
            seen = see(reader, windows(segment))
            yield Features(seen, segment.timing, segment.seconds, segment.beat_class, segment.rhythm)


def windows(segment: Segment) -> NDArray[np.float32]:
    """The window of each beat (n, WINDOW_SAMPLES); before the segment nothing was received."""
    padded = np.concatenate([np.zeros(WINDOW_SAMPLES - 1, np.float32), segment.signal])
    return np.asarray(sliding_window_view(padded, WINDOW_SAMPLES)[segment.ends])


@torch.no_grad()
def see(reader: Reader, windows: NDArray[np.float32]) -> Half:
    """What the reader's maps hold of each window, as `Reader.tokens` takes it, flat."""
    parts, device = [], device_of(reader)
    for at in range(0, len(windows), BATCH):
        with half(device):
            maps = reader.maps(normalise(torch.from_numpy(windows[at : at + BATCH]).to(device)))
        near = maps.first[..., -reader.config.near :].flatten(1)
        parts.append(torch.cat([near, maps.last[..., -1]], dim=1).half().cpu().numpy())
    return np.concatenate(parts)


def tokens(reader: Reader, batch: FeatureBatch) -> Tensor:
    """Tokens (b, n, token)."""
    device = device_of(reader)
    seen, timing = torch.from_numpy(batch.seen).to(device).float(), torch.from_numpy(batch.timing).to(device)
    split = seen.shape[2] - reader.last_norm.num_features
    near, last = seen[..., :split].flatten(0, 1), seen[..., split:].flatten(0, 1)
    made: Tensor = reader.tokens(near, last, timing.flatten(0, 1)).unflatten(0, batch.beats.shape)
    return made


def judged(network: Network, batch: FeatureBatch) -> Judged:
    """Both answers of the beats of `batch`."""
    device = device_of(network)
    seconds, beats = torch.from_numpy(batch.seconds).to(device), torch.from_numpy(batch.beats).to(device)
    return judge_all(network.judge, tokens(network.reader, batch), seconds, beats)


def collate(some: list[Features]) -> FeatureBatch:
    """These in one batch."""
    return FeatureBatch(
        table([np.ones(len(one.seconds), np.bool_) for one in some], False),
        table([one.seen for one in some], 0.0),
        table([one.timing for one in some], 0.0),
        table([one.seconds for one in some], 0.0),
        table([one.beat_class.astype(np.int64) for one in some], MASKED),
        table([one.rhythm.astype(np.int64) for one in some], MASKED),
    )
