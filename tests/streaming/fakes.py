"""A pipeline small enough to reason about, and ways to make and wait for things."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np

from ecg.errors import SignalError
from ecg.types import DeviceChunk, Event, SampleChunk, SignalGap
from streaming.codec import RecordingFacts, StoredChunk
from tests.servers import PATIENCE_S

POISON = 13
"""A chunk whose first sample is this makes the fake pipeline raise."""
EVERY = 100


class FakePipeline:
    """Finds a gap [sum so far mod 1000, index) at every EVERYth sample: any lost, repeated or reordered sample shows.

    Its state is (next index, sum of all samples). Outputs do not depend on the chunking.
    """

    def __init__(self) -> None:
        self.states: dict[str, list[int]] = {}
        self.calls: list[int] = []

    def receive(self, chunks: Sequence[DeviceChunk]) -> list[SampleChunk | Event]:
        self.calls.append(len(chunks))
        return [item for chunk in chunks for item in self._follow(chunk)]

    def _follow(self, chunk: DeviceChunk) -> list[SampleChunk | Event]:
        if int(chunk.samples[0]) == POISON:
            raise SignalError("poison")
        state = self.states.setdefault(chunk.recording, [0, 0])
        found: list[SampleChunk | Event] = [
            SampleChunk(chunk.recording, chunk.start, (chunk.samples / chunk.gain).astype(np.float32))
        ]
        for i, sample in enumerate(chunk.samples.tolist(), chunk.start):
            state[1] += sample + (i - state[0]) * 7  # a jump changes everything after it
            state[0] = i + 1
            if i % EVERY == 0:
                found.append(SignalGap(chunk.recording, state[1] % 1000, i))
        return found

    def snapshot(self, recording: str) -> dict[str, Any]:
        return {"state": np.array(self.states[recording]) if recording in self.states else np.zeros(2, int)}

    def restore(self, recording: str, state: dict[str, Any]) -> None:
        self.states[recording] = state["state"].tolist()

    def forget(self, recording: str) -> None:
        self.states.pop(recording, None)


def signal(recording: str, count: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Samples of a recording, always the same, never POISON."""
    rng = np.random.default_rng(list(recording.encode()))
    samples = rng.integers(-500, 500, count, dtype=np.int16)
    samples[samples == POISON] = 0
    return samples


def chunks_of(recording: str, count: int, size: int = 50) -> list[StoredChunk]:
    """The first `count` samples of a recording as ingest would append them; received at second 1, 2, …"""
    samples = signal(recording, count)
    return [
        StoredChunk(DeviceChunk(recording, start, samples[start : start + size], 250.0, 200.0), 1000 + start)
        for start in range(0, count, size)
    ]


def facts_of(recording: str, device: int = 1) -> RecordingFacts:
    return RecordingFacts(recording, device, 250.0, 200.0, "II", 1_700_000_000_000)


def expected_events(recordings: Sequence[str], count: int) -> set[Event]:
    """What one pipeline that never died finds."""
    outputs = FakePipeline().receive([stored.chunk for name in recordings for stored in chunks_of(name, count)])
    return {item for item in outputs if not isinstance(item, SampleChunk)}


async def eventually(true: Callable[[], Awaitable[bool]], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Return when `true()`; AssertionError naming `what` when it is not in time."""
    deadline = time.monotonic() + timeout_s
    while not await true():
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s: {what}"
        await asyncio.sleep(0.02)
