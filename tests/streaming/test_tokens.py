"""Tokens of devices: shown once, kept as digests, exchanged without a break, taken away within seconds."""

import base64
import logging
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from auth import devices as deeds
from auth.deeds import Deed
from db import device_tokens, queries
from db.device_lists import device_in_bed
from db.engine import reading
from db.provision import admit
from db.tokens import sha256
from ecg.errors import ConfigurationError
from streaming import desk, devices
from streaming.phone import check_url
from streaming.tokens import main
from streaming.wire import Ack, CloseCode, Welcome
from tests.streaming.ingest_server import Site, answer, close_code, frame, greet, line_to, open_site, run

HOUR_MS = 3_600_000
Cli = Callable[..., str]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """`wardbeat token`: what it writes to standard output."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)

    def command(*words: str) -> str:
        assert main([*words, "--ward", "4B", "--bed", "07"]) == 0
        return capsys.readouterr().out.strip()

    return command


def rotate(engine: Engine, ward: str, bed: str, until_ms: int) -> str:
    return deeds.rotate(engine, device_in_bed(engine, ward, bed), Deed(None, until_ms, "here"), 0)


def revoke(engine: Engine, ward: str, bed: str) -> None:
    deeds.revoke(engine, device_in_bed(engine, ward, bed), Deed(None, 0, "here"))


def found(engine: Engine, token: str, at_ms: int | None = None) -> bool:
    return queries.device_by_token(engine, sha256(token), at_ms or now_ms()) is not None


def everything(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.execute(text("SELECT * FROM device")).all())


def test_a_token_has_256_bits_and_only_its_digest_is_kept(engine: Engine) -> None:
    first = admit(engine, "4B", "07", "LM")
    second = rotate(engine, "4B", "07", now_ms() + HOUR_MS)
    for token in (first, second):
        assert len(base64.urlsafe_b64decode(token + "=")) * 8 == 256
        assert token not in everything(engine)
        assert sha256(token) in everything(engine)


def test_both_tokens_are_good_until_the_time_has_passed(engine: Engine) -> None:
    old, until = admit(engine, "4B", "07", "LM"), now_ms() + HOUR_MS
    new = rotate(engine, "4B", "07", until)
    assert found(engine, old, until - 1)
    assert found(engine, new, until - 1)
    assert not found(engine, old, until)
    assert found(engine, new, until)
    newest = rotate(engine, "4B", "07", until)
    assert not found(engine, old)
    assert found(engine, new)
    assert found(engine, newest)


def test_a_revoked_device_sends_again_with_a_new_token_only(engine: Engine) -> None:
    old = admit(engine, "4B", "07", "LM")
    revoke(engine, "4B", "07")
    new = rotate(engine, "4B", "07", now_ms() + HOUR_MS)
    assert not found(engine, old)
    device = queries.device_by_token(engine, sha256(new), now_ms())
    assert device is not None
    assert not device.revoked


def test_many_tokens_are_asked_for_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_tokens, "ASKED_AT_ONCE", 2)
    until = now_ms() + HOUR_MS
    old, revoked = admit(engine, "4B", "07", "LM"), admit(engine, "4B", "08", "RS")
    new = rotate(engine, "4B", "07", until)
    revoke(engine, "4B", "08")
    asked = [sha256(token) for token in (old, new, revoked, "a stranger's", new)]
    assert device_tokens.still_good(engine, asked, until - 1) == {sha256(old), sha256(new)}
    assert device_tokens.still_good(engine, asked, until) == {sha256(new)}


@pytest.mark.parametrize(
    "deed", [lambda engine: rotate(engine, "4B", "08", 0), lambda engine: revoke(engine, "4C", "07")]
)
def test_a_bed_without_a_device_is_told(engine: Engine, deed: Callable[[Engine], object]) -> None:
    admit(engine, "4B", "07", "LM")
    with pytest.raises(ConfigurationError, match="Nobody with a device"):
        deed(engine)


async def welcomed(site: Site, token: str, recording: str, at: int) -> None:
    async with line_to(site) as socket:
        hello = site.hello(recording=recording, token=token)
        assert await greet(socket, hello) == Welcome(recording, at)
        await socket.send(frame(0, at, 10))
        assert await answer(socket) == Ack(at + 10, 0)


def test_the_first_use_of_the_new_token_ends_the_old_one(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, told: Cli
) -> None:
    monkeypatch.setattr(desk, "RECHECK_SECONDS", 0.1)
    monkeypatch.setattr(devices, "KEPT_SECONDS", 0.0)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            old = admit(site.engine, "4B", "07", "LM")
            recording = site.hello().recording
            await welcomed(site, old, recording, 0)
            new = told("rotate")
            await welcomed(site, old, recording, 10)
            await welcomed(site, new, recording, 20)
            async with line_to(site) as socket:
                await socket.send(
                    f'{{"type":"hello","version":1,"token":"{old}","recording":"{recording}",'
                    '"rate":250,"gain":1000,"lead":"I","started":1764000000000}'
                )
                assert (await close_code(socket))[0] == CloseCode.TOKEN_REFUSED
            await welcomed(site, new, recording, 30)

    run(body)


def test_a_revocation_closes_the_live_connection_within_five_seconds(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, told: Cli, caplog: pytest.LogCaptureFixture
) -> None:
    assert desk.RECHECK_SECONDS + devices.KEPT_SECONDS < 5
    monkeypatch.setattr(desk, "RECHECK_SECONDS", 0.1)
    caplog.set_level(logging.DEBUG)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket:
            token = admit(site.engine, "4B", "07", "LM")
            await greet(socket, site.hello(token=token))
            assert told("revoke") == ""
            assert (await close_code(socket))[0] == CloseCode.TOKEN_REFUSED
            assert token not in caplog.text

    run(body)


def test_a_token_in_the_address_is_refused_and_not_logged(
    valkey_url: str, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "wardbeat")

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            token = site.devices[0].token
            with pytest.raises(InvalidStatus) as caught:
                async with connect(f"{site.url}?token={token}", proxy=None):
                    pass
            assert caught.value.response.status_code == 400
            assert b"hello" in caught.value.response.body
            mine = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets")]
            assert token not in "".join(mine)

    run(body)


def test_a_client_does_not_take_an_address_with_a_token() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_url("ws://127.0.0.1:8052/v1/stream?token=very-secret")
    assert "very-secret" not in str(caught.value)
