"""Signals that the tests of `ecg` share."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg.scripts import Script
from ecg.synthetic import SyntheticEcg, synthesise
from ecg.tracker import SignalTracker, TrackerOutput
from ecg.types import DetectedBeat, DeviceChunk

GAIN = 1000.0


def device_samples(millivolts: NDArray[np.floating]) -> NDArray[np.int16]:
    """Millivolts as a device with `GAIN` units per millivolt sends them."""
    return np.round(np.asarray(millivolts) * GAIN).astype(np.int16)


def synthetic(script: Script, rate: float = 250.0, seconds: float = 60.0, seed: int = 1) -> SyntheticEcg:
    """A synthetic ECG of `script`."""
    return synthesise(script, rate, seed, seconds)


def cut(samples: NDArray[np.int16], sizes: Iterable[int], rate: float, recording: str = "r") -> list[DeviceChunk]:
    """`samples` as chunks of the given sizes; what is left over is the last chunk."""
    chunks, start = [], 0
    for size in sizes:
        if start + size >= len(samples):
            break
        chunks.append(DeviceChunk(recording, start, samples[start : start + size], rate, GAIN))
        start += size
    return [*chunks, DeviceChunk(recording, start, samples[start:], rate, GAIN)]


def track(chunks: Sequence[DeviceChunk]) -> list[TrackerOutput]:
    """Everything that a fresh tracker says to `chunks`."""
    tracker = SignalTracker(chunks[0].recording)
    return [item for chunk in chunks for item in tracker.receive(chunk)]


def beats_of(samples: NDArray[np.int16], rate: float = 250.0) -> list[int]:
    """R peaks (house samples) that a fresh tracker finds, fed a quarter of a second at a time."""
    step = int(rate / 4)
    found = track(cut(samples, [step] * (len(samples) // step), rate))
    return [item.index for item in found if isinstance(item, DetectedBeat)]


def matched(found: Sequence[float], truth: Sequence[float], reach: float) -> int:
    """How many of `truth` have a found beat within `reach` samples."""
    positions = np.asarray(found, float)
    return sum(bool(len(positions)) and float(np.abs(positions - index).min()) <= reach for index in truth)
