"""A real bus for a test, and everything that stands in its streams."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ecg.types import DeviceChunk, Event
from streaming import keys
from streaming.bus import START, Bus, chunk_of, events_of, frames_of
from streaming.codec import LiveFrame

SHARDS = 4


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Bus]:
    bus = Bus.open(url, SHARDS)
    try:
        yield bus
    finally:
        await bus.close()


def all_streams(bus: Bus) -> dict[bytes, str]:
    return {keys.samples(n): START for n in range(bus.shards)}


async def stored(bus: Bus) -> dict[str, list[DeviceChunk]]:
    """Every chunk in every stream, by recording."""
    found: dict[str, list[DeviceChunk]] = {}
    for entries in (await bus.read(all_streams(bus), 1_000_000, 1)).values():
        for entry in entries:
            chunk = chunk_of(entry).chunk
            found.setdefault(chunk.recording, []).append(chunk)
    return found


def joined(chunks: list[DeviceChunk]) -> list[int]:
    return [int(sample) for chunk in chunks for sample in chunk.samples]


async def mark(bus: Bus, recording: str) -> int:
    """The high-water mark: the next device sample that is not stored; 0 for a recording that is new."""
    (told,) = await bus.connection.run([(b"HGET", keys.durable(bus.shard_of(recording)), recording)])
    return int(told or 0)


async def events(bus: Bus) -> list[Event]:
    news = await bus.read({keys.events(n): START for n in range(SHARDS)}, 1_000_000, 1)
    return [event for entries in news.values() for entry in entries for event in events_of(entry)]


async def frames(bus: Bus) -> list[LiveFrame]:
    news = await bus.read({keys.live(n): START for n in range(SHARDS)}, 1_000_000, 1)
    return [frame for entries in news.values() for entry in entries for frame in frames_of(entry)]
