"""Signal quality, judged once a second: faults of the last two seconds, and doubt about the beats of the last ten.

A fault of the lead (ecg.signal_faults) makes the signal unusable; beats that can be doubted (ecg.beat_doubt) make it
poor, as do a wandering baseline and fine noise in which no beats are found. Ventricular flutter and fibrillation
(ecg.flutter_signs) are good signal: there are no beats to count, but there is something to be told. What the judgement
costs and what it is worth on recorded noise stands in docs/BENCHMARKS.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from ecg import beat_doubt, signal_faults
from ecg.beat_doubt import FEW, doubt, last_beat, listen, newest, take_beat
from ecg.compiled import compiled
from ecg.filters import envelope, qrs_band
from ecg.findings import Quality, QualityReason
from ecg.flutter_signs import flutters
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.signal_faults import BASELINE, LEAD_OFF, VALID, fault, fine_noise, is_loose, keep
from ecg.types import QualityChange

STEP = to_samples(1.0)
WINDOW = signal_faults.WINDOW
DOUBT, TRUST = -2.0, -3.0
"""Log odds: beats are poor from DOUBT on and good again below TRUST. DOUBT at -1.5 sees some movement 7 s late."""
DOUBTED = 2  # seconds in a row below TRUST; after one alone some movement looks good in between
UNDOUBTED, FLUTTER = -99.0, -98.0  # no beats to doubt; no beats at all, but a heart
FINE_NOISE = 0.010  # mV where there are no beats to doubt: clean records stay under 0.008
HUGE_NOISE = 0.020  # mV where there are: then fine noise is the reason of the doubt
IMPOSSIBLE_RR = 0.26  # s, 230/min, among beats that are doubted

_UNUSABLE = {
    signal_faults.INVALID: QualityReason.INVALID,
    signal_faults.FLAT: QualityReason.FLAT,
    signal_faults.LEAD_OFF: QualityReason.LEAD_OFF,
    signal_faults.SATURATED: QualityReason.SATURATED,
}
_NO_BEATS = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A quality and its reason."""

    quality: Quality
    reason: QualityReason


GOOD = Verdict(Quality.GOOD, QualityReason.NONE)


