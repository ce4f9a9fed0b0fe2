"""Dead letters: from entries that could not be used to rows that a person can read, and back. Pure."""

from collections.abc import Sequence
from zlib import crc32

import msgspec

from db.views import DeadLetter, NewSegment
from ecg.errors import StreamError
from ecg.types import DeviceChunk, Event
from streaming import keys
from streaming.codec import RecordingFacts, StoredChunk, encode_chunk, encode_events
from streaming.entries import Entry, chunk_of

_FIELDS = msgspec.msgpack.Decoder(dict[bytes, bytes])
_OWN = (keys.REASON_FIELD, keys.ORIGIN_FIELD)


def fields_of(letter: DeadLetter) -> dict[bytes, bytes]:
    """The entry that became this letter."""
    return _FIELDS.decode(letter.fields)


def letter_of(stream: bytes, entry: Entry, recording: str, at_ms: int, reason: str) -> DeadLetter:
    """An entry of `stream` that the recorder could not use, or the part of it about one recording."""
    origin = f"{stream.decode()} {entry.id} recorder {recording}"
    return DeadLetter(origin, stream.decode(), recording, at_ms, reason, msgspec.msgpack.encode(entry.fields))


def letter_in(shard: int, entry: Entry) -> DeadLetter:
    """The letter that a worker put into the shard's `deadletter` stream."""
    fields = {name: value for name, value in entry.fields.items() if name not in _OWN}
    origin = entry.fields.get(keys.ORIGIN_FIELD, entry.id.encode()).decode(errors="replace")
    reason = entry.fields.get(keys.REASON_FIELD, b"").decode(errors="replace")
    at_ms = int(entry.id.split("-")[0])
    recording = _recording_in(Entry(entry.id, fields))
    return DeadLetter(origin, keys.samples(shard).decode(), recording, at_ms, reason, msgspec.msgpack.encode(fields))


def refused_letters(
    segments: Sequence[NewSegment],
    events: Sequence[Event],
    facts: RecordingFacts,
    streams: tuple[bytes, bytes],
    position: str,
    at_ms: int,
    reason: str,
) -> list[DeadLetter]:
    """What the database refuses of one recording, as entries that can be put back.

    streams: samples and events of its shard. position: how far they were read, which tells attempts apart.
    """
    name = facts.recording
    letters = []
    for segment in segments:
        chunk = DeviceChunk(name, segment.start, segment.samples, facts.rate, facts.gain)
        entry = Entry(f"{position} {segment.start}", {keys.CHUNK_FIELD: encode_chunk(StoredChunk(chunk, at_ms))})
        letters.append(letter_of(streams[0], entry, name, at_ms, reason))
    for event in events:
        payload = encode_events([event])
        entry = Entry(f"{position} {crc32(payload):08x}", {keys.EVENTS_FIELD: payload})
        letters.append(letter_of(streams[1], entry, name, at_ms, reason))
    return letters


def _recording_in(entry: Entry) -> str:
    """Whose samples an entry holds; empty when nobody can tell."""
    try:
        return chunk_of(entry).chunk.recording
    except StreamError:
        return ""


def fields_size(letter: DeadLetter) -> int:
    """Bytes of the entry."""
    return sum(map(len, fields_of(letter).values()))
