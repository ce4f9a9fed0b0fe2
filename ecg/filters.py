"""Causal filters with state: what the screen shows, what the network reads, what the detector listens to.

Each is a cascade of second-order sections whose state is carried from chunk to chunk, so that chunking cannot show.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from ecg.compiled import compiled
from ecg.rates import SAMPLE_RATE

BAND = (0.5, 40.0)
"""Monitor band in Hz (the lower edge against baseline wander; IEC 60601-2-27 monitors show 0.5 to 40 Hz)."""

MAINS = (50.0, 60.0)
"""Both mains frequencies are always notched: one network serves the whole world."""

BAND_DELAY = 3
"""House samples by which a QRS complex comes out of the monitor band later (group delay at 8 to 25 Hz: 2.9 to 3.5)."""

QRS_BAND = (8.0, 25.0)
"""Hz where QRS complexes stand out from P, T and muscle (Elgendi et al. 2010)."""

ENVELOPE_CUTOFF = 7.0  # Hz: about one QRS width, so that a complex makes one hump


@lru_cache
def monitor_band() -> NDArray[np.float64]:
    """Sections for 0.5 to 40 Hz with notches at 50 and 60 Hz, shape (k, 6)."""
    high = signal.butter(2, BAND[0], "highpass", fs=SAMPLE_RATE, output="sos")
    low = signal.butter(4, BAND[1], "lowpass", fs=SAMPLE_RATE, output="sos")
    notches = [np.hstack(signal.iirnotch(mains, 12.0, fs=SAMPLE_RATE))[None, :] for mains in MAINS]
    return np.vstack([high, low, *notches])


@lru_cache
def qrs_band() -> NDArray[np.float64]:
    """Sections for the band in which QRS complexes are sought, shape (k, 6)."""
    return np.asarray(signal.butter(2, QRS_BAND, "bandpass", fs=SAMPLE_RATE, output="sos"))


@lru_cache
def envelope() -> NDArray[np.float64]:
    """Sections that smooth the energy of the QRS band into one hump per complex, shape (k, 6)."""
    return np.asarray(signal.butter(2, ENVELOPE_CUTOFF, "lowpass", fs=SAMPLE_RATE, output="sos"))


@compiled
def through(sections: NDArray[np.float64], states: NDArray[np.float64], first: int, end: int, sample: float) -> float:
    """One sample through the sections [first, end) (direct form II transposed, as scipy does it); `states` change."""
    for section in range(first, end):
        b, state = sections[section], states[section]
        out = b[0] * sample + state[0]
        state[0] = b[1] * sample - b[4] * out + state[1]
        state[1] = b[2] * sample - b[5] * out
        sample = out
    return sample


@compiled
def cascade(
    sections: NDArray[np.float64],
    states: NDArray[np.float64],
    samples: NDArray[np.float64],
    filtered: NDArray[np.float64],
) -> None:
    """Each sample through all sections, so that they overlap in the CPU: five sections in 11 ns a sample, where one
    section after the other takes 60 ns. `filtered` may be `samples`.
    """
    for at in range(len(samples)):
        filtered[at] = through(sections, states, 0, len(sections), samples[at])


@compiled
def hold(samples: NDArray[np.float64], last: float) -> int:
    """Put the valid value before it, at first `last`, in the place of every NaN, which no filter survives; how many."""
    missing = 0
    for at in range(len(samples)):
        if math.isnan(samples[at]):
            samples[at] = last
            missing += 1
        else:
            last = samples[at]
    return missing


def settled(sections: NDArray[np.float64], first: float) -> NDArray[np.float64]:
    """The state of `sections` after an eternity of `first`, shape (k, 2)."""
    return _settled_on_one(sections.tobytes()) * first


@lru_cache
def _settled_on_one(sections: bytes) -> NDArray[np.float64]:
    return np.ascontiguousarray(signal.sosfilt_zi(np.frombuffer(sections).reshape(-1, 6)))


class CausalFilter:
    """A cascade of sections over one stretch of samples; it starts settled on the first value."""

    def __init__(self, sections: NDArray[np.float64]) -> None:
        self._sections = sections
        self._state: NDArray[np.float64] | None = None

    def receive(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """Filtered samples, float64, shape (n,). `samples` must be finite; n >= 1."""
        if self._state is None:
            self._state = settled(self._sections, samples[0])
        filtered = np.empty(len(samples))
        cascade(self._sections, self._state, samples, filtered)
        return filtered

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        return {"state": None if self._state is None else self._state.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._state = None if state["state"] is None else state["state"].copy()
