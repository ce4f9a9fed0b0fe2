"""Chunks of one shard joined into long runs of raw samples, as they are kept. Pure and stateful."""

import numpy as np

from db.store import NewSegment
from ecg.types import DeviceChunk

MAX_SAMPLES = 60_000
"""A segment is closed at this length (a minute at the highest rate), so that reading a little never unpacks much."""


class Segments:
    """Collects chunks; nothing is lost, repeated or filled in."""

    def __init__(self) -> None:
        self._closed: list[NewSegment] = []
        self._open: dict[str, list[DeviceChunk]] = {}
        self.held = 0
        """Samples that wait for `take`."""

    def receive(self, chunk: DeviceChunk) -> None:
        """Add a chunk. A gap before it, or a full segment, closes what the recording has so far."""
        run = self._open.setdefault(chunk.recording, [])
        if run and (_end(run) != chunk.start or _end(run) - run[0].start >= MAX_SAMPLES):
            self._closed.append(_joined(run))
            run.clear()
        run.append(chunk)
        self.held += len(chunk.samples)

    def take(self) -> list[NewSegment]:
        """Everything received since the last `take`, in segments; those of one recording are in order."""
        segments = self._closed + [_joined(run) for run in self._open.values()]
        self._closed, self._open, self.held = [], {}, 0
        return segments


def _end(run: list[DeviceChunk]) -> int:
    return run[-1].start + len(run[-1].samples)


def _joined(run: list[DeviceChunk]) -> NewSegment:
    return NewSegment(run[0].recording, run[0].start, np.concatenate([chunk.samples for chunk in run]))
