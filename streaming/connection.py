"""One process's line to Valkey: it never gives up, never breaks off a command, and says once that it is lost.

redis-py would re-send commands by itself and silently; here its retries are off and ours are the only ones, so
every sequence of commands given to `run` may be carried out twice and must be repeatable.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from streaming.outage import Outage
from streaming.scripts import SOURCES

Command = tuple[bytes | str | int | float, ...]

SOCKET_TIMEOUT = 5.0
"""Seconds without an answer after which the server counts as lost. Longer than any BLOCK or WAITAOF used here."""
_LOST = (LostConnection, NoAnswer, ReadOnlyError, OSError)
_FOR_NOW = ("MISCONF", "OOM ", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN")
"""Refusals that pass when a disk, memory or a replica comes back; waited out like a lost server."""


class _UnableError(Exception):
    """The server answers, but cannot serve for now."""


class Line(Protocol):
    """What bus and leases need of a `ValkeyConnection`."""

    @property
    def losses(self) -> int:
        """How often the server was lost."""
        ...

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        """The answers of `commands`, which may be carried out more than once."""
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...


class ValkeyConnection:
    """Runs sequences of commands, each in one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._outage = Outage("Valkey")

    @property
    def losses(self) -> int:
        """How often the server was lost: what was learnt about it before may no longer hold."""
        return self._outage.count

    @classmethod
    def open(cls, url: str) -> "ValkeyConnection":
        """`url` as redis-py reads it: redis://, rediss:// or unix://. Connects at the first command."""
        return cls(
            Redis.from_url(
                url,
                decode_responses=False,
                protocol=2,
                socket_timeout=SOCKET_TIMEOUT,
                socket_connect_timeout=SOCKET_TIMEOUT,
                retry=Retry(NoBackoff(), 0),
            )
        )

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        """The answers of `commands`, sent in one go; waits as long as the server is away.

        They may be carried out more than once. Raises redis.exceptions.ResponseError when the server refuses one.
        """
        if not commands:
            return []
        while True:
            turns = self._outage.turns
            try:
                answers = await _unbroken(self._attempt(commands))
            except (*_LOST, _UnableError) as error:
                await asyncio.sleep(self._outage.goes_on(error, turns))
            else:
                self._outage.over(turns)
                return answers

    async def _attempt(self, commands: Sequence[Command]) -> list[Any]:
        try:
            return await self._send(commands)
        except NoScriptError:
            await self._send([(b"SCRIPT", b"LOAD", source) for source in SOURCES])
            return await self._send(commands)
        except ResponseError as error:
            if any(word in str(error) for word in _FOR_NOW):
                raise _UnableError(str(error)) from error
            raise

    async def _send(self, commands: Sequence[Command]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)
            return await pipeline.execute()

    async def close(self) -> None:
        """Give the sockets back."""
        await self._redis.aclose()


async def _unbroken(step: Coroutine[Any, Any, list[Any]]) -> list[Any]:
    """The result of `step`, which is seen through to its answer even when the caller is cancelled meanwhile.

    A command broken off in flight would leave its answer in the socket for whoever asks next.
    """
    task = asyncio.create_task(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
