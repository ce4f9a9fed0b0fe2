"""Phones that break every rule, against a real ingest: what it answers must be what the rules say.

Each connection says a good hello and then messages of which most are mutated. Our own `Intake` is the oracle: it knows
the message at which the server has to hang up, and the close code.
"""

import asyncio
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

import msgspec
import numpy as np

from ecg.errors import ProtocolError
from streaming import wire
from streaming.intake import Admission, Durable, Finish, Intake, Store
from streaming.wire import CloseCode, Data, Hello
from tests.servers import PATIENCE_S

MOST_MESSAGES = 14
HELLO = Hello(1, "token", str(UUID(int=0)), 250.0, 1000.0, "I", 1_764_000_000_000)
UPGRADE = (
    f"GET {wire.PATH} HTTP/1.1\r\nHost: fuzz\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
Message = str | bytes


@dataclass(slots=True)
class _Phone:
    """Where a phone stands that would keep the rules."""

    sequence: int = 0
    start: int = 0


def _frame(dice: random.Random, phone: _Phone) -> bytes:
    count = dice.randint(1, 80)
    leaps = dice.random() < 0.1
    start = phone.start + (dice.randint(1, 500) if leaps or dice.random() < 0.05 else 0)
    data = Data(phone.sequence, start, np.full(count, dice.randint(-9, 9), np.int16), leaps)
    phone.sequence, phone.start = phone.sequence + 1, data.end
    return wire.encode_data(data)


def _sealed(body: bytes) -> bytes:
    return body + struct.pack("<I", crc32(body))


def _renumbered(dice: random.Random, phone: _Phone) -> bytes:
    """A repeat, a frame of the past or of the future: good bytes with other numbers."""
    frame = bytearray(_frame(dice, phone)[:-4])
    if dice.random() < 0.5:
        struct.pack_into("<Q", frame, 6, max(0, phone.start + dice.randint(-600, 600)))
    else:
        phone.sequence -= 1
        struct.pack_into("<I", frame, 2, max(0, phone.sequence + dice.randint(-3, 3)))
    return _sealed(bytes(frame))


def _patched(dice: random.Random, phone: _Phone) -> bytes:
    """Some bytes are others, and the CRC fits again."""
    frame = bytearray(_frame(dice, phone)[:-4])
    for _ in range(dice.randint(1, 3)):
        frame[dice.randrange(len(frame))] = dice.randrange(256)
    return _sealed(bytes(frame))


def _damaged(dice: random.Random, phone: _Phone) -> bytes:
    """Cut, grown, or with changed bits."""
    frame = bytearray(_frame(dice, phone))
    kind = dice.randrange(3)
    if kind == 0:
        return bytes(frame[: dice.randrange(len(frame))])
    if kind == 1:
        return bytes(frame) + dice.randbytes(dice.randint(1, 40))
    frame[dice.randrange(len(frame))] ^= 1 << dice.randrange(8)
    return bytes(frame)


_TEXTS = (
    '{"type":"heartbeat"}',
    '{"type":"heartbeat","x":[1,2,{"y":null}]}',
    '{"type":"end","next":NUMBER}',
    '{"type":"hello","version":NUMBER}',
    '{"type":"ack","next":NUMBER}',
    '{"type":NUMBER}',
    "[" * 900,
    "NUMBER",
    "",
)


def _text(dice: random.Random, _phone: _Phone) -> str:
    if dice.random() < 0.7:
        return _TEXTS[dice.randrange(2)]
    return dice.choice(_TEXTS).replace("NUMBER", str(dice.choice([0, 1, -1, 2**63, 1e300, "null", '"1"'])))


_KINDS: tuple[tuple[int, Callable[[random.Random, _Phone], Message]], ...] = (
    (6, _frame), (60, _renumbered), (12, _patched), (5, _damaged), (8, _text)
)  # fmt: skip


def messages(dice: random.Random) -> list[Message]:
    """What one phone says after its welcome."""
    phone = _Phone()
    kinds = dice.choices([kind for _, kind in _KINDS], [weight for weight, _ in _KINDS], k=MOST_MESSAGES)
    return [kind(dice, phone) for kind in kinds]


def judged(said: Sequence[Message]) -> tuple[int, int]:
    """How many of these messages, with an `end` after the last, a server looks at, and the code of its hanging up."""
    intake = Intake()
    intake.receive(HELLO)
    intake.receive(Admission(1, 0, None))
    mark = 0
    for number, message in enumerate((*said, '{"type":"end"}'), 1):
        try:
            actions = intake.receive(wire.decode_phone(message))
            for action in actions:
                if isinstance(action, Store):
                    mark = max(mark, action.chunk.start + len(action.chunk.samples))
                    actions = [*actions, *intake.receive(Durable(mark, action.sequence))]
        except ProtocolError as error:
            return number, error.code
        if any(isinstance(action, Finish) for action in actions):
            return number, CloseCode.DONE
    raise AssertionError("an end that is whole finishes")


def masked(message: Message) -> bytes:
    """A WebSocket frame of a client; its mask of zeros leaves the payload readable."""
    payload, opcode = (message.encode(), 1) if isinstance(message, str) else (message, 2)
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else struct.pack(">BH", 0x80 | 126, length)
    return bytes([0x80 | opcode]) + size + bytes(4) + payload


async def strike(port: int, token: str, dice: random.Random) -> int:
    """One connection; how many messages the server looked at. AssertionError when it hangs up otherwise."""
    said = messages(dice)
    count, code = judged(said)
    recording = str(UUID(int=dice.getrandbits(128), version=4))
    hello = wire.encode_text(msgspec.structs.replace(HELLO, token=token, recording=recording))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(UPGRADE)
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        writer.write(b"".join(masked(each) for each in (hello, *[*said, '{"type":"end"}'][:count])))
        told = await asyncio.wait_for(_close_code(reader), PATIENCE_S)
    finally:
        writer.transport.abort()
    if told == CloseCode.BUSY:  # its disk or database stood still for seconds: it looked at nothing
        return 0
    assert told == code, f"closed with {told}, not {code}, after {[*said, 'end'][:count]}"
    return count


async def _close_code(reader: asyncio.StreamReader) -> int:
    """What the server's close frame says; whatever it sends before is read over."""
    while True:
        opcode, length = await reader.readexactly(2)
        if length == 126:
            (length,) = struct.unpack(">H", await reader.readexactly(2))
        payload = await reader.readexactly(length)
        if opcode & 0x0F == 8:
            return int.from_bytes(payload[:2], "big")


async def besiege(port: int, tokens: Sequence[str], frames: int, seed: int) -> int:
    """Strike until the server has looked at `frames` messages, one phone of each token at a time; the true number."""
    looked_at = 0

    async def strike_on(number: int, token: str) -> None:
        nonlocal looked_at
        dice = random.Random(seed * 1000 + number)
        while looked_at < frames:
            count = await strike(port, token, dice)
            looked_at += count

    await asyncio.gather(*(strike_on(number, token) for number, token in enumerate(tokens)))
    return looked_at
