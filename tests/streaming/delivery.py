"""Phones, ingest, workers and recorder without sockets and in one thread, for `test_delivery`: each deed is one call.
Intake, batch, bus, leases, worker and recorder are the shipped ones. Network, clock and line to Valkey are stand-ins.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Engine

from db.findings import vitals
from db.queries import segments
from ecg.errors import ProtocolError
from ecg.types import VitalSigns
from streaming import keys, wire
from streaming.batch import Batch
from streaming.bus import START, Bus, chunk_of
from streaming.claims import FENCED
from streaming.codec import StoredChunk
from streaming.intake import Admission, Begin, Durable, Intake, Send, Store
from streaming.leases import Leases, SoleWriter
from streaming.recorder import Recorder
from streaming.wire import Hello
from streaming.worker import Worker
from tests.streaming.memory_valkey import MemoryValkey
from tests.streaming.small_ward import EVER, KilledError, Phone, Summing, Time, dying, forget, once
from tests.streaming.streams import mark

T = TypeVar("T")
SHARDS = 2
LEASE_MS = 3000
NAMES = tuple(f"00000000-0000-4000-8000-00000000000{n}" for n in range(3))
MOST_STEPS = 500
"""Far more batches than all samples make."""


class House:
    """All of it. Deeds run on a loop that all houses share, for speed."""

    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))

    def __init__(self, engine: Engine, device: int) -> None:
        self.engine, self.device = engine, device
        self.time = Time()
        clocks: list[Any] = [patch(f"streaming.{name}.time", self.time) for name in ("worker", "recorder")]
        self._patches = [*clocks, patch("streaming.batch.FLUSH_SECONDS", 0.0), patch("streaming.shard.KEEP_MS", EVER)]
        for each in self._patches:
            each.start()
        self.valkey = MemoryValkey(int(self.time.wall_s * 1000))
        self.bus = Bus(self.valkey, SHARDS)
        self.phones = [Phone(name) for name in NAMES]
        self.batch = Batch(self.bus)
        self.born = 0
        self.workers = [self.new_worker(), self.new_worker()]
        self.recorder = self.new_recorder()

    def close(self) -> None:
        for each in self._patches:
            each.stop()
        forget(self.engine)

    # -- phones and ingest -----------------------------------------------------------------------------------------

    def connect(self, phone: Phone) -> None:
        phone.cut()
        self.flush()
        hello = Hello(1, "token", phone.name, 250.0, 200.0, "II", 1_700_000_000_000)
        intake = Intake()
        intake.receive(hello)
        known = self.run(self.bus.facts([phone.name])).get(phone.name)
        claim = self.run(self.bus.claim(phone.name))
        phone.epoch = claim.epoch
        for action in intake.receive(Admission(self.device, claim.next, known, claim.holes, claim.epoch)):
            if isinstance(action, Begin):
                self.run(self.bus.put_facts(action.facts))
            elif isinstance(action, Send):
                phone.answers.append(action.text)
        phone.intake = intake
        phone.hear()

    def stream(self, phone: Phone, lost: int, count: int) -> None:
        """Record, and deliver all frames in order."""
        phone.record(lost, count)
        while phone.frames:
            self.deliver(phone, 0, repeats=False)

    def hear(self, phone: Phone) -> None:
        """The phone hears all answers that are on their way."""
        while phone.answers:
            phone.hear()

    def deliver(self, phone: Phone, place: int, repeats: bool) -> None:
        """Let the frame at `place` arrive, if there is one; it stays on its way where it `repeats`."""
        intake = phone.intake
        if intake is None or not phone.frames:
            return None
        place %= len(phone.frames)
        frame = phone.frames[place] if repeats else phone.frames.pop(place)
        try:
            actions = intake.receive(wire.decode_phone(frame))
        except ProtocolError as error:
            assert error.code not in wire.FATAL_CODES
            return phone.cut()
        for action in actions:
            if isinstance(action, Send):
                phone.answers.append(action.text)
            elif isinstance(action, Store):
                stored = StoredChunk(action.chunk, 0, leaps=action.leaps, epoch=phone.epoch)
                self.batch.add(stored, partial(self._stored, phone, intake, action.sequence))
        return None

    def _stored(self, phone: Phone, intake: Intake, sequence: int, mark: int) -> None:
        if mark == FENCED:
            return
        answers = intake.receive(Durable(mark, sequence))
        if phone.intake is intake:
            phone.answers += [action.text for action in answers if isinstance(action, Send)]

    def flush(self) -> None:
        async def all_of_it() -> None:
            running = asyncio.create_task(self.batch.run())
            await self.batch.empty()
            running.cancel()

        self.run(all_of_it())

    def kill_ingest(self) -> None:
        for phone in self.phones:
            phone.cut()
        self.batch = Batch(self.bus)

    # -- workers ---------------------------------------------------------------------------------------------------

    def new_worker(self) -> Worker:
        self.born += 1
        leases = Leases(self.valkey, f"w{self.born}", SHARDS, LEASE_MS)
        return Worker(self.bus, leases, Summing(), LEASE_MS, lambda: int(self.time.wall_s * 1000))

    def work(self, number: int, saves: bool = False) -> None:
        """One batch; it `saves` as if the last snapshot were old."""
        for shard in self.workers[number]._shards.values() if saves else ():
            shard.save_due = 0.0
        self.run(self.workers[number].step())

    def kill_worker(self, number: int) -> None:
        self.workers[number] = self.new_worker()

    def end_worker(self, number: int) -> None:
        (stop := asyncio.Event()).set()
        self.run(self.workers[number].run(stop))
        self.workers[number] = self.new_worker()

    def steal_lease(self, shard: int) -> None:
        self.valkey.call([b"SET", keys.lease(shard), b"a thief's", b"PX", b"1000"])

    def pass_time(self, seconds: float) -> None:
        self.time.now_s += seconds
        self.set_clocks(seconds)

    def set_clocks(self, seconds: float) -> None:
        """The wall clocks jump; a server that is set back keeps its leases longer, so that one stays where it is."""
        self.time.wall_s += seconds
        self.valkey.now_ms += max(0, int(seconds * 1000))

    # -- recorder --------------------------------------------------------------------------------------------------

    def new_recorder(self) -> Recorder:
        recorder = Recorder(self.bus, self.engine, SoleWriter(self.valkey, LEASE_MS))
        self.valkey.call([b"DEL", keys.RECORDER])  # its predecessor's lease has run out
        self.run(recorder.begin())
        return recorder

    def record(self, holds: bool = False) -> None:
        """Read once; it `holds` what it read as if it had written just now."""
        if holds:
            self.recorder._commit_due = self.time.now_s + 1
        self.run(self.recorder.step())

    def commit(self) -> None:
        self.run(self.recorder.commit(range(SHARDS)))

    def kill_recorder(self) -> None:
        self.recorder = self.new_recorder()

    def kill_recorder_committing(self, writes: bool) -> None:
        """It dies just before or just after the transaction is committed."""
        with patch("streaming.recorder.store_batch", dying(writes)), suppress(KilledError):
            self.commit()
        self.kill_recorder()

    def trim(self) -> None:
        self.run(self.recorder.trim())

    # -- what came of it -------------------------------------------------------------------------------------------

    def run(self, deed: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(deed)

    def on_disk(self, phone: Phone) -> int:
        """The high-water mark that the server has of a recording."""
        return self.run(mark(self.bus, phone.name))

    def in_streams(self, phone: Phone) -> dict[int, int]:
        """Index -> value of all samples that are still in the stream. AssertionError when one is there twice."""
        stream = keys.samples(self.bus.shard_of(phone.name))
        entries = self.run(self.bus.read({stream: START}, 1_000_000, 1)).get(stream, [])
        chunks = [chunk_of(each).chunk for each in entries]
        return once(chunk for chunk in chunks if chunk.recording == phone.name)

    def in_database(self, phone: Phone) -> dict[int, int]:
        """Index -> value of all samples in the database. AssertionError when one is there twice."""
        return once(segments(self.engine, phone.name, -EVER, EVER))

    def heal(self) -> None:
        """Everything works from now on; returns when all is in the database."""
        for phone in self.phones:
            self.connect(phone)
            while phone.answers or phone.frames:
                if phone.answers:
                    phone.hear()
                else:
                    self.deliver(phone, 0, repeats=False)
                    self.flush()
        self.kill_worker(0)
        self.kill_worker(1)
        self.kill_recorder()
        self.pass_time(2 * LEASE_MS / 1000)
        steps = range(MOST_STEPS)
        next(n for n in steps if not self.run(self.workers[0].step()) and self.is_worked())
        while self.run(self.recorder.step()):
            self.pass_time(0.1)
        self.commit()

    def is_worked(self) -> bool:
        """Whether nothing is left that the first worker has not taken."""
        at = {keys.samples(n): shard.position for n, shard in self.workers[0]._shards.items()}
        return len(at) == SHARDS and not self.run(self.bus.read(at, 1, 1))

    def assert_whole(self) -> None:
        """All that was recorded is in the database once, and what one pipeline finds in it."""
        for phone in self.phones:
            assert phone.acknowledged == phone.recorded
            assert self.in_database(phone) == phone.sent
            wanted = [item for item in Summing().receive(phone.chunks) if isinstance(item, VitalSigns)]
            assert vitals(self.engine, phone.name, -EVER, EVER) == wanted
