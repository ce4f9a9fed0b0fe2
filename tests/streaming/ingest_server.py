"""A real ingest on a real socket before a real Valkey and a real database, for the tests of phones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from db.engine import open_engine
from db.provision import DemoDevice, provision_demo
from streaming import keys, wire
from streaming.bus import START, Bus, chunk_of
from streaming.codec import StoredChunk
from streaming.desk import MAX_CONNECTIONS, FrontDesk
from streaming.ingest import listening
from streaming.own_place import free_port
from streaming.room import StoreRoom
from streaming.wire import Ack, CloseCode, Data, End, Ended, Hello, ServerMessage, Welcome
from tests.servers import PATIENCE_S

SHARDS = 4


@dataclass(frozen=True, slots=True)
class Site:
    """A running ingest: its address, its insides, and the devices that may stream."""

    url: str
    desk: FrontDesk
    bus: Bus
    engine: Engine
    devices: Sequence[DemoDevice]

    def hello(self, device: int = 0, **changes: object) -> Hello:
        """A good hello of a new recording, with `changes`."""
        hello = Hello(1, self.devices[device].token, str(uuid4()), 250.0, 1000.0, "I", 1_764_000_000_000)
        return msgspec.structs.replace(hello, **changes)

    async def stored(self, recording: str) -> list[StoredChunk]:
        """Everything of a recording in its stream, in order."""
        stream = keys.samples(self.bus.shard_of(recording))
        found = await self.bus.read({stream: START}, 100_000, 1)
        chunks = [chunk_of(entry) for entry in found.get(stream, [])]
        return [each for each in chunks if each.chunk.recording == recording]

    async def signal(self, recording: str) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Index and value of every stored sample, in the order of the stream."""
        chunks = [each.chunk for each in await self.stored(recording)]
        index = [np.arange(chunk.start, chunk.start + len(chunk.samples)) for chunk in chunks]
        return np.concatenate(index), np.concatenate([chunk.samples for chunk in chunks])


@asynccontextmanager
async def open_site(
    redis_url: str, database_url: str, devices: int = 3, most: int = MAX_CONNECTIONS, store_mb: int = 1 << 20
) -> AsyncIterator[Site]:
    """A site with `devices` demo devices for `most` connections; closed properly afterwards."""
    engine = open_engine(database_url)
    provisioned = provision_demo(engine, devices)
    bus, port = Bus.open(redis_url, SHARDS), free_port()
    desk = FrontDesk(bus, engine, most)
    try:
        async with listening(desk, "127.0.0.1", port, StoreRoom(bus.connection, store_mb)):
            yield Site(f"ws://127.0.0.1:{port}{wire.PATH}", desk, bus, engine, provisioned)
    finally:
        await bus.close()
        engine.dispose()


@asynccontextmanager
async def line_to(site: Site) -> AsyncIterator[ClientConnection]:
    """A bare connection, for saying things that a phone would not."""
    plain = connect(
        site.url, compression=None, proxy=None, ping_interval=None, open_timeout=PATIENCE_S, close_timeout=1
    )
    async with plain as socket:
        yield socket


async def answer(socket: ClientConnection) -> ServerMessage:
    """The next message that is not a heartbeat."""
    while True:
        message = wire.decode_server(await asyncio.wait_for(socket.recv(), PATIENCE_S))
        if not isinstance(message, wire.Heartbeat):
            return message


async def greet(socket: ClientConnection, hello: Hello) -> ServerMessage:
    """Say hello; the answer."""
    await socket.send(wire.encode_text(hello))
    return await answer(socket)


async def close_code(socket: ClientConnection) -> tuple[int, str]:
    """Listen until the server hangs up: why."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE_S)
    except ConnectionClosed as closed:
        assert closed.rcvd is not None, "closed without a word"
        return closed.rcvd.code, closed.rcvd.reason


def frame(sequence: int, start: int, count: int) -> bytes:
    """A good data frame whose samples are their own index."""
    return wire.encode_data(Data(sequence, start, np.arange(start, start + count).astype(np.int16)))


async def streams_well(site: Site, device: int) -> None:
    """A device says hello, sends, gets its ack, ends."""
    hello = site.hello(device)
    async with line_to(site) as socket:
        assert await greet(socket, hello) == Welcome(hello.recording, 0)
        await socket.send(frame(0, 0, 60))
        assert await answer(socket) == Ack(60, 0)
        await socket.send(wire.encode_text(End()))
        assert await answer(socket) == Ended(60)
        assert (await close_code(socket))[0] == CloseCode.DONE
    index, samples = await site.signal(hello.recording)
    assert index.tolist() == samples.tolist() == list(range(60))


async def until(true: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Return when `true()`; AssertionError naming `what` otherwise."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not true():
        assert asyncio.get_running_loop().time() < deadline, f"not within {timeout_s:g} s: {what}"
        await asyncio.sleep(0.01)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run an asynchronous test body."""

    async def body() -> None:
        await test()

    asyncio.run(body())
