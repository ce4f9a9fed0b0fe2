"""What people set for a patient is said with every chunk of that patient, within seconds and at one place for ever."""

import asyncio
import logging

import pytest
from sqlalchemy import Engine, insert
from websockets.asyncio.client import ClientConnection

from db.engine import writing
from db.limits import set_limit
from db.models import User
from db.models_limits import PatientLimit
from db.store import table_of
from ecg.limits import USUAL, Limits
from ecg.rates import to_samples
from streaming.wire import Ack, Hello
from tests.servers import PATIENCE_S
from tests.streaming.ingest_server import Site, answer, frame, greet, line_to, open_site, run

HALF_SECOND = 125


def a_doctor(engine: Engine) -> int:
    users = table_of(User)
    person = {"name": "ada", "full_name": "Ada Vogel", "role": "doctor", "password_hash": "", "active": True}
    with writing(engine) as connection:
        made = connection.execute(insert(users).values(**person, created_ms=0).returning(users.c.id))
        return int(made.scalar_one())


def wish(engine: Engine, patient: int, seconds: float | None, user: int) -> None:
    with writing(engine) as connection:
        set_limit(connection, patient, "pause", seconds, user, 0, "")


def pause(seconds: float) -> Limits:
    return Limits(pause=to_samples(seconds))


class Telling:
    """A phone that sends half a second after the other."""

    def __init__(self, site: Site, hello: Hello, socket: ClientConnection, begin: int = 0) -> None:
        self._site, self._hello, self._socket, self._sent, self._number = site, hello, socket, begin, 0

    async def said(self) -> Limits | None:
        """The limits that came into the stream with the next half second."""
        await self._socket.send(frame(self._number, self._sent, HALF_SECOND))
        self._sent += HALF_SECOND
        assert await answer(self._socket) == Ack(self._sent, self._number)
        self._number += 1
        return (await self._site.stored(self._hello.recording))[-1].chunk.limits

    async def says(self, limits: Limits | None) -> None:
        """Send until the stream has these limits."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.said() != limits:
                await asyncio.sleep(0.05)


def test_the_stream_says_what_was_set_and_follows_within_seconds(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            doctor, hello, other = a_doctor(site.engine), site.hello(0), site.hello(1)
            async with line_to(site) as socket, line_to(site) as next_to_it:
                await greet(socket, hello)
                await greet(next_to_it, other)
                told, beside = Telling(site, hello, socket), Telling(site, other, next_to_it)
                assert await told.said() is None
                wish(site.engine, 1, 2.5, doctor)
                await told.says(pause(2.5))
                wish(site.engine, 1, None, doctor)
                await told.says(USUAL)
                assert await beside.said() is None
                wish(site.engine, 1, 3.0, doctor)
                await told.says(pause(3.0))
            places = [(each.chunk.start, each.chunk.limits) for each in await site.stored(hello.recording)]
            assert [start for start, _ in places] == list(range(0, len(places) * HALF_SECOND, HALF_SECOND))
            assert list(dict.fromkeys(limits for _, limits in places)) == [None, pause(2.5), USUAL, pause(3.0)]

    run(body)


def test_a_recording_begins_with_its_own_patients_limits(valkey_url: str, sqlite_url: str) -> None:
    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            doctor, one, other = a_doctor(site.engine), site.hello(0), site.hello(1)
            wish(site.engine, 1, 2.5, doctor)
            wish(site.engine, 2, 1.5, doctor)
            async with line_to(site) as socket, line_to(site) as beside:
                await greet(socket, one)
                await Telling(site, one, socket).says(pause(2.5))
                await greet(beside, other)
                await Telling(site, other, beside).says(pause(1.5))

    run(body)


def test_a_row_that_makes_no_sense_keeps_nobody_from_streaming(
    valkey_url: str, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def body() -> None:
        async with open_site(valkey_url, sqlite_url) as site:
            doctor, hello = a_doctor(site.engine), site.hello(0)
            row = {"patient_id": 1, "name": "pause", "user_id": doctor, "at_ms": 0, "reason": ""}
            with writing(site.engine) as connection:
                connection.execute(insert(table_of(PatientLimit)).values(**row, value=5.0))
                connection.execute(
                    insert(table_of(PatientLimit)).values(**row | {"name": "of a later version"}, value=1.0)
                )
            async with line_to(site) as socket:
                await greet(socket, hello)
                told = Telling(site, hello, socket)
                await told.says(USUAL)
                wish(site.engine, 1, 2.5, doctor)
                await told.says(pause(2.5))

    run(body)
    assert len([line for line in caplog.messages if "the limits of patient 1 are not used" in line]) == 1
