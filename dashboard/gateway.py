"""The gateway process: reads the live streams once and shows them to every browser that is logged in."""

import asyncio
import http
import logging
import socket
import time
from collections.abc import Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from auth.watchers import Watchers
from dashboard.access import address_of, allowed_origins
from dashboard.edition import read_edition
from dashboard.picture import Picture
from dashboard.rooms import LiveWard
from dashboard.seats import seats
from dashboard.viewer import Viewer
from db.correction_news import correction_news, newest_number
from db.engine import open_engine
from db.limits import limits_of_patients
from db.queries import beds
from db.views import BedView
from db.wearing import patients_of
from ecg.errors import StreamError
from settings import Settings
from streaming import keys
from streaming.board import decode_board
from streaming.bus import Bus
from streaming.codec import RecordingFacts
from streaming.entries import START, Entry, frames_of
from streaming.outage import Outage
from streaming.process import run_until_stopped
from streaming.room import LOOK_SECONDS, full_since_ms

log = logging.getLogger(__name__)

PATH = "/live"
DIRECTORY_S = 3.0
LOOK_S = 0.1
"""A recording that is new to us is looked up this soon."""
READ_COUNT, READ_BLOCK_MS = 600, 200
BOARD_BLOCK_MS = 1000
CORRECTIONS_S = 0.25
"""What one doctor says is on every screen within a second."""
RECENT_MS = 60_000
SILENT_MS = 600_000
"""A recording on no bed is forgotten after this silence."""
UNDERWAY = 65_536
"""Bytes that may be on their way to a browser (Linux takes it twice): some seconds of a full wall. The system's own
bound of megabytes would hold minutes for one that stalls, which must come out, the oldest first, when it wakes."""
MAX_MESSAGE = 4096
"""Bytes a browser may send: a ticket and a list of beds need a tenth of it."""


def now_ms() -> int:
    """Wall time in ms since the epoch."""
    return time.time_ns() // 1_000_000


