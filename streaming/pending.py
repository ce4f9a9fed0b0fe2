"""What the recorder has read and not yet written. No I/O.

Each stream has two positions: how far it was read, and how far it is in the database. Samples wait longer than events,
so that their segments become worth compressing; all samples of a shard are written together with the position.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.store import DeadLetter, NewRecording, NewSegment, Part
from ecg.types import DeviceChunk, Event
from streaming import keys
from streaming.codec import RecordingFacts
from streaming.entries import START
from streaming.segments import Segments


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes into one transaction. positions: stream name -> entry id; after: what they were before."""

    positions: Mapping[str, str]
    after: Mapping[str, str]
    facts: Sequence[NewRecording]
    segments: Sequence[NewSegment]
    events: Sequence[Event]
    letters: Sequence[DeadLetter]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.positions or self.facts or self.segments or self.events or self.letters)

    @property
    def recordings(self) -> list[str]:
        """Everyone this batch is about, in a fixed order."""
        named = {fact.id for fact in self.facts} | {segment.recording for segment in self.segments}
        return sorted(named | {event.recording for event in self.events})

    def parts(self) -> list[Part]:
        """Each recording's for itself, and the dead letters."""
        return [*(self._alone(recording) for recording in self.recordings), Part(letters=self.letters)]

    def _alone(self, recording: str) -> Part:
        return Part(
            [fact for fact in self.facts if fact.id == recording],
            [segment for segment in self.segments if segment.recording == recording],
            [event for event in self.events if event.recording == recording],
        )


class Pending:
    """Positions of all streams, and what lies between the read ones and the written ones."""

    def __init__(self, shards: int, written: Mapping[str, str]) -> None:
        self._shards = range(shards)
        names = [name for n in self._shards for name in (keys.samples(n), keys.events(n), keys.deadletter(n))]
        self.read = {name: written.get(name.decode(), START) for name in names}
        """How far each stream was read."""
        self.written = dict(self.read)
        """How far each stream is in the database."""
        self.known: dict[str, RecordingFacts] = {}
        self._new: dict[str, RecordingFacts] = {}
        self._segments = {n: Segments() for n in self._shards}
        self._events: list[Event] = []
        self._letters: list[DeadLetter] = []

    @property
    def held(self) -> int:
        """Samples, events and letters that wait."""
        return len(self._events) + len(self._letters) + sum(segments.held for segments in self._segments.values())

    def learn(self, facts: Iterable[RecordingFacts]) -> None:
        """These recordings exist; they go into the next batch."""
        for each in facts:
            self.known[each.recording] = self._new[each.recording] = each

    def receive_chunk(self, shard: int, chunk: DeviceChunk) -> None:
        """Hold samples of a known recording."""
        self._segments[shard].receive(chunk)

    def receive_letter(self, letter: DeadLetter) -> None:
        """Hold what could not be used."""
        self._letters.append(letter)

    def receive_events(self, events: Iterable[Event]) -> None:
        """Hold events of known recordings."""
        self._events += events

    def take(self, shards: Iterable[int]) -> Batch:
        """All events and letters, and the samples of `shards`, with the positions that are true once it is written."""
        due = list(shards)
        names = [name for n in self._shards for name in (keys.events(n), keys.deadletter(n))]
        names += [keys.samples(n) for n in due]
        moved = [name for name in names if self.read[name] != self.written[name]]
        segments = [segment for n in due for segment in self._segments[n].take()]
        batch = Batch(
            {name.decode(): self.read[name] for name in moved},
            {name.decode(): self.written[name] for name in moved},
            [_row(each) for each in self._new.values()],
            segments,
            self._events,
            self._letters,
        )
        self._events, self._letters, self._new = [], [], {}
        return batch

    def wrote(self, batch: Batch) -> None:
        """The batch is in the database."""
        self.written |= {name.encode(): position for name, position in batch.positions.items()}


def _row(facts: RecordingFacts) -> NewRecording:
    return NewRecording(facts.recording, facts.device, facts.rate, facts.gain, facts.lead, facts.started_ms)
