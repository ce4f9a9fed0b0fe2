"""The streams on a real Valkey: what arrived stays, repeats vanish, nobody without the lease publishes."""

import asyncio

import numpy as np
import pytest
from redis import Redis

from ecg.errors import StreamError
from ecg.limits import Limits
from ecg.types import DeviceChunk, SignalGap
from streaming import keys
from streaming.bus import START, Entry, Publication, Snapshot, chunk_of, events_of, frames_of
from streaming.codec import LiveFrame, StoredChunk
from streaming.leases import Leases
from tests.streaming.fakes import chunks_of, facts_of, signal
from tests.streaming.streams import SHARDS, joined, mark, opened, stored


def test_chunks_of_many_recordings_go_in_one_call_and_come_back_in_order(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            names = [f"r{i}" for i in range(9)]
            batch = [chunk for group in zip(*(chunks_of(name, 200) for name in names), strict=True) for chunk in group]
            marks = await bus.append(batch)
            assert marks == [each.chunk.start + 50 for each in batch]
            found = await stored(bus)
            assert {name: joined(found[name]) for name in names} == {n: signal(n, 200).tolist() for n in names}
            assert [await mark(bus, name) for name in [*names, "new"]] == [200] * 9 + [0]

    asyncio.run(scenario())


def test_repeats_are_dropped_overlaps_give_their_tail_and_gaps_stay(valkey_url: str) -> None:
    async def scenario() -> None:
        samples = signal("r", 400)

        def piece(start: int, end: int) -> StoredChunk:
            return StoredChunk(DeviceChunk("r", start, samples[start:end], 250.0, 200.0, Limits(1 + end)), 5)

        async with opened(valkey_url) as bus:
            pieces = [(0, 100), (0, 100), (20, 80), (50, 150), (200, 300), (120, 180), (100, 400)]
            marks = await bus.append([piece(*each) for each in pieces])
            assert marks == [100, 100, 100, 150, 300, 300, 400]
            chunks = (await stored(bus))["r"]
            assert [(c.start, c.start + len(c.samples)) for c in chunks] == [
                (0, 100),
                (100, 150),
                (200, 300),
                (300, 400),
            ]
            assert [chunk.limits for chunk in chunks] == [Limits(1 + end) for end in (100, 150, 300, 400)]
            for chunk in chunks:
                np.testing.assert_array_equal(chunk.samples, samples[chunk.start : chunk.start + len(chunk.samples)])
            assert await bus.append([piece(*each) for each in pieces]) == [400] * len(pieces)
            assert len((await stored(bus))["r"]) == 4

    asyncio.run(scenario())


def test_indices_of_a_recording_of_years_stay_exact(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            start = (1 << 48) - 7
            chunk = DeviceChunk("r", start, np.ones(7, np.int16), 1000.0, 200.0)
            for _ in range(2):
                assert await bus.append([StoredChunk(chunk, 1)]) == [1 << 48]
            overlap = DeviceChunk("r", start + 4, np.arange(6, dtype=np.int16), 1000.0, 200.0)
            assert await bus.append([StoredChunk(overlap, 1)]) == [(1 << 48) + 3]
            assert (await stored(bus))["r"][1].samples.tolist() == [3, 4, 5]

    asyncio.run(scenario())


def test_facts_are_kept_and_unreadable_ones_harm_nobody(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.put_facts(facts_of("a"))
            with Redis.from_url(valkey_url) as client:
                client.hset(keys.recordings(bus.shard_of("b")).decode(), "b", b"\xff")
            assert await bus.facts(["a", "b", "c"]) == {"a": facts_of("a")}

    asyncio.run(scenario())


def test_only_the_holder_of_the_lease_publishes_and_saves(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            leases = Leases(bus.connection, "w", SHARDS, 60_000)
            await leases.renew()
            await leases.take()
            gap = SignalGap("r", 1, 2)
            frame = LiveFrame("r", 3, 4, np.arange(5, dtype=np.int16), (gap,))
            mine = Publication(0, leases.held[0], [gap], [frame])
            stale = Publication(1, "somebody else", [gap], [frame])
            assert await bus.publish([mine, stale]) == {1}
            news = await bus.read({make(n): START for n in (0, 1) for make in (keys.events, keys.live)}, 10, 1)
            assert set(news) == {keys.events(0), keys.live(0)}
            assert events_of(news[keys.events(0)][0]) == [gap]
            assert frames_of(news[keys.live(0)][0])[0].trace.tolist() == [0, 1, 2, 3, 4]

            assert not await bus.save_snapshot(Snapshot(1, "somebody else", "9-9", {"r": (1, b"x")}, [], 0))
            assert await bus.save_snapshot(
                Snapshot(0, leases.held[0], "9-9", {"r": (50, b"x"), "q": (99, b"y")}, [], 0)
            )
            assert await bus.positions([0, 1]) == {0: "9-9", 1: START}
            assert await bus.load_states([(0, "r"), (0, "q"), (1, "r")]) == {"r": b"x", "q": b"y"}
            assert await bus.save_snapshot(Snapshot(0, leases.held[0], "10-0", {"s": (99, b"z")}, ["q"], 51))
            assert await bus.load_states([(0, "r"), (0, "q"), (0, "s")]) == {"s": b"z"}

    asyncio.run(scenario())


def test_live_is_capped_and_trim_keeps_what_is_at_or_after_the_position(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.append(chunks_of("r", 500))
            stream = keys.samples(bus.shard_of("r"))
            entries = (await bus.read({stream: START}, 100, 1))[stream]
            await bus.trim({stream: entries[4].id})
            assert (await bus.read({stream: START}, 100, 1))[stream] == entries[4:]

            leases = Leases(bus.connection, "w", SHARDS, 60_000)
            await leases.renew()
            await leases.take()
            frame = LiveFrame("r", 3, 4, np.zeros(0, np.int16), ())
            for _ in range(20):
                await bus.publish([Publication(0, leases.held[0], [], [frame])] * 100)
            with Redis.from_url(valkey_url) as client:
                assert client.xlen(keys.live(0).decode()) < 1000

    asyncio.run(scenario())


def test_an_entry_without_its_field_is_refused_by_name() -> None:
    for read in (chunk_of, events_of, frames_of):
        with pytest.raises(StreamError, match="1-1"):
            read(Entry("1-1", {}))


def test_dead_letters_carry_the_payload_and_the_reason(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.dead_letter(2, Entry("1-1", {b"c": b"payload"}), "why")
            news = await bus.read({keys.deadletter(2): START}, 10, 1)
            assert [entry.fields for entry in news[keys.deadletter(2)]] == [
                {b"c": b"payload", b"reason": b"why", b"origin": b"samples:{2} 1-1 worker"}
            ]

    asyncio.run(scenario())


def test_a_cancelled_caller_leaves_no_answer_for_the_next(valkey_url: str) -> None:
    async def scenario() -> None:
        async with opened(valkey_url) as bus:
            await bus.append(chunks_of("r", 100))
            for pause in (0.0, 0.0, 0.0005, 0.001, 0.002, 0.005):
                waiting = asyncio.create_task(bus.read({keys.samples(n): "$" for n in range(SHARDS)}, 10, 20))
                await asyncio.sleep(pause)
                waiting.cancel()
                marks = await asyncio.gather(*(mark(bus, name) for name in ("r", "new")))
                assert marks == [100, 0]
                with pytest.raises(asyncio.CancelledError):
                    await waiting

    asyncio.run(scenario())
