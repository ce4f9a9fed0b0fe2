"""The language of the gateway and the browser (docs/GATEWAY.md): messages as text, traces as bytes. Pure."""

import struct
from collections.abc import Sequence
from typing import Literal

import msgspec

from dashboard.parts import Part, TracePart
from dashboard.screen_news import News, news_of
from ecg.errors import ProtocolError

POLICY_VIOLATION, NOT_NOW, LOGIN_OVER = 1008, 1013, 4401
"""Close codes: the browser broke the rules, should try again later, must log in again."""
BLOCK_HEADER = struct.Struct("<IIdII")
"""channel, start, at_ms (wall ms), number of samples, behind_ms; then int16 samples, padded with zeros to 8 bytes."""


class Hello(msgspec.Struct, forbid_unknown_fields=True):
    """The browser's first and only message. names: whether it wants to show who lies in the beds. parts: traces and
    numbers too, or the alerts alone.
    """

    ticket: str
    beds: Literal["all"] | list[int]
    names: bool = False
    parts: Literal["all", "alerts"] = "all"


class Links(msgspec.Struct, frozen=True):
    """Whether the gateway reaches its store, and for how long (ms) it has not; for how long the store has been full,
    and for how long nobody has kept the alerts (0: somebody does).
    """

    store: bool
    store_lost_ms: int
    store_full_ms: int
    alerts_lost_ms: int


class Clock(msgspec.Struct, frozen=True, tag="clock"):
    """Each second: the gateway's wall time in ms, and the edition of the pages that it belongs to."""

    now: int
    links: Links
    edition: str


class RateLimits(msgspec.Struct, frozen=True):
    """The limits of a patient's heart rate, /min."""

    low: float
    high: float


class DeviceNow(msgspec.Struct, frozen=True):
    """What a device says of itself now: battery in percent, None where it does not say; contact: yes, no, unknown."""

    battery: int | None
    charging: bool | None
    contact: str


class BedSeat(msgspec.Struct, frozen=True):
    """A bed, and the recording that is shown there now with its channel; limits: None in an empty bed.

    name: of the patient; it goes only to who may see it. device: None when it has said nothing for a while.
    """

    ward: str
    bed: str
    bed_id: int
    patient_id: int | None
    initials: str | None
    name: str | None
    limits: RateLimits | None
    device: DeviceNow | None
    channel: int | None
    recording: str | None
    lead: str | None


class Beds(msgspec.Struct, frozen=True, tag="beds"):
    """The directory, again whenever it changes."""

    beds: list[BedSeat]


class ChannelDelay(msgspec.Struct, frozen=True):
    """By how many ms 95 % of a recording's frames came at most later than its quickest (`dashboard.delays`)."""

    channel: int
    p95_ms: int


class Delays(msgspec.Struct, frozen=True, tag="delays"):
    """Of the recordings whose delay is known, now and then."""

    delays: list[ChannelDelay]


class Events(msgspec.Struct, frozen=True, tag="events"):
    """What was found since the last message."""

    events: list[News]


_ENCODER = msgspec.json.Encoder()
_HELLO = msgspec.json.Decoder(Hello)


def read_hello(text: str | bytes) -> Hello:
    """The browser's first message. Raises ProtocolError."""
    try:
        return _HELLO.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ProtocolError(POLICY_VIOLATION, "The first message must be a ticket and a choice of beds.") from None


def as_text(message: Clock | Beds | Delays | Events) -> str:
    """A message for the browser."""
    return _ENCODER.encode(message).decode()


def as_bytes(parts: Sequence[TracePart]) -> bytes:
    """One binary message of all `parts`."""
    blocks: list[bytes] = []
    for part in parts:
        samples = part.samples.astype("<i2", copy=False).tobytes()
        header = BLOCK_HEADER.pack(part.channel, part.start, part.at_ms, len(part.samples), part.behind_ms)
        blocks += (header, samples, bytes(-len(samples) % 8))
    return b"".join(blocks)


def messages(parts: Sequence[Part]) -> list[str | bytes]:
    """Traces first, so that a beat finds its samples; nothing for no parts."""
    traces = [part for part in parts if isinstance(part, TracePart)]
    news = [news_of(part) for part in parts if not isinstance(part, TracePart)]
    return [*([as_bytes(traces)] if traces else []), *([as_text(Events(news))] if news else [])]
