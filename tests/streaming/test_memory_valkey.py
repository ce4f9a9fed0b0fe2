"""The in-memory twin answers as a real Valkey does, whatever is asked of it in whatever order."""

import asyncio
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from ecg.types import DeviceChunk, SignalGap
from streaming import keys
from streaming.bus import START, Bus, Publication, Snapshot
from streaming.codec import StoredChunk
from streaming.connection import ValkeyConnection
from streaming.entries import Entry
from streaming.leases import Leases, SoleWriter
from tests.streaming.fakes import facts_of
from tests.streaming.memory_valkey import MemoryValkey
from tests.streaming.streams import mark

NAMES = st.sampled_from(["a", "b"])
SHARDS = 2
WORDS = st.one_of(
    st.tuples(st.just("append"), NAMES, st.integers(0, 60), st.integers(1, 30)),
    st.tuples(st.just("facts"), NAMES),
    st.tuples(st.just("publish"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("save"), st.integers(0, 1), NAMES, st.booleans()),
    st.tuples(st.just("trim"), st.integers(0, 1), st.integers(0, 5)),
    st.tuples(st.just("lease"), st.sampled_from(["renew", "take", "leave"])),
    st.tuples(st.just("let_go"), st.booleans()),
    st.tuples(st.just("write"), st.sampled_from(["claim", "release"])),
)


class Asked:
    """One server and everything that is asked of it; ids are told by their place, tokens by whether they are there."""

    def __init__(self, line: Any) -> None:
        self.bus = Bus(line, SHARDS)
        self.leases = Leases(line, "w", SHARDS, 60_000)
        self.writer = SoleWriter(line, 60_000)

    async def read(self) -> dict[bytes, list[Entry]]:
        streams = [stream(n) for n in range(SHARDS) for stream in (keys.samples, keys.events, keys.live)]
        return await self.bus.read(dict.fromkeys(streams, START), 1000, 1)

    async def ask(self, word: tuple[Any, ...]) -> Any:
        return await getattr(self, word[0])(*word[1:])

    async def append(self, name: str, start: int, count: int) -> Any:
        chunk = DeviceChunk(name, start, np.arange(start, start + count).astype(np.int16), 250.0, 200.0)
        return await self.bus.append([StoredChunk(chunk, 0)] * 2)

    async def facts(self, name: str) -> Any:
        await self.bus.put_facts(facts_of(name))
        return await self.bus.facts(["a", "b"]), await mark(self.bus, name)

    async def publish(self, shard: int, fenced: bool) -> Any:
        token = "nobody's" if fenced else self.leases.held.get(shard, "none")
        return await self.bus.publish([Publication(shard, token, [SignalGap("a", 1, 2)], [])])

    async def save(self, shard: int, name: str, drops: bool) -> Any:
        token = self.leases.held.get(shard, "none")
        states = {} if drops else {name: (5, b"state of " + name.encode())}
        saved = await self.bus.save_snapshot(Snapshot(shard, token, f"{shard}-7", states, [name] if drops else [], 0))
        pairs = [(n, each) for n in range(SHARDS) for each in ("a", "b")]
        return saved, await self.bus.load_states(pairs), await self.bus.positions(range(SHARDS))

    async def trim(self, shard: int, place: int) -> None:
        entries = (await self.read()).get(keys.samples(shard), [])
        await self.bus.trim({keys.samples(shard): entries[place].id} if place < len(entries) else {})

    async def write(self, verb: str) -> Any:
        return await getattr(self.writer, verb)()

    async def lease(self, verb: str) -> Any:
        return await getattr(self.leases, verb)(), sorted(self.leases.held), self.leases.surplus()

    async def let_go(self, tells: bool) -> None:
        await self.leases.release([0]) if tells else self.leases.forget({1})


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=15))
def test_the_twin_answers_as_the_server_does(valkey_url: str, words: list[tuple[Any, ...]]) -> None:
    async def both() -> None:
        with Redis.from_url(valkey_url) as client:
            client.flushall()
        real, twin = Asked(ValkeyConnection.open(valkey_url)), Asked(MemoryValkey())
        for word in [("lease", "renew"), ("lease", "take"), *words]:
            assert await twin.ask(word) == await real.ask(word), word
            assert told(await twin.read()) == told(await real.read()), word
        await real.bus.close()

    asyncio.run(both())


def told(streams: dict[bytes, list[Entry]]) -> dict[bytes, list[dict[bytes, bytes]]]:
    return {stream: [entry.fields for entry in entries] for stream, entries in streams.items()}
