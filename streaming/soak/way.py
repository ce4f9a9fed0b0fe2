"""A bad way between phones and ingest: a proxy that delays, drops, repeats and swaps data frames, and cuts lines.

phone ──▶ handshake and text pass; each binary WebSocket message is left to `Mischief` ──▶ ingest
      ◀── passes as it is ─────────────────────────────────────────────────────────────
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field

from websockets.frames import Opcode

HIGHEST_DELAY_S = 0.2
MOST_OVERTAKEN = 3
_HEAD_END = b"\r\n\r\n"
_BROKEN = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)

log = logging.getLogger("wardbeat.soak")


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares (0 to 1) of the data frames that meet with each; cuts: lines broken in a minute, of all together."""

    drop: float = 0.0
    delay: float = 0.0
    dup: float = 0.0
    reorder: float = 0.0
    cuts: float = 0.0


@dataclass(slots=True)
class Tally:
    """What was done to frames and lines."""

    frames: int = 0
    dropped: int = 0
    delayed: int = 0
    repeated: int = 0
    swapped: int = 0
    cut: int = 0


@dataclass(slots=True)
class Mischief:
    """Decides for the data frames of one line. Pure but for its dice."""

    faults: Faults
    dice: random.Random
    tally: Tally
    _late: bytes = b""
    _overtaken: int = 0

    def receive(self, frame: bytes) -> list[bytes]:
        """What comes out now, in this order; a frame that is held back comes out behind one to three later ones."""
        self.tally.frames += 1
        if self._happens(self.faults.drop):
            self.tally.dropped += 1
            return []
        if not self._late and self._happens(self.faults.reorder):
            self.tally.swapped += 1
            self._late, self._overtaken = frame, self.dice.randint(1, MOST_OVERTAKEN)
            return []
        out = [frame]
        if self._happens(self.faults.dup):
            self.tally.repeated += 1
            out.append(frame)
        self._overtaken -= 1
        return [*out, *self.release()] if self._late and self._overtaken <= 0 else out

    def release(self) -> list[bytes]:
        """What was held back: text messages overtake nothing."""
        late, self._late = self._late, b""
        return [late] if late else []

    def pause_s(self) -> float:
        """How long this frame, and all behind it, wait."""
        if not self._happens(self.faults.delay):
            return 0.0
        self.tally.delayed += 1
        return self.dice.uniform(0.0, HIGHEST_DELAY_S)

    def _happens(self, share: float) -> bool:
        return self.dice.random() < share


@dataclass(slots=True)
class BadWay:
    """The proxy before ingest at `host`:`port`. The same dice and the same frames meet with the same faults."""

    host: str
    port: int
    faults: Faults
    dice: random.Random
    tally: Tally = field(default_factory=Tally)
    _lines: list[asyncio.StreamWriter] = field(default_factory=list)

    async def open(self) -> asyncio.Server:
        """Listen on a free port of loopback."""
        return await asyncio.start_server(self._line, "127.0.0.1", 0)

    async def cut(self) -> None:
        """Break a line now and then, for ever."""
        while self.faults.cuts:
            await asyncio.sleep(self.dice.expovariate(self.faults.cuts / 60))
            if self._lines:
                self.tally.cut += 1
                self.dice.choice(self._lines).transport.abort()

    async def _line(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        self._lines.append(to_phone)
        try:
            ingest, to_ingest = await asyncio.open_connection(self.host, self.port)
            mischief = Mischief(self.faults, random.Random(self.dice.random()), self.tally)
            await _until_one_ends(_frames(phone, to_ingest, mischief), _bytes(ingest, to_phone))
            to_ingest.transport.abort()
        except OSError:
            log.debug("ingest does not listen")
        finally:
            self._lines.remove(to_phone)
            to_phone.transport.abort()


async def _until_one_ends(*ways: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(way) for way in ways]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait(tasks[1:], timeout=0.1)  # a close code that is on its way still arrives
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _bytes(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(*_BROKEN):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()


async def _frames(source: asyncio.StreamReader, target: asyncio.StreamWriter, mischief: Mischief) -> None:
    with contextlib.suppress(*_BROKEN):
        target.write(await source.readuntil(_HEAD_END))
        while True:
            frame = await _frame(source)
            if frame[0] & 0x0F == Opcode.BINARY:
                if pause := mischief.pause_s():
                    await asyncio.sleep(pause)
                _send(target, mischief.receive(frame))
            else:
                _send(target, [*mischief.release(), frame])
            await target.drain()


async def _frame(source: asyncio.StreamReader) -> bytes:
    """A whole WebSocket frame of a client, masked as it is (RFC 6455, 5.2)."""
    head = await source.readexactly(2)
    short = head[1] & 0x7F
    size = await source.readexactly({126: 2, 127: 8}.get(short, 0))
    length = int.from_bytes(size, "big") if size else short
    return head + size + await source.readexactly(4 + length)


def _send(target: asyncio.StreamWriter, frames: Sequence[bytes]) -> None:
    for frame in frames:
        target.write(frame)
