"""Recorded noise to lay over training windows: the MIT-BIH Noise Stress Test Database through our own filters."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg.tracker import DECIMATION, WINDOW_SAMPLES, SignalTracker
from ecg.types import DeviceChunk, SampleChunk

CHUNK_SECONDS = 4
NAMES = ("bw", "em", "ma")
"""Baseline wander, electrode motion, muscle artefact."""


class Noise:
    """Windows of noise at the window rate, of standard deviation one."""

    def __init__(self, tracks: list[NDArray[np.float32]]) -> None:
        self._tracks = tracks

    def window(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """One window, from a random place of a random track; half of them upside down."""
        track = self._tracks[rng.integers(len(self._tracks))]
        at = rng.integers(len(track) - WINDOW_SAMPLES)
        part = track[at : at + WINDOW_SAMPLES]
        return np.asarray(part * (rng.choice((-1.0, 1.0)) / max(float(part.std()), 1e-3)), np.float32)


def read_noise(path: Path) -> Noise:
    """Noise from an .npz with int16 arrays `bw`, `em`, `ma` of shape (n, 2), `fs` in Hz and `adc_per_mv`."""
    with np.load(path) as stored:
        rate, gain = float(stored["fs"]), float(stored["adc_per_mv"])
        return Noise([_filtered(lead, rate, gain) for name in NAMES for lead in stored[name].T])


def _filtered(samples: NDArray[np.int16], rate: float, gain: float) -> NDArray[np.float32]:
    tracker, step = SignalTracker("noise"), int(CHUNK_SECONDS * rate)
    outputs = [
        item
        for at in range(0, len(samples), step)
        for item in tracker.receive(DeviceChunk("noise", at, samples[at : at + step], rate, gain))
    ]
    trace = np.concatenate([item.samples for item in outputs if isinstance(item, SampleChunk)])
    return np.asarray(np.nan_to_num(trace)[::DECIMATION])
