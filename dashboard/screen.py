"""The language of the gateway and the browser (docs/GATEWAY.md): messages as text, traces as bytes. Pure."""

import struct
from collections.abc import Sequence
from typing import Literal

import msgspec

from dashboard.rooms import EventPart, Part, SettledPart, ShownEvent, TracePart
from ecg.errors import ProtocolError
from ecg.types import AfBurden, Beat, QualityChange, RhythmEpisode, SignalGap, VitalSigns

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


class BeatNews(msgspec.Struct, frozen=True, tag="beat", tag_field="kind"):
    """A labelled beat. rr in samples; sign: the one letter it is drawn with."""

    channel: int
    index: int
    rr: int | None
    sign: str


class SettledNews(msgspec.Struct, frozen=True, tag="settled", tag_field="kind"):
    """What comes after the beat at `index` is known: from now on it is drawn with this sign."""

    channel: int
    index: int
    sign: str


class VitalsNews(msgspec.Struct, frozen=True, tag="vitals", tag_field="kind"):
    """`ecg.types.VitalSigns` for the screen: its numbers by their names, and lf_hf."""

    channel: int
    index: int
    finding: str
    heart_rate: float | None
    rr_last: float | None
    rr_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None
    sd1: float | None
    sd2: float | None
    triangular_index: float | None
    lf: float | None
    hf: float | None
    lf_hf: float | None
    total_power: float | None
    sdnn_24h: float | None
    sdann_24h: float | None
    sdnn_index_24h: float | None
    triangular_index_24h: float | None
    nn_used_24h: float | None
    hours_24h: float | None


_SHOWN_NUMBERS = VitalsNews.__struct_fields__[3:]


class QualityNews(msgspec.Struct, frozen=True, tag="quality", tag_field="kind"):
    """From `index` on the signal has this quality."""

    channel: int
    index: int
    quality: str
    reason: str


class GapNews(msgspec.Struct, frozen=True, tag="gap", tag_field="kind"):
    """Nothing was received in [start, end)."""

    channel: int
    start: int
    end: int


class EpisodeNews(msgspec.Struct, frozen=True, tag="episode", tag_field="kind"):
    """A rhythm that lasts from `start` on; end is null while it goes on."""

    channel: int
    finding: str
    start: int
    end: int | None


class BurdenNews(msgspec.Struct, frozen=True, tag="burden", tag_field="kind"):
    """`ecg.types.AfBurden` for the screen."""

    channel: int
    index: int
    hour: float | None
    day: float | None
    whole: float | None


News = BeatNews | SettledNews | VitalsNews | QualityNews | GapNews | EpisodeNews | BurdenNews


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
    news = [_news(part) for part in parts if not isinstance(part, TracePart)]
    return [*([as_bytes(traces)] if traces else []), *([as_text(Events(news))] if news else [])]


def _news(part: EventPart | SettledPart) -> News:
    if isinstance(part, SettledPart):
        return SettledNews(part.channel, part.beat.index, part.beat.sign)
    return _event_news(part.channel, part.event)


def _event_news(channel: int, event: ShownEvent) -> News:
    match event:
        case Beat():
            return BeatNews(channel, event.index, event.rr, event.sign)
        case VitalSigns(index=index, finding=finding):
            return VitalsNews(channel, index, finding.value, *(getattr(event, name) for name in _SHOWN_NUMBERS))
        case QualityChange():
            return QualityNews(channel, event.index, event.quality.value, event.reason.value)
        case SignalGap():
            return GapNews(channel, event.start, event.end)
        case RhythmEpisode():
            return EpisodeNews(channel, event.finding.value, event.start, event.end)
        case AfBurden():
            return BurdenNews(channel, event.index, event.hour, event.day, event.whole)
