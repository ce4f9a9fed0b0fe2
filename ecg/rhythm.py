"""From labelled beats to findings that last: onset and end of every rhythm that is not plain sinus rhythm.

| finding | begins | ends |
| --- | --- | --- |
| ventricular fibrillation | the signal looks like it at 3 of 4 seconds (`ecg.fibrillation`) | at none of 4 |
| asystole | no beat for 4.0 s in a good signal that does not look like fibrillation | the next beat |
| noise | 6 of the last 10 beats are noise | 2 of 10 |
| ventricular tachycardia | 5 ventricular beats in a row at 100/min | 2 of the last 3 are not, or under 90/min |
| ventricular run | 3 ventricular beats in a row | 2 of the last 3 are not ventricular |
| couplet | told when 2 ventricular beats in a row are over | at the second |
| bigeminy, trigeminy | 3 cycles of one ventricular beat in 2, in 3 | 3 of 6 steps, 4 of 9 do not fit |
| supraventricular run | 3 supraventricular beats in a row | 2 of the last 3 are not supraventricular |
| atrial fibrillation, other rhythm | 7 of the last 10 clear beats | 3 of 10 |
| bradycardia | median of 8 RR under 50/min | above 53/min |
| tachycardia (neither fibrillation nor ventricular run) | median of 8 RR over 100/min | under 95/min |
| pause | no beat for 2.0 s in a good signal; `limits.Limits` | the next beat |
| not sure | of 6 of the last 10 clear beats the rhythm is not sure | 2 of 10 |

A beat is noise when the network says so or when the signal was poor; the others are clear. But fast wide beats look
like movement: those that are plainly ventricular (`ectopy.VOUCHED`) are no noise, and make runs and tachycardia in a
poor signal. Only sure answers count for a finding (`labels.CLASS_SURE`, `RHYTHM_SURE`): an unsure beat takes its place
among the last ones as one that speaks against noise, runs, fibrillation and other rhythm, so that none of these begins
or lasts by unsure beats. An onset is the index of the first beat that made the finding, so it lies before the moment
when it is told. In a signal that becomes good silence counts from there on.
"""

from collections.abc import Iterable
from typing import Any

from ecg.criteria import Change, RateBeyond, Votes, rr_at
from ecg.ectopy import BY_CLASS, RUNS, is_plainly_ventricular
from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.limits import Limits
from ecg.patterns import Cycle, FastRun, Pair
from ecg.priority import PRIORITY
from ecg.rates import to_samples
from ecg.silence import Silence, Silent
from ecg.types import Beat, RhythmEpisode

MIXED, MIXED_BEGIN, MIXED_END = 10, 7, 3
NOISE_BEGIN, NOISE_END = 6, 2
UNSURE_BEGIN, UNSURE_END = 6, 2
RUN = 3
WATCHED_SECONDS, FIBRILLATION_BEGIN, FIBRILLATION_END = 4, 3, 0
FIBRILLATION_ONSET = to_samples(3.0)
"""The window that is judged is 4 s long, and three quarters of fibrillation are enough."""
REGULAR_BEATS, REGULAR_SPREAD = 6, 1.2
FLUTTER_RR = rr_at(250)
"""A fast ventricular rhythm with longer regular intervals is called tachycardia, though its waves look like flutter."""
FAST_RUN, FAST_RUN_RR, FAST_RUN_END = 5, rr_at(100), rr_at(90)
SLOW, SLOW_END = rr_at(50), rr_at(53)
FAST, FAST_END = rr_at(100), rr_at(95)


