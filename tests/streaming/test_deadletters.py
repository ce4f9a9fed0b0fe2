"""What cannot be used goes aside, the others go on, and a person can put it back: once."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import Engine

from auth.audit import AuditAction, audit_actions
from db.letters import dead_letters
from db.models import Segment
from db.store import table_of
from ecg.pipeline import PipelineOutput
from ecg.types import DeviceChunk
from streaming import keys
from streaming.bus import Bus
from streaming.codec import RecordingFacts, StoredChunk
from streaming.deadletters import main
from streaming.entries import Entry, chunk_of
from streaming.leases import Leases, SoleWriter
from streaming.letters import fields_of
from streaming.recorder import Recorder
from streaming.worker import Worker
from tests.streaming.fakes import POISON, FakePipeline, chunks_of, eventually, expected_events, facts_of, signal
from tests.streaming.recorders import stored_samples
from tests.streaming.streams import SHARDS, events, opened
from tests.streaming.workers import rounds

NAMES = [f"r{i}" for i in range(12)]


class DiesError(BaseException):
    """Nothing in a process catches this: it ends there, as with kill -9."""


class DeadlyPipeline(FakePipeline):
    """Ends its process at POISON."""

    def _follow(self, chunk: DeviceChunk) -> list[PipelineOutput]:
        if int(chunk.samples[0]) == POISON:
            raise DiesError
        return super()._follow(chunk)


def poisoned(name: str, start: int) -> StoredChunk:
    return StoredChunk(DeviceChunk(name, start, np.full(50, POISON, np.int16), 250.0, 200.0), 1)


async def lives_of_worker(bus: Bus, most: int) -> int:
    """Workers one after the other until one does not die; how many died."""
    for life in range(most):
        leases = Leases(bus.connection, f"w{life}", SHARDS, 60_000)
        worker = Worker(bus, leases, DeadlyPipeline(), 60_000, lambda: 0)
        if not await dies(worker, asyncio.Event(), bus):
            return life
        await bus.connection.run([(b"DEL", keys.WORKERS, *map(keys.lease, range(SHARDS)))])  # its leases end
    raise AssertionError(f"{most} workers died")


async def dies(worker: Worker, stop: asyncio.Event, bus: Bus) -> bool:
    """Let it run until it dies or everything is done, and then end it well."""
    task = asyncio.create_task(worker.run(stop))
    await eventually(lambda: died_or_done(task, bus), "the worker dies or has done everything")
    stop.set()
    if task.done():
        assert isinstance(task.exception(), DiesError)
        return True
    await task
    return False


async def died_or_done(task: "asyncio.Task[None]", bus: Bus) -> bool:
    return task.done() or set(await events(bus)) >= expected_events(NAMES[1:], 1000)


def test_a_chunk_that_kills_its_workers_goes_aside_and_all_others_are_analysed(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            everything = rounds(1000, NAMES)
            for k, batch in enumerate(everything):
                await bus.append([poisoned(NAMES[0], 200), *batch[1:]] if k == 4 else batch)
            assert await lives_of_worker(bus, 8) == 5
            news = await bus.read({keys.deadletter(n): "0-0" for n in range(SHARDS)}, 100, 1)
            (letters,) = news.values()
            assert {letter.fields[keys.REASON_FIELD] for letter in letters} == {b"3 workers died with it in hand"}
            assert len({letter.fields[keys.ORIGIN_FIELD] for letter in letters}) == 1
            trials = await bus.connection.run([(b"EXISTS", keys.trial(n)) for n in range(SHARDS)])
            assert trials == [0] * SHARDS, "a worker that ends well leaves no record"

    asyncio.run(scenario())


def test_an_entry_that_kills_its_recorders_goes_aside_and_all_others_are_recorded(
    valkey_url: str, engine: Engine, device: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = chunk_of

    def deadly(entry: Entry) -> StoredChunk:
        stored = whole(entry)
        if int(stored.chunk.samples[0]) == POISON:
            raise DiesError
        return stored

    monkeypatch.setattr("streaming.collect.chunk_of", deadly)

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            for name in NAMES:
                await bus.put_facts(facts_of(name, device))
            for k, batch in enumerate(rounds(500, NAMES)):
                await bus.append([poisoned(NAMES[0], 200), *batch[1:]] if k == 4 else batch)
            for _ in range(5):
                with pytest.raises(DiesError):
                    await record_all(bus, engine)
                await bus.connection.run([(b"DEL", keys.RECORDER)])  # its lease ends
            await record_all(bus, engine)

    asyncio.run(scenario())
    for name in NAMES[1:]:
        assert stored_samples(engine, name) == signal(name, 500).tolist()
    kept = signal(NAMES[0], 500).tolist()
    assert stored_samples(engine, NAMES[0]) == kept[:200] + kept[250:]
    ((_, letter),) = dead_letters(engine)
    assert letter.reason == "3 recorders died with it in hand"


async def record_all(bus: Bus, engine: Engine) -> None:
    """A recorder takes everything that is in the streams, and ends."""
    sole = SoleWriter(bus.connection, 60_000)
    assert await sole.claim()
    one = Recorder(bus, engine, sole)
    await one.begin()
    while await one.step():
        pass
    await one.commit(range(SHARDS))
    await sole.release()


async def sent_and_recorded(
    valkey_url: str, engine: Engine, chunks: Sequence[StoredChunk], *announced: RecordingFacts
) -> None:
    async with opened(valkey_url) as bus:
        for facts in announced:
            await bus.put_facts(facts)
        await bus.append(chunks)
        await record_all(bus, engine)


def test_letters_are_listed_put_back_exactly_once_and_dropped(
    valkey_url: str,
    engine: Engine,
    device: int,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", valkey_url)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("WARDBEAT_SHARDS", str(SHARDS))

    asyncio.run(sent_and_recorded(valkey_url, engine, [*chunks_of("r0", 200), *chunks_of("r1", 200)]))
    assert main(["list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == 1 + 8
    assert all("nobody announced it" in each and "samples:{" in each for each in listed[1:])

    ours = [str(stored.id) for stored in dead_letters(engine) if stored.letter.recording == "r0"]
    assert main(["retry", *ours]) == 0
    asyncio.run(sent_and_recorded(valkey_url, engine, [], facts_of("r0", device)))
    assert stored_samples(engine, "r0") == signal("r0", 200).tolist()
    left = dead_letters(engine)
    assert {stored.letter.recording for stored in left} == {"r1"}

    with pytest.raises(Exception, match="Say --yes"):
        main(["drop", "--all"])
    with pytest.raises(Exception, match="There is no dead letter 999"):
        main(["drop", "--yes", "999"])
    assert main(["drop", "--yes", "--all"]) == 0
    assert dead_letters(engine) == []
    first, *told = [action for action, _ in audit_actions(engine)]
    assert first == AuditAction.VIEWED
    assert told == [AuditAction.DEAD_LETTER_RETRIED] * 4 + [AuditAction.DEAD_LETTER_DROPPED] * 4


def test_putting_a_letter_back_twice_stores_it_once(valkey_url: str, engine: Engine, device: int) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.append(chunks_of("r0", 200))
            await record_all(bus, engine)
            await bus.put_facts(facts_of("r0", device))
            for _ in range(2):
                for stored in dead_letters(engine):
                    await bus.put_back(stored.letter.stream, fields_of(stored.letter))
            await record_all(bus, engine)
            assert stored_samples(engine, "r0") == signal("r0", 200).tolist()
            with engine.connect() as connection:
                rows = connection.execute(table_of(Segment).select()).all()
            assert sum(row[2] for row in rows) == 200

    asyncio.run(scenario())


def test_a_record_of_another_version_stops_no_worker(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.connection.run([(b"SET", keys.trial(n), b"rubbish") for n in range(SHARDS)])
            for batch in rounds(1000, NAMES[1:]):
                await bus.append(batch)
            assert await lives_of_worker(bus, 1) == 0

    asyncio.run(scenario())
