"""Chunks of one shard joined into long runs of raw samples, as they are kept. Pure and stateful."""

from dataclasses import dataclass, field

import numpy as np

from db.store import NewSegment
from ecg.types import DeviceChunk

MAX_SAMPLES = 60_000
"""A segment is closed at this length (a minute at the highest rate), so that reading a little never unpacks much."""
MAX_RUNS = 2
"""Runs of one recording that grow side by side: the live one, and a hole that is filled meanwhile."""


@dataclass(slots=True)
class _Run:
    born: int
    chunks: list[DeviceChunk] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.chunks[-1].start + len(self.chunks[-1].samples)

    def is_continued_by(self, chunk: DeviceChunk) -> bool:
        return self.end == chunk.start and self.end - self.chunks[0].start < MAX_SAMPLES


class Segments:
    """Collects chunks; nothing is lost, repeated or filled in."""

    def __init__(self) -> None:
        self._closed: list[tuple[int, NewSegment]] = []
        self._open: dict[str, list[_Run]] = {}
        self._born = 0
        self.held = 0
        """Samples that wait for `take`."""

    def receive(self, chunk: DeviceChunk) -> None:
        """Add a chunk to the run that it continues, else to a new one; the run that grew longest ago is closed then."""
        runs = self._open.setdefault(chunk.recording, [])
        place = next((n for n, run in enumerate(runs) if run.is_continued_by(chunk)), None)
        run = self._new() if place is None else runs.pop(place)
        run.chunks.append(chunk)
        runs.append(run)
        if len(runs) > MAX_RUNS:
            self._close(runs.pop(0))
        self.held += len(chunk.samples)

    def take(self) -> list[NewSegment]:
        """Everything since the last `take`, in segments; those of one recording as they began to come.

        So what came late stands after the newer samples that it came after.
        """
        for runs in self._open.values():
            for run in runs:
                self._close(run)
        segments = [segment for _, segment in sorted(self._closed, key=lambda closed: closed[0])]
        self._closed, self._open, self.held = [], {}, 0
        return segments

    def _new(self) -> _Run:
        self._born += 1
        return _Run(self._born)

    def _close(self, run: _Run) -> None:
        first = run.chunks[0]
        samples = np.concatenate([chunk.samples for chunk in run.chunks])
        self._closed.append((run.born, NewSegment(first.recording, first.start, samples)))
