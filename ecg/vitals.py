"""Heart rate, beat by beat, and everything the monitor tells at one moment.

The rate is the mean of the last `RATE_BEATS` RR intervals, ectopic ones too. That is slow to follow a sudden change,
so the intervals before one are forgotten: `STEP_BEATS` intervals that agree with each other and lie far from the
mean of those before. At 40/min the new rate then stands after 4.5 s instead of 12 s. Ectopic beats make no such step:
they would have to come three in a row, which is a rate of its own.
"""

from typing import Any

from ecg.findings import Finding
from ecg.rates import to_milliseconds, to_samples
from ecg.types import VitalSigns
from ecg.variability import Variability

RATE_BEATS = 8
"""RR intervals over which the heart rate is a mean."""
STEP_BEATS = 3
STEP_SPREAD, STEP_SIZE = 0.05, 0.20
"""The newest intervals make a step when they lie within 5 % of their mean and that is 20 % or more away from the mean
of at least as many before."""
ENOUGH_RR = 3
"""RR intervals without a break before a heart rate is shown."""
SILENCE = to_samples(3.0)
SILENT_RR = 2.5
"""No heart rate after `SILENCE` without a beat, or after so many mean RR intervals where those are longer."""


class HeartRate:
    """Mean rate over the last RR intervals of one unbroken stretch of good signal."""

    def __init__(self) -> None:
        self._intervals: list[int] = []
        self._total = 0
        self._last = 0

    def note(self, index: int, rr: int) -> bool:
        """Take the beat at `index`, `rr` samples after the one before; tell whether it completes a step of the rate.

        A silence before it begins the count anew.
        """
        intervals = self._intervals
        self._last = index
        if rr > SILENCE and rr > self._patience():
            self.forget()
            return False
        intervals.append(rr)
        self._total += rr
        if len(intervals) > RATE_BEATS:
            self._total -= intervals.pop(0)
        # A step this large is at least a twelfth away from the mean of all: most beats are judged by that alone.
        return 12 * abs(rr * len(intervals) - self._total) > self._total and self._takes_step()

    def _takes_step(self) -> bool:
        older, newest = self._intervals[:-STEP_BEATS], self._intervals[-STEP_BEATS:]
        if len(older) < STEP_BEATS:
            return False
        mean, before = sum(newest) / STEP_BEATS, sum(older) / len(older)
        if max(newest) - min(newest) > STEP_SPREAD * mean or abs(mean - before) < STEP_SIZE * before:
            return False
        self._intervals, self._total = newest, sum(newest)
        return True

    def forget(self) -> None:
        """The stretch is over: the rate has to be earned again."""
        self._intervals.clear()
        self._total = 0

    @property
    def is_earned(self) -> bool:
        """Whether enough intervals came since the last break."""
        return len(self._intervals) >= ENOUGH_RR

    def at(self, index: int) -> float | None:
        """/min at `index`; None before `ENOUGH_RR` intervals and in a silence."""
        if not self.is_earned or self._is_silent(index):
            return None
        return 60_000 * len(self._intervals) / to_milliseconds(self._total)

    def last_rr(self, index: int) -> float | None:
        """The newest RR interval in ms, under the conditions of the rate."""
        return to_milliseconds(self._intervals[-1]) if self.is_earned and not self._is_silent(index) else None

    def _is_silent(self, index: int) -> bool:
        return index - self._last > self._patience()

    def _patience(self) -> float:
        mean = self._total / len(self._intervals) if self._intervals else 0
        return max(SILENCE, SILENT_RR * mean)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        return {"intervals": list(self._intervals), "last": self._last}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._intervals, self._last = list(state["intervals"]), state["last"]
        self._total = sum(self._intervals)


def vital_signs(recording: str, index: int, rate: HeartRate, variability: Variability, finding: Finding) -> VitalSigns:
    """All numbers of a good signal at `index`, where all beats up to it came."""
    window = variability.at(index)
    return VitalSigns(
        recording,
        index,
        rate.at(index),
        rate.last_rr(index),
        window.rr_mean,
        window.sdnn,
        window.rmssd,
        window.pnn50,
        window.nn_used,
        finding,
        window.sd1,
        window.sd2,
        window.triangular_index,
        window.lf,
        window.hf,
        window.total_power,
        *variability.day.numbers,
    )
