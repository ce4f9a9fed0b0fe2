"""Whether an answer of this Valkey means that the write is on disk.

`appendfsync everysec` answers before it writes and loses acknowledged data on a plain kill -9, so only two ways count:
`appendfsync always`, or asking WAITAOF after the write.
"""

import logging
from enum import Enum, auto
from typing import Any

from redis.exceptions import ResponseError

from ecg.errors import ConfigurationError
from streaming.connection import Command, Line

log = logging.getLogger(__name__)

WAIT_MS = 2000
"""How long WAITAOF may take before the write is tried again; everysec needs up to a second."""
_WAIT: Command = (b"WAITAOF", 1, 0, WAIT_MS)


class Durability(Enum):
    """What makes an answer mean "on disk"."""

    ALWAYS = auto()
    """Every answer does: the server syncs its append-only file before it answers."""
    WAITAOF = auto()
    """Only WAITAOF's answer does."""


class DurableWrites:
    """Runs writes and answers only when they are on disk."""

    def __init__(self, connection: Line) -> None:
        self._connection = connection
        self._known: Durability | None = None
        self._known_at = -1
        self._has_complained = False

    async def run(self, commands: list[Command]) -> list[Any]:
        """The answers of `commands`, all of them on disk. They may be carried out more than once.

        Every command must write even when it repeats one, else there is nothing for WAITAOF to wait for.
        Raises ConfigurationError when this server cannot promise durability: then nothing may be acknowledged.
        """
        while True:
            mode = await self.learn()
            waits = [_WAIT] if mode is Durability.WAITAOF else []
            answers = await self._connection.run([*commands, *waits])
            if self._known_at == self._connection.losses and (not waits or answers.pop()[0] >= 1):
                return answers

    async def learn(self) -> Durability:
        """How this server can be durable; asked again after it was lost. Raises ConfigurationError if it cannot."""
        while self._known is None or self._known_at != self._connection.losses:
            self._known_at = self._connection.losses
            self._known = await self._ask()
        return self._known

    async def _ask(self) -> Durability:
        if await self._config(b"appendonly") == b"yes" and await self._config(b"appendfsync") == b"always":
            return Durability.ALWAYS
        try:
            await self._connection.run([_WAIT])
        except ResponseError as error:
            raise self._complaint() from error
        log.warning("Valkey does not run with appendfsync always: every write waits for WAITAOF, up to a second.")
        return Durability.WAITAOF

    def _complaint(self) -> ConfigurationError:
        sentence = (
            "Valkey keeps no append-only file, so no sample can be acknowledged. "
            "Start it with: --appendonly yes --appendfsync always"
        )
        if not self._has_complained:
            log.error(sentence)
        self._has_complained = True
        return ConfigurationError(sentence)

    async def _config(self, name: bytes) -> bytes | None:
        """A server setting; None where the server does not tell (managed servers forbid CONFIG)."""
        try:
            (answer,) = await self._connection.run([(b"CONFIG", b"GET", name)])
        except ResponseError:
            return None
        return bytes(answer[1]) if answer else None
