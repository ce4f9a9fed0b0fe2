"""The reference client against a real ingest, over lines that break."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from ecg.errors import ProtocolError
from streaming import wire
from streaming.own_place import free_port
from streaming.phone import Phone, back_off, sentence
from streaming.wire import CloseCode
from tests.servers import PATIENCE_S, ValkeyServer
from tests.streaming.ingest_server import Site, line_to, open_site, run, until

SIGNAL = np.random.default_rng(3).integers(-32768, 32768, 20_000).astype(np.int16)


def soon() -> float:
    return 0.02


@asynccontextmanager
async def bad_line(site: Site, budget: Callable[[], int]) -> AsyncIterator[str]:
    """An address that leads to the site, but every connection is torn after `budget()` bytes, up and down counted."""
    port = free_port()
    target = urlsplit(site.url)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: list[int]) -> None:
        while left[0] > 0 and (data := await reader.read(min(512, left[0]))):
            left[0] -= len(data)
            writer.write(data)
            await writer.drain()

    async def tear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_connection(target.hostname, target.port)
        left = [budget()]
        ways = [asyncio.create_task(carry(*way, left)) for way in ((reader, onward), (onward_reader, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        writer.transport.abort()
        onward.transport.abort()

    async with await asyncio.start_server(tear, "127.0.0.1", port):
        yield f"ws://127.0.0.1:{port}{wire.PATH}"


async def stream_all(phone: Phone, chunk: Callable[[], int]) -> None:
    """Record SIGNAL in pieces of `chunk()` samples, some before the line is up, and wait for the end."""
    start = 0
    running = asyncio.create_task(phone.run())
    while start < len(SIGNAL):
        samples = SIGNAL[start : start + chunk()]
        phone.record(start, samples)
        start += len(samples)
        await asyncio.sleep(0)
    phone.finish()
    await asyncio.wait_for(running, PATIENCE_S)


@pytest.mark.parametrize("seed", range(3))
def test_a_line_that_keeps_breaking_loses_and_doubles_nothing(valkey_url: str, sqlite_url: str, seed: int) -> None:
    dice = random.Random(seed)
    budgets = [dice.randint(300, 9_000) for _ in range(25)]

    async def body() -> None:
        async with (
            open_site(valkey_url, sqlite_url) as site,
            bad_line(site, lambda: budgets.pop() if budgets else 1 << 40) as url,
        ):
            hello = site.hello()
            phone = Phone(url, hello, kept_samples=len(SIGNAL), jitter=soon)
            await stream_all(phone, lambda: dice.randint(1, 400))
            index, samples = await site.signal(hello.recording)
            assert phone.connections > 3
            assert phone.acknowledged == len(SIGNAL)
            assert phone.unacknowledged == 0
            np.testing.assert_array_equal(index, np.arange(len(SIGNAL)))
            np.testing.assert_array_equal(samples, SIGNAL)

    run(body)


def test_a_store_that_is_killed_loses_nothing_acknowledged(own_valkey: ValkeyServer, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url) as site:
            hello = site.hello()
            phone = Phone(site.url, hello, kept_samples=len(SIGNAL), jitter=soon)
            running = asyncio.create_task(phone.run())
            for start in range(0, len(SIGNAL), 500):
                phone.record(start, SIGNAL[start : start + 500])
                if start == 10_000:
                    await until(lambda: phone.acknowledged > 0, "something is acknowledged")
                    own_valkey.kill()
                    await asyncio.to_thread(own_valkey.start)
            phone.finish()
            await asyncio.wait_for(running, PATIENCE_S)
            index, samples = await site.signal(hello.recording)
            np.testing.assert_array_equal(index, np.arange(len(SIGNAL)))
            np.testing.assert_array_equal(samples, SIGNAL)

    run(body)


def test_a_phone_waits_for_a_server_that_is_not_there_yet(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            hello = site.hello()
            phone = Phone("ws://127.0.0.1:1/v1/stream", hello, jitter=soon)
            running = asyncio.create_task(phone.run())
            phone.record(0, SIGNAL[:100])
            await asyncio.sleep(0.1)
            assert not running.done()
            phone._url = site.url
            phone.finish()
            await asyncio.wait_for(running, PATIENCE_S)
            assert phone.acknowledged == 100

    run(body)


def test_a_refused_phone_stops_and_says_why(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            phone = Phone(site.url, site.hello(token="wrong"), jitter=soon)
            with pytest.raises(ProtocolError) as caught:
                await asyncio.wait_for(phone.run(), PATIENCE_S)
            assert caught.value.code == CloseCode.TOKEN_REFUSED
            assert "4401" in sentence(caught.value)

    run(body)


def test_a_superseded_phone_does_not_fight(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            phone = Phone(site.url, site.hello(), jitter=soon)
            running = asyncio.create_task(phone.run())
            await until(lambda: phone.connections == 1, "welcome")
            async with line_to(site) as newer:
                await newer.send(wire.encode_text(site.hello()))
                with pytest.raises(ProtocolError) as caught:
                    await asyncio.wait_for(running, PATIENCE_S)
            assert caught.value.code == CloseCode.SUPERSEDED

    run(body)


def test_a_silent_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "DEAD_SECONDS", 0.2)
    arrivals: list[ServerConnection] = []

    async def mute(socket: ServerConnection) -> None:
        arrivals.append(socket)
        await socket.wait_closed()

    async def body() -> None:
        port = free_port()
        async with serve(mute, "127.0.0.1", port):
            hello = wire.Hello(1, "t", "r", 250.0, 1000.0, "I", 0)
            running = asyncio.create_task(Phone(f"ws://127.0.0.1:{port}", hello, jitter=soon).run())
            await until(lambda: len(arrivals) >= 2, "it comes again")
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    run(body)


def test_waits_before_retries_grow_and_are_bounded() -> None:
    longest = [back_off(attempt, lambda: 1.0) for attempt in range(20)]
    assert longest[0] == 0.5
    assert longest == sorted(longest)
    assert longest[11] == 2.0, "a server that died is back within seconds"
    assert longest[-1] == back_off(10_000, lambda: 1.0) == 30.0
    assert back_off(5, lambda: 0.0) == 0.0
