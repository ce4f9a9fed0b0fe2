"""Every name in Valkey, with its purpose. Nothing else in Wardbeat spells a key.

The braces are literal: they are the hash tag that keeps everything of one shard on one node of a cluster, which
is what lets one Lua script touch a stream and its marks together.
"""

from zlib import crc32

WORKERS = b"workers"
"""Sorted set: worker name -> wall milliseconds of its last sign of life."""

FULL = b"full"
"""Wall milliseconds since when the store is too full to take more; expires when ingest does not say it again."""

RECORDER = b"recorder"
"""The token of the one recorder that may write; expires when not renewed."""

CHUNK_FIELD = b"c"
"""Field of one `samples` entry: one `codec.StoredChunk`."""

SKIP_FIELD = b"k"
"""Field of a `samples` entry whose first samples were stored already: how many to leave out, in decimal."""

COUNT_FIELD = b"n"
"""Field beside SKIP_FIELD of a late `samples` entry: how many samples follow those left out, in decimal."""

LATE_FIELD = b"late"
"""Field of a `samples` entry whose samples came after newer ones: they fill (part of) a hole. Not for live eyes."""

EVENTS_FIELD = b"e"
"""Field of one `events` entry: a list of `ecg.types.Event`."""

LIVE_FIELD = b"l"
"""Field of one `live` entry: a list of `codec.LiveFrame`."""

REASON_FIELD = b"reason"
"""Field of one `deadletter` entry: a sentence in UTF-8. The entry's own payload keeps its own field."""

ORIGIN_FIELD = b"origin"
"""Field of one `deadletter` entry: the stream and the id of the entry that it was, in UTF-8."""

RECORDER_TRIAL = b"trial:{recorder}"
"""`trials.Trial` of the recorder. There while one is at work; found by another one, the one before died."""


BOARD = b"board"
"""Stream of one entry, renewed each second and at every change: all alerts that are shown (`board.encode_board`)."""

BOARD_FIELD = b"b"
"""Field of that entry."""


def shard_of(recording: str, shards: int) -> int:
    """The shard of a recording, for ever: crc32 of its UTF-8 name modulo the number of shards."""
    return crc32(recording.encode()) % shards


def samples(shard: int) -> bytes:
    """Stream of chunks as the devices sent them. The truth; trimmed only behind the recorder and the snapshot."""
    return b"samples:{%d}" % shard


def events(shard: int) -> bytes:
    """Stream of what the worker found. The truth; trimmed only behind the recorder."""
    return b"events:{%d}" % shard


def live(shard: int) -> bytes:
    """Capped stream of traces and events for eyes; losing it loses nothing."""
    return b"live:{%d}" % shard


def deadletter(shard: int) -> bytes:
    """Stream of entries that a worker could not use, each with its reason; trimmed only behind the recorder."""
    return b"deadletter:{%d}" % shard


def durable(shard: int) -> bytes:
    """Hash: recording -> index of the next device sample that is not stored yet (the high-water mark)."""
    return b"durable:{%d}" % shard


def holes(shard: int) -> bytes:
    """Hash: recording -> device samples below its mark that may still come, "start-end,start-end"; none: no field."""
    return b"holes:{%d}" % shard


def epochs(shard: int) -> bytes:
    """Hash: recording -> number of the connection that may append; it rises with each new one."""
    return b"epochs:{%d}" % shard


def recordings(shard: int) -> bytes:
    """Hash: recording -> `codec.RecordingFacts`, written at hello."""
    return b"recordings:{%d}" % shard


def snapshot(shard: int) -> bytes:
    """Hash: recording -> state of its pipeline (`codec.encode_state`) as of `position`."""
    return b"snapshot:{%d}" % shard


def snapshotted(shard: int) -> bytes:
    """Sorted set: recording -> wall ms when it was last worked on; says which states are too old to keep."""
    return b"snapshotted:{%d}" % shard


def position(shard: int) -> bytes:
    """Id of the last `samples` entry that `snapshot` contains. Written together with it."""
    return b"position:{%d}" % shard


def trial(shard: int) -> bytes:
    """`trials.Trial` of the shard's worker. There while one owns it; found by another one, the one before died."""
    return b"trial:{%d}" % shard


def lease(shard: int) -> bytes:
    """The token of the one worker that may publish for this shard; expires when not renewed."""
    return b"lease:{%d}" % shard
