"""Mutated messages, half-open sockets, enormous frames do ingest no harm. Long run: `python -m tests.bench fuzz`."""

import asyncio
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from streaming import desk, ingest, wire
from streaming.door import Door
from streaming.wire import CloseCode
from tests.fuzz import UPGRADE, besiege, judged, messages
from tests.ingest_process import running_ingest
from tests.servers import PATIENCE_S
from tests.streaming.ingest_server import Site, frame, greet, line_to, open_site, run, streams_well, until

FRAMES = 4_000
GROWTH_MB = 10.0
HUGE = 64 << 20
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def test_most_mutations_are_not_stopped_at_the_first_one() -> None:
    """Else the frames after it would test nothing; and every kind of end is among them."""
    dice = random.Random(1)
    verdicts = [judged(messages(dice)) for _ in range(1000)]
    assert sum(count for count, _ in verdicts) > 4 * len(verdicts)
    assert {code for _, code in verdicts} >= {1000, 4400, 4402, 4406, 4407, 4410, 4412}


def test_mutated_messages_are_answered_as_the_rules_say_and_leave_nothing_behind(
    valkey_url: str, tmp_path: Path
) -> None:
    with running_ingest(valkey_url, tmp_path, devices=16) as ingest:
        asyncio.run(besiege(ingest.port, ingest.tokens, FRAMES // 4, seed=1))
        before = ingest.memory_mb
        assert asyncio.run(besiege(ingest.port, ingest.tokens, FRAMES, seed=2)) >= FRAMES
        assert ingest.is_sound(), ingest.log
        assert ingest.memory_mb - before < GROWTH_MB


@asynccontextmanager
async def raw_lines(site: Site, count: int, said: bytes) -> AsyncIterator[list[Line]]:
    """Sockets that say something that is no whole request, or nothing."""
    port = int(site.url.split(":")[2].split("/")[0])
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    for _, writer in lines:
        writer.write(said)
    try:
        yield lines
    finally:
        for _, writer in lines:
            writer.transport.abort()


async def cut_off(line: Line) -> bool:
    """Return when the server has hung up."""
    try:
        while await asyncio.wait_for(line[0].read(1000), PATIENCE_S):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize("said", [b"", UPGRADE[:-2]], ids=["nothing", "half a request"])
def test_who_asks_for_no_websocket_is_cut_off(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(ingest, "HANDSHAKE_SECONDS", 0.2)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, raw_lines(site, 3, said) as lines:
            await until(lambda: len(site.desk.door) == 3, "three strangers stand in the door")
            assert all([await cut_off(line) for line in lines])
            await until(lambda: len(site.desk.door) == 0, "the door is empty")

    run(body)


def test_idle_sockets_push_each_other_out_and_phones_get_in(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "Door", partial(Door, 5))

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as known:
            await greet(known, site.hello(2))
            async with raw_lines(site, 12, UPGRADE[:40]) as lines:
                assert all([await cut_off(line) for line in lines[:7]])
                await streams_well(site, 0)
                await known.send(frame(0, 0, 60))
                assert isinstance(wire.decode_server(await known.recv()), wire.Ack), "who is known stays"
            assert site.desk.door.pushed_out >= 7

    run(body)


def test_an_enormous_frame_is_refused_by_its_header_alone(valkey_url: str, tmp_path: Path) -> None:
    async def refused(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x82\xff" + struct.pack(">Q", HUGE) + bytes(4))
        header = await asyncio.wait_for(reader.readexactly(4), PATIENCE_S)
        writer.transport.abort()
        return int.from_bytes(header[2:], "big")

    async def attack(port: int) -> list[int]:
        return await asyncio.gather(*(refused(port) for _ in range(50)))

    with running_ingest(valkey_url, tmp_path, devices=1) as ingest:
        asyncio.run(attack(ingest.port))
        before = ingest.memory_mb
        assert set(asyncio.run(attack(ingest.port))) == {CloseCode.TOO_BIG}
        assert ingest.memory_mb - before < GROWTH_MB
        assert ingest.is_sound(), ingest.log
