"""The front door: what a device speaks becomes millivolts at the house rate, once. Losses become visible here."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.compiled import compiled
from ecg.errors import SignalError
from ecg.rates import house_index
from ecg.resample import Resampler
from ecg.types import INVALID_SAMPLE, DeviceChunk, SampleChunk, SignalGap


@compiled
def _to_millivolts(samples: NDArray[np.int16], gain: float, millivolts: NDArray[np.floating]) -> None:
    """millivolts: shape (n,) like `samples`, written."""
    for at in range(len(samples)):
        millivolts[at] = math.nan if samples[at] == INVALID_SAMPLE else samples[at] / gain


class FrontDoor:
    """One recording's samples in the order of their arrival; repeats are dropped, jumps become a `SignalGap`."""

    def __init__(self, recording: str) -> None:
        self._recording = recording
        self._rate: float | None = None
        self._expected = 0
        self._resampler: Resampler | None = None
        self._end = 0

    def receive(self, chunk: DeviceChunk) -> list[SampleChunk | SignalGap]:
        """House samples of `chunk`, after the gap before it if there is one.

        Raises SignalError when the rate is not the recording's or the gain is not positive.
        """
        self._check(chunk)
        samples, start = chunk.samples, chunk.start
        if start < self._expected:
            samples, start = samples[self._expected - start :], self._expected
        if not len(samples):
            return []
        result: list[SampleChunk | SignalGap] = []
        if self._resampler is None or start > self._expected:
            result += self._begin(start, chunk.rate)
        self._expected = start + len(samples)
        return result + self._convert(samples, chunk.gain)

    def _check(self, chunk: DeviceChunk) -> None:
        if not chunk.gain > 0:
            raise SignalError(f"a gain of {chunk.gain:g} units per millivolt is not positive")
        if self._rate is not None and chunk.rate != self._rate:
            raise SignalError(f"the rate changed from {self._rate:g} to {chunk.rate:g} Hz within one recording")
        self._rate = chunk.rate

    def _begin(self, start: int, rate: float) -> list[SampleChunk | SignalGap]:
        self._resampler = Resampler(rate, start)
        begin = house_index(start, rate)
        gap = SignalGap(self._recording, self._end, begin)
        self._end = max(begin, self._end)
        return [gap] if gap.start < gap.end else []

    def _convert(self, samples: NDArray[np.int16], gain: float) -> list[SampleChunk | SignalGap]:
        assert self._resampler is not None
        start = self._resampler.next_index
        if self._resampler.changes_nothing:
            house = np.empty(len(samples), np.float32)
            _to_millivolts(samples, gain, house)
            self._resampler.skip(len(samples))
        else:
            millivolts = np.empty(len(samples))
            _to_millivolts(samples, gain, millivolts)
            house = self._resampler.receive(millivolts).astype(np.float32)
        self._end = start + len(house)
        return [SampleChunk(self._recording, start, house)] if len(house) else []

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        resampler = None if self._resampler is None else self._resampler.snapshot()
        return {"rate": self._rate, "expected": self._expected, "end": self._end, "resampler": resampler}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._rate, self._expected, self._end = state["rate"], state["expected"], state["end"]
        if state["resampler"] is not None:
            self._resampler = Resampler(state["rate"], self._expected)
            self._resampler.restore(state["resampler"])
