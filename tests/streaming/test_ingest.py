"""Ingest on a real socket, before a real Valkey."""

import json
import logging
import struct
from zlib import crc32

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming import wire
from streaming.wire import Ack, CloseCode, End
from tests.streaming.ingest_server import (
    Site,
    answer,
    close_code,
    frame,
    greet,
    line_to,
    open_site,
    run,
    streams_well,
    until,
)


def test_a_phone_streams_and_ends(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            await streams_well(site, 0)

    run(body)


def hello_text(site: Site, **changes: object) -> str:
    words = json.loads(wire.encode_text(site.hello()))
    return json.dumps({**words, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "wrong"}, CloseCode.TOKEN_REFUSED),
        ({"version": 2}, CloseCode.WRONG_VERSION),
        ({"rate": 99}, CloseCode.RATE_REFUSED),
        ({"rate": 1001}, CloseCode.RATE_REFUSED),
        ({"gain": 0}, CloseCode.GAIN_REFUSED),
        ({"gain": -1}, CloseCode.GAIN_REFUSED),
        ({"gain": 1e300}, CloseCode.GAIN_REFUSED),
        ({"recording": "x"}, CloseCode.BAD_MESSAGE),
        ({"rate": "250"}, CloseCode.BAD_MESSAGE),
    ],
)
def test_a_bad_hello_is_refused_and_the_server_goes_on(
    valkey_url: str, sqlite_url: str, caplog: pytest.LogCaptureFixture, changes: dict[str, object], code: CloseCode
) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            async with line_to(site) as socket:
                await socket.send(hello_text(site, **changes))
                closed, reason = await close_code(socket)
            assert closed == code
            assert reason.strip()
            assert site.desk.counters.refused == {code: 1}
            assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [
                "wardbeat.ingest"
            ]
            assert site.devices[0].token not in caplog.text
            await streams_well(site, 0)

    run(body)


def resealed(body: bytes) -> bytes:
    return body + struct.pack("<I", crc32(body))


BAD_FRAMES: dict[str, tuple[str | bytes, CloseCode]] = {
    "CRC": (frame(1, 60, 10)[:-1] + b"\x00", CloseCode.BAD_CRC),
    "length": (frame(1, 60, 10)[:-6], CloseCode.BAD_FRAME),
    "empty": (b"", CloseCode.BAD_FRAME),
    "count": (resealed(struct.pack("<BBIQH", 0xE1, 1, 1, 60, 0)), CloseCode.BAD_FRAME),
    "missing frame": (wire.encode_text(End(100)), CloseCode.SEQUENCE),
    "jump": (frame(1, 10**12, 10), CloseCode.JUMP_TOO_FAR),
    "oversized": (bytes(wire.MAX_MESSAGE_BYTES + 1), CloseCode.TOO_BIG),
    "text": ("{}", CloseCode.BAD_MESSAGE),
    "second hello": ('{"type":"hello","version":2}', CloseCode.WRONG_VERSION),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_message_closes_with_its_code_and_the_server_goes_on(
    valkey_url: str, sqlite_url: str, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    message, code = BAD_FRAMES[name]

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            hello = site.hello()
            async with line_to(site) as socket:
                await greet(socket, hello)
                await socket.send(frame(0, 0, 60))
                assert await answer(socket) == Ack(60, 0)
                await socket.send(message)
                closed, reason = await close_code(socket)
            assert closed == code
            assert reason.strip() or code == CloseCode.TOO_BIG
            await until(lambda: site.desk.counters.refused == {code: 1}, "the refusal is counted")
            assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(60))
            await streams_well(site, 1)

    run(body)


def test_another_path_is_not_found(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            with pytest.raises(InvalidStatus) as caught:
                async with connect(site.url.replace(wire.PATH, "/"), proxy=None):
                    pass
            assert caught.value.response.status_code == 404

    run(body)


def test_compression_is_not_offered(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, connect(site.url, proxy=None) as socket:
            assert not socket.protocol.extensions

    run(body)
