"""The streams of Valkey: the only place that speaks their commands. Everything written here may be written twice."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecg.errors import StreamError
from ecg.types import Event
from streaming import codec, keys, scripts
from streaming.claims import Claim, spans_of
from streaming.codec import LiveFrame, RecordingFacts, StoredChunk
from streaming.connection import Command, Line, ValkeyConnection
from streaming.durability import DurableWrites
from streaming.entries import START, Entry, chunk_of, entry_of, events_of, frames_of

__all__ = ["START", "Bus", "Entry", "Publication", "Snapshot", "chunk_of", "events_of", "frames_of"]

log = logging.getLogger(__name__)

LIVE_LENGTH = 512
"""Entries kept in `live` (about): some 20 s at 25 batches a second."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a worker found in one batch of one shard. token: of its lease."""

    shard: int
    token: str
    events: Sequence[Event]
    frames: Sequence[LiveFrame]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State of a shard's recordings as of the `samples` entry `position`.

    states: recording -> (wall ms when it was worked on, `codec.encode_state`). Recordings not named stay as saved.
    dropped: recordings whose saved state is void. keep_from_ms: states older than this are thrown away.
    """

    shard: int
    token: str
    position: str
    states: Mapping[str, tuple[int, bytes]]
    dropped: Sequence[str]
    keep_from_ms: int


class Bus:
    """Appends, reads, publishes, saves and trims; waits as long as the server is away (see ValkeyConnection)."""

    def __init__(self, connection: Line, shards: int) -> None:
        self._connection = connection
        self._durable = DurableWrites(connection)
        self.shards = shards

    @classmethod
    def open(cls, redis_url: str, shards: int) -> "Bus":
        """A bus on its own connections; nothing is sent yet."""
        return cls(ValkeyConnection.open(redis_url), shards)

    @property
    def connection(self) -> Line:
        """The line this bus speaks on, for the leases of the same process."""
        return self._connection

    async def close(self) -> None:
        """Give the sockets back."""
        await self._connection.close()

    def shard_of(self, recording: str) -> int:
        """The shard of a recording."""
        return keys.shard_of(recording, self.shards)

    async def check_durable(self) -> None:
        """Raises ConfigurationError when nothing could be acknowledged on this server. Waits for the server."""
        await self._durable.learn()

    async def append(self, chunks: Sequence[StoredChunk]) -> list[int]:
        """Store chunks of many recordings in one round trip; answers, for each, its recording's high-water mark:
        the next device sample that is not on disk yet. Everything before it may be acknowledged.

        A chunk that starts above the mark is stored, and the gap shows downstream; when it leaps, the gap is a hole
        too. Samples below the mark that lie in a hole are stored as late, others are repeats and dropped.
        FENCED answers a chunk whose epoch is not the newest claim's; nothing of it was stored.
        Raises ConfigurationError when the server cannot promise durability.
        """
        by_shard: dict[int, list[int]] = {}
        for i, stored in enumerate(chunks):
            by_shard.setdefault(self.shard_of(stored.chunk.recording), []).append(i)
        if not by_shard:
            return []
        commands = [_append(shard, [chunks[i] for i in order]) for shard, order in by_shard.items()]
        answers = await self._durable.run(commands)
        marks = [0] * len(chunks)
        for order, answer in zip(by_shard.values(), answers, strict=True):
            for i, mark in zip(order, answer, strict=True):
                marks[i] = int(mark)
        return marks

    async def claim(self, recording: str) -> Claim:
        """From now on only chunks with the epoch of this claim (or without any) are stored for this recording."""
        shard = self.shard_of(recording)
        epoch, mark, held = await self._durable.run(
            [
                (b"HINCRBY", keys.epochs(shard), recording, 1),
                (b"HINCRBY", keys.durable(shard), recording, 0),  # reads it, and writes as WAITAOF needs
                (b"HGET", keys.holes(shard), recording),
            ]
        )
        return Claim(int(epoch), int(mark), spans_of(held))

    async def put_facts(self, facts: RecordingFacts) -> None:
        """Keep what a recording's hello said, on disk when this returns. Must come before its first chunk."""
        key = keys.recordings(self.shard_of(facts.recording))
        await self._durable.run([(b"HSET", key, facts.recording, codec.encode_facts(facts))])

    async def facts(self, recordings: Sequence[str]) -> dict[str, RecordingFacts]:
        """What was kept of these recordings; missing where nothing, or nothing readable, was."""
        if not recordings:
            return {}
        wanted: list[Command] = [(b"HGET", keys.recordings(self.shard_of(name)), name) for name in recordings]
        answers = await self._connection.run(wanted)
        found = (_facts(name, answer) for name, answer in zip(recordings, answers, strict=True))
        return {each.recording: each for each in found if each is not None}

    async def read(self, positions: Mapping[bytes, str], count: int, block_ms: int) -> dict[bytes, list[Entry]]:
        """Entries after each stream's position, oldest first, at most `count` of each stream.

        Waits up to `block_ms` (1 to 4000) for the first; streams without news are missing. "$" means from now on.
        """
        if not positions:
            return {}
        command: Command = (b"XREAD", b"COUNT", count, b"BLOCK", block_ms, b"STREAMS", *positions, *positions.values())
        (answer,) = await self._connection.run([command])
        return {stream: [entry_of(raw) for raw in entries] for stream, entries in answer or ()}

    async def publish(self, publications: Sequence[Publication]) -> set[int]:
        """Events and live frames of many shards in one round trip.

        The shards whose lease is no longer ours come back; nothing of them was published.
        """
        if not publications:
            return set()
        answers = await self._connection.run([_publish(each) for each in publications])
        return {each.shard for each, done in zip(publications, answers, strict=True) if not done}

    async def save_snapshot(self, snapshot: Snapshot) -> bool:
        """Save states and position in one piece. False, and nothing is saved, when the lease is no longer ours."""
        (done,) = await self._connection.run([_save(snapshot)])
        return bool(done)

    async def positions(self, shards: Sequence[int]) -> dict[int, str]:
        """Where the saved snapshot of each shard ends; START where there is none."""
        answers = await self._connection.run([(b"GET", keys.position(shard)) for shard in shards])
        return {n: START if id_ is None else bytes(id_).decode() for n, id_ in zip(shards, answers, strict=True)}

    async def load_states(self, wanted: Iterable[tuple[int, str]]) -> dict[str, bytes]:
        """Saved states of (shard, recording) pairs; recordings without one are missing."""
        pairs = list(wanted)
        if not pairs:
            return {}
        answers = await self._connection.run([(b"HGET", keys.snapshot(shard), name) for shard, name in pairs])
        return {name: state for (_, name), state in zip(pairs, answers, strict=True) if state is not None}

    async def dead_letter(self, shard: int, entry: Entry, reason: str) -> None:
        """Put a `samples` entry that cannot be used, with the reason, where the recorder takes it to the database."""
        why = (keys.REASON_FIELD, reason, keys.ORIGIN_FIELD, f"{keys.samples(shard).decode()} {entry.id} worker")
        await self._connection.run([(b"XADD", keys.deadletter(shard), b"*", *_flat(entry.fields), *why)])

    async def put_back(self, stream: str, fields: Mapping[bytes, bytes]) -> None:
        """Append an entry to a stream once more; on disk when this returns. Raises ConfigurationError."""
        await self._durable.run([(b"XADD", stream, b"*", *_flat(fields))])

    async def ends(self, streams: Iterable[bytes]) -> dict[str, str]:
        """Id of the newest entry of each stream; empty streams are missing."""
        names = list(streams)
        answers = await self._connection.run([(b"XREVRANGE", name, b"+", b"-", b"COUNT", 1) for name in names])
        return {name.decode(): entry_of(raw[0]).id for name, raw in zip(names, answers, strict=True) if raw}

    async def trim(self, before: Mapping[bytes, str]) -> None:
        """Throw away the entries of each stream whose id is below the one given."""
        if before:
            await self._connection.run([(b"XTRIM", stream, b"MINID", oldest) for stream, oldest in before.items()])


