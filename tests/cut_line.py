"""A line between a browser and a server that a test can cut: what is in it stays there, and nobody is told."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streaming.own_place import free_port


@dataclass(slots=True)
class Line:
    """Passes bytes both ways between `port` and `far_port` of the loopback address while it is `whole`."""

    far_port: int
    port: int = field(default_factory=free_port)
    whole: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def tear(self) -> None:
        """Break all that is connected now; both ends are told."""
        assert self._loop is not None
        for writer in list(self._open):
            self._loop.call_soon_threadsafe(writer.transport.abort)

    async def serve(self, begun: threading.Event, ended: threading.Event) -> None:
        """Until `ended`; what is under way then is cut off."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        begun.set()
        await asyncio.to_thread(ended.wait)
        server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.far_port)
        ways = [self._one_way(reader, far_writer), self._one_way(far_reader, writer)]
        with contextlib.suppress(asyncio.CancelledError):  # the end; asyncio's streams would log it as an error
            await asyncio.gather(*ways, return_exceptions=True)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.closing(writer):
            while data := await reader.read(1 << 16):
                while not self.whole.is_set():
                    await asyncio.sleep(0.02)
                writer.write(data)
                await writer.drain()
        self._open.discard(writer)


@contextmanager
def line_to(far_port: int) -> Iterator[Line]:
    """A whole line, in a thread of its own."""
    line, begun, ended = Line(far_port), threading.Event(), threading.Event()
    line.whole.set()
    thread = threading.Thread(target=lambda: asyncio.run(line.serve(begun, ended)), daemon=True)
    thread.start()
    begun.wait()
    try:
        yield line
    finally:
        line.whole.set()
        ended.set()
        thread.join()