class RhythmWatch:
    """Follows the findings of one recording. At most one episode of a finding is open."""

    def __init__(self, recording: str, limits: Limits) -> None:
        self._recording = recording
        self._silence = Silence(limits)
        self._fibrillation = Votes(WATCHED_SECONDS, FIBRILLATION_BEGIN, FIBRILLATION_END)
        self._patterns: dict[Finding, Votes | Cycle | FastRun | Pair] = {
            Finding.VENTRICULAR_TACHYCARDIA: FastRun(FAST_RUN, FAST_RUN_RR, FAST_RUN_END),
            Finding.VENTRICULAR_RUN: Votes(RUN, RUN, 1),
            Finding.COUPLET: Pair(),
            Finding.BIGEMINY: Cycle(2),
            Finding.TRIGEMINY: Cycle(3),
            Finding.SUPRAVENTRICULAR_RUN: Votes(RUN, RUN, 1),
        }
        self._rhythms = {
            Finding.NOISE: Votes(MIXED, NOISE_BEGIN, NOISE_END),
            Finding.ATRIAL_FIBRILLATION: Votes(MIXED, MIXED_BEGIN, MIXED_END),
            Finding.OTHER_RHYTHM: Votes(MIXED, MIXED_BEGIN, MIXED_END),
            Finding.NOT_SURE: Votes(MIXED, UNSURE_BEGIN, UNSURE_END),
        }
        self._rates = {
            Finding.BRADYCARDIA: RateBeyond(SLOW, SLOW_END),
            Finding.TACHYCARDIA: RateBeyond(FAST, FAST_END),
        }
        self._fibrillates = False
        self._rr: list[int] = []

    @property
    def _criteria(self) -> dict[Finding, Votes | Cycle | FastRun | Pair | RateBeyond]:
        return {Finding.VENTRICULAR_FIBRILLATION: self._fibrillation, **self._patterns, **self._rhythms, **self._rates}

    @property
    def finding(self) -> Finding | None:
        """The open finding that comes first in `priority.PRIORITY`; None when none is open."""
        criteria = self._criteria
        opened = {finding for finding, criterion in criteria.items() if criterion.since is not None}
        if Finding.VENTRICULAR_TACHYCARDIA in opened and self.beats_are_regular and min(self._rr) > FLUTTER_RR:
            opened.discard(Finding.VENTRICULAR_FIBRILLATION)
        return next((one for one in PRIORITY if one in opened or self._silence.is_open(one)), None)

    @property
    def run(self) -> Finding | None:
        """The graver of the open ventricular runs: what is told of a poor signal too."""
        return next((one for one in RUNS if self._patterns[one].since is not None), None)

    @property
    def beats_are_regular(self) -> bool:
        """Whether the last `REGULAR_BEATS` RR intervals are alike: beats found in fibrillation are not."""
        return len(self._rr) == REGULAR_BEATS and max(self._rr) <= REGULAR_SPREAD * min(self._rr)

    @property
    def fibrillates(self) -> bool:
        """Whether ventricular fibrillation or flutter is open."""
        return self._fibrillation.since is not None

    @property
    def silence_due(self) -> int | None:
        """The index at which a pause or an asystole begins to be one, if no beat is there or before."""
        return self._silence.due

    def limit(self, limits: Limits, index: int) -> None:
        """From `index` on these limits hold."""
        self._silence.limit(limits, index)

    def receive(self, beat: Beat) -> list[RhythmEpisode]:
        """Take the next beat of a good signal."""
        changes = self._silent(self._silence.beat(beat.index))
        self._rr = [*self._rr[1 - REGULAR_BEATS :], beat.rr] if beat.rr is not None else []
        noise = beat.rhythm is Rhythm.NOISE and beat.rhythm_sure
        changes += self._told(Finding.NOISE, self._rhythms[Finding.NOISE].receive(beat.index, noise))
        changes += self._by_class(beat.index, beat.beat_class if beat.class_sure else None)
        if not noise:
            changes += self._by_rhythm(beat.index, beat.rhythm if beat.rhythm_sure else None)
        return changes + (self._by_rate(beat.index, beat.rr) if beat.rr is not None else [])

    def judge_second(self, index: int, fibrillates: bool) -> list[RhythmEpisode]:
        """Take what the last seconds before `index` look like, a second later each time; never for a poor signal."""
        self._fibrillates = fibrillates
        changes = self._told(Finding.VENTRICULAR_FIBRILLATION, self._fibrillation.receive(index, fibrillates))
        if changes and changes[0].end is None:
            changes = [*self._silent(self._silence.interrupt(changes[0].start)), *changes]
        return changes

    def doubt(self, beat: Beat) -> list[RhythmEpisode]:
        """Take a beat of a poor signal: one that is not plainly ventricular counts as noise and is in no run."""
        ventricular = is_plainly_ventricular(beat)
        told = self.become_poor(beat.index)
        told += self._told(Finding.NOISE, self._rhythms[Finding.NOISE].receive(beat.index, not ventricular))
        for run in RUNS:
            told += self._told(run, self._patterns[run].receive(beat.index, ventricular))
        return told

    def disregard(self, index: int) -> list[RhythmEpisode]:
        """Take a beat found where there is no usable signal: it counts as noise, and no run reaches across it."""
        noise = self._told(Finding.NOISE, self._rhythms[Finding.NOISE].receive(index, True))
        return self.interrupt(index) + noise

    def interrupt(self, index: int) -> list[RhythmEpisode]:
        """From `index` on there is no usable signal: nothing is told, and runs begin anew."""
        for run in RUNS:
            self._patterns[run].interrupt()
        return self.become_poor(index)

    def become_poor(self, index: int) -> list[RhythmEpisode]:
        """From `index` on the signal is poor: no silence and no fibrillation is told, all patterns but runs break."""
        for finding, criterion in self._patterns.items():
            if finding not in RUNS:
                criterion.interrupt()
        self._fibrillates, self._rr = False, []
        ended = self._told(Finding.VENTRICULAR_FIBRILLATION, self._fibrillation.close(index))
        return self._silent(self._silence.interrupt(index)) + ended

    def become_good(self, index: int) -> None:
        """From `index` on the signal is good: the time without a beat counts anew."""
        self._silence.resume(index)

    def stay_silent(self) -> list[RhythmEpisode]:
        """The good signal reached `silence_due` without a beat."""
        return self._silent(self._silence.pass_due(self._fibrillates or self.fibrillates))

    def close(self, last_beat: int, index: int) -> list[RhythmEpisode]:
        """The signal is lost at `index`: what is open ends at the last beat before; silence and fibrillation there."""
        closed = self.interrupt(index)
        for finding, criterion in self._criteria.items():
            closed += self._told(finding, criterion.close(last_beat))
        return closed

    def _by_class(self, index: int, beat_class: BeatClass | None) -> list[RhythmEpisode]:
        """`beat_class` is None where the network is not sure."""
        return [
            episode
            for wanted, findings in BY_CLASS.items()
            for finding in findings
            for episode in self._told(finding, self._patterns[finding].receive(index, beat_class is wanted))
        ]

    def _by_rhythm(self, index: int, rhythm: Rhythm | None) -> list[RhythmEpisode]:
        """`rhythm` is None where the network is not sure."""
        wanted = {
            Finding.ATRIAL_FIBRILLATION: Rhythm.ATRIAL_FIBRILLATION,
            Finding.OTHER_RHYTHM: Rhythm.OTHER,
            Finding.NOT_SURE: None,
        }
        return [
            episode
            for finding, one in wanted.items()
            for episode in self._told(finding, self._rhythms[finding].receive(index, rhythm is one))
        ]

    def _by_rate(self, index: int, rr: int) -> list[RhythmEpisode]:
        run, fibrillation = self._patterns[Finding.VENTRICULAR_RUN], self._rhythms[Finding.ATRIAL_FIBRILLATION]
        rate = self._rates[Finding.TACHYCARDIA]
        named_otherwise = fibrillation.since is not None or run.since is not None
        fast = rate.close(index) if named_otherwise else rate.receive(index, rr)
        slow = self._rates[Finding.BRADYCARDIA].receive(index, rr)
        return self._told(Finding.BRADYCARDIA, slow) + self._told(Finding.TACHYCARDIA, fast)

    def _silent(self, changes: Iterable[Silent]) -> list[RhythmEpisode]:
        return [RhythmEpisode(self._recording, *change) for change in changes]

    def _told(self, finding: Finding, change: Change | None) -> list[RhythmEpisode]:
        if change is None:
            return []
        start, end = change
        onset = FIBRILLATION_ONSET if finding is Finding.VENTRICULAR_FIBRILLATION else 0
        return [RhythmEpisode(self._recording, finding, start - onset, end)]

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        criteria = {finding.value: criterion.snapshot() for finding, criterion in self._criteria.items()}
        return {
            "criteria": criteria,
            "silence": self._silence.snapshot(),
            "fibrillates": self._fibrillates,
            "rr": list(self._rr),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        for finding, criterion in self._criteria.items():
            criterion.restore(state["criteria"][finding.value])
        self._silence.restore(state["silence"])
        self._fibrillates, self._rr = state["fibrillates"], list(state["rr"])
