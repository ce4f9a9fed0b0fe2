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

from db.engine import DOWN, open_engine
from db.queries import positions
from db.store import DeadLetter, Part, store_apart, store_batch
from ecg.errors import ConfigurationError, WardbeatError
from settings import Settings, load_settings
from streaming import keys
from streaming.bus import Bus
from streaming.collect import Collector, wall_ms
from streaming.entries import START, Entry, earlier
from streaming.housekeeping import Housekeeping
from streaming.leases import SoleWriter
from streaming.letters import refused_letters
from streaming.outage import Outage, first_line
from streaming.pending import Batch, Pending
from streaming.process import nap, run_until_stopped
from streaming.purge import purge_for_ever, retention_of
from streaming.trial_book import Place, TrialBook
from streaming.trials import TRIES, News, Trial, spans_of

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


class Recorder:
    """Reads every shard; writes to one database."""

    def __init__(self, bus: Bus, engine: Engine, sole: SoleWriter) -> None:
        self._bus = bus
        self._engine = engine
        self._sole = sole
        self._database = Outage("The database")
        self._pending = Pending(bus.shards, {})
        self._collector = Collector(bus, self._pending)
        self._refused_names: set[str] = set()
        self._housekeeping = Housekeeping(engine)
        self._book = TrialBook(bus)
        self._place = Place(keys.RECORDER, keys.RECORDER_TRIAL, sole.token)
        self._trial = Trial()
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
        await self._book.end(self._place)
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
        """Go on where the database says that it ends, with care where a recorder died before."""
        self._pending = Pending(self._bus.shards, await self._through(lambda: positions(self._engine)))
        self._collector = Collector(self._bus, self._pending)
        self._trial = await self._book.take_up(self._place, tuple(self._pending.read))

    async def step(self) -> bool:
        """Read once; write and trim when it is time. True when more is waiting already."""
        news = await self._bus.read(self._pending.read, COUNT, BLOCK_MS)
        if self._trial.inside({stream.decode(): entries for stream, entries in news.items()}):
            await self._carefully(news)
        else:
            await self._collector.receive(news)
        now = time.monotonic()
        if self._pending.held > MOST_HELD:
            await self.commit(range(self._bus.shards))
        elif now >= self._commit_due:
            await self.commit([n for n, due in self._segment_due.items() if due <= now])
            await self._keep_house()
        if now >= self._trim_due:
            await self.trim()
        return any(len(entries) == COUNT for entries in news.values())

    async def _carefully(self, news: Mapping[bytes, Sequence[Entry]]) -> None:
        """Entries that a recorder may have died with: written down before, in the database after."""
        for piece in self._trial.rounds({stream.decode(): entries for stream, entries in news.items()}):
            await self._book.write({self._place: self._trial.with_mark(spans_of(piece))})
            await self._collector.receive(self._uncondemned(piece))
            self._pending.read |= {stream.encode(): entries[-1].id for stream, entries in piece.items()}
            await self.commit(range(self._bus.shards))
        written = {stream.decode(): position for stream, position in self._pending.written.items()}
        self._trial = Trial() if self._trial.over(written) else self._trial
        await self._book.write({self._place: self._trial})

    def _uncondemned(self, piece: News) -> dict[bytes, list[Entry]]:
        """`piece` without the entries that nobody touches again: those become dead letters."""
        kept: dict[bytes, list[Entry]] = {}
        for stream, entries in piece.items():
            for entry in entries:
                if self._trial.is_condemned(stream, entry.id):
                    reason = f"{TRIES} recorders died with it in hand"
                    self._collector.set_aside(stream.encode(), entry, "", reason)
                else:
                    kept.setdefault(stream.encode(), []).append(entry)
        return kept

    # -- writing ---------------------------------------------------------------------------------------------------

    async def commit(self, shards: Iterable[int]) -> None:
        """Write all events and letters and the samples of `shards`. Raises ConfigurationError for a second recorder."""
        due = list(shards)
        batch = self._pending.take(due)
        if not await self._sole.claim():
            raise ConfigurationError("Another recorder has taken over; this one ends.")
        await self._store(batch)
        self._pending.wrote(batch)
        self._commit_due = time.monotonic() + COMMIT_SECONDS
        self._segment_due |= dict.fromkeys(due, time.monotonic() + SEGMENT_SECONDS)

    async def _store(self, batch: Batch) -> None:
        if batch.empty:
            return
        rows = (batch.facts, batch.segments, batch.events, batch.letters)
        try:
            await self._through(lambda: store_batch(self._engine, batch.positions, *rows, after=batch.after))
        except WardbeatError:
            raise
        except Exception as error:  # one recording must not keep all others out of the database
            log.warning("a batch was refused (%s); its recordings are written one by one", first_line(error))
            parts, refused = batch.parts(), self._refused
            await self._through(lambda: store_apart(self._engine, batch.positions, parts, refused, batch.after))
            for name in self._refused_names:  # its facts are read anew when more of it comes
                self._pending.known.pop(name, None)
            self._refused_names.clear()

    def _refused(self, piece: Part, error: Exception) -> list[DeadLetter]:
        """Letters of what the database refuses of one recording."""
        named = (*piece.segments, *piece.events)
        if not named:  # facts: what of the recording comes with them is refused for itself
            return []
        name = named[0].recording
        shard = self._bus.shard_of(name)
        streams = (keys.samples(shard), keys.events(shard))
        reason = f"recording {name}: the database refuses it: {first_line(error)}"
        if name not in self._refused_names:
            log.error("shard %d: what cannot be kept goes to the dead letters. %s", shard, reason)
        self._refused_names.add(name)
        position = max(self._pending.read[stream] for stream in streams)
        return refused_letters(
            piece.segments, piece.events, self._pending.known[name], streams, position, wall_ms(), reason
        )

    async def _through(self, work: Callable[[], T]) -> T:
        """The result of `work` in the database, however long that is away. Raises what is not an outage."""
        while True:
            turns = self._database.turns
            try:
                result = await asyncio.to_thread(work)
            except DOWN as error:
                await asyncio.sleep(self._database.goes_on(error, turns))
            else:
                self._database.over(turns)
                return result

    async def _keep_house(self) -> None:
        for word in await self._through(self._housekeeping.step):
            log.error("%s", word)

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
    purging = asyncio.create_task(purge_for_ever(engine, retention_of(settings), stop))
    try:
        await Recorder(bus, engine, SoleWriter(bus.connection, settings.lease_ms)).run(stop)
    finally:
        purging.cancel()
        await asyncio.wait([purging])
        await bus.close()
        engine.dispose()


def run(settings: Settings) -> None:
    """The recorder process."""
    run_until_stopped(lambda stop: serve(settings, stop), settings.log_level)


def main() -> None:
    """The recorder process with the settings of the environment."""
    run(load_settings())
