"""Online QRS detection after Pan & Tompkins (IEEE Trans Biomed Eng 32:230, 1985), on the humps of one envelope.

samples → QRS band → energy → smooth → square root: the envelope, in millivolts. Its maxima are candidates; an adaptive
threshold between the levels of signal and noise decides, and a search back looks again where a beat is overdue.
Deviations from the paper: the envelope replaces derivative and moving integral; the T wave is told by its height in the
QRS band instead of its slope; levels are learnt from the first two seconds and learnt anew after three silent ones.
Nothing depends on how the samples were cut into chunks: candidates and deadlines are handled in order of index.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.filters import CausalFilter, envelope, qrs_band
from ecg.rates import to_samples

ENVELOPE_DELAY = 20  # samples by which the envelope's hump follows the R peak (group delays of both filters, 10 + 10)
CANDIDATE_REACH = to_samples(0.12)  # a candidate is the highest within this distance
REFRACTORY = to_samples(0.20)
T_WAVE_WINDOW = to_samples(0.36)
T_WAVE_SHARE = 0.45  # of the previous complex: lower humps within the window are T waves
P_WAVE_WINDOW = to_samples(0.24)
P_WAVE_RATIO = 1.3  # a hump this much higher, this soon after, is the QRS complex of the P wave found before it
LEARNING = to_samples(2.0)
SILENCE = to_samples(3.0)
OVERDUE = 1.66  # mean RR intervals (the paper's)
THRESHOLD_SHARE = 0.30  # between noise and signal level
SEARCH_BACK_SHARE = 0.40  # of the threshold
STANDSTILL_SHARE = (
    0.30  # of the last signal level: in a silence lower humps are noise, or asystole would be filled with beats
)
FORGETTING = 0.7  # of that share is left after every two further seconds, in case the amplitude really fell
FLOOR = 0.012  # mV: below this the envelope is no QRS of a lead that is on
USUAL_RR = to_samples(0.8)
RR_MEMORY = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A maximum of the envelope: where it stands and how high, in millivolts."""

    index: int
    height: float


