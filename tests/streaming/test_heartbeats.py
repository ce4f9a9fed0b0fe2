"""Signs of life both ways, and a phone that says everything twice."""

import asyncio
import itertools

import pytest
from websockets.asyncio.server import ServerConnection, serve

from streaming import desk, wire
from streaming.own_place import free_port
from streaming.phone import Phone
from streaming.reception import Reception
from streaming.wire import Ack, Heartbeat, Welcome
from tests.streaming.ingest_server import answer, frame, greet, line_to, open_site, run, until


def test_the_protocol_promises_a_heartbeat_each_five_seconds_and_fifteen_of_silence() -> None:
    assert (wire.HEARTBEAT_SECONDS, wire.DEAD_SECONDS, desk.TURN_SECONDS) == (5, 15, 1)


def test_each_phone_hears_a_heartbeat_each_fifth_turn_whoever_comes_and_goes(
    valkey_url: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "TURN_SECONDS", 0.02)
    turns: dict[Reception, list[bool]] = {}
    beat, is_silent = Reception.beat, Reception.is_silent

    def looked_at(phone: Reception, now: float) -> bool:
        turns.setdefault(phone, []).append(False)
        return is_silent(phone, now)

    def heard(phone: Reception, text: str) -> None:
        turns[phone][-1] = True
        beat(phone, text)

    monkeypatch.setattr(Reception, "is_silent", looked_at)
    monkeypatch.setattr(Reception, "beat", heard)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site, line_to(site) as socket:
            await greet(socket, site.hello())
            (phone,) = turns or [next(iter(site.desk._open))]
            while len(turns.get(phone, [])) < 60:
                async with line_to(site):
                    await asyncio.sleep(0.03)
            beats = [number for number, was in enumerate(turns[phone]) if was]
            assert len(beats) >= 11
            assert {later - earlier for earlier, later in itertools.pairwise(beats)} == {5}

    run(body)


def test_a_phone_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 0.02)
    heard: list[wire.PhoneMessage] = []

    async def listen(socket: ServerConnection) -> None:
        async for message in socket:
            heard.append(wire.decode_phone(message))
            if len(heard) == 1:
                await socket.send(wire.encode_text(Welcome("r", 0)))

    async def body() -> None:
        port = free_port()
        async with serve(listen, "127.0.0.1", port):
            hello = wire.Hello(1, "t", "r", 250.0, 1000.0, "I", 0)
            running = asyncio.create_task(Phone(f"ws://127.0.0.1:{port}", hello).run())
            await until(lambda: heard.count(Heartbeat()) >= 3, "three heartbeats")
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    run(body)


def test_everything_said_twice_is_stored_once_and_acknowledged_twice(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            hello = site.hello()
            for _ in range(2):
                async with line_to(site) as socket:
                    await greet(socket, hello)
                    for sequence in range(20):
                        await socket.send(frame(sequence, 50 * sequence, 50))
                        await socket.send(frame(sequence, 50 * sequence, 50))
                    while (await answer(socket)) != Ack(1000, 19):
                        pass
            index, samples = await site.signal(hello.recording)
            assert index.tolist() == samples.tolist() == list(range(1000))

    run(body)