@lru_cache
def sections() -> NDArray[np.float64]:
    """The filters that beats are judged by, shape (4, 6): QRS band (2), envelope, slow waves."""
    slow = signal.butter(1, (0.7, 7.0), "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.ascontiguousarray(np.vstack([qrs_band(), envelope(), slow]))


@compiled
def take(leads: NDArray[np.void], hearts: NDArray[np.void], raw: NDArray[np.float64],
         filters: NDArray[np.float64]) -> None:  # fmt: skip
    """Take the next raw samples, mV, shape (n,). leads, hearts: states, each of shape (1,), changed."""
    keep(leads[0], raw)
    listen(hearts[0], raw, filters)


@compiled
def look(leads: NDArray[np.void], hearts: NDArray[np.void], end: int, peaks: NDArray[np.int64],
         window: NDArray[np.float64], measures: NDArray[np.float64]) -> tuple[int, float, float]:  # fmt: skip
    """The fault before the sample `end`, fine noise in mV, and the doubt about beats: UNDOUBTED where they are few.

    peaks: R peaks that became ready since the last look. window, measures: room, shapes (WINDOW,) and (5,).
    """
    for peak in peaks:
        take_beat(hearts[0], peak)
    count = newest(hearts[0], end)
    found = fault(leads[0], end, window)
    if found not in (VALID, BASELINE):
        return found, 0.0, UNDOUBTED
    if is_loose(leads[0], end, last_beat(hearts[0])):
        return LEAD_OFF, 0.0, UNDOUBTED
    fine = fine_noise(window, min(end, WINDOW))
    if count < FEW:
        return found, fine, UNDOUBTED
    log_odds = doubt(hearts[0], end, count, measures)
    return found, fine, FLUTTER if log_odds > TRUST and flutters(leads[0].raw, end) else log_odds


class QualityJudge:
    """Follows one stretch of raw house samples from index `start` and tells when the verdict changes."""

    def __init__(self, recording: str, start: int) -> None:
        self._recording, self._start, self._next = recording, start, start + STEP
        self._lead, self._heart = signal_faults.fresh(), beat_doubt.fresh()
        self._window, self._measures = np.zeros(WINDOW), np.zeros(len(beat_doubt.WEIGHTS))
        self._peaks: list[int] = []  # not yet ready
        self._doubted = 0  # seconds for which beats stay doubted
        self._verdict: Verdict | None = None

    def receive(self, samples: NDArray[np.float64], peaks: Sequence[int], decided: int) -> list[QualityChange]:
        """Changes that are known now, at the index where the seconds end that they speak of.

        samples: mV, shape (n,), NaN allowed, n at most 1 s. peaks: R peaks found since the last call. decided: no
        R peak at or before this index will be found any more; a second is judged when all its beats are known.
        """
        take(self._lead, self._heart, samples, sections())
        self._peaks += peaks
        changes: list[QualityChange] = []
        while self._next <= decided:
            verdict = self._judge(self._next)
            if verdict != self._verdict:
                self._verdict = verdict
                changes.append(QualityChange(self._recording, self._next, verdict.quality, verdict.reason))
            self._next += STEP
        return changes

    def _judge(self, index: int) -> Verdict:
        peaks, end = self._ready(index), index - self._start
        found, fine, log_odds = look(self._lead, self._heart, end, peaks, self._window, self._measures)
        if found in _UNUSABLE:
            return Verdict(Quality.UNUSABLE, _UNUSABLE[found])
        if found == BASELINE:
            return Verdict(Quality.POOR, QualityReason.BASELINE)
        self._doubted = self._seconds_of_doubt(log_odds)
        if self._doubted:
            return Verdict(Quality.POOR, self._reason(fine))
        few = log_odds == UNDOUBTED
        return Verdict(Quality.POOR, QualityReason.NOISE) if few and fine > FINE_NOISE else GOOD

    def _seconds_of_doubt(self, log_odds: float) -> int:
        if log_odds > (TRUST if self._doubted else DOUBT):
            return DOUBTED
        nothing_to_doubt = log_odds <= FLUTTER
        return 0 if nothing_to_doubt else max(self._doubted - 1, 0)

    def _ready(self, index: int) -> NDArray[np.int64]:
        """R peaks, counted from the start of the stretch, whose surroundings are complete at `index`."""
        count = sum(peak + beat_doubt.READY <= index for peak in self._peaks)
        if not count:
            return _NO_BEATS
        ready, self._peaks = self._peaks[:count], self._peaks[count:]
        return np.array(ready, np.int64) - self._start

    def _reason(self, fine: float) -> QualityReason:
        if fine > HUGE_NOISE:
            return QualityReason.NOISE
        too_close = self._measures[beat_doubt.RR] < log10(IMPOSSIBLE_RR)
        return QualityReason.IMPOSSIBLE_RR if too_close else QualityReason.MOTION

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks; lead and heart as one array by the name of each field."""
        verdict = None if self._verdict is None else [self._verdict.quality.value, self._verdict.reason.value]
        return {
            "lead": {name: self._lead[name].copy() for name in signal_faults.STATE.names or ()},
            "heart": {name: self._heart[name].copy() for name in beat_doubt.STATE.names or ()},
            "peaks": list(self._peaks),
            "next": self._next,
            "doubted": self._doubted,
            "verdict": verdict,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        for array, saved in ((self._lead, state["lead"]), (self._heart, state["heart"])):
            for name, value in saved.items():
                array[name] = value
        self._peaks, self._next, self._doubted = list(state["peaks"]), state["next"], state["doubted"]
        if state["verdict"] is not None:
            quality, reason = state["verdict"]
            self._verdict = Verdict(Quality(quality), QualityReason(reason))