class QrsDetector:
    """Finds QRS complexes in one stretch of raw house samples, which begins at index `start`."""

    def __init__(self, start: int) -> None:
        self._band, self._smooth = CausalFilter(qrs_band()), CausalFilter(envelope())
        self._envelope = RecentSamples(to_samples(2.0), start)
        self._confirmed = start
        self._waiting: list[Candidate] = []
        self._learn_until: int | None = start + LEARNING
        self._signal = self._noise = self._least = 0.0
        self._last = Candidate(start - REFRACTORY, 0.0)
        self._held: Candidate | None = None
        self._rr: list[int] = []
        self._deadline = start + LEARNING + SILENCE

    @property
    def decided(self) -> int:
        """No complex at or before this index will be returned any more."""
        if self._held is not None:
            return self._held.index - 1 - ENVELOPE_DELAY
        open_from = self._waiting[0].index if self._waiting else self._confirmed
        return max(open_from - 1, self._last.index) - ENVELOPE_DELAY

    def receive(self, samples: NDArray[np.float64]) -> list[int]:
        """Approximate indices of the R peaks that are now decided, rising; refine them within ±0.1 s."""
        energy = self._smooth.receive(self._band.receive(samples) ** 2)
        self._envelope.append(np.sqrt(np.maximum(energy, 0.0)))
        found: list[Candidate] = []
        for candidate in self._new_candidates():
            found += self._pass_deadlines(candidate.index)
            found += self._consider(candidate)
        found += self._pass_deadlines(self._confirmed)
        if self._held is not None and self._confirmed > self._held.index + P_WAVE_WINDOW:
            found += self._release()
        return [candidate.index - ENVELOPE_DELAY for candidate in found]

    def _new_candidates(self) -> list[Candidate]:
        """Maxima whose surroundings are complete since the last call."""
        begin, end = self._confirmed, self._envelope.end - CANDIDATE_REACH
        if end <= begin:
            return []
        self._confirmed = end
        first = max(begin - 1, self._envelope.start)
        here = self._envelope.between(first, end + 1)
        rises = np.flatnonzero((here[1:-1] > here[:-2]) & (here[1:-1] >= here[2:]) & (here[1:-1] >= FLOOR)) + 1
        maxima = [Candidate(first + at, float(here[at])) for at in rises.tolist()]
        return [candidate for candidate in maxima if self._is_highest(candidate)]

    def _is_highest(self, candidate: Candidate) -> bool:
        around = self._envelope.between(candidate.index - CANDIDATE_REACH, candidate.index + CANDIDATE_REACH + 1)
        return candidate.height >= float(around.max())

    def _consider(self, candidate: Candidate) -> list[Candidate]:
        if self._learn_until is not None:
            self._waiting.append(candidate)
            return []
        since = candidate.index - self._last.index
        if self._held is not None and since <= P_WAVE_WINDOW and candidate.height > P_WAVE_RATIO * self._held.height:
            return self._replace(candidate)
        t_wave = since < T_WAVE_WINDOW and candidate.height < T_WAVE_SHARE * self._last.height
        if since < REFRACTORY or t_wave:
            return []
        if candidate.height >= self._threshold():
            return self._accept(candidate, 0.125)
        self._noise += 0.125 * (candidate.height - self._noise)
        self._waiting.append(candidate)
        return []

    def _threshold(self) -> float:
        return self._noise + THRESHOLD_SHARE * (self._signal - self._noise)

    def _accept(self, candidate: Candidate, weight: float) -> list[Candidate]:
        # An artefact may be a hundred times higher: its weight is bounded, so that the next beats are still seen.
        self._signal += weight * (min(candidate.height, 3 * self._signal) - self._signal)
        interval = candidate.index - self._last.index
        if self._last.height > 0 and interval < SILENCE:
            self._rr = [*self._rr[1 - RR_MEMORY :], interval]
        self._last = candidate
        self._waiting = []
        self._deadline = candidate.index + self._patience()
        released = self._release()
        self._held = candidate
        return released

    def _release(self) -> list[Candidate]:
        """The newest complex is held back until no higher hump can follow its own P wave."""
        released = [] if self._held is None else [self._held]
        self._held = None
        return released

    def _replace(self, candidate: Candidate) -> list[Candidate]:
        assert self._held is not None
        shift = candidate.index - self._held.index
        self._rr = [*self._rr[:-1], self._rr[-1] + shift] if self._rr else []
        self._signal += 0.125 * (min(candidate.height, 3 * self._signal) - self._signal)
        self._held = self._last = candidate
        self._waiting = []
        self._deadline = candidate.index + self._patience()
        return []

    def _patience(self) -> int:
        usual = sum(self._rr) // len(self._rr) if self._rr else USUAL_RR
        return min(int(OVERDUE * usual), SILENCE)

    def _pass_deadlines(self, index: int) -> list[Candidate]:
        """Everything that falls due before `index`: the end of learning, searches back, silence."""
        found: list[Candidate] = []
        while True:
            due = self._deadline if self._learn_until is None else self._learn_until
            if due >= index:
                return found
            found += self._end_learning() if self._learn_until is not None else self._search_back()

    def _end_learning(self) -> list[Candidate]:
        assert self._learn_until is not None
        due, candidates = self._learn_until, [c for c in self._waiting if c.height >= self._least]
        self._learn_until, self._waiting = None, []
        self._deadline = due + SILENCE
        if not candidates:
            self._learn_until = due + LEARNING
            self._least *= FORGETTING
            return []
        heights = sorted(candidate.height for candidate in candidates)
        # The second highest: one artefact among the first beats must not set the level.
        self._signal = heights[-2] if len(heights) > 1 else heights[-1]
        self._noise = 0.5 * heights[0] if heights[0] < 0.5 * self._signal else 0.1 * self._signal
        found: list[Candidate] = []
        for candidate in candidates:
            found += self._consider(candidate)
        return found

    def _search_back(self) -> list[Candidate]:
        """At a deadline: the highest hump since the last complex, if it reaches the lowered threshold."""
        due = self._deadline
        usable = [c for c in self._waiting if c.index - self._last.index >= T_WAVE_WINDOW]
        best = max(usable, key=lambda c: c.height, default=None)
        if best is not None and best.height >= SEARCH_BACK_SHARE * self._threshold():
            later = [c for c in self._waiting if c.index > best.index]
            found = self._accept(best, 0.25)
            for candidate in later:
                found += self._consider(candidate)
            return found
        if due - self._last.index >= SILENCE:
            self._learn_anew(due)
        else:
            self._deadline = min(due + self._patience(), self._last.index + SILENCE)
        return []

    def _learn_anew(self, index: int) -> None:
        self._waiting = [
            c for c in self._waiting if c.index > index - LEARNING and c.index > self._last.index + REFRACTORY
        ]
        self._learn_until = index + LEARNING // 2
        self._least = STANDSTILL_SHARE * self._signal
        self._rr = []

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        return {
            "band": self._band.snapshot(),
            "smooth": self._smooth.snapshot(),
            "envelope": self._envelope.snapshot(),
            "confirmed": self._confirmed,
            "waiting": [[c.index, c.height] for c in self._waiting],
            "learn_until": self._learn_until,
            "levels": [self._signal, self._noise, self._least],
            "last": [self._last.index, self._last.height],
            "held": None if self._held is None else [self._held.index, self._held.height],
            "rr": list(self._rr),
            "deadline": self._deadline,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._band.restore(state["band"])
        self._smooth.restore(state["smooth"])
        self._envelope.restore(state["envelope"])
        self._confirmed, self._learn_until = state["confirmed"], state["learn_until"]
        self._waiting = [Candidate(index, height) for index, height in state["waiting"]]
        self._signal, self._noise, self._least = state["levels"]
        self._last = Candidate(*state["last"])
        self._held = None if state["held"] is None else Candidate(*state["held"])
        self._rr, self._deadline = list(state["rr"]), state["deadline"]