class Gateway:
    """Keeps the picture of the ward true: traces from the live streams, beds from the database."""

    def __init__(self, bus: Bus, engine: Engine) -> None:
        self._bus = bus
        self._engine = engine
        self._facts: dict[str, RecordingFacts] = {}
        self._placed: list[BedView] = []
        self._held: Mapping[int, Mapping[str, float]] = {}
        self._whose: Mapping[str, int | None] = {}
        self.picture = Picture(LiveWard(), now_ms(), read_edition())

    async def read_live(self) -> None:
        """Take in all live streams, for ever; waits as long as Valkey is away."""
        positions = {keys.live(shard): START for shard in range(self._bus.shards)}
        while True:
            news = await self._bus.read(positions, READ_COUNT, READ_BLOCK_MS)
            self.picture.read_ms = now_ms()
            for stream, entries in news.items():
                self._take(entries)
                positions[stream] = entries[-1].id

    def _take(self, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                frames = frames_of(entry)
            except StreamError as error:
                log.warning("A live entry cannot be read: %s", error)
            else:
                for frame in frames:
                    self.picture.ward.receive(frame, self.picture.read_ms)

    async def read_board(self) -> None:
        """Know how all alerts stand, for ever."""
        position = START
        while True:
            news = await self._bus.read({keys.BOARD: position}, 1, BOARD_BLOCK_MS)
            for entry in news.get(keys.BOARD, ()):
                position = entry.id
                try:
                    board = decode_board(entry.fields[keys.BOARD_FIELD])
                except (StreamError, KeyError) as error:
                    log.warning("The board of alerts cannot be read: %s", error)
                else:
                    self.picture.board.receive(board, now_ms())

    async def follow_corrections(self) -> None:
        """Know what doctors say of beats, for ever; those of the last minute again at the start."""
        number, looking = -1, Outage("What doctors say")
        while True:
            try:
                number = await self._correct(number)
            except SQLAlchemyError as error:
                looking.goes_on(error, looking.turns)
            else:
                looking.over(looking.turns)
            await asyncio.sleep(CORRECTIONS_S)

    async def _correct(self, number: int) -> int:
        """Tell the deeds after `number` (-1: those of the last minute); the number of the last of them."""
        if number < 0:
            number = await asyncio.to_thread(newest_number, self._engine, now_ms() - RECENT_MS)
        for news in await asyncio.to_thread(correction_news, self._engine, number):
            self.picture.ward.correct(news.recording, news.index, news.sign, by_person=news.by_person)
            number = news.number
        return number

    async def follow_room(self) -> None:
        """Know whether the store takes anything new, for ever."""
        while True:
            self.picture.full_since_ms = await full_since_ms(self._bus.connection)
            await asyncio.sleep(LOOK_SECONDS)

    async def follow_directory(self) -> None:
        """Keep the beds true, for ever. While the database is away the last directory stands."""
        directory = Outage("The directory of beds")
        while True:
            try:
                await self._look_up()
            except (SQLAlchemyError, StreamError) as error:
                directory.goes_on(error, directory.turns)
                self._place()
            else:
                directory.over(directory.turns)
            await self._until_next()

    async def _until_next(self) -> None:
        """A while, cut short when a recording appears that nobody has looked up."""
        for _ in range(round(DIRECTORY_S / LOOK_S)):
            known = len(self.picture.ward.rooms)
            await asyncio.sleep(LOOK_S)
            if len(self.picture.ward.rooms) > known:
                return

    async def _look_up(self) -> None:
        ward = self.picture.ward
        placed = await asyncio.to_thread(beds, self._engine)
        held = await asyncio.to_thread(limits_of_patients, self._engine)
        self._placed, self._held = placed, held
        self._facts |= await self._bus.facts([name for name in ward.rooms if name not in self._facts])
        began = [(fact.recording, fact.device, fact.started_ms) for fact in self._facts.values()]
        self._whose = await asyncio.to_thread(patients_of, self._engine, began)
        self._place()
        ward.keep(self.picture.channels(), now_ms() - SILENT_MS)
        self._facts = {name: fact for name, fact in self._facts.items() if name in ward.rooms}

    def _place(self) -> None:
        """Seat everybody by what is known: what a device said long ago ends, whether the database answers or not."""
        rooms = self.picture.ward.rooms
        self.picture.place(seats(self._placed, self._facts.values(), rooms, self._held, now_ms(), self._whose))


def _only_live(connection: ServerConnection, request: Request) -> Response | None:
    if request.path != PATH:
        return connection.respond(http.HTTPStatus.NOT_FOUND, f"The live socket is at {PATH}.\n")
    return None


def _forwarded(connection: ServerConnection) -> list[str]:
    return connection.request.headers.get_all("X-Forwarded-For") if connection.request else []


async def listen(settings: Settings, gateway: Gateway, engine: Engine) -> Server:
    """Open the socket for browsers; pages of other sites are refused by their Origin."""
    secret, watchers = settings.secret_key.get_secret_value(), Watchers(engine)
    proxy = str(settings.proxy) if settings.proxy else None

    async def show(connection: ServerConnection) -> None:
        line = connection.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDERWAY)
        address = address_of(str(connection.remote_address[0]), _forwarded(connection), proxy)
        await Viewer(connection, gateway.picture, engine, secret, watchers, address).run()

    return await serve(
        show,
        settings.host,
        settings.gateway_port,
        origins=allowed_origins(settings.web_port, settings.public_url),
        process_request=_only_live,
        compression=None,
        max_size=MAX_MESSAGE,
        max_queue=4,
        server_header=None,
    )


async def serve_browsers(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop`, or until one of the tasks fails."""
    engine, bus = open_engine(settings.database_url), Bus.open(settings.redis_url, settings.shards)
    gateway = Gateway(bus, engine)
    server = await listen(settings, gateway, engine)
    works = [gateway.read_live(), gateway.read_board(), gateway.follow_directory(), gateway.follow_room()]
    tasks = [asyncio.create_task(work) for work in (*works, gateway.follow_corrections(), stop.wait())]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()


def run(settings: Settings) -> None:
    """The gateway process."""
    run_until_stopped(lambda stop: serve_browsers(settings, stop), settings.log_level)
