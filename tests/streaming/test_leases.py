"""Shards are shared fairly, change hands, and the token of a lost lease is worth nothing."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis

from streaming import keys
from streaming.connection import ValkeyConnection
from streaming.leases import Leases, SoleWriter
from tests.streaming.fakes import eventually

SHARDS = 16
LONG_MS = 60_000


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[ValkeyConnection]:
    connection = ValkeyConnection.open(url)
    try:
        yield connection
    finally:
        await connection.close()


async def turn(leases: Leases) -> None:
    """What a worker does about its leases, without work in between."""
    await leases.renew()
    await leases.release(leases.surplus())
    await leases.take()


@pytest.mark.parametrize("workers", [1, 2, 3, 5, 17])
def test_every_shard_has_one_owner_and_nobody_more_than_a_fair_share(valkey_url: str, workers: int) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            everyone = [Leases(connection, f"w{i}", SHARDS, LONG_MS) for i in range(workers)]
            await turn(everyone[0])
            assert len(everyone[0].held) == SHARDS
            for _ in range(3):
                for leases in everyone:
                    await turn(leases)
            owned = [shard for leases in everyone for shard in leases.held]
            assert sorted(owned) == list(range(SHARDS))
            assert max(len(leases.held) for leases in everyone) <= math.ceil(SHARDS / workers)

    asyncio.run(scenario())


def test_who_leaves_is_replaced_at_once(valkey_url: str) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            one, two = Leases(connection, "one", SHARDS, LONG_MS), Leases(connection, "two", SHARDS, LONG_MS)
            for _ in range(2):
                await turn(one)
                await turn(two)
            assert len(one.held) == len(two.held) == SHARDS // 2
            await one.leave()
            await turn(two)
            assert len(two.held) == SHARDS
            assert not one.held

    asyncio.run(scenario())


def test_who_falls_silent_is_replaced_after_the_lease_and_learns_of_it(valkey_url: str) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            silent, other = Leases(connection, "silent", SHARDS, 300), Leases(connection, "other", SHARDS, 300)
            await turn(silent)
            before = silent.held

            async def all_taken() -> bool:
                await turn(other)
                return len(other.held) == SHARDS

            await eventually(all_taken, "the other worker has every shard")
            assert await silent.renew() == set(before)
            assert not silent.held
            assert set(before.values()).isdisjoint(other.held.values())

    asyncio.run(scenario())


def test_a_released_lease_of_somebody_else_stays(valkey_url: str) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            leases = Leases(connection, "w", SHARDS, LONG_MS)
            await turn(leases)
            with Redis.from_url(valkey_url) as client:
                client.set(keys.lease(3).decode(), b"somebody else")
                await leases.release([3, 4])
                assert client.get(keys.lease(3).decode()) == b"somebody else"
                assert client.get(keys.lease(4).decode()) is None

    asyncio.run(scenario())


def test_one_recorder_at_a_time(valkey_url: str) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            one, two = SoleWriter(connection, LONG_MS), SoleWriter(connection, LONG_MS)
            assert await one.claim()
            assert await one.claim()
            assert not await two.claim()
            with Redis.from_url(valkey_url) as client:
                assert 0 < int(client.pttl(keys.RECORDER.decode())) <= LONG_MS
                client.pexpire(keys.RECORDER.decode(), 100)
            await eventually(two.claim, "the second recorder takes over")
            assert not await one.claim()
            await two.release()
            assert await one.claim()

    asyncio.run(scenario())


def test_the_shards_of_a_worker_that_surely_died_are_free_at_once(valkey_url: str) -> None:
    async def scenario() -> None:
        async with connected(valkey_url) as connection:
            dead, living = (
                Leases(connection, "m:1:dead", SHARDS, LONG_MS),
                Leases(connection, "m:2:ok", SHARDS, LONG_MS),
            )
            heir = Leases(connection, "m:3:heir", SHARDS, LONG_MS, lambda name: name == "m:1:dead")
            for _ in range(3):
                await turn(dead)
                await turn(living)
            await turn(heir)
            assert sorted([*heir.held, *living.held]) == list(range(SHARDS))
            assert await dead.renew() == set(heir.held), "who only seemed dead knows that it lost them"

    asyncio.run(scenario())
