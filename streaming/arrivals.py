"""Entries of `samples` through the pipeline, and what to do when one of them cannot be used. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ecg.errors import StreamError
from ecg.types import DeviceChunk, Event, SampleChunk
from streaming.codec import StoredChunk
from streaming.entries import Entry, chunk_of

Output = SampleChunk | Event


class Analysis(Protocol):
    """What the worker needs of `ecg.pipeline.Pipeline`."""

    def receive(self, chunks: Sequence[DeviceChunk]) -> list[SampleChunk | Event]:
        """Outputs of chunks of many recordings. After an exception the state of those recordings is not known."""
        ...

    def snapshot(self, recording: str) -> dict[str, Any]:
        """State of one recording, as `codec.encode_state` takes it."""
        ...

    def restore(self, recording: str, state: dict[str, Any]) -> None:
        """Go on from a state."""
        ...

    def forget(self, recording: str) -> None:
        """Drop the state of a recording."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry and the chunk that it holds."""

    entry: Entry
    stored: StoredChunk

    @property
    def recording(self) -> str:
        """Whose samples these are."""
        return self.stored.chunk.recording


@dataclass(frozen=True, slots=True)
class Unusable:
    """An entry that goes to the dead letters. recording: whose pipeline begins anew, None when nobody can tell."""

    entry: Entry
    reason: str
    recording: str | None = None


@dataclass(slots=True)
class Findings:
    """What one shard's part of a batch came to."""

    outputs: list[Output] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    """Those that are in the outputs and in the pipeline's state now."""
    unusable: list[Unusable] = field(default_factory=list)

    @property
    def newest_ms(self) -> dict[str, int]:
        """Recording -> wall ms of its newest chunk."""
        newest: dict[str, int] = {}
        for arrival in self.arrivals:
            newest[arrival.recording] = max(newest.get(arrival.recording, 0), arrival.stored.received_ms)
        return newest


def unpack(entries: Sequence[Entry]) -> tuple[list[Arrival], list[Unusable]]:
    """The chunks in `entries`, and the entries that hold none."""
    arrivals: list[Arrival] = []
    unusable: list[Unusable] = []
    for entry in entries:
        try:
            arrivals.append(Arrival(entry, chunk_of(entry)))
        except StreamError as error:
            unusable.append(Unusable(entry, f"entry {entry.id}: {error}"))
    return arrivals, unusable


def in_time(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Those that came in the order of their samples. Late ones lie in a gap that was told, and stays one: no trace,
    no beat and no alert comes of them.
    """
    return [arrival for arrival in arrivals if not arrival.stored.late]


def at_once(analysis: Analysis, arrivals: Mapping[int, list[Arrival]]) -> dict[int, Findings]:
    """All chunks of all shards in one call. Raises what the pipeline raises; then the state of all is not known."""
    shard_of = {each.recording: number for number, some in arrivals.items() for each in some}
    findings = {number: Findings(arrivals=some) for number, some in arrivals.items()}
    if shard_of:
        for item in analysis.receive([each.stored.chunk for some in arrivals.values() for each in some]):
            findings[shard_of[item.recording]].outputs.append(item)
    return findings


def one_by_one(analysis: Analysis, arrivals: Sequence[Arrival]) -> Findings:
    """Each chunk in a call of its own: one that raises costs its own recording's state and nobody else's."""
    findings = Findings()
    for arrival in arrivals:
        try:
            findings.outputs += analysis.receive([arrival.stored.chunk])
            findings.arrivals.append(arrival)
        except Exception as error:  # whatever the pipeline trips over, the others go on
            analysis.forget(arrival.recording)
            findings.unusable.append(_poison(arrival, error))
    return findings


def _poison(arrival: Arrival, error: Exception) -> Unusable:
    chunk = arrival.stored.chunk
    reason = f"recording {chunk.recording}, start {chunk.start}: {type(error).__name__}: {error}"
    return Unusable(arrival.entry, reason, chunk.recording)
