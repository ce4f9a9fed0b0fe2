"""Chunks of one shard joined into long runs of raw samples, as they are kept. Pure and stateful."""

import numpy as np

from db.store import NewSegment
from ecg.types import DeviceChunk

MAX_SAMPLES = 60_000
"""A segment is closed at this length (a minute at the highest rate), so that reading a little never unpacks much."""
MAX_RUNS = 2
"""Runs of one recording that grow side by side: the live one, and a hole that is filled meanwhile."""


class Segments:
    """Collects chunks; nothing is lost, repeated or filled in."""

    def __init__(self) -> None:
        self._closed: list[NewSegment] = []
        self._open: dict[str, list[list[DeviceChunk]]] = {}
        self.held = 0
        """Samples that wait for `take`."""

    def receive(self, chunk: DeviceChunk) -> None:
        """Add a chunk to the run that it continues, else to a new one; the run that grew longest ago is closed then."""
        runs = self._open.setdefault(chunk.recording, [])
        grows = (n for n, run in enumerate(runs) if _end(run) == chunk.start and _end(run) - run[0].start < MAX_SAMPLES)
        place = next(grows, None)
        run = [] if place is None else runs.pop(place)
        run.append(chunk)
        runs.append(run)
        if len(runs) > MAX_RUNS:
            self._closed.append(_joined(runs.pop(0)))
        self.held += len(chunk.samples)

    def take(self) -> list[NewSegment]:
        """Everything received since the last `take`, in segments; those of one recording are in order."""
        segments = self._closed + [_joined(run) for runs in self._open.values() for run in runs]
        self._closed, self._open, self.held = [], {}, 0
        return sorted(segments, key=lambda segment: (segment.recording, segment.start))


def _end(run: list[DeviceChunk]) -> int:
    return run[-1].start + len(run[-1].samples)


def _joined(run: list[DeviceChunk]) -> NewSegment:
    return NewSegment(run[0].recording, run[0].start, np.concatenate([chunk.samples for chunk in run]))
