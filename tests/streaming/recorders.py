"""Recorders, a stand-in for the worker that feeds them, and what they have written."""

import itertools

from sqlalchemy import Engine

from db.queries import segments
from ecg.labels import BeatClass, Rhythm
from ecg.types import Beat, Event, SignalGap
from streaming.bus import Bus, Publication
from streaming.leases import Leases, SoleWriter
from streaming.recorder import Recorder
from tests.streaming.streams import SHARDS


class Publisher:
    """Stands in for the worker: publishes events."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._leases = Leases(bus.connection, "w", SHARDS, 60_000)

    async def gap(self, recording: str, start: int) -> None:
        await self.tell(SignalGap(recording, start, start + 1))

    async def tell(self, *events: Event) -> None:
        """One publication about one recording."""
        await self._leases.renew()
        await self._leases.take()
        shard = self._bus.shard_of(events[0].recording)
        assert not await self._bus.publish([Publication(shard, self._leases.held[shard], list(events), [])])


def heard(recording: str, index: int) -> Beat:
    """A beat as the database keeps it: its probabilities are exact in single precision."""
    return Beat(
        recording, index, 200, BeatClass.NORMAL, Rhythm.NORMAL, (0.75, 0.25, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
    )


def stored_samples(engine: Engine, recording: str) -> list[int]:
    """All samples in the database; overlaps and gaps between segments would show in the comparison."""
    views = segments(engine, recording, 0, 1 << 40)
    assert all(a.start + len(a.samples) <= b.start for a, b in itertools.pairwise(views))
    return [int(sample) for view in views for sample in view.samples]


def recorder(bus: Bus, engine: Engine) -> Recorder:
    return Recorder(bus, engine, SoleWriter(bus.connection, 500))
