"""The reference client of docs/PROTOCOL.md: what `simulate`, `replay` and the tests stream with.

It keeps every sample until the server has it on disk, and comes back by itself after whatever breaks.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidURI, WebSocketException
from websockets.uri import parse_uri

from ecg.errors import ConfigurationError, ProtocolError
from streaming import wire
from streaming.outbox import Outbox
from streaming.wire import Ack, CloseCode, End, Ended, Hello, Status, Welcome

FIRST_PAUSE = 0.5
EAGER_PAUSE = 2.0
EAGER_RETRIES = 12
LONGEST_PAUSE = 30.0
"""Seconds that bound the random wait before a retry: doubled from the first to the eager one, which bounds the first
retries, because a server that died is back within seconds and a ward waits for it; doubled again to the longest."""
KEPT_SECONDS = 600
"""Samples of this time are kept while the server is away."""

log = logging.getLogger("wardbeat.phone")


def back_off(attempt: int, jitter: Callable[[], float]) -> float:
    """Seconds before retry number `attempt` (from 0): "full jitter", so that a ward does not come back in step."""
    if attempt < EAGER_RETRIES:
        return jitter() * min(EAGER_PAUSE, FIRST_PAUSE * 2.0**attempt)
    return jitter() * min(LONGEST_PAUSE, EAGER_PAUSE * 2.0 ** min(attempt - EAGER_RETRIES, 16))


class Phone:
    """Streams one recording. `record` samples, `finish`, and meanwhile keep `run` running.

    behind_seconds: of samples that may wait before the newest are sent first and the others late, beside them; None:
    everything in order, as for a recording that nobody watches live.
    """

    def __init__(
        self,
        url: str,
        hello: Hello,
        kept_samples: int | None = None,
        jitter: Callable[[], float] = random.random,
        behind_seconds: float | None = None,
    ) -> None:
        self._url = url
        self._hello = hello
        behind = None if behind_seconds is None else int(behind_seconds * hello.rate)
        self._outbox = Outbox(kept_samples or int(KEPT_SECONDS * hello.rate), behind)
        self._credit = 0
        self._status: Status | None = None
        self._changed = asyncio.Event()
        self._jitter = jitter
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._finishing = False
        self._ended = False
        self._lost = False
        self._attempt = 0
        self.acknowledged = 0
        """The server has every sent sample before this index on disk."""
        self.connections = 0
        """How often the server said welcome."""

    @property
    def unacknowledged(self) -> int:
        """Samples held because the server has not confirmed them."""
        return self._outbox.samples

    @property
    def dropped(self) -> int:
        """Samples lost because too many had to be kept."""
        return self._outbox.dropped

    @property
    def leaps(self) -> int:
        """How often the newest samples went before older ones."""
        return self._outbox.leaps

    def record(self, start: int, samples: NDArray[np.int16]) -> None:
        """Keep device samples [start, start + n) and send them as soon as possible. The array must not change."""
        self._outbox.add(start, samples)
        self._work.set()

    def tell(self, status: Status) -> None:
        """What the device knows of itself now: said at every connection, at a change, and each STATUS_SECONDS."""
        if status != self._status:
            self._status = status
            self._changed.set()

    async def room(self, samples: int) -> None:
        """Returns once fewer than `samples` samples are unacknowledged."""
        while self._outbox.samples >= samples:
            self._room.clear()
            await self._room.wait()

    def finish(self) -> None:
        """Nothing more will be recorded: end the recording once everything is sent."""
        self._finishing = True
        self._work.set()

    async def run(self) -> None:
        """Connect, stream, connect again, until the recording has ended.

        Raises ProtocolError when the server refuses in a way that trying again cannot mend.
        """
        while not self._ended:
            try:
                await self._stream_once()
            except ConnectionClosed as closed:
                self._judge(closed)
            except (OSError, TimeoutError, WebSocketException, ProtocolError) as error:
                self._say_lost(error)
            if not self._ended:
                await asyncio.sleep(back_off(self._attempt, self._jitter))
                self._attempt += 1

    def _judge(self, closed: ConnectionClosed) -> None:
        if closed.rcvd is not None and not self._ended and closed.rcvd.code in wire.FATAL_CODES:
            raise ProtocolError(closed.rcvd.code, closed.rcvd.reason)

    def _say_lost(self, error: Exception) -> None:
        if not self._lost:
            log.warning("no connection to %s (%s); trying again", self._url, error or type(error).__name__)
        self._lost = True

    async def _stream_once(self) -> None:
        connection = connect(
            self._url,
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=wire.HELLO_SECONDS,
            close_timeout=1,
            max_size=wire.MAX_MESSAGE_BYTES,
        )
        async with connection as socket:
            await socket.send(wire.encode_text(self._hello))
            await self._hear(socket, until=Welcome)
            await self._converse(socket)

    async def _converse(self, socket: ClientConnection) -> None:
        """Speak and listen until one of both ends."""
        parts = (self._hear(socket, until=Ended), self._speak(socket), self._beat(socket), self._report(socket))
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _hear(self, socket: ClientConnection, until: type[Welcome] | type[Ended]) -> None:
        """Listen; returns after a message of the kind `until`. Raises TimeoutError when the server is silent."""
        while True:
            async with asyncio.timeout(wire.DEAD_SECONDS):
                message = wire.decode_server(await socket.recv())
            match message:
                case Ack():
                    self._attempt = 0
                    self._outbox.acknowledge(message.sequence)
                    self._told(message.next, message.credit)
                case Welcome():
                    self.connections += 1
                    self._lost = False
                    self._outbox.resume(message.next, message.holes)
                    self._told(message.next, message.credit)
                case Ended():
                    self._outbox.resume(message.next)
                    self._told(message.next, 0)
                    self._ended = True
            if isinstance(message, until):
                return

    def _told(self, next_index: int, credit: int) -> None:
        self.acknowledged = max(self.acknowledged, next_index)
        self._credit = credit
        self._room.set()
        self._work.set()

    async def _speak(self, socket: ClientConnection) -> None:
        while True:
            data = self._outbox.take(self._credit)
            if data is not None:
                await socket.send(wire.encode_data(data))
                continue
            if self._finishing and not self._outbox.waits:
                break
            self._work.clear()
            await self._work.wait()
        await socket.send(wire.encode_text(End(self._outbox.end)))
        await asyncio.get_running_loop().create_future()  # `ended` or a broken line ends this task

    async def _beat(self, socket: ClientConnection) -> None:
        text = wire.encode_text(wire.Heartbeat())
        while True:
            await asyncio.sleep(wire.HEARTBEAT_SECONDS)
            await socket.send(text)

    async def _report(self, socket: ClientConnection) -> None:
        while True:
            self._changed.clear()
            if self._status is not None:
                await socket.send(wire.encode_text(self._status))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wire.STATUS_SECONDS)


def check_url(url: str) -> None:
    """Raises ConfigurationError when `url` can never be the address of ingest, so that nobody waits for it."""
    try:
        fits = not parse_uri(url).query
    except (InvalidURI, ValueError):
        fits = False
    if not fits:
        wanted = f"ws://HOST:8052{wire.PATH}"
        raise ConfigurationError(f"{url.partition('?')[0]} is not the address of a phones' socket, such as {wanted}")


def hello_for(token: str, recording: str, rate: float, gain: float, lead: str, started_ms: int) -> Hello:
    """The hello of a reference client. rate in Hz; gain in units per millivolt; started_ms: wall ms of sample 0."""
    return Hello(wire.VERSION, token, recording, rate, gain, lead, started_ms)


def sentence(error: ProtocolError) -> str:
    """What to tell the person whose phone was refused."""
    name = CloseCode(error.code).name.lower().replace("_", " ") if error.code in list(CloseCode) else "closed"
    return f"the server refused ({error.code}, {name}): {error.reason}"
