"""One browser at the gateway, from its ticket until it leaves.

A browser has a place in the log of `LiveWard`, not a queue: while it takes nothing we wait in `send`, and what it is
given next is the newest. It delays nobody and holds no memory.
"""

import asyncio
import logging
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from auth.roles import Action, Identity, ObjectKind, Thing, may
from auth.tickets import Ticket, WallTicket, identity_of_ticket, note_ticket, read_ticket
from auth.walls import be_seen
from auth.watchers import Watchers
from dashboard.picture import Picture
from dashboard.screen import LOGIN_OVER, NOT_NOW, POLICY_VIOLATION, Beds, BedSeat, Hello, as_text, read_hello
from dashboard.seats import unnamed
from ecg.errors import ProtocolError

log = logging.getLogger(__name__)

STEP_S = 0.1
"""Pictures are handed to a browser this often."""
CLOCK_STEPS = round(1.0 / STEP_S)
LOGIN_STEPS = round(3.0 / STEP_S)
"""A login, and what it may see, is looked at again this often while its socket is open: 5 s are promised."""
SEEN_STEPS = round(60.0 / STEP_S)
DELAY_STEPS = round(10.0 / STEP_S)
USE_STEPS = 20 * LOGIN_STEPS
"""The minute after which an open page is written down as use."""
HELLO_S = 5.0
STALLED_S = 15.0
"""A browser that takes nothing for this long is let go; it comes back by itself."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Viewer:
    """What one browser has seen."""

    def __init__(
        self,
        connection: ServerConnection,
        picture: Picture,
        engine: Engine,
        secret: str,
        watchers: Watchers,
        address: str,
    ) -> None:
        self._connection = connection
        self._picture = picture
        self._engine = engine
        self._secret = secret
        self._watchers = watchers
        self._address = address
        self._seats: list[BedSeat] | None = None
        self._identity: Identity | None = None
        self._channels: frozenset[int] = frozenset()
        self._beds: frozenset[int] = frozenset()
        self._serial = self._board_serial = 0

    async def run(self) -> None:
        """Serve the browser until it leaves, stalls, or its login ends."""
        try:
            hello, ticket = await self._admit()
            await self._show(hello, ticket)
        except ProtocolError as error:
            log.info("A browser was sent away: %s", error.reason)
            await self._connection.close(error.code, error.reason)
        except SQLAlchemyError as error:
            log.warning("A login cannot be looked up: %s", error)
            await self._connection.close(NOT_NOW, "The database does not answer. Try again.")
        except TimeoutError:
            self._connection.transport.abort()
        except ConnectionClosed:
            log.debug("A browser left.")

    async def _admit(self) -> tuple[Hello, Ticket | WallTicket]:
        try:
            hello = read_hello(await asyncio.wait_for(self._connection.recv(), HELLO_S))
        except TimeoutError:
            raise ProtocolError(POLICY_VIOLATION, "No ticket came.") from None
        ticket = read_ticket(self._secret, hello.ticket)
        if ticket is None:
            raise ProtocolError(LOGIN_OVER, "This ticket is not valid. Log in again.")
        return hello, ticket

    async def _show(self, hello: Hello, ticket: Ticket | WallTicket) -> None:
        step = 0
        while True:
            if step % LOGIN_STEPS == 0:
                await self._check(ticket, step)
            if step % SEEN_STEPS == 0 and isinstance(ticket, WallTicket):
                await asyncio.to_thread(be_seen, self._engine, ticket.wall_id, _now_ms())
            if step % CLOCK_STEPS == 0:
                await self._send([as_text(self._picture.clock(_now_ms()))])
            if step % DELAY_STEPS == DELAY_STEPS // 2:
                await self._send(self._picture.delays(self._channels, _now_ms()))
            await self._place(hello, ticket)
            await self._step()
            await asyncio.sleep(STEP_S)
            step += 1

    async def _check(self, ticket: Ticket | WallTicket, step: int) -> None:
        identity = await asyncio.to_thread(identity_of_ticket, self._engine, ticket, _now_ms())
        if identity is None:
            raise ProtocolError(LOGIN_OVER, "The login is over.")
        if step % USE_STEPS == 0:
            await asyncio.to_thread(note_ticket, self._engine, ticket, _now_ms())
        if identity != self._identity:
            self._identity, self._seats = identity, None

    async def _place(self, hello: Hello, ticket: Ticket | WallTicket) -> None:
        """Tell a changed directory, and the whole of each recording that is new in it."""
        if self._picture.seats is self._seats:
            return
        if self._seats is None:
            self._serial = self._picture.ward.serial
        self._seats = self._picture.seats
        mine = [
            seat for seat in self._seats if self._may_see(seat) and (hello.beds == "all" or seat.bed_id in hello.beds)
        ]
        await self._tell_trail(hello, ticket, mine)
        drawn = mine if hello.parts == "all" else []
        channels = frozenset(seat.channel for seat in drawn if seat.channel is not None)
        new, self._channels = channels - self._channels, channels
        self._beds, self._board_serial = frozenset(seat.bed_id for seat in mine), 0
        told = [seat if hello.names and self._may_name(seat) else unnamed(seat) for seat in mine]
        await self._send([as_text(Beds(told)), *self._picture.whole(new)])

    async def _tell_trail(self, hello: Hello, ticket: Ticket | WallTicket, mine: list[BedSeat]) -> None:
        """Before a patient is shown it is written down who looks; of a whole wall, that it is looked at."""
        patients = frozenset(seat.patient_id for seat in mine if seat.patient_id is not None)
        told = None if hello.beds == "all" else patients
        await asyncio.to_thread(self._watchers.tell, ticket, told, self._address, _now_ms())

    def _may_see(self, seat: BedSeat) -> bool:
        bed = Thing(ObjectKind.BED, seat.ward, seat.patient_id)
        return self._identity is not None and may(self._identity, Action.VIEW, bed)

    def _may_name(self, seat: BedSeat) -> bool:
        who = Thing(ObjectKind.NAME, seat.ward, seat.patient_id)
        return self._identity is not None and may(self._identity, Action.VIEW, who)

    async def _step(self) -> None:
        seen, self._serial = self._serial, self._picture.ward.serial
        told, self._board_serial = self._board_serial, self._picture.board.serial
        news = self._picture.since(seen, self._channels)
        await self._send([*news, *self._picture.board.since(told, self._beds)])

    async def _send(self, messages: list[str | bytes]) -> None:
        async with asyncio.timeout(STALLED_S):
            for message in messages:
                await self._connection.send(message)
