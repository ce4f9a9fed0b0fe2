"""Heart rate and heart rate variability, beat by beat.

Variability follows Task Force of ESC and NASPE, Circulation 93:1043, 1996: NN intervals only (a normal beat next to a
normal beat, nothing missing between), over 5 minutes. Left out as artefacts: intervals outside 300 to 2000 ms, and
those more than 20 % away from the NN interval before (that one may itself have been left out, so that a true step
of the rate costs one interval and not all that follow). Sums are kept in whole samples: they never drift.
"""

from collections import deque
from typing import Any

import numpy as np

from ecg.labels import BeatClass
from ecg.rates import to_milliseconds, to_samples
from ecg.types import Beat

RATE_BEATS = 8
"""RR intervals over which the heart rate is a mean."""
ENOUGH_RR = 3
"""RR intervals without a break before a heart rate is shown."""
SILENCE = to_samples(3.0)
SILENT_RR = 2.5
"""No heart rate after `SILENCE` without a beat, or after so many mean RR intervals where those are longer."""

VARIABILITY_WINDOW = to_samples(300.0)
SHORTEST_NN, LONGEST_NN = to_samples(0.300), to_samples(2.000)
LARGEST_STEP = 0.20
NN50 = 50.0  # ms
ENOUGH_NN = 30
"""NN intervals in the window before SDNN and mean are shown."""
ENOUGH_DIFFERENCES = 10
"""Differences of neighbouring NN intervals before RMSSD and pNN50 are shown."""
_NONE = -1


class HeartRate:
    """Mean rate over the last RR intervals of one unbroken stretch of good signal."""

    def __init__(self) -> None:
        self._intervals: list[int] = []
        self._total = 0
        self._last = 0

    def note(self, index: int, rr: int) -> None:
        """Take the beat at `index`, `rr` samples after the one before. A silence before it begins the count anew."""
        self._last = index
        if rr > self._patience():
            self.forget()
            return
        self._intervals.append(rr)
        self._total += rr
        if len(self._intervals) > RATE_BEATS:
            self._total -= self._intervals.pop(0)

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
        return None if self.at(index) is None else to_milliseconds(self._intervals[-1])

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


class Variability:
    """SDNN, RMSSD, pNN50, mean NN and the share of RR intervals that were used, over the last 5 minutes."""

    def __init__(self) -> None:
        self._window: deque[tuple[int, int, int]] = deque()  # index, NN or _NONE, step from the NN before or _NONE
        self._follows_normal = False
        self._candidate = _NONE  # the NN interval before, left out or not, of this stretch
        self._neighbour = _NONE  # the interval before, if it was used
        self._clear_sums()

    def _clear_sums(self) -> None:
        self._count = self._sum = self._squares = 0
        self._steps = self._step_squares = self._large_steps = 0

    def receive(self, beat: Beat) -> None:
        """Take a beat of good signal whose RR interval is known and of good signal too."""
        assert beat.rr is not None
        normal = beat.beat_class is BeatClass.NORMAL
        nn = beat.rr if normal and self._follows_normal and SHORTEST_NN <= beat.rr <= LONGEST_NN else _NONE
        self._follows_normal = normal
        used = nn if nn != _NONE and self._is_near(nn) else _NONE
        if nn != _NONE:
            self._candidate = nn
        step = abs(used - self._neighbour) if _NONE not in (used, self._neighbour) else _NONE
        self._neighbour = used
        self._add(beat.index, used, step)

    def disregard(self, beat: Beat) -> None:
        """Take a beat whose RR interval is unknown or not to be trusted; nothing spans it."""
        self._follows_normal = beat.beat_class is BeatClass.NORMAL
        self._candidate = self._neighbour = _NONE
        if beat.rr is not None:
            self._add(beat.index, _NONE, _NONE)

    def forget_before(self, index: int) -> None:
        """Let go of all that is not within the 5 minutes that end at `index`."""
        window = self._window
        while window and window[0][0] <= index - VARIABILITY_WINDOW:
            _, nn, step = window.popleft()
            self._count_in(nn, step, -1)
            if window and window[0][2] != _NONE:  # its neighbour has just left
                at, nn, step = window[0]
                self._count_in(_NONE, step, -1)
                window[0] = at, nn, _NONE

    @property
    def mean(self) -> float | None:
        """Mean NN in ms."""
        return to_milliseconds(self._sum / self._count) if self._count >= ENOUGH_NN else None

    @property
    def sdnn(self) -> float | None:
        """Standard deviation of NN in ms (n - 1 in the denominator)."""
        n = self._count
        if n < ENOUGH_NN:
            return None
        return to_milliseconds(float(np.sqrt((n * self._squares - self._sum**2) / (n * (n - 1)))))

    @property
    def rmssd(self) -> float | None:
        """Root mean square of the differences of neighbouring NN intervals, ms."""
        if self._steps < ENOUGH_DIFFERENCES:
            return None
        return to_milliseconds(float(np.sqrt(self._step_squares / self._steps)))

    @property
    def pnn50(self) -> float | None:
        """Share of those differences that exceed 50 ms, percent."""
        return 100 * self._large_steps / self._steps if self._steps >= ENOUGH_DIFFERENCES else None

    @property
    def nn_used(self) -> float | None:
        """Share of all RR intervals of the window that were used as NN, percent."""
        return 100 * self._count / len(self._window) if self._window else None

    def _is_near(self, nn: int) -> bool:
        return self._candidate == _NONE or abs(nn - self._candidate) <= LARGEST_STEP * self._candidate

    def _add(self, index: int, nn: int, step: int) -> None:
        self._window.append((index, nn, step))
        self._count_in(nn, step, 1)
        self.forget_before(index)

    def _count_in(self, nn: int, step: int, sign: int) -> None:
        if nn != _NONE:
            self._count += sign
            self._sum += sign * nn
            self._squares += sign * nn * nn
        if step != _NONE:
            self._steps += sign
            self._step_squares += sign * step * step
            self._large_steps += sign * (to_milliseconds(step) > NN50)

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats; "window" is int64 of shape (intervals, 3)."""
        return {
            "window": np.array(self._window, np.int64).reshape(-1, 3),
            "follows_normal": self._follows_normal,
            "candidate": self._candidate,
            "neighbour": self._neighbour,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._window = deque((at, nn, step) for at, nn, step in state["window"].tolist())
        self._follows_normal = state["follows_normal"]
        self._candidate, self._neighbour = state["candidate"], state["neighbour"]
        self._clear_sums()
        for _, nn, step in self._window:
            self._count_in(nn, step, 1)
