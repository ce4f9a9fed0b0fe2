"""A store without room: nothing is taken, nothing is dropped, everybody is told, and it goes on by itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from redis import Redis

from dashboard.picture import Picture
from dashboard.rooms import LiveWard
from ecg.errors import ConfigurationError
from streaming import ingest
from streaming.connection import ValkeyConnection
from streaming.phone import Phone
from streaming.room import SHARE_OF_SERVER, StoreRoom, full_since_ms
from streaming.wire import Ack, Welcome
from tests.servers import PATIENCE_S, ValkeyServer
from tests.streaming.ingest_server import answer, frame, greet, line_to, open_site, run, until

BOUND_MB = 16
BALLAST = bytes(20 << 20)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "LOOK_SECONDS", 0.05)


@contextmanager
def filled(url: str) -> Iterator[None]:
    """More in the store than it may hold."""
    with Redis.from_url(url) as client:
        client.set("ballast", BALLAST)
    yield
    ballast_gone(url)


def ballast_gone(url: str) -> None:
    with Redis.from_url(url) as client:
        client.delete("ballast")


def test_a_full_store_takes_nothing_and_goes_on_when_there_is_room(
    own_valkey: ValkeyServer, sqlite_url: str, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    samples = np.arange(60 * 250, dtype=np.int16)

    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url, store_mb=BOUND_MB) as site:
            hello = site.hello()
            phone = Phone(site.url, hello, jitter=lambda: 0.02)
            running = asyncio.create_task(phone.run())
            phone.record(0, samples[:250])
            await until(lambda: phone.acknowledged == 250, "there is room")
            with filled(own_valkey.url):
                await until(lambda: phone._credit == 0, "the phone is told")
                phone.record(250, samples[250:10_000])
                phone.record(10_000, samples[10_000:])
                await asyncio.sleep(0.3)
                assert phone.acknowledged == 250
                assert phone.unacknowledged == len(samples) - 250
                assert phone.connections == 1
            phone.finish()
            await asyncio.wait_for(running, PATIENCE_S)
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(len(samples)))

    run(body)
    said = [record.getMessage() for record in caplog.records if "the store" in record.getMessage()]
    assert [text.split(" (")[0] for text in said] == ["the store is full", "the store has room again"]


def test_a_phone_that_does_not_obey_is_not_read(own_valkey: ValkeyServer, sqlite_url: str, quick: None) -> None:
    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url, store_mb=BOUND_MB) as site:
            with filled(own_valkey.url):
                await until(lambda: site.desk.credit == 0, "the store is full")
                async with line_to(site) as socket:
                    hello = site.hello()
                    assert await greet(socket, hello) == Welcome(hello.recording, 0, (), 0)
                    for sequence in range(50):
                        await socket.send(frame(sequence, 100 * sequence, 100))
                    await asyncio.sleep(0.3)
                    assert [phone.frames for phone in site.desk._open] == [1]
                    ballast_gone(own_valkey.url)
                    while (await answer(socket)) != Ack(5000, 49):
                        pass
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(5000))

    run(body)


def test_the_screens_are_told_and_the_word_expires(own_valkey: ValkeyServer) -> None:
    async def body() -> None:
        connection = ValkeyConnection.open(own_valkey.url)
        room, picture = StoreRoom(connection, BOUND_MB), Picture(LiveWard(), 10_000, "")
        assert not await room.look()
        assert await full_since_ms(connection) is None
        assert picture.clock(10_000).links.store_full_ms == 0
        with Redis.from_url(own_valkey.url) as client:
            client.set("ballast", BALLAST)
            assert await room.look()
            assert 0 < client.pttl("full") <= 5000
            picture.full_since_ms = await full_since_ms(connection)
            assert picture.full_since_ms == room.full_since_ms
            assert picture.full_since_ms is not None
            links = picture.clock(picture.full_since_ms + 700).links
            assert (links.store_full_ms, links.store_lost_ms) == (700, picture.full_since_ms + 700 - 10_000)
        ballast_gone(own_valkey.url)
        while await room.look():  # the server gives its buffers back a little later
            await asyncio.sleep(0.05)
        assert await full_since_ms(connection) is None
        await connection.close()

    run(body)


def test_the_servers_own_bound_counts_and_a_server_that_throws_away_is_refused(own_valkey: ValkeyServer) -> None:
    async def body() -> None:
        connection = ValkeyConnection.open(own_valkey.url)
        room = StoreRoom(connection, None)
        with Redis.from_url(own_valkey.url) as client:
            await room.check()
            assert (await room.memory()).bound > 100 << 20
            client.config_set("maxmemory", 50 << 20)
            assert (await room.memory()).bound == int((50 << 20) * SHARE_OF_SERVER)
            await room.check()
            client.config_set("maxmemory-policy", "allkeys-lru")
            with pytest.raises(ConfigurationError, match="noeviction"):
                await room.check()
        await connection.close()

    run(body)


def test_our_own_server_never_throws_anything_away(own_valkey: ValkeyServer) -> None:
    with Redis.from_url(own_valkey.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
