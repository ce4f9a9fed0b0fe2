from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.timing import TIMING_FEATURES
from ecg.tracker import WINDOW_SAMPLES, SignalTracker
from ecg.types import DetectedBeat, DeviceChunk

GAIN = 1000.0
RATE = 250.0


@cache
def _synthetic_beats() -> tuple[DetectedBeat, ...]:
    beats: list[DetectedBeat] = []
    for seed, script in enumerate(DEMO_SCRIPTS):
        made = synthesise(script, RATE, seed, 45.0)
        samples = np.round(made.samples * GAIN).astype(np.int16)
        found = SignalTracker(script.name).receive(DeviceChunk(script.name, 0, samples, RATE, GAIN))
        beats += [item for item in found if isinstance(item, DetectedBeat)]
    return tuple(beats)


@pytest.fixture
def synthetic_beats() -> tuple[DetectedBeat, ...]:
    """Beats of the seven synthetic beds, 45 s of each."""
    return _synthetic_beats()


def beat_of(window: NDArray[np.float32], timing: NDArray[np.float32] | None = None) -> DetectedBeat:
    """A beat with this window."""
    return DetectedBeat("r", 0, None, window, np.zeros(TIMING_FEATURES, np.float32) if timing is None else timing)


@pytest.fixture
def strange_beats() -> list[DetectedBeat]:
    """Windows that no heart makes: nothing, flat, rail, NaN, infinite, three samples, enormous, tiny."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=WINDOW_SAMPLES).astype(np.float32)
    three = np.zeros(WINDOW_SAMPLES, np.float32)
    three[-3:] = 1.0
    rows = [
        np.zeros(WINDOW_SAMPLES, np.float32),
        np.full(WINDOW_SAMPLES, 0.3, np.float32),
        np.full(WINDOW_SAMPLES, -5.0, np.float32),
        np.full(WINDOW_SAMPLES, np.nan, np.float32),
        np.where(np.arange(WINDOW_SAMPLES) % 7, noise, np.inf).astype(np.float32),
        three,
        noise * np.float32(1e30),
        noise * np.float32(1e-30),
    ]
    return [beat_of(row) for row in rows] + [beat_of(noise, np.full(TIMING_FEATURES, np.nan, np.float32))]
