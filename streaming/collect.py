"""What the recorder reads, sorted into what it can keep and what becomes a dead letter."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence

from streaming import keys
from streaming.arrivals import Arrival
from streaming.bus import Bus
from streaming.codec import encode_events
from streaming.entries import Entry, chunk_of, events_of
from streaming.letters import letter_in, letter_of
from streaming.pending import Pending

log = logging.getLogger(__name__)


def wall_ms() -> int:
    """Wall milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Collector:
    """Fills `pending` from entries of the streams; asks the bus about recordings that it does not know."""

    def __init__(self, bus: Bus, pending: Pending) -> None:
        self._bus = bus
        self._pending = pending
        self._complained: set[str] = set()

    async def receive(self, news: Mapping[bytes, Sequence[Entry]]) -> None:
        """Hold everything in `news`: nothing of it is left out, and no entry keeps another from being held."""
        for n in range(self._bus.shards):
            for entry in news.get(keys.samples(n), ()):
                await self._samples(n, entry)
            for entry in news.get(keys.events(n), ()):
                await self._events(n, entry)
            for entry in news.get(keys.deadletter(n), ()):
                self._pending.receive_letter(letter_in(n, entry))
        self._pending.read |= {stream: entries[-1].id for stream, entries in news.items() if entries}

    def set_aside(self, stream: bytes, entry: Entry, recording: str, reason: str) -> None:
        """To the dead letters; said once per recording."""
        if not recording or recording not in self._complained:
            log.error("%s: an entry cannot be kept. %s", stream.decode(), reason)
        self._complained.add(recording)
        self._pending.receive_letter(letter_of(stream, entry, recording, wall_ms(), reason))

    async def _samples(self, shard: int, entry: Entry) -> None:
        try:
            arrival = Arrival(entry, chunk_of(entry))
        except Exception as error:  # whatever the bytes are, the other entries are kept
            self.set_aside(keys.samples(shard), entry, "", f"entry {entry.id}: {error}")
            return
        await self._learn({arrival.recording})
        if reason := self._objection(arrival):
            self.set_aside(keys.samples(shard), entry, arrival.recording, reason)
        else:
            self._pending.receive_chunk(shard, arrival.stored.chunk)

    def _objection(self, arrival: Arrival) -> str:
        """Why a chunk cannot be kept; empty when it can."""
        facts = self._pending.known.get(arrival.recording)
        if facts is None:
            return f"recording {arrival.recording} is unknown: nobody announced it"
        if (facts.rate, facts.gain) != (arrival.stored.chunk.rate, arrival.stored.chunk.gain):
            return f"recording {arrival.recording}: rate or gain is not what was announced"
        return ""

    async def _events(self, shard: int, entry: Entry) -> None:
        try:
            events = events_of(entry)
        except Exception as error:  # whatever the bytes are, the other entries are kept
            self.set_aside(keys.events(shard), entry, "", f"entry {entry.id}: {error}")
            return
        names = {event.recording for event in events}
        await self._learn(names)
        self._pending.receive_events(event for event in events if event.recording in self._pending.known)
        for name in sorted(names - self._pending.known.keys()):
            part = Entry(entry.id, {keys.EVENTS_FIELD: encode_events([e for e in events if e.recording == name])})
            reason = f"recording {name} is unknown: nobody announced it"
            self.set_aside(keys.events(shard), part, name, reason)

    async def _learn(self, recordings: Iterable[str]) -> None:
        new = sorted(set(recordings) - self._pending.known.keys())
        if new:
            self._pending.learn((await self._bus.facts(new)).values())
