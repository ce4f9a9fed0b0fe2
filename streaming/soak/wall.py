"""Who watches a soak: a wall on the gateway's socket, and the clocks that say how long after a kill life went on."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

AGAIN_S = 0.2
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Sign:
    """A kill (its number), whose sign of life beyond which index was waited for, and the seconds until it came."""

    kill: int
    recording: str
    mark: int
    took_s: float


@dataclass(slots=True)
class Clocks:
    """For each kill and recording: how long until something beyond the mark of that moment was seen."""

    _waiting: dict[str, deque[tuple[int, int, float]]] = field(default_factory=dict)
    signs: list[Sign] = field(default_factory=list)

    def start(self, kill: int, marks: dict[str, int], now: float) -> None:
        """From now on wait for an index beyond each recording's mark."""
        for recording, mark in marks.items():
            self._waiting.setdefault(recording, deque()).append((kill, mark, now))

    def seen(self, recording: str, index: int, now: float) -> None:
        """Note that an index was seen."""
        waiting = self._waiting.get(recording)
        while waiting and waiting[0][1] < index:
            kill, mark, since = waiting.popleft()
            self.signs.append(Sign(kill, recording, mark, now - since))

    @property
    def waits(self) -> bool:
        """Whether anything is waited for."""
        return any(self._waiting.values())

    def all_signs(self) -> list[Sign]:
        """What came, and with infinitely many seconds what did not."""
        missing = [Sign(kill, name, mark, inf) for name, some in self._waiting.items() for kill, mark, _ in some]
        return self.signs + missing


@dataclass(slots=True)
class Wall:
    """A screen of all beds that comes back whenever it is thrown out. ticket: a new one for each try."""

    url: str
    origin: str
    ticket: Callable[[], str]
    clocks: Clocks = field(default_factory=Clocks)
    beats: int = 0
    _beds: dict[int, str] = field(default_factory=dict)

    async def watch(self) -> None:
        """For ever."""
        while True:
            try:
                await self._look()
            except (OSError, TimeoutError, WebSocketException):
                await asyncio.sleep(AGAIN_S)

    async def _look(self) -> None:
        line = connect(self.url, origin=Origin(self.origin), compression=None, max_size=None, proxy=None)
        async with line as socket:
            await socket.send(json.dumps({"ticket": self.ticket(), "beds": "all"}))
            async for message in socket:
                if isinstance(message, str):
                    self._hear(json.loads(message), time.monotonic())

    def _hear(self, news: dict[str, Any], now: float) -> None:
        if news["type"] == "beds":
            self._beds = {
                int(bed["channel"]): str(bed["recording"]) for bed in news["beds"] if bed["channel"] is not None
            }
        for event in news.get("events", ()):
            if event["kind"] == "beat" and (recording := self._beds.get(int(event["channel"]))):
                self.beats += 1
                self.clocks.seen(recording, int(event["index"]), now)


async def watch_acknowledgements(acknowledged: Callable[[], dict[str, int]], clocks: Clocks) -> None:
    """Look at what the phones know, for ever."""
    while True:
        await asyncio.sleep(LOOK_S)
        if clocks.waits:
            for recording, index in acknowledged().items():
                clocks.seen(recording, index, time.monotonic())
