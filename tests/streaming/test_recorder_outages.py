"""Streams into a real database, once each: the recorder killed, doubled and without a database for a while."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db.queries import gaps
from db.store import store_batch
from ecg.types import SignalGap
from streaming import keys
from streaming.bus import Bus
from streaming.leases import SoleWriter
from streaming.recorder import Recorder
from tests.servers import PATIENCE_S
from tests.streaming.fakes import chunks_of, eventually, facts_of, signal
from tests.streaming.recorders import Publisher, recorder, stored_samples
from tests.streaming.streams import SHARDS, opened

NAMES = [f"r{i}" for i in range(6)]


async def kill(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def published_gaps(number: int) -> list[SignalGap]:
    """The gaps that are published for the recording NAMES[number], in turn with the others."""
    return [SignalGap(NAMES[number], 10 * k, 10 * k + 1) for k in range(number, 40, len(NAMES))]


def everything_stored(engine: Engine, count: int) -> Callable[[], "asyncio.Future[bool]"]:
    """Whether all samples, and as many gaps as were published, are in the database."""

    def check() -> bool:
        return all(
            stored_samples(engine, name) == signal(name, count).tolist()
            and len(gaps(engine, name, 0, 1 << 40)) >= len(published_gaps(number))
            for number, name in enumerate(NAMES)
        )

    return lambda: asyncio.ensure_future(asyncio.to_thread(check))


def test_samples_and_events_arrive_once_although_the_recorder_is_killed_again_and_again(
    valkey_url: str, engine: Engine, device: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COMMIT_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(f"streaming.recorder.{name}", 0.02)
    monkeypatch.setattr("streaming.recorder.SEGMENT_SECONDS", 0.1)
    monkeypatch.setattr("streaming.recorder.TRIM_SECONDS", 0.1)

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            publisher = Publisher(bus)
            for name in NAMES:
                await bus.put_facts(facts_of(name, device))
            for part in range(5):
                running = asyncio.create_task(recorder(bus, engine).run(asyncio.Event()))
                for k in range(part * 8, part * 8 + 8):
                    await bus.append([chunks_of(name, 2000)[k] for name in NAMES])
                    await publisher.gap(NAMES[k % len(NAMES)], 10 * k)
                    await asyncio.sleep(0.01 * part)
                await kill(running)
            stop = asyncio.Event()
            running = asyncio.create_task(recorder(bus, engine).run(stop))
            await eventually(everything_stored(engine, 2000), "everything is in the database")
            stop.set()
            await running
            for number, name in enumerate(NAMES):
                assert stored_samples(engine, name) == signal(name, 2000).tolist()
                assert gaps(engine, name, 0, 1 << 40) == published_gaps(number)

    asyncio.run(scenario())


def test_the_recorder_waits_for_a_database_that_is_away(
    valkey_url: str,
    engine: Engine,
    device: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = iter(range(4))

    def sometimes(*arguments: object, **named: object) -> None:
        if next(failures, None) is not None:
            raise OperationalError("INSERT", {}, Exception("server closed the connection"))
        store_batch(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("streaming.recorder.store_batch", sometimes)

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("r0", device))
            await bus.append(chunks_of("r0", 100))
            one = recorder(bus, engine)
            await one.begin()
            await one.step()
            await one.commit(range(SHARDS))
            assert stored_samples(engine, "r0") == signal("r0", 100).tolist()

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    said = [record.getMessage().split(":")[0] for record in caplog.records if record.name == "streaming.outage"]
    assert said == ["The database is lost", "The database is back."]


def test_a_second_recorder_waits_for_the_first(valkey_url: str, engine: Engine) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            stops = [asyncio.Event(), asyncio.Event()]
            owner = SoleWriter(bus.connection, 60_000)
            first = asyncio.create_task(Recorder(bus, engine, owner).run(stops[0]))
            await eventually(lambda: bus_has(bus, keys.RECORDER), "the first recorder is at work")
            second = asyncio.create_task(recorder(bus, engine).run(stops[1]))
            stops[1].set()
            await asyncio.wait_for(second, PATIENCE_S)
            assert await owner.claim()
            stops[0].set()
            await asyncio.wait_for(first, PATIENCE_S)
            assert not await bus_has(bus, keys.RECORDER)

    asyncio.run(scenario())


async def bus_has(bus: Bus, key: bytes) -> bool:
    return bool((await bus.connection.run([(b"EXISTS", key)]))[0])
