"""The wire protocol, version 1: bytes and text to messages and back. Pure. docs/PROTOCOL.md is the contract.

Whatever a phone sends either becomes a message here or raises `ProtocolError` with a close code and a sentence.
No sentence repeats what the phone sent: tokens must not reach a log or a close reason.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from ecg.errors import ProtocolError

VERSION = 1
PATH = "/v1/stream"
MAX_MESSAGE_BYTES = 65_536
MAX_SAMPLES = 10_000
"""Samples in one data frame: ten seconds at the highest rate."""
MAX_INDEX = 1 << 48
"""No sample index reaches this: 8,900 years at 1000 Hz, and exact in a double."""
HEARTBEAT_SECONDS = 5
DEAD_SECONDS = 15
STATUS_SECONDS = 60
"""A phone says at least this often how it is."""
CREDIT = 20_000
"""Samples of one phone that may be on their way to the disk (20 s at 1000 Hz)."""
MAX_HOLES = 16
"""Leaped-over stretches of one recording that may be open at a time."""
HELLO_SECONDS = 10

_MAGIC = 0xE0 | VERSION
_DATA = 0x01
_LEAP = 0x02
_HEADER = struct.Struct("<BBIQH")
_CRC = struct.Struct("<I")
_ENVELOPE_BYTES = _HEADER.size + _CRC.size
_UNREADABLE = (msgspec.MsgspecError, RecursionError, ValueError)


class CloseCode(IntEnum):
    """Why a connection closes; the table in docs/PROTOCOL.md says what the phone does then."""

    DONE = 1000
    GOING_AWAY = 1001
    TOO_BIG = 1009
    BAD_MESSAGE = 4400
    TOKEN_REFUSED = 4401
    WRONG_VERSION = 4402
    NOT_YOUR_RECORDING = 4403
    RATE_REFUSED = 4404
    GAIN_REFUSED = 4405
    BAD_FRAME = 4406
    BAD_CRC = 4407
    HELLO_TIMEOUT = 4408
    SUPERSEDED = 4409
    SEQUENCE = 4410
    RECORDING_DIFFERS = 4411
    JUMP_TOO_FAR = 4412
    SILENT = 4413
    TOO_MANY_HOLES = 4414
    BUSY = 4429


FATAL_CODES = frozenset(CloseCode) - {
    CloseCode.GOING_AWAY,
    CloseCode.BAD_CRC,
    CloseCode.HELLO_TIMEOUT,
    CloseCode.SEQUENCE,
    CloseCode.SILENT,
    CloseCode.TOO_MANY_HOLES,
    CloseCode.BUSY,
}
"""After these a phone must not connect again by itself: the same would happen again."""


class _Tagged(msgspec.Struct, frozen=True, tag_field="type", tag=str.lower):
    """A text message; the tag is the class's name in lower case."""


class Hello(_Tagged, frozen=True):
    """The phone's first message. rate in Hz; gain in units per millivolt; started: wall ms of sample 0."""

    version: int
    token: str
    recording: str
    rate: float
    gain: float
    lead: str
    started: int
    device: str | None = None


class Heartbeat(_Tagged, frozen=True):
    """A sign of life, from either side."""


class Status(_Tagged, frozen=True):
    """What a phone knows of itself. battery: percent; None: it does not know. contact: with the skin, "yes", "no" or
    "unknown".
    """

    battery: int | None = None
    charging: bool | None = None
    contact: str = "unknown"


class End(_Tagged, frozen=True):
    """The phone has sent the last sample of the recording. next: index one past it, None when it does not say."""

    next: int | None = None


class Welcome(_Tagged, frozen=True):
    """The server's answer to hello. next: the first device sample that is not durable and no hole's.

    holes: [start, end) before `next` that were leaped over and may still come. credit: see `Ack`.
    """

    recording: str
    next: int
    holes: tuple[tuple[int, int], ...] = ()
    credit: int = CREDIT
    heartbeat: int = HEARTBEAT_SECONDS
    max_samples: int = MAX_SAMPLES


class Ack(_Tagged, frozen=True):
    """Every frame of this connection up to number `sequence` is durable, and so is what was sent before `next`.

    sequence: -1 before the first frame. credit: samples that may be in flight, in frames with a higher number; 0 (wait)
    or at least MAX_SAMPLES.
    """

    next: int
    sequence: int
    credit: int = CREDIT


