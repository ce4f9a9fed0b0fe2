"""Phones for measurements: a thousand in one process, each little more than a socket; only the bytes are real.

A frame is masked with zeros, which RFC 6455 allows and which costs nothing. What a phone has saved up it sends as
docs/PROTOCOL.md asks: the last second at once, the rest late, in long frames, with half of the credit.
"""

import asyncio
import re
import struct
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ecg.rates import device_index
from streaming import wire
from streaming.loops import LoopedSignal
from streaming.wire import Data, Hello

CHUNK_S = 0.25
UPGRADE = (
    f"GET {wire.PATH} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
NEXT = re.compile(rb'"next":(\d+)')
SEQUENCE = re.compile(rb'"sequence":(\d+)')
LATE_FRAME, LATE_IN_FLIGHT = 2_000, 10_000  # samples
TEXT, BINARY = 0x81, 0x82


def framed(opcode: int, payload: bytes) -> bytes:
    """A client's WebSocket frame."""
    size = len(payload)
    head = bytes([opcode, 0x80 | size]) if size < 126 else struct.pack(">BBH", opcode, 0x80 | 126, size)
    return head + bytes(4) + payload


HEARTBEAT = framed(TEXT, wire.encode_text(wire.Heartbeat()).encode())


@dataclass(slots=True, eq=False)
class RawPhone(asyncio.Protocol):
    """One phone. delays_s: from a frame to its acknowledgement; backlog_s: what it has saved up."""

    hello: Hello
    loop: LoopedSignal
    backlog_s: float = 0.0
    delays_s: list[float] = field(default_factory=list)
    acknowledged: int = 0
    sent: int = 0
    welcomed_at: float = 0.0
    ends: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    _unacknowledged: deque[tuple[int, float]] = field(default_factory=deque)
    _transport: asyncio.Transport | None = None
    _sequence: int = 0
    _late: deque[tuple[int, NDArray[np.int16]]] = field(default_factory=deque)
    _late_sent: deque[tuple[int, int]] = field(default_factory=deque)

    @property
    def caught_up(self) -> bool:
        """Whether all that was saved up is acknowledged."""
        return bool(self.welcomed_at) and not self._late and not self._late_sent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(UPGRADE + framed(TEXT, wire.encode_text(self.hello).encode()))

    def data_received(self, data: bytes) -> None:
        """Only the newest `next` matters. The first is the welcome's."""
        found = NEXT.findall(data)
        if not found:
            return
        now, self.acknowledged = time.perf_counter(), int(found[-1])
        if not self.welcomed_at:
            self.welcomed_at = now
            self._leap()
        if settled := SEQUENCE.findall(data):
            self._send_late(int(settled[-1]))
        while self._unacknowledged and self._unacknowledged[0][0] <= self.acknowledged:
            self.delays_s.append(now - self._unacknowledged.popleft()[1])

    def step(self) -> None:
        """A quarter of a second later."""
        if self.welcomed_at and self._transport is not None and not self._transport.is_closing():
            self._send_until(self.sent + int(CHUNK_S * self.loop.rate))
            if self._sequence % 20 == 0:
                self._transport.write(HEARTBEAT)

    def _leap(self) -> None:
        newest = int(self.backlog_s * self.loop.rate)
        self.sent = max(0, newest - int(self.loop.rate))
        for at in range(0, self.sent, LATE_FRAME):
            self._late += self.loop.between(at, min(self.sent, at + LATE_FRAME))
        self._send_until(newest)
        self._send_late(-1)

    def _send_late(self, settled: int) -> None:
        while self._late_sent and self._late_sent[0][0] <= settled:
            self._late_sent.popleft()
        flying = sum(count for _, count in self._late_sent)
        while self._late and flying + len(self._late[0][1]) <= LATE_IN_FLIGHT:
            start, samples = self._late.popleft()
            self._late_sent.append((self._sequence, len(samples)))
            self._write(start, samples)
            flying += len(samples)

    def _send_until(self, end: int) -> None:
        chunk, now = int(CHUNK_S * self.loop.rate), time.perf_counter()
        for at in range(self.sent, end, chunk):
            for start, samples in self.loop.between(at, min(end, at + chunk)):
                self._write(start, samples)
                self._note(start + len(samples), now)
        self.sent = max(self.sent, end)

    def _write(self, start: int, samples: NDArray[np.int16]) -> None:
        assert self._transport is not None
        frame = wire.encode_data(Data(self._sequence, start, samples, leaps=self._sequence == 0))
        self._transport.write(framed(BINARY, frame))
        self._sequence += 1

    def _note(self, end: int, now: float) -> None:
        self._unacknowledged.append((end, now))
        self.ends.append(end)
        self.times.append(now)

    def sent_at(self, house_index: int) -> float | None:
        """When the sample at a house index was sent; None for one that is not ours."""
        place = bisect_left(self.ends, device_index(house_index, self.loop.rate) + 1)
        return self.times[place] if place < len(self.times) else None


async def play(phones: list[RawPhone], host: str, port: int) -> None:
    """Connect all, and let each send four times a second, spread evenly, for ever."""
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.create_connection(lambda phone=phone: phone, host, port) for phone in phones))  # type: ignore[misc]
    began, slots = loop.time(), list(_slots(phones))
    step_s = CHUNK_S / len(slots)
    for number in range(1 << 62):
        await asyncio.sleep(max(0.0, began + number * step_s - loop.time()))
        for phone in slots[number % len(slots)]:
            phone.step()


def _slots(phones: list[RawPhone]) -> Iterator[list[RawPhone]]:
    """Fifty times a quarter of a second: real phones do not send in step."""
    for slot in np.array_split(np.arange(len(phones)), min(50, len(phones))):
        yield [phones[number] for number in slot]
