"""The door of ingest: how many strangers may stand in it, and how many sockets this machine lets a process have.

A stranger is a connection whose device is not known yet: a phone for a moment, an idle or malicious socket for ever.
"""

import asyncio
import sys
from collections import defaultdict
from typing import cast

from websockets.asyncio.server import Server, ServerConnection
from websockets.server import ServerProtocol

MAX_STRANGERS = 1000
"""Strangers of one address; the next one takes the place of the one that has stood there longest. So who fills the door
with idle sockets pushes out their own, and a ward behind one proxy, whose phones are known within a second, gets in."""
OWN_FILES = 100
"""Open files of ingest that are no phones: database, store, libraries."""


class Door:
    """Strangers by address, in the order in which they came."""

    def __init__(self, most: int = MAX_STRANGERS) -> None:
        self._most = most
        self._strangers: defaultdict[str, dict[asyncio.BaseTransport, None]] = defaultdict(dict)
        self.pushed_out = 0
        """Strangers that had to make room."""

    def enter(self, transport: asyncio.Transport) -> None:
        """A new connection; the longest-standing stranger of its address is cut off when there are too many."""
        strangers = self._strangers[_address(transport)]
        strangers[transport] = None
        if len(strangers) > self._most:
            oldest = cast(asyncio.Transport, next(iter(strangers)))
            del strangers[oldest]
            self.pushed_out += 1
            oldest.abort()

    def leave(self, transport: asyncio.BaseTransport) -> None:
        """No stranger any more: its device is known, or it is gone."""
        address = _address(transport)
        self._strangers[address].pop(transport, None)
        if not self._strangers[address]:
            del self._strangers[address]

    def __len__(self) -> int:
        return sum(map(len, self._strangers.values()))

    def connection(self, protocol: ServerProtocol, server: Server, **options: float | None) -> ServerConnection:
        """What `websockets.serve` makes of a new socket, watched from before its first byte to its end."""
        return _Watched(self, protocol, server, **options)


class _Watched(ServerConnection):
    def __init__(self, door: Door, protocol: ServerProtocol, server: Server, **options: float | None) -> None:
        super().__init__(protocol, server, **options)  # type: ignore[arg-type]
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._door.enter(cast(asyncio.Transport, transport))

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.leave(self.transport)
        super().connection_lost(exc)


def _address(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""


def open_files() -> int:
    """How many files and sockets this process may have open, after asking for as many as the system grants."""
    if sys.platform == "win32":
        return 1 << 30
    import resource  # noqa: PLC0415  not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1 << 20 if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
