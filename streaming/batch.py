"""All phones' chunks on their way to the disk: one append every few milliseconds, and nobody told before it is done."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from redis.exceptions import RedisError

from ecg.errors import WardbeatError
from streaming.claims import Claim
from streaming.codec import RecordingFacts, StoredChunk

FLUSH_SECONDS = 0.008
"""Chunks that come within this time share one append, and so one fsync."""
STUCK_SECONDS = 2.0
MAX_CHUNKS = 1000
"""Most chunks in one append."""
RETRY_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
"""Waits before the append is tried again; the last one for ever."""

STORE_ERRORS = (RedisError, OSError)
"""What a stream server that refuses looks like. One that is away is waited for inside the bus."""

log = logging.getLogger("wardbeat.ingest")


class DurableBus(Protocol):
    """The part of `streaming.bus` that ingest uses. Every method waits while the server is away."""

    async def append(self, chunks: Sequence[StoredChunk], /) -> list[int]:
        """Store what is new of each chunk; answers, once it is on disk, with each recording's next device sample index.

        FENCED where another claim is newer than the chunk's epoch.
        """
        ...

    async def put_facts(self, facts: RecordingFacts, /) -> None:
        """Keep what hello said."""
        ...

    async def facts(self, recordings: Sequence[str], /) -> dict[str, RecordingFacts]:
        """What hello said of those recordings that somebody began."""
        ...

    async def claim(self, recording: str, /) -> Claim:
        """What is durable of a recording; chunks of earlier claims are FENCED from now on."""
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    stored: StoredChunk
    done: Callable[[int], None]


class Batch:
    """Collects chunks and appends them until it is stopped. Nothing is dropped: a failed append is repeated."""

    def __init__(self, bus: DurableBus) -> None:
        self._bus = bus
        self._waiting: list[_Waiting] = []
        self._under_way: Counter[str] = Counter()
        self._some = asyncio.Event()
        self._flushed = asyncio.Condition()
        self._since: float | None = None
        self._failing = False

    def add(self, stored: StoredChunk, done: Callable[[int], None]) -> None:
        """Append `stored` with the next flush, then call `done` with what `DurableBus.append` answers."""
        self._waiting.append(_Waiting(stored, done))
        self._under_way[stored.chunk.recording] += 1
        self._some.set()

    @property
    def stuck(self) -> bool:
        """Whether the store has not answered for STUCK_SECONDS."""
        return self._since is not None and asyncio.get_running_loop().time() - self._since > STUCK_SECONDS

    async def drained(self, recording: str) -> None:
        """Returns once nothing of this recording is on its way."""
        async with self._flushed:
            await self._flushed.wait_for(lambda: not self._under_way[recording])

    async def empty(self) -> None:
        """Returns once nothing at all is on its way."""
        async with self._flushed:
            await self._flushed.wait_for(lambda: not self._under_way.total())

    async def run(self) -> None:
        """Flush for ever."""
        while True:
            await self._some.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            now, self._waiting = self._waiting[:MAX_CHUNKS], self._waiting[MAX_CHUNKS:]
            if not self._waiting:
                self._some.clear()
            await self._flush(now)

    async def _flush(self, now: list[_Waiting]) -> None:
        marks = await self._append([each.stored for each in now])
        for each, mark in zip(now, marks, strict=True):
            self._count_down(each.stored.chunk.recording)
            each.done(mark)
        async with self._flushed:
            self._flushed.notify_all()

    def _count_down(self, recording: str) -> None:
        self._under_way[recording] -= 1
        if not self._under_way[recording]:
            del self._under_way[recording]

    async def _append(self, chunks: list[StoredChunk]) -> list[int]:
        """Append until it works: the marks make a repeat harmless, and the phones wait meanwhile."""
        self._since = asyncio.get_running_loop().time()
        attempt = 0
        while True:
            try:
                marks = await self._bus.append(chunks)
            except (*STORE_ERRORS, WardbeatError) as error:
                self._failed(error)
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
                attempt += 1
            else:
                self._worked()
                return marks

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            log.error("nothing can be stored (%s); the phones keep their samples", type(error).__name__)
        self._failing = True

    def _worked(self) -> None:
        if self._failing:
            log.info("storing works again")
        self._failing = False
        self._since = None