class Ended(_Tagged, frozen=True):
    """The whole recording is durable; `next` is its length."""

    next: int


@dataclass(frozen=True, slots=True)
class Data:
    """One data frame. start: device sample index; samples: int16, shape (n,), 1 <= n <= MAX_SAMPLES, read-only.

    leaps: what lies between the samples before and these is kept by the phone and comes later.
    """

    sequence: int
    start: int
    samples: NDArray[np.int16]
    leaps: bool = False

    @property
    def end(self) -> int:
        """Index one past the last sample."""
        return self.start + len(self.samples)


PhoneMessage = Hello | Heartbeat | Status | End | Data
PhoneText = Hello | Heartbeat | Status | End
ServerMessage = Welcome | Ack | Heartbeat | Ended


class _Version(msgspec.Struct):
    type: str
    version: int | None = None


_VERSIONS = msgspec.json.Decoder(_Version)
_PHONE_TEXT: msgspec.json.Decoder[PhoneText] = msgspec.json.Decoder(PhoneText)
_SERVER_TEXT: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(Welcome | Ack | Heartbeat | Ended)
_ENCODER = msgspec.json.Encoder()


def decode_phone(message: str | bytes) -> PhoneMessage:
    """What a phone sent: text is str, a data frame is bytes. Raises ProtocolError."""
    return _decode_text(message) if isinstance(message, str) else decode_data(message)


def decode_server(message: str | bytes) -> ServerMessage:
    """What the server sent. Raises ProtocolError."""
    try:
        return _SERVER_TEXT.decode(message)
    except _UNREADABLE as error:
        raise ProtocolError(CloseCode.BAD_MESSAGE, "this is not a message of the server") from error


def encode_text(message: PhoneText | ServerMessage) -> str:
    """A text message of either side."""
    return _ENCODER.encode(message).decode()


def encode_ack(next_index: int, sequence: int, credit: int = CREDIT) -> str:
    """`encode_text` of this Ack, without the machinery: one is sent for nearly every frame."""
    return f'{{"type":"ack","next":{next_index},"sequence":{sequence},"credit":{credit}}}'


def encode_data(data: Data) -> bytes:
    """One data frame. Raises ProtocolError when a field does not fit."""
    count = len(data.samples)
    _require_frame(1 <= count <= MAX_SAMPLES and 0 <= data.start <= MAX_INDEX - count)
    _require_frame(0 <= data.sequence < 1 << 32)
    body = _HEADER.pack(_MAGIC, _LEAP if data.leaps else _DATA, data.sequence, data.start, count)
    body += data.samples.astype("<i2", casting="equiv", copy=False).tobytes()
    return body + _CRC.pack(crc32(body))


def decode_data(frame: bytes) -> Data:
    """One data frame; the samples are a read-only view of it. Raises ProtocolError."""
    _require_frame(len(frame) >= _ENVELOPE_BYTES)
    magic, kind, sequence, start, count = _HEADER.unpack_from(frame)
    _require_frame(magic == _MAGIC and kind in (_DATA, _LEAP))
    _require_frame(1 <= count <= MAX_SAMPLES and len(frame) == _ENVELOPE_BYTES + 2 * count)
    if crc32(memoryview(frame)[: -_CRC.size]) != _CRC.unpack_from(frame, len(frame) - _CRC.size)[0]:
        raise ProtocolError(CloseCode.BAD_CRC, "the data frame's CRC-32 does not match its bytes")
    _require_frame(start + count <= MAX_INDEX)
    samples = np.frombuffer(frame, "<i2", count, _HEADER.size).astype(np.int16, copy=False)
    return Data(sequence, start, samples, kind == _LEAP)


def _require_frame(condition: bool) -> None:
    if not condition:
        raise ProtocolError(
            CloseCode.BAD_FRAME,
            "the data frame's magic, type, length, count or index is wrong",
        )


def _decode_text(text: str) -> PhoneText:
    try:
        envelope = _VERSIONS.decode(text)
        if envelope.type == "hello" and envelope.version != VERSION:
            raise ProtocolError(
                CloseCode.WRONG_VERSION,
                f"this server speaks protocol version {VERSION} only",
            )
        return _PHONE_TEXT.decode(text)
    except _UNREADABLE as error:
        raise ProtocolError(CloseCode.BAD_MESSAGE, "the text message is not one that a phone may send") from error
