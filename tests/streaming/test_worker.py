"""One worker on a real Valkey: all recordings in one call, and what is unusable harms nobody else."""

import asyncio
import logging

import numpy as np
import pytest
from redis import Redis

from ecg.types import DeviceChunk, Event
from streaming import keys
from streaming.bus import START, chunk_of
from streaming.codec import StoredChunk, from_trace
from streaming.shard import IDLE_MS
from tests.streaming.fakes import POISON, FakePipeline, chunks_of, eventually, expected_events, signal
from tests.streaming.streams import SHARDS, events, frames, opened
from tests.streaming.workers import NAMES, Running, found, rounds


def test_all_recordings_of_a_batch_go_through_one_call_and_onto_the_screens(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            for batch in rounds(400):
                await bus.append(batch)
            running = Running(bus, "w")
            await found(bus, expected_events(NAMES, 400))
            assert max(running.pipeline.calls) == 8 * len(NAMES)
            shown = await frames(bus)
            assert len(shown) == len(NAMES)
            for frame in shown:
                assert frame.received_ms == 1000 + 350
                np.testing.assert_allclose(from_trace(frame.trace), signal(frame.recording, 400) / 200, atol=1e-6)
                assert set(frame.events) == expected_events([frame.recording], 400)
            await running.end()

    asyncio.run(scenario())


def test_a_poisoned_chunk_costs_one_recording_its_state_and_nobody_else_anything(
    valkey_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            others = NAMES[1:]
            running = Running(bus, "w")
            everything = rounds(1000)
            for batch in everything[:4]:
                await bus.append(batch)
            await found(bus, expected_events(NAMES, 200))
            bad = np.full(50, POISON, np.int16)
            await bus.append([StoredChunk(DeviceChunk(NAMES[0], 200, bad, 250.0, 200.0), 1), *everything[4][1:]])
            for batch in everything[5:]:
                await bus.append(batch)

            async def complete() -> bool:
                return set(await events(bus)) >= expected_events(others, 1000)

            await eventually(complete, "all events of the others")
            mine = {event for event in await events(bus) if event.recording == NAMES[0]}
            fresh = FakePipeline()
            after = {e for c in chunks_of(NAMES[0], 1000)[5:] for e in fresh.receive([c.chunk]) if isinstance(e, Event)}
            assert mine == expected_events(NAMES[:1], 200) | after
            assert {event for event in await events(bus) if event.recording != NAMES[0]} == expected_events(
                others, 1000
            )

            letters = await bus.read({keys.deadletter(n): START for n in range(SHARDS)}, 10, 1)
            ((letter,),) = letters.values()
            assert chunk_of(letter).chunk.start == 200
            assert b"recording r0, start 200: SignalError: poison" in letter.fields[keys.REASON_FIELD]
            await running.end()

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert len([record for record in caplog.records if "start 200" in record.getMessage()]) == 1


def test_an_entry_that_is_no_chunk_goes_to_the_dead_letters(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            with Redis.from_url(valkey_url) as client:
                client.xadd(keys.samples(0).decode(), {b"c": b"rubbish"})
                client.xadd(keys.samples(0).decode(), {b"no": b"field"})
            await bus.append(rounds(100)[0])
            running = Running(bus, "w")
            await found(bus, expected_events(NAMES, 50))
            letters = await bus.read({keys.deadletter(0): START}, 10, 1)
            assert len(letters[keys.deadletter(0)]) == 2
            await running.end()

    asyncio.run(scenario())


def test_a_silent_recording_leaves_the_memory_and_comes_back_with_its_state(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.worker.SAVE_SECONDS", 0.05)

    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            everything = rounds(400)
            for batch in everything[:3]:
                await bus.append(batch)
            running = Running(bus, "w")
            await found(bus, expected_events(NAMES, 150))
            running.now_ms = 2 * IDLE_MS

            async def forgotten() -> bool:
                return not running.pipeline.states

            await eventually(forgotten, "idle recordings are forgotten")
            for batch in everything[3:]:
                await bus.append(batch)
            await found(bus, expected_events(NAMES, 400))
            await running.end()

    asyncio.run(scenario())


def test_a_state_that_cannot_be_restored_begins_anew(valkey_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            with Redis.from_url(valkey_url) as client:
                client.hset(keys.snapshot(bus.shard_of("r0")).decode(), "r0", b"\xc1")
            await bus.append(rounds(100)[0])
            running = Running(bus, "w")
            await found(bus, expected_events(NAMES, 50))
            await running.end()

    asyncio.run(scenario())
    assert any("r0" in record.getMessage() for record in caplog.records)
