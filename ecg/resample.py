"""From the device's sampling rate to the house rate, in one pass and whatever the chunks.

Windowed-sinc interpolation in polyphase form (Crochiere & Rabiner 1983, chapter 4). Every output is one dot product
over the inputs around its own instant, so a chunk's borders never show in the result.
"""

from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.errors import SignalError
from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE, SAMPLE_RATE, house_index

ZERO_CROSSINGS = 6
KAISER_BETA = 6.0  # stop band below -60 dB: under one unit of a 12-bit device
ROLL_OFF = 0.9  # of the lower Nyquist frequency: flat over the monitor band (40 Hz) from 100 Hz upwards


@lru_cache(maxsize=64)
def _bank(rate: Fraction) -> tuple[NDArray[np.float64], int]:
    """Taps for each phase, shape (phases, taps), and the number of taps at or before the instant."""
    ratio = Fraction(SAMPLE_RATE) / rate
    cutoff = 0.5 * ROLL_OFF * min(1.0, float(ratio))
    half = ceil(ZERO_CROSSINGS / (2 * cutoff))
    offsets = np.arange(-half + 1, half + 1)
    distance = np.arange(ratio.numerator)[:, None] / ratio.numerator - offsets
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (distance / half) ** 2, 0, 1))) / np.i0(KAISER_BETA)
    taps = 2 * cutoff * np.sinc(2 * cutoff * distance) * window
    return taps / taps.sum(axis=1, keepdims=True), half


@compiled
def _interpolate(
    samples: NDArray[np.float64],
    start: int,
    bank: NDArray[np.float64],
    first: int,
    numerator: int,
    denominator: int,
    result: NDArray[np.float64],
) -> None:
    """House samples from `first` on; `samples` begin at the device's `start`, numerator / denominator device samples
    make one house sample.
    """
    taps = bank.shape[1]
    for at in range(len(result)):
        place = (first + at) * numerator
        begin, phase = place // denominator - taps // 2 + 1 - start, place % denominator
        total = 0.0
        for tap in range(taps):
            total += samples[begin + tap] * bank[phase, tap]
        result[at] = total


class Resampler:
    """Device samples in, house samples out; one stretch without gaps.

    `start` is the device index of the first sample. The first value is held backwards, so that a stretch begins without
    a transient; the last `half` samples (6 to 27 ms) wait for their successors.
    """

    def __init__(self, rate: float, start: int) -> None:
        if not MIN_DEVICE_RATE <= rate <= MAX_DEVICE_RATE:
            raise SignalError(f"a rate of {rate:g} Hz is outside {MIN_DEVICE_RATE:g} to {MAX_DEVICE_RATE:g} Hz")
        self._rate = Fraction(rate).limit_denominator(1000)
        self._next = house_index(start, rate)
        self._tail: NDArray[np.float64] = np.empty(0)
        self._tail_start = start
        self.changes_nothing = self._rate == SAMPLE_RATE
        """Whether the device speaks at the house rate: `receive` returns what it gets."""

    @property
    def next_index(self) -> int:
        """House index of the next sample that `receive` returns."""
        return self._next

    def receive(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """The house samples that are now complete, float64, shape (m,), m >= 0; the first is at `next_index`."""
        if self.changes_nothing:
            self.skip(len(samples))
            return samples
        bank, half = _bank(self._rate)
        self._keep(samples, half)
        step = self._rate / SAMPLE_RATE
        received = self._tail_start + len(self._tail)
        end = max(self._next, house_index(received - half, float(self._rate)))
        result = np.empty(end - self._next)
        _interpolate(self._tail, self._tail_start, bank, self._next, step.numerator, step.denominator, result)
        self._next = end
        self._drop_used(step, half)
        return result

    def skip(self, count: int) -> None:
        """`count` samples go past, where `receive` would change nothing."""
        self._next += count

    def _keep(self, samples: NDArray[np.float64], half: int) -> None:
        if not len(self._tail):
            self._tail = np.full(half, samples[0])
            self._tail_start -= half
        self._tail = np.concatenate([self._tail, samples])

    def _drop_used(self, step: Fraction, half: int) -> None:
        needed = self._next * step.numerator // step.denominator - half + 1
        used = max(0, min(needed - self._tail_start, len(self._tail)))
        self._tail = self._tail[used:]
        self._tail_start += used

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        return {"next": self._next, "tail": self._tail.copy(), "tail_start": self._tail_start}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._next, self._tail, self._tail_start = state["next"], state["tail"].copy(), state["tail_start"]
