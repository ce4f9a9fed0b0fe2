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


def chunk_of(name: str) -> DeviceChunk:
    """45 s of a demo script, as one chunk."""
    seed = [script.name for script in DEMO_SCRIPTS].index(name)
    made = synthesise(DEMO_SCRIPTS[seed], RATE, seed, 45.0)
    return DeviceChunk(name, 0, np.round(made.samples * GAIN).astype(np.int16), RATE, GAIN)


@cache
def _synthetic_beats() -> tuple[DetectedBeat, ...]:
    tracked = [item for script in DEMO_SCRIPTS for item in SignalTracker(script.name).receive(chunk_of(script.name))]
    return tuple(item for item in tracked if isinstance(item, DetectedBeat))


@pytest.fixture(scope="session")
def synthetic_beats() -> tuple[DetectedBeat, ...]:
    """Beats of the seven synthetic beds, 45 s of each."""
    return _synthetic_beats()


def beat_of(window: NDArray[np.float32], timing: NDArray[np.float32] | None = None) -> DetectedBeat:
    """A beat with this window."""
    return DetectedBeat("r", 0, None, window, np.zeros(TIMING_FEATURES, np.float32) if timing is None else timing)


@pytest.fixture
def strange_beats() -> list[DetectedBeat]:
    """Windows that no heart makes: nothing, flat, from rail to rail, NaN, infinite, three samples, enormous, tiny; and
    timing that no clock gives.
    """
    rng = np.random.default_rng(1)
    noise = rng.normal(size=WINDOW_SAMPLES).astype(np.float32)
    three = np.zeros(WINDOW_SAMPLES, np.float32)
    three[-3:] = 1.0
    rail = np.where(np.arange(WINDOW_SAMPLES) // 40 % 2, 32.767, -32.768).astype(np.float32)
    rows = [
        np.zeros(WINDOW_SAMPLES, np.float32),
        np.full(WINDOW_SAMPLES, 0.3, np.float32),
        np.full(WINDOW_SAMPLES, -5.0, np.float32),
        rail,
        np.full(WINDOW_SAMPLES, np.nan, np.float32),
        np.where(np.arange(WINDOW_SAMPLES) % 7, noise, np.inf).astype(np.float32),
        three,
        noise * np.float32(1e30),
        noise * np.float32(1e-30),
    ]
    timings = [np.full(TIMING_FEATURES, value, np.float32) for value in (np.nan, np.inf, -1e30, 1e30)]
    return [beat_of(row) for row in rows] + [beat_of(noise, timing) for timing in timings]
