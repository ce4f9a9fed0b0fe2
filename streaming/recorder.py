"""The recorder: raw samples and events from the streams into the database, by one writer.

    read → hold → about once a second: everything held and the streams' positions in ONE transaction → trim behind it

What was read and not written is read again after a crash; what was written twice stays as it is.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from db.engine import open_engine
from db.queries import positions
from db.store import store_batch
from ecg.errors import ConfigurationError, StreamError
from ecg.types import DeviceChunk
from settings import Settings, load_settings
from streaming import keys
from streaming.arrivals import Arrival, unpack
from streaming.bus import Bus
from streaming.codec import StoredChunk, encode_chunk, encode_events
from streaming.entries import START, Entry, earlier, events_of
from streaming.leases import SoleWriter
from streaming.outage import Outage
from streaming.pending import Batch, Pending
from streaming.process import nap, run_until_stopped

log = logging.getLogger(__name__)
T = TypeVar("T")

READ_SECONDS = 0.2
BLOCK_MS = 100
COUNT = 128
"""Entries of one stream in one read."""
COMMIT_SECONDS = 1.0
SEGMENT_SECONDS = 5.0
"""How long samples wait, so that their segments become worth compressing."""
TRIM_SECONDS = 10.0
MOST_HELD = 2_000_000
"""Samples and events; beyond it nothing is read before all of it is written."""
_DOWN = (OperationalError, InterfaceError, ProgrammingError, NoFreeConnection)
"""What passes when the database comes back, is free again, or has been migrated."""


class Recorder:
    """Reads every shard; writes to one database."""

    def __init__(self, bus: Bus, engine: Engine, sole: SoleWriter) -> None:
        self._bus = bus
        self._engine = engine
        self._sole = sole
        self._database = Outage("The database")
        self._pending = Pending(bus.shards, {})
        self._complained: set[str] = set()
        now = time.monotonic()
        self._commit_due = now + COMMIT_SECONDS
        self._trim_due = now + TRIM_SECONDS
        self._segment_due = {n: now + SEGMENT_SECONDS * (n + 1) / bus.shards for n in range(bus.shards)}

    async def run(self, stop: asyncio.Event) -> None:
        """Record until `stop`, then write what is held. Raises ConfigurationError when another recorder takes over."""
        if not await self._alone(stop):
            return
        await self.begin()
        while not stop.is_set():
            began = time.monotonic()
            if not await self.step():
                await nap(stop, began + READ_SECONDS - time.monotonic())
        await self.commit(range(self._bus.shards))
        await self._sole.release()

    async def _alone(self, stop: asyncio.Event) -> bool:
        """Wait until no other recorder is at work; False when stopped meanwhile."""
        waits = False
        while not await self._sole.claim():
            if not waits:
                log.warning("Another recorder is at work, or died just now; waiting for its lease to end.")
            waits = True
            await nap(stop, READ_SECONDS)
            if stop.is_set():
                return False
        return True

    async def begin(self) -> None:
        """Go on where the database says that it ends."""
        self._pending = Pending(self._bus.shards, await self._through(lambda: positions(self._engine)))

    async def step(self) -> bool:
        """Read once; write and trim when it is time. True when more is waiting already."""
        news = await self._bus.read(self._pending.read, COUNT, BLOCK_MS)
        await self._hold(news)
        now = time.monotonic()
        if self._pending.held > MOST_HELD:
            await self.commit(range(self._bus.shards))
        elif now >= self._commit_due:
            await self.commit([n for n, due in self._segment_due.items() if due <= now])
        if now >= self._trim_due:
            await self.trim()
        return any(len(entries) == COUNT for entries in news.values())

    # -- reading ---------------------------------------------------------------------------------------------------

    async def _hold(self, news: Mapping[bytes, Sequence[Entry]]) -> None:
        for n in range(self._bus.shards):
            await self._hold_samples(n, news.get(keys.samples(n), ()))
            await self._hold_events(n, news.get(keys.events(n), ()))
        self._pending.read |= {stream: entries[-1].id for stream, entries in news.items()}

    async def _hold_samples(self, shard: int, entries: Sequence[Entry]) -> None:
        arrivals, unusable = unpack(entries)
        for each in unusable:
            await self._set_aside(shard, each.entry, each.reason, "")
        await self._learn({arrival.recording for arrival in arrivals})
        for arrival in arrivals:
            if reason := self._objection(arrival):
                await self._set_aside(shard, arrival.entry, reason, arrival.recording)
            else:
                self._pending.receive_chunk(shard, arrival.stored.chunk)

    def _objection(self, arrival: Arrival) -> str:
        """Why a chunk cannot be kept; empty when it can."""
        facts = self._pending.known.get(arrival.recording)
        if facts is None:
            return f"recording {arrival.recording} is unknown: nobody announced it"
        if (facts.rate, facts.gain) != (arrival.stored.chunk.rate, arrival.stored.chunk.gain):
            return f"recording {arrival.recording}: rate or gain is not what was announced"
        return ""

    async def _hold_events(self, shard: int, entries: Sequence[Entry]) -> None:
        for entry in entries:
            try:
                events = events_of(entry)
            except StreamError as error:
                await self._set_aside(shard, entry, f"entry {entry.id}: {error}", "")
                continue
            names = {event.recording for event in events}
            await self._learn(names)
            self._pending.receive_events(event for event in events if event.recording in self._pending.known)
            for name in sorted(names - self._pending.known.keys()):
                part = encode_events([event for event in events if event.recording == name])
                reason = f"recording {name} is unknown: nobody announced it"
                await self._set_aside(shard, Entry(entry.id, {keys.EVENTS_FIELD: part}), reason, name)

    async def _learn(self, recordings: set[str]) -> None:
        new = sorted(recordings - self._pending.known.keys())
        self._pending.learn((await self._bus.facts(new)).values())

    async def _set_aside(self, shard: int, entry: Entry, reason: str, recording: str) -> None:
        """To the dead letters; said once per recording."""
        if not recording or recording not in self._complained:
            log.error("shard %d: an entry cannot be kept. %s", shard, reason)
        self._complained.add(recording)
        await self._bus.dead_letter(shard, entry, reason)

    # -- writing ---------------------------------------------------------------------------------------------------

    async def commit(self, shards: Iterable[int]) -> None:
        """Write all events and the samples of `shards`."""
        due = list(shards)
        batch = self._pending.take(due)
        if not await self._sole.claim():
            raise ConfigurationError("Another recorder has taken over; this one ends.")
        try:
            await self._store(batch)
        except Exception as error:  # one recording must not keep all others out of the database
            log.warning("a batch was refused (%s); its recordings are written one by one", error)
            await self._store_apart(batch)
        self._pending.wrote(batch)
        self._commit_due = time.monotonic() + COMMIT_SECONDS
        self._segment_due |= dict.fromkeys(due, time.monotonic() + SEGMENT_SECONDS)

    async def _store(self, batch: Batch) -> None:
        if batch.positions or batch.facts or batch.segments or batch.events:
            await self._through(
                lambda: store_batch(self._engine, batch.positions, batch.facts, batch.segments, batch.events)
            )

    async def _store_apart(self, batch: Batch) -> None:
        for recording in batch.recordings:
            part = batch.alone(recording)
            try:
                await self._store(part)
            except Exception as error:
                await self._bury(recording, part, f"recording {recording}: the database refuses it: {error}")
        await self._store(batch.only_positions())

    async def _bury(self, recording: str, part: Batch, reason: str) -> None:
        """Everything of a recording that the database refuses; its facts are read anew when more of it comes."""
        shard = self._bus.shard_of(recording)
        known = self._pending.known.pop(recording)
        for segment in part.segments:
            chunk = encode_chunk(
                StoredChunk(DeviceChunk(recording, segment.start, segment.samples, known.rate, known.gain), 0)
            )
            await self._set_aside(shard, Entry("", {keys.CHUNK_FIELD: chunk}), reason, recording)
        if part.events:
            events = {keys.EVENTS_FIELD: encode_events(part.events)}
            await self._set_aside(shard, Entry("", events), reason, recording)

    async def _through(self, work: Callable[[], T]) -> T:
        """The result of `work` in the database, however long that is away. Raises what is not an outage."""
        while True:
            turns = self._database.turns
            try:
                result = await asyncio.to_thread(work)
            except _DOWN as error:
                await asyncio.sleep(self._database.goes_on(error, turns))
            else:
                self._database.over(turns)
                return result

    # -- trimming --------------------------------------------------------------------------------------------------

    async def trim(self) -> None:
        """Throw away what is in the database; samples only where the worker's snapshot has them too."""
        saved = await self._bus.positions(range(self._bus.shards))
        before = dict(self._pending.written)
        for n, position in saved.items():
            if earlier(position, before[keys.samples(n)]):
                before[keys.samples(n)] = position
        await self._bus.trim({stream: oldest for stream, oldest in before.items() if oldest != START})
        self._trim_due = time.monotonic() + TRIM_SECONDS


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Record every shard until `stop`."""
    bus = Bus.open(settings.redis_url, settings.shards)
    engine = open_engine(settings.database_url)
    try:
        await Recorder(bus, engine, SoleWriter(bus.connection, settings.lease_ms)).run(stop)
    finally:
        await bus.close()
        engine.dispose()


def run(settings: Settings) -> None:
    """The recorder process."""
    run_until_stopped(lambda stop: serve(settings, stop), settings.log_level)


def main() -> None:
    """The recorder process with the settings of the environment."""
    run(load_settings())
