"""Whether the stream server has room for more: what is full takes nothing new, and never throws away.

Memory fills when the recorder or a worker stands still, because the streams are trimmed only behind both.
"""

import logging
import os
import time
from dataclasses import dataclass

from ecg.errors import ConfigurationError
from streaming import keys
from streaming.connection import Command, Line

log = logging.getLogger("wardbeat.ingest")

LOOK_SECONDS = 1.0
TOLD_MS = 5000
"""So long the word that the store is full holds without being said again."""
SHARE_OF_SERVER = 0.8
"""Of the server's own `maxmemory`: room is left for snapshots, events and marks."""
SHARE_OF_MACHINE = 0.5
ROOM_AGAIN = 0.9
"""Below this share of the bound there is room again."""
_INFO: Command = (b"INFO", b"memory")


@dataclass(frozen=True, slots=True)
class Memory:
    """used, bound: bytes. evicts: the server would throw entries away by itself."""

    used: int
    bound: int
    evicts: bool


class StoreRoom:
    """One process's look at the server's memory. most_mb: the bound; None: half of this machine's memory."""

    def __init__(self, connection: Line, most_mb: int | None) -> None:
        self._connection = connection
        self._most = int(_machine_bytes() * SHARE_OF_MACHINE) if most_mb is None else most_mb << 20
        self.full_since_ms: int | None = None
        """Wall ms; None while there is room."""

    async def check(self) -> None:
        """Raises ConfigurationError when the server may throw away what was acknowledged."""
        if (await self.memory()).evicts:
            raise ConfigurationError(
                "Valkey may throw acknowledged samples away when its memory is full. "
                "Start it with: --maxmemory-policy noeviction"
            )

    async def memory(self) -> Memory:
        """As the server tells it."""
        (answer,) = await self._connection.run([_INFO])
        told = dict(line.split(":", 1) for line in bytes(answer).decode().splitlines() if ":" in line)
        own = int(told.get("maxmemory", 0))
        bound = min(self._most, int(own * SHARE_OF_SERVER)) if own else self._most
        policy = told.get("maxmemory_policy", "noeviction").strip()
        return Memory(int(told["used_memory"]), bound, own > 0 and policy != "noeviction")

    async def look(self) -> bool:
        """Whether the store is full. Tells the screens, and the log once."""
        memory = await self.memory()
        was_full = self.full_since_ms is not None
        if memory.used >= memory.bound and not was_full:
            self.full_since_ms = time.time_ns() // 1_000_000
            log.error(
                "the store is full (%d of %d MB): nothing new is taken, the phones keep their data. "
                "Look after the recorder and the workers",
                memory.used >> 20,
                memory.bound >> 20,
            )
        elif memory.used < ROOM_AGAIN * memory.bound and was_full:
            self.full_since_ms = None
            log.warning("the store has room again (%d of %d MB)", memory.used >> 20, memory.bound >> 20)
        if self.full_since_ms is not None:
            await self._connection.run([(b"SET", keys.FULL, self.full_since_ms, b"PX", TOLD_MS)])
        elif was_full:
            await self._connection.run([(b"DEL", keys.FULL)])
        return self.full_since_ms is not None


async def full_since_ms(connection: Line) -> int | None:
    """Since when ingest says that the store is full; None when it does not."""
    (told,) = await connection.run([(b"GET", keys.FULL)])
    return None if told is None else int(told)


def _machine_bytes() -> int:
    if not hasattr(os, "sysconf"):
        return 4 << 30  # Windows does not tell without a library
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
