"""What following patients costs: 64 patients at 250 Hz, a quarter of a second at a time, on one core.

python -m tests.bench tracking     peers that are not installed are left out: pip install 'wardbeat[bench]'

Every part is fed the same chunks in turn, patient after patient, as a worker does; the best of some runs counts. The
peers get the same signal, all patients end to end.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.detection import COMPLEX_RECORD, QrsDetector
from ecg.filters import CausalFilter, monitor_band
from ecg.findings import Finding
from ecg.frontdoor import FrontDoor
from ecg.labels import BeatClass, Rhythm
from ecg.nn_window import WINDOW
from ecg.quality import QualityJudge
from ecg.rates import GRID
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import MEMORY, SignalTracker
from ecg.types import Beat, DeviceChunk
from ecg.variability import Variability
from ecg.vitals import HeartRate, vital_signs
from tests.bench.peers import Peer, at_hand, titled

PATIENTS = 64
RATE, GAIN = 250.0, 1000.0
SECONDS = 30
CHUNK_SECONDS = 0.25
REPEATS = 5
HISTORY, USUAL_RR = WINDOW + 7 * GRID, 200  # samples: what a patient brings along
SURE = (1.0, 0.0, 0.0, 0.0, 0.0)
PEERS = {"sleepecg": (None, 2.0), "wfdb": (None,)}
"""Which peers are timed, and in pieces of how many seconds; None: the whole signal at once."""


class Stage(Protocol):
    """Whatever takes one chunk after the other."""

    def receive(self, chunk: Any, /) -> object: ...  # each stage has its own kind of chunk


class _Follower:
    """Filter and detector alone, which are one call."""

    def __init__(self, start: int = 0) -> None:
        self.detector = QrsDetector(start)

    def receive(self, samples: NDArray[np.float64]) -> list[int]:
        return self.detector.receive(samples, np.empty(len(samples)), np.empty(len(samples), np.float32))


class _Patient:
    """Filter, detector and vitals of a patient who has been here for more than five minutes: every complex is a normal
    beat, all numbers are told every 2 s, and the spectrum comes once in the 30 s.
    """

    def __init__(self) -> None:
        self._follower, self._rate, self._variability = _Follower(HISTORY), HeartRate(), Variability()
        self._last, self._point = 0, HISTORY + GRID
        for index in range(USUAL_RR, HISTORY, USUAL_RR):
            self._note(index)
        self._variability.at(HISTORY)

    def receive(self, samples: NDArray[np.float64]) -> None:
        for index in self._follower.receive(samples):
            if index > self._point:
                self._tell(index - 1)
            self._note(index)
        if self._follower.detector.decided >= self._point:
            self._tell(self._follower.detector.decided)

    def _tell(self, until: int) -> None:
        while self._point <= until:
            vital_signs("r", self._point, self._rate, self._variability, Finding.SINUS_RHYTHM)
            self._point += GRID

    def _note(self, index: int) -> None:
        rr, self._last = index - self._last, index
        self._rate.note(index, rr)
        self._variability.receive(Beat("r", index, rr, BeatClass.NORMAL, Rhythm.NORMAL, SURE, SURE))


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


def _tell_peers(signal: NDArray[np.float64]) -> None:
    for peer in at_hand():
        for seconds in PEERS.get(peer.package, ()):
            way = "the whole signal at once" if seconds is None else f"{seconds:.0f} s chunks"
            factor = _peer_factor(peer, signal, len(signal) / RATE if seconds is None else seconds)
            print(f"| {titled(peer)}, detector only, {way} | {CHUNK_SECONDS * 1e6 / factor:.1f} | {factor:,.0f} |")


def _peer_factor(peer: Peer, signal: NDArray[np.float64], seconds: float) -> float:
    """× real time in pieces of that length; processor time."""
    size = int(seconds * RATE)
    pieces = [signal[at : at + size] for at in range(0, len(signal) - size + 1, size)]
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        for piece in pieces:
            peer.find(piece, RATE)
        best = min(best, time.process_time() - begin)
    return len(pieces) * seconds / best


def state_bytes(state: object) -> int:
    """Bytes of all arrays in a nest, and eight for each number."""
    if isinstance(state, np.ndarray):
        return int(state.nbytes)
    if isinstance(state, dict):
        return sum(state_bytes(part) for part in state.values())
    return sum(state_bytes(part) for part in state) if isinstance(state, list | tuple) else 8


def held_bytes(tracker: SignalTracker) -> int:
    """What a tracker's state takes in memory: its snapshot, with the room for the trace and for humps at full size."""
    stretch = tracker.snapshot()["stretch"]
    saved, room = (stretch["trace"], stretch["detector"]["complexes"]), RecentSamples(MEMORY, 0).capacity_bytes
    return state_bytes(tracker.snapshot()) - state_bytes(saved) + room + COMPLEX_RECORD.itemsize


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
        ("monitor band alone", lambda: CausalFilter(monitor_band()), arrays),
        ("filter + detector", _Follower, arrays),
        (f"**filter + detector + vitals, {PATIENTS} patients, {CHUNK_SECONDS} s chunks**", _Patient, arrays),
        ("quality", _Judged, arrays),
        ("SignalTracker, all of it", lambda: SignalTracker("r"), chunks),
    ]
    print("| part | µs a chunk | × real time |")
    print("| --- | --- | --- |")
    for name, build, fed in parts:
        cost = microseconds(build, fed)
        print(f"| {name} | {cost:.1f} | {CHUNK_SECONDS * 1e6 / cost:,.0f} |", flush=True)
    _tell_peers(np.concatenate([samples for patient in arrays for samples in patient]))
    tracker = SignalTracker("r")
    for chunk in chunks[0]:
        tracker.receive(chunk)
    print(f"\nstate of one patient after {SECONDS} s: {held_bytes(tracker) / 1000:.0f} kB")
