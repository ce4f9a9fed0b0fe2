"""What following patients costs: 64 patients at 250 Hz, a quarter of a second at a time, on one core.

python -m tests.bench tracking

Every part is fed the same chunks in turn, patient after patient, as a worker does; the best of three runs counts.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.detection import QrsDetector
from ecg.filters import CausalFilter, monitor_band
from ecg.frontdoor import FrontDoor
from ecg.quality import QualityJudge
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DeviceChunk

PATIENTS = 64
RATE, GAIN = 250.0, 1000.0
SECONDS = 30
CHUNK_SECONDS = 0.25
REPEATS = 3


class Stage(Protocol):
    """Whatever takes one chunk after the other."""

    def receive(self, chunk: Any, /) -> object: ...  # each stage has its own kind of chunk


class _Follower:
    """Filter and detector alone."""

    def __init__(self) -> None:
        self._filter, self._detector = CausalFilter(monitor_band()), QrsDetector(0)

    def receive(self, samples: NDArray[np.float64]) -> None:
        self._filter.receive(samples)
        self._detector.receive(samples)


class _Judged:
    """Quality with a beat in every third chunk."""

    def __init__(self) -> None:
        self._judge, self._end, self._chunks = QualityJudge("r", 0), 0, 0

    def receive(self, samples: NDArray[np.float64]) -> None:
        self._end, self._chunks = self._end + len(samples), self._chunks + 1
        peaks = [self._end - len(samples)] if self._chunks % 3 == 0 else []
        self._judge.receive(samples, peaks, self._end - 1)


def device_chunks() -> list[list[DeviceChunk]]:
    """For each patient the chunks in order."""
    size, made = int(CHUNK_SECONDS * RATE), []
    for patient in range(PATIENTS):
        script = DEMO_SCRIPTS[patient % len(DEMO_SCRIPTS)]
        samples = (synthesise(script, RATE, patient, SECONDS).samples * GAIN).round().astype(np.int16)
        made.append([DeviceChunk(str(patient), at, samples[at : at + size], RATE, GAIN)
                     for at in range(0, len(samples) - size, size)])  # fmt: skip
    return made


def microseconds(build: Callable[[], Stage], chunks: list[list[Any]]) -> float:
    """CPU time for one chunk of one patient: the machine may be busy with other work."""
    best = float("inf")
    for _ in range(REPEATS):
        stages = [build() for _ in chunks]
        begin = time.process_time()
        for turn in zip(*chunks, strict=True):
            for stage, chunk in zip(stages, turn, strict=True):
                stage.receive(chunk)
        best = min(best, time.process_time() - begin)
    return best * 1e6 / (len(chunks) * len(chunks[0]))


def state_bytes(state: object) -> int:
    """Bytes of all arrays in a nest, and eight for each number."""
    if isinstance(state, np.ndarray):
        return int(state.nbytes)
    if isinstance(state, dict):
        return sum(state_bytes(part) for part in state.values())
    return sum(state_bytes(part) for part in state) if isinstance(state, list | tuple) else 8


def held_bytes(tracker: SignalTracker) -> int:
    """What a tracker's state takes in memory: its snapshot, with the trace's buffer at its full size."""
    saved = tracker.snapshot()
    trace = saved["stretch"]["trace"]["samples"].nbytes
    return int(state_bytes(saved) - trace + RecentSamples(trace // 8, 0).capacity_bytes)


def first_call() -> float:
    """Seconds until the first chunk of a process is through: numba's import, and compiling what is not on disk."""
    begin = time.perf_counter()
    SignalTracker("first").receive(DeviceChunk("first", 0, np.zeros(63, np.int16), RATE, GAIN))
    return time.perf_counter() - begin


def main() -> None:
    """Print the table."""
    print(f"Tracking, {PATIENTS} patients at {RATE:.0f} Hz in chunks of {CHUNK_SECONDS} s, one core")
    print(f"first chunk of a process after {first_call():.2f} s\n")
    chunks = device_chunks()
    arrays = [[chunk.samples / GAIN for chunk in patient] for patient in chunks]
    parts: list[tuple[str, Callable[[], Stage], list[list[Any]]]] = [
        ("front door", lambda: FrontDoor("r"), chunks),
        ("monitor band", lambda: CausalFilter(monitor_band()), arrays),
        ("QRS detector with its band", lambda: QrsDetector(0), arrays),
        ("filter and detector", _Follower, arrays),
        ("quality", _Judged, arrays),
        ("SignalTracker, all of it", lambda: SignalTracker("r"), chunks),
    ]
    print("| part | µs a chunk | × real time |")
    print("| --- | --- | --- |")
    for name, build, fed in parts:
        cost = microseconds(build, fed)
        print(f"| {name} | {cost:.1f} | {CHUNK_SECONDS * 1e6 / cost:,.0f} |", flush=True)
    tracker = SignalTracker("r")
    for chunk in chunks[0]:
        tracker.receive(chunk)
    print(f"\nstate of one patient after {SECONDS} s: {held_bytes(tracker) / 1000:.0f} kB")
