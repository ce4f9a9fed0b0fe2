"""The process that receives phones: `wardbeat ingest`. docs/PROTOCOL.md is what it promises them.

    socket → Reception → Intake → Batch → one append for all phones → acks

An acknowledgement leaves only after the append returned, and the append returns only when the samples are on disk.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus

import uvloop
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from db.engine import open_engine
from ecg.errors import ConfigurationError
from settings import Settings
from streaming import wire
from streaming.batch import Batch
from streaming.bus import Bus
from streaming.desk import MAX_CONNECTIONS, FrontDesk
from streaming.door import OWN_FILES, open_files
from streaming.room import LOOK_SECONDS, StoreRoom

LAST_FLUSH_SECONDS = 3.0
HANDSHAKE_SECONDS = 10.0
"""Who has not asked for a WebSocket by then is cut off; the hello has `wire.HELLO_SECONDS` more."""

log = logging.getLogger("wardbeat.ingest")


def _only_our_path(socket: ServerConnection, request: Request) -> Response | None:
    """A query is refused whatever it says: a token in an address ends up in the logs of every proxy on the way."""
    path, query, _ = request.path.partition("?")
    if path != wire.PATH:
        return socket.respond(HTTPStatus.NOT_FOUND, f"Phones connect to {wire.PATH}.\n")
    if query:
        return socket.respond(HTTPStatus.BAD_REQUEST, "The address takes no query: a token belongs into hello.\n")
    return None


@asynccontextmanager
async def listening(desk: FrontDesk, host: str, port: int, room: StoreRoom | None = None) -> AsyncIterator[Server]:
    """An open server and the tasks behind it; room: looked at each second.

    On leaving phones hear "going away", and what they sent is still stored.
    """
    quiet = logging.getLogger("wardbeat.ingest.websockets")
    quiet.setLevel(logging.CRITICAL)  # strangers' broken handshakes are no news, and come with a traceback
    server = await serve(
        desk.receive,
        host,
        port,
        process_request=_only_our_path,
        compression=None,
        max_size=wire.MAX_MESSAGE_BYTES,
        max_queue=(8, 2),
        write_limit=(16_384, 4_096),
        open_timeout=HANDSHAKE_SECONDS,
        close_timeout=2,
        ping_interval=None,
        logger=quiet,
        create_connection=desk.door.connection,  # type: ignore[arg-type]  # called like the class
    )
    async with asyncio.TaskGroup() as group:  # a duty that fails ends the process: it is started again
        duties = (
            desk.batch.run(),
            desk.watch(),
            desk.recheck(),
            desk.limits.follow(),
            desk.report(),
            desk.clocks.run(),
            desk.states.run(desk.connected),
            _look_at(room, desk),
        )
        tasks = [group.create_task(duty) for duty in duties]
        try:
            yield server
        finally:
            desk.dismiss_all()
            server.close()
            await server.wait_closed()
            await _last_flush(desk.batch)
            for task in tasks:
                task.cancel()


async def _look_at(room: StoreRoom | None, desk: FrontDesk) -> None:
    """Take nothing while the store is full."""
    while room is not None:
        desk.grant(0 if await room.look() else wire.CREDIT)
        await asyncio.sleep(LOOK_SECONDS)


async def _last_flush(batch: Batch) -> None:
    try:
        await asyncio.wait_for(batch.empty(), LAST_FLUSH_SECONDS)
    except TimeoutError:
        log.warning("stopped before everything was stored; the phones were told nothing else and still have it")


async def _unless(stop: asyncio.Event, step: Coroutine[None, None, None]) -> None:
    """Wait for `step`, or break it off at `stop`."""
    waiting, stopped = asyncio.create_task(step), asyncio.create_task(stop.wait())
    await asyncio.wait((waiting, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if waiting.done():
        waiting.result()
    waiting.cancel()


def _most_connections() -> int:
    room = open_files() - OWN_FILES
    if room < MAX_CONNECTIONS:
        log.warning(
            "this system lets ingest have %d connections at once; raise its limit of open files (ulimit -n)", room
        )
    return min(room, MAX_CONNECTIONS)


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bus = Bus.open(settings.redis_url, settings.shards)
    room = StoreRoom(bus.connection, settings.store_mb)
    desk = FrontDesk(bus, open_engine(settings.database_url), _most_connections())
    try:
        await _unless(stop, bus.check_durable())
        await _unless(stop, room.check())
        async with listening(desk, settings.host, settings.ingest_port, room):
            log.info("phones connect to ws://%s:%d%s", settings.host, settings.ingest_port, wire.PATH)
            await stop.wait()
    except OSError as error:
        raise ConfigurationError(
            f"port {settings.ingest_port} on {settings.host} cannot be used ({error.strerror}): "
            "set WARDBEAT_INGEST_PORT to a free one"
        ) from error
    finally:
        await bus.close()


def run(settings: Settings) -> None:
    """Receive phones until the process is told to stop. Raises ConfigurationError when the port is taken."""
    uvloop.run(_run(settings))
