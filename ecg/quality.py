"""Signal quality, judged once a second over the last two seconds, with its reason.

Thresholds are measured on the challenge records and the noise stress records (docs/BENCHMARKS.md).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.rates import to_samples
from ecg.types import Quality, QualityChange, QualityReason

STEP = to_samples(1.0)
WINDOW = to_samples(2.0)

INVALID_SHARE = 0.05
FLAT_RANGE = 0.04  # mV between the 2nd and 98th percentile: a lead that is on shows more over two seconds
RAIL_SHARE = 0.20  # of samples at the window's very highest or lowest value
RAIL_RANGE = 1.0  # mV: a quantised quiet signal also repeats its extremes
RAIL_LEVEL = 10.0  # mV: no skin electrode delivers more; the amplifier is at its end
NOISE_LEVEL = 0.010  # mV, median absolute second difference without hum: clean records stay under 0.008
MAINS_FREE = np.convolve(np.full(5, 0.2), np.full(4, 0.25))
# Zeros at 50 and 62.5 Hz: hum is filtered away before the screen and the network, so it does not count as noise.
WANDER = 4.0  # mV between the means of the window's quarters


@dataclass(frozen=True, slots=True)
class Verdict:
    """A quality and its reason."""

    quality: Quality
    reason: QualityReason


GOOD = Verdict(Quality.GOOD, QualityReason.NONE)


def judge(samples: NDArray[np.float64]) -> Verdict:
    """The quality of raw house samples in millivolts, shape (n,), n >= 4; NaN where the device had none."""
    valid = samples[~np.isnan(samples)]
    if len(valid) < (1 - INVALID_SHARE) * len(samples):
        return Verdict(Quality.UNUSABLE, QualityReason.INVALID)
    ordered = np.sort(valid)
    if ordered[int(0.98 * len(ordered))] - ordered[int(0.02 * len(ordered))] < FLAT_RANGE:
        return Verdict(Quality.UNUSABLE, QualityReason.FLAT)
    if _is_saturated(ordered):
        return Verdict(Quality.UNUSABLE, QualityReason.SATURATED)
    if _noise(valid) > NOISE_LEVEL:
        return Verdict(Quality.POOR, QualityReason.NOISE)
    means = [part.mean() for part in np.array_split(valid, 4)]
    return Verdict(Quality.POOR, QualityReason.BASELINE) if max(means) - min(means) > WANDER else GOOD


def _is_saturated(ordered: NDArray[np.float64]) -> bool:
    lowest, highest = ordered[0], ordered[-1]
    if max(-lowest, highest) >= RAIL_LEVEL:
        return True
    if highest - lowest < RAIL_RANGE:
        return False
    at_low = int(np.searchsorted(ordered, lowest, side="right"))
    at_high = len(ordered) - int(np.searchsorted(ordered, highest, side="left"))
    return max(at_low, at_high) > RAIL_SHARE * len(ordered)


def _noise(valid: NDArray[np.float64]) -> float:
    smooth = np.convolve(valid, MAINS_FREE, "valid")
    second = np.abs(smooth[2:] - 2 * smooth[1:-1] + smooth[:-2])
    return float(np.partition(second, len(second) // 2)[len(second) // 2])


class QualityJudge:
    """Follows one stretch of raw house samples from index `start` and tells when the verdict changes."""

    def __init__(self, recording: str, start: int) -> None:
        self._recording = recording
        self._recent = RecentSamples(WINDOW, start)
        self._next = start + STEP
        self._verdict: Verdict | None = None

    def receive(self, samples: NDArray[np.float64]) -> list[QualityChange]:
        """Changes that the samples (mV, shape (n,), NaN allowed) bring, at the index where the window ends."""
        changes: list[QualityChange] = []
        for begin in range(0, len(samples), STEP):
            self._recent.append(samples[begin : begin + STEP])
            changes += self._judge_due()
        return changes

    def _judge_due(self) -> list[QualityChange]:
        changes: list[QualityChange] = []
        while self._next <= self._recent.end:
            verdict = judge(self._recent.between(self._next - WINDOW, self._next))
            if verdict != self._verdict:
                self._verdict = verdict
                changes.append(QualityChange(self._recording, self._next, verdict.quality, verdict.reason))
            self._next += STEP
        return changes

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        verdict = None if self._verdict is None else [self._verdict.quality.value, self._verdict.reason.value]
        return {"recent": self._recent.snapshot(), "next": self._next, "verdict": verdict}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._recent.restore(state["recent"])
        self._next = state["next"]
        if state["verdict"] is not None:
            quality, reason = state["verdict"]
            self._verdict = Verdict(Quality(quality), QualityReason(reason))
