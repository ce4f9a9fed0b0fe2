"""What a small ward in memory is made of: phones that keep what is not acknowledged, a pipeline that sums, a clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlmodel import SQLModel

from db.store import store_batch
from db.views import SegmentView
from ecg.findings import Finding
from ecg.types import DeviceChunk, SampleChunk, VitalSigns
from streaming import wire
from streaming.intake import Intake
from streaming.outbox import Outbox
from streaming.wire import Ack, Welcome
from tests.streaming.fakes import FakePipeline, signal

LENGTH = 5000
EVERY = 7
EVER = 1 << 44
"""Longer than all times and indices. States are kept that long here: a day of silence ends them on purpose."""
WHOSE = {"ward", "bed", "patient", "device"}
"""Tables that one history leaves to the next."""
_NUMBERS = dict.fromkeys(("rr_last", "rr_mean", "sdnn", "rmssd", "pnn50", "nn_used"))


class Summing(FakePipeline):
    """Tells at every EVERYth sample the sum of all before: what is lost, repeated, swapped or not restored shows."""

    def _follow(self, chunk: DeviceChunk) -> list[SampleChunk | VitalSigns]:  # type: ignore[override]
        state, found = self.states.setdefault(chunk.recording, [0, 0]), list[SampleChunk | VitalSigns]()
        for i, sample in enumerate(chunk.samples.tolist(), chunk.start):
            state[1] += sample + (i - state[0]) * 7  # a jump changes everything after it
            state[0] = i + 1
            if i % EVERY == 0:
                found.append(VitalSigns(chunk.recording, i, float(state[1]), finding=Finding.UNKNOWN, **_NUMBERS))
        return found


@dataclass(slots=True)
class Time:
    """Stands in for the module `time` of worker and recorder."""

    now_s: float = 1000.0
    wall_s: float = 1_700_000_000.0

    def monotonic(self) -> float:
        return self.now_s

    def time_ns(self) -> int:
        return int(self.wall_s * 1e9)


class KilledError(BaseException):
    """The process is gone in the middle of something."""


@dataclass(slots=True)
class Phone:
    """A phone and its line, if it has one. frames, answers: on their way to and from ingest."""

    name: str
    outbox: Outbox = field(default_factory=lambda: Outbox(LENGTH))
    recorded: int = 0
    runs: list[tuple[int, int]] = field(default_factory=list)
    acknowledged: int = 0
    intake: Intake | None = None
    epoch: int = 0
    frames: list[bytes] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def record(self, lost: int, count: int) -> None:
        start = self.recorded + lost
        end = min(start + count, LENGTH)
        if start < end:
            self.outbox.add(start, signal(self.name, LENGTH)[start:end])
            self.runs.append((start, end))
            self.recorded = end
        self.speak()

    def speak(self) -> None:
        while self.intake is not None and (data := self.outbox.take()) is not None:
            self.frames.append(wire.encode_data(data))

    def cut(self) -> None:
        self.intake = None
        self.frames.clear()
        self.answers.clear()

    def hear(self) -> None:
        message = wire.decode_server(self.answers.pop(0))
        assert isinstance(message, Ack | Welcome)
        self.acknowledged = max(self.acknowledged, message.next)
        if isinstance(message, Welcome):
            self.outbox.resume(message.next, message.holes)
        else:
            self.outbox.acknowledge(message.sequence)
        self.speak()

    @property
    def sent(self) -> dict[int, int]:
        """Index -> value of all that was recorded."""
        values = signal(self.name, LENGTH)
        return {i: int(values[i]) for start, end in self.runs for i in range(start, end)}

    @property
    def chunks(self) -> list[DeviceChunk]:
        values = signal(self.name, LENGTH)
        return [DeviceChunk(self.name, start, values[start:end], 250.0, 200.0) for start, end in self.runs]


def forget(engine: Engine) -> None:
    """Empty the tables that a history fills."""
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in WHOSE:
                connection.execute(table.delete())


def dying(writes: bool) -> Callable[..., None]:
    """A `store_batch` during which the process dies: when all is written, or before."""

    def store(*batch: Any) -> None:
        if writes:
            store_batch(*batch)
        raise KilledError

    return store


def once(parts: Iterable[DeviceChunk | SegmentView]) -> dict[int, int]:
    """Index -> value. AssertionError when a sample is there twice."""
    found: dict[int, int] = {}
    for part in parts:
        for i, value in enumerate(part.samples.tolist(), part.start):
            assert i not in found, f"sample {i} is there twice"
            found[i] = value
    return found
