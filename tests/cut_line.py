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

    async def serve(self, begun: threading.Event, ended: asyncio.Event) -> None:
        """Until `ended`."""
        async with await asyncio.start_server(self._pass, "127.0.0.1", self.port):
            begun.set()
            await ended.wait()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.far_port)
        ways = [self._one_way(reader, far_writer), self._one_way(far_reader, writer)]
        await asyncio.gather(*ways, return_exceptions=True)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            while data := await reader.read(1 << 16):
                while not self.whole.is_set():
                    await asyncio.sleep(0.02)
                writer.write(data)
                await writer.drain()


@contextmanager
def line_to(far_port: int) -> Iterator[Line]:
    """A whole line, in a thread of its own."""
    line, begun, loop = Line(far_port), threading.Event(), asyncio.new_event_loop()
    line.whole.set()
    ended = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(line.serve(begun, ended),), daemon=True)
    thread.start()
    begun.wait()
    yield line
    line.whole.set()
    loop.call_soon_threadsafe(ended.set)
    thread.join(5)