def _facts(recording: str, data: bytes | None) -> RecordingFacts | None:
    try:
        return None if data is None else codec.decode_facts(data)
    except StreamError:
        log.exception("recording %s: its facts cannot be read", recording)
        return None


def _flat(fields: Mapping[bytes, bytes]) -> list[bytes]:
    return [part for field in fields.items() for part in field]


def _append(shard: int, chunks: Iterable[StoredChunk]) -> Command:
    arguments: list[bytes | str | int | float] = []
    for stored in chunks:
        chunk = stored.chunk
        arguments += (chunk.recording, stored.epoch, chunk.start, chunk.start + len(chunk.samples), int(stored.leaps))
        arguments.append(codec.encode_chunk(stored))
    names = (keys.samples(shard), keys.durable(shard), keys.holes(shard), keys.epochs(shard))
    return (b"EVALSHA", scripts.APPEND, len(names), *names, *arguments)


def _publish(each: Publication) -> Command:
    names = (keys.lease(each.shard), keys.events(each.shard), keys.live(each.shard))
    events = codec.encode_events(each.events) if each.events else b""
    frames = codec.encode_live(each.frames) if each.frames else b""
    return (b"EVALSHA", scripts.PUBLISH, len(names), *names, each.token, events, frames, LIVE_LENGTH)


def _save(snapshot: Snapshot) -> Command:
    shard = snapshot.shard
    names = (keys.lease(shard), keys.snapshot(shard), keys.snapshotted(shard), keys.position(shard))
    arguments: list[str | int | bytes] = [snapshot.token, snapshot.position, snapshot.keep_from_ms]
    arguments += (len(snapshot.dropped), *snapshot.dropped)
    for recording, (seen_ms, state) in snapshot.states.items():
        arguments += (recording, seen_ms, state)
    return (b"EVALSHA", scripts.SAVE, len(names), *names, *arguments)
