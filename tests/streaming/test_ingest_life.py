"""Ingest over time: who wins, who is sent away, and what happens when the store goes."""

import asyncio
import logging

import pytest
from sqlalchemy import update
from sqlmodel import col
from websockets.asyncio.client import connect

from db.engine import writing
from db.models import Device
from streaming import desk, reception, wire
from streaming.wire import Ack, CloseCode, Welcome
from tests.servers import PATIENCE_S, ValkeyServer
from tests.streaming.ingest_server import (
    Site,
    answer,
    close_code,
    frame,
    greet,
    line_to,
    open_site,
    run,
    until,
)


def test_who_says_no_hello_is_closed(valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HELLO_SECONDS", 0.1)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket:
            assert (await close_code(socket))[0] == CloseCode.HELLO_TIMEOUT

    run(body)


def test_who_falls_silent_is_closed_and_hears_heartbeats_before(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "DEAD_SECONDS", 5.0)
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 1)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket:
            await greet(socket, site.hello())
            assert isinstance(wire.decode_server(await asyncio.wait_for(socket.recv(), PATIENCE_S)), wire.Heartbeat)
            assert (await close_code(socket))[0] == CloseCode.SILENT

    run(body)


def test_the_newest_connection_of_a_device_wins(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as old, line_to(site) as new:
            hello = site.hello()
            await greet(old, hello)
            await old.send(frame(0, 0, 60))
            await answer(old)
            assert await greet(new, hello) == Welcome(hello.recording, 60)
            assert (await close_code(old))[0] == CloseCode.SUPERSEDED
            await new.send(frame(0, 60, 10))
            assert await answer(new) == Ack(70, 0)

    run(body)


def test_the_newest_connection_wins_though_the_older_one_is_known_later(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as old, line_to(site) as new:
            hello = site.hello()
            await greet(new, hello)
            await old.send(wire.encode_text(site.hello(recording=site.hello().recording)))
            assert (await close_code(old))[0] == CloseCode.SUPERSEDED
            await new.send(frame(0, 0, 60))
            assert await answer(new) == Ack(60, 0)

    run(body)


def test_a_recording_belongs_to_its_device(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as owner, line_to(site) as thief:
            hello = site.hello(0)
            await greet(owner, hello)
            await thief.send(wire.encode_text(site.hello(1, recording=hello.recording)))
            assert (await close_code(thief))[0] == CloseCode.NOT_YOUR_RECORDING
            await owner.send(frame(0, 0, 60))
            assert await answer(owner) == Ack(60, 0)

    run(body)


def test_a_recording_keeps_its_rate(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as first, line_to(site) as second:
            hello = site.hello()
            await greet(first, hello)
            await second.send(wire.encode_text(site.hello(recording=hello.recording, rate=500.0)))
            assert (await close_code(second))[0] == CloseCode.RECORDING_DIFFERS

    run(body)


def test_a_revoked_token_closes_the_live_connection(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RECHECK_SECONDS", 0.1)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket, line_to(site) as other:
            await greet(socket, site.hello(0))
            await greet(other, site.hello(1))
            with writing(site.engine) as connection:
                revoked = update(Device).where(col(Device.id) == site.devices[0].device_id).values(revoked=True)
                connection.execute(revoked)
            assert (await close_code(socket))[0] == CloseCode.TOKEN_REFUSED
            await other.send(frame(0, 0, 60))
            assert await answer(other) == Ack(60, 0)

    run(body)


def test_too_many_connections_are_told_to_come_back(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url, most=1) as site, line_to(site) as first:
            await greet(first, site.hello())
            async with line_to(site) as second:
                assert (await close_code(second))[0] == CloseCode.BUSY

    run(body)


def test_without_the_store_nothing_is_acknowledged_and_nothing_lost(own_valkey: ValkeyServer, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url) as site, line_to(site) as socket:
            hello = site.hello()
            await greet(socket, hello)
            own_valkey.kill()
            for sequence in range(5):
                await socket.send(frame(sequence, 60 * sequence, 60))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(answer(socket), 0.5)
            await asyncio.to_thread(own_valkey.start)
            while (await answer(socket)) != Ack(300, 4):
                pass
            index, _ = await site.signal(hello.recording)
            assert index.tolist() == list(range(300))

    run(body)


def test_without_the_store_a_phone_is_not_read_further(
    own_valkey: ValkeyServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "CREDIT", 500)
    read: list[int] = []
    hear = reception.Reception._hear

    async def counted(phone: reception.Reception, message: str | bytes) -> None:
        read.append(len(message))
        await hear(phone, message)

    monkeypatch.setattr(reception.Reception, "_hear", counted)

    async def body() -> None:
        async with open_site(own_valkey.url, sqlite_url) as site, line_to(site) as socket:
            hello = site.hello()
            await greet(socket, hello)
            own_valkey.kill()
            for sequence in range(20):
                await socket.send(frame(sequence, 100 * sequence, 100))
            await until(lambda: len(read) == 6, "six frames are taken")
            await asyncio.sleep(0.3)
            assert len(read) == 6
            await asyncio.to_thread(own_valkey.start)
            while (await answer(socket)) != Ack(2000, 19, 500):
                pass

    run(body)


def test_a_ward_that_comes_back_at_once_is_welcomed(
    valkey_url: str, sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LOOK_UP_SECONDS", PATIENCE_S)  # a slow disk may make the last of 150 wait longer

    async def welcomed(site: Site, device: int) -> None:
        async with line_to(site) as socket:
            hello = site.hello(device)
            assert await greet(socket, hello) == Welcome(hello.recording, 0)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url, devices=150) as site:
            await asyncio.gather(*(welcomed(site, device) for device in range(150)))
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]

    run(body)


def test_a_server_that_stops_says_so(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            socket = await connect(site.url, proxy=None)
            await greet(socket, site.hello())
        assert (await close_code(socket))[0] == CloseCode.GOING_AWAY

    run(body)
