"""Entries of streams: what is in them, and which comes first. Pure."""

from dataclasses import dataclass, replace

from ecg.errors import StreamError
from ecg.types import Event
from streaming import codec, keys
from streaming.codec import LiveFrame, StoredChunk

START = "0-0"
"""The position before the first entry of every stream."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream."""

    id: str
    fields: dict[bytes, bytes]


def earlier(left: str, right: str) -> bool:
    """Whether the entry id `left` comes before `right`."""
    return order(left) < order(right)


def order(entry_id: str) -> tuple[int, ...]:
    """Sorts entry ids as their streams do."""
    return tuple(map(int, entry_id.split("-")))


def chunk_of(entry: Entry) -> StoredChunk:
    """The chunk in a `samples` entry, without samples that an earlier entry has. Raises StreamError."""
    stored = codec.decode_chunk(_field(entry, keys.CHUNK_FIELD))
    if keys.SKIP_FIELD not in entry.fields:
        return stored
    whole, skip = stored.chunk, int(entry.fields[keys.SKIP_FIELD])
    after = skip + int(entry.fields.get(keys.COUNT_FIELD, len(whole.samples)))
    part = replace(whole, start=whole.start + skip, samples=whole.samples[skip:after])
    return StoredChunk(part, stored.received_ms, late=keys.LATE_FIELD in entry.fields)


def events_of(entry: Entry) -> list[Event]:
    """The events in an `events` entry. Raises StreamError."""
    return codec.decode_events(_field(entry, keys.EVENTS_FIELD))


def frames_of(entry: Entry) -> list[LiveFrame]:
    """The frames in a `live` entry. Raises StreamError."""
    return codec.decode_live(_field(entry, keys.LIVE_FIELD))


def _field(entry: Entry, name: bytes) -> bytes:
    try:
        return entry.fields[name]
    except KeyError:
        raise StreamError(f"entry {entry.id} has no field {name.decode()}") from None


def entry_of(raw: tuple[bytes, list[bytes]]) -> Entry:
    """An entry as XREAD gives it."""
    flat = iter(raw[1])
    return Entry(raw[0].decode(), dict(zip(flat, flat, strict=True)))
