"""Workers in tasks of their own, what they get, and waiting for all that they have to find."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ecg.types import Event
from streaming.bus import Bus
from streaming.codec import StoredChunk
from streaming.leases import Leases
from streaming.worker import Worker
from tests.streaming.fakes import FakePipeline, chunks_of, eventually
from tests.streaming.streams import SHARDS, events

NAMES = [f"r{i}" for i in range(12)]


@dataclass
class Running:
    """A worker in a task of its own."""

    bus: Bus
    name: str
    lease_ms: int = 60_000
    now_ms: int = 0
    pipeline: FakePipeline = field(default_factory=FakePipeline)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        leases = Leases(self.bus.connection, self.name, SHARDS, self.lease_ms)
        self.worker = Worker(self.bus, leases, self.pipeline, self.lease_ms, lambda: self.now_ms)
        self.task = asyncio.create_task(self.worker.run(self.stop))

    async def end(self) -> None:
        self.stop.set()
        await self.task

    async def kill(self) -> None:
        """No clean-up, as kill -9 would."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def found(bus: Bus, wanted: set[Event]) -> None:
    async def complete() -> bool:
        return set(await events(bus)) >= wanted

    await eventually(complete, f"{len(wanted)} events")
    assert set(await events(bus)) == wanted


def rounds(count: int, names: Sequence[str] = NAMES) -> list[list[StoredChunk]]:
    """Chunk k of every recording, for every k."""
    return [list(group) for group in zip(*(chunks_of(name, count) for name in names), strict=True)]
