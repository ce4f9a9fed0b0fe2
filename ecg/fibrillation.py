"""Ventricular fibrillation and flutter, told from the signal itself: there are no beats that could be named.

Once a second the last 4 s of the trace are judged by four measures, all without a scale but for a floor of amplitude:

| measure | sinus rhythm, AF | fibrillation, flutter | source |
| --- | --- | --- | --- |
| share of samples beyond 0.2 of the highest | 0.15 (0.43) | 0.66 (0.43) | TCSC: Arafat, Chowdhury, Hasan 2011 |
| kurtosis of the slope: QRS are rare and steep | 22 (11) | 3.8 (6.1) | after Jekova, Krasteva 2004 |
| leakage of a filter tuned to the mean period | 0.80 (0.71) | 0.40 (0.63) | VF filter: Kuo, Dillman 1978 |
| frequency of that period, Hz | 6 | 4 (3.3 to 6.2) | the same |

Medians, in brackets the 95 % point nearer the other column: 23 MIT-BIH records without flutter and 1,183 challenge
records, against the flutter of record 207. Deviations: windows of 4 s instead of 3 and 8 s, no taper (the window is
centred), and the kurtosis of the slope in the place of integer band filters: it costs two products. Where the first
measure already says no, which is 19 seconds out of 20, the others are not looked at.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.types import SampleChunk

STEP = to_samples(1.0)
WINDOW = to_samples(4.0)
DECIMATION = 2
"""The monitor band ends at 40 Hz: 125 Hz carry all of it."""

CROSSING_LEVEL = 0.2
LEAST_CROSSING = 0.42
MOST_KURTOSIS = 6.5
MOST_LEAKAGE = 0.65
MOST_DOUBT = 0.65
"""Kurtosis / 10 + leakage - crossing: noisy atrial fibrillation comes near all three limits at once and stays above."""
FREQUENCIES = (2.5, 10.0)  # Hz, 150 to 600 per minute
LEAST_DEVIATION = 0.08  # mV: below this fibrillation is too fine to be told from asystole and noise


@dataclass(frozen=True, slots=True)
class SecondJudged:
    """Whether the 4 s before `index` look like fibrillation."""

    index: int
    fibrillates: bool


def fibrillates(window: NDArray[np.float64]) -> bool:
    """Whether the trace looks like ventricular fibrillation or flutter: filtered mV at the house rate over
    `DECIMATION`, shape (n,); False where a sample is missing (NaN).
    """
    x = window - window.sum() / len(window)
    high = np.abs(x)
    crossing = int(np.count_nonzero(high > CROSSING_LEVEL * high.max())) / len(x)
    if crossing < LEAST_CROSSING:
        return False
    slope = np.diff(x)
    power = slope * slope
    spread, deviation = float(power.mean()), float(x.std())
    if not deviation >= LEAST_DEVIATION:
        return False
    kurtosis = float((power * power).mean()) / spread**2
    if kurtosis > MOST_KURTOSIS:
        return False
    half_period = round(np.pi * float(high.sum()) / float(np.abs(slope).sum()))
    slowest, fastest = (SAMPLE_RATE / DECIMATION / 2 / frequency for frequency in FREQUENCIES)
    if not fastest < half_period < slowest:
        return False
    leakage = _leakage(x, high, half_period)
    return leakage < MOST_LEAKAGE and kurtosis / 10 + leakage - crossing < MOST_DOUBT


def _leakage(x: NDArray[np.float64], high: NDArray[np.float64], half_period: int) -> float:
    """What a filter with a zero at the mean period lets through: 0 for a sine of that period, 1 for none."""
    late, early = slice(half_period, None), slice(None, -half_period)
    return float(np.abs(x[late] + x[early]).sum() / (high[late].sum() + high[early].sum()))


class FibrillationJudge:
    """Follows the filtered trace of one recording; a chunk that does not join the one before begins anew."""

    def __init__(self) -> None:
        self._recent = RecentSamples(WINDOW // DECIMATION, 0)  # every second sample, counted so
        self._end = 0
        self._next = WINDOW

    def receive(self, chunk: SampleChunk) -> list[SecondJudged]:
        """The judgements that the chunk completes, in order; none within `WINDOW` of the beginning of a stretch."""
        if chunk.start != self._end:
            self._begin(chunk.start)
        self._end = chunk.end
        samples = chunk.samples[chunk.start % DECIMATION :: DECIMATION].astype(np.float64)
        judged: list[SecondJudged] = []
        while len(samples):
            room = self._next // DECIMATION - self._recent.end
            self._recent.append(samples[:room])
            samples = samples[room:]
            if self._recent.end == self._next // DECIMATION:
                judged.append(self._judge())
        return judged

    def _begin(self, start: int) -> None:
        self._recent = RecentSamples(WINDOW // DECIMATION, -(-start // DECIMATION))
        self._next = -(-(start + WINDOW) // STEP) * STEP

    def _judge(self) -> SecondJudged:
        end = self._next // DECIMATION
        window = self._recent.between(end - WINDOW // DECIMATION, end)
        judged = SecondJudged(self._next, fibrillates(window))
        self._next += STEP
        return judged

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        return {"recent": self._recent.snapshot(), "end": self._end, "next": self._next}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._recent.restore(state["recent"])
        self._end, self._next = state["end"], state["next"]
