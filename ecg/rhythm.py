"""From labelled beats to findings that last: onset and end of every rhythm that is not plain sinus rhythm.

| finding | begins | ends |
| --- | --- | --- |
| noise | 6 of the last 10 beats are noise | 2 of 10 |
| not sure | of 6 of the last 10 clear beats the rhythm is not sure | 2 of 10 |
| ventricular run | 3 ventricular beats in a row | 2 of the last 3 are not ventricular |
| bigeminy | 6 beats, ventricular by turns | 3 steps of the last 6 are no turn |
| atrial fibrillation, other rhythm | 7 of the last 10 clear beats | 3 of 10 |
| bradycardia | median of 8 RR under 50/min | above 53/min |
| tachycardia (neither fibrillation nor ventricular run) | median of 8 RR over 100/min | under 95/min |
| pause | no beat for 2.0 s in a good signal | the next beat |

A beat is noise when the network says so or when the signal was poor; the others are clear. Only sure answers count for
a finding (`labels.CLASS_SURE`, `RHYTHM_SURE`): an unsure beat takes its place among the last ones as one that speaks
against noise, ventricular run, fibrillation and other rhythm, so that none of these begins or lasts by unsure beats. An
onset is the index of the first beat that made the finding, so it lies before the moment when it is told.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ecg.criteria import Alternation, Change, RateBeyond, Votes, rr_at
from ecg.labels import RHYTHMS, BeatClass, Rhythm
from ecg.rates import to_samples
from ecg.types import Beat, Finding, RhythmEpisode, SettledRhythm

PAUSE = to_samples(2.0)
MIXED, MIXED_BEGIN, MIXED_END = 10, 7, 3
NOISE_BEGIN, NOISE_END = 6, 2
UNSURE_BEGIN, UNSURE_END = 6, 2
RUN = 3
SLOW, SLOW_END = rr_at(50), rr_at(53)
FAST, FAST_END = rr_at(100), rr_at(95)

PRIORITY = (
    Finding.NOISE,
    Finding.VENTRICULAR_RUN,
    Finding.PAUSE,
    Finding.BIGEMINY,
    Finding.ATRIAL_FIBRILLATION,
    Finding.TACHYCARDIA,
    Finding.BRADYCARDIA,
    Finding.OTHER_RHYTHM,
    Finding.NOT_SURE,
)
"""Which finding gives the tile its words while several are open; a silence comes before what was there until then."""


class RhythmWatch:
    """Follows the findings of one recording. At most one episode of a finding is open."""

    def __init__(self, recording: str) -> None:
        self._recording = recording
        self._noise = Votes(MIXED, NOISE_BEGIN, NOISE_END)
        self._run = Votes(RUN, RUN, 1)
        self._bigeminy = Alternation()
        self._fibrillation = Votes(MIXED, MIXED_BEGIN, MIXED_END)
        self._other = Votes(MIXED, MIXED_BEGIN, MIXED_END)
        self._unsure = Votes(MIXED, UNSURE_BEGIN, UNSURE_END)
        self._slow = RateBeyond(SLOW, SLOW_END)
        self._fast = RateBeyond(FAST, FAST_END)
        self._criteria: dict[Finding, Votes | Alternation | RateBeyond] = {
            Finding.NOISE: self._noise,
            Finding.VENTRICULAR_RUN: self._run,
            Finding.BIGEMINY: self._bigeminy,
            Finding.ATRIAL_FIBRILLATION: self._fibrillation,
            Finding.OTHER_RHYTHM: self._other,
            Finding.NOT_SURE: self._unsure,
            Finding.BRADYCARDIA: self._slow,
            Finding.TACHYCARDIA: self._fast,
        }
        self._last_beat: int | None = None  # of an unbroken good signal
        self._pause: int | None = None

    @property
    def finding(self) -> Finding | None:
        """The open finding that comes first in `PRIORITY`; None when none is open."""
        return next((finding for finding in PRIORITY if self._is_open(finding)), None)

    @property
    def pause_due(self) -> int | None:
        """The index at which a pause begins to be one, if no beat is there or before."""
        return None if self._last_beat is None or self._pause is not None else self._last_beat + PAUSE

    def receive(self, beat: Beat) -> list[RhythmEpisode]:
        """Take the next beat of a good signal."""
        changes = self._end_pause(beat.index)
        self._last_beat = beat.index
        noise = beat.rhythm is Rhythm.NOISE and beat.rhythm_sure
        changes += self._told(Finding.NOISE, self._noise.receive(beat.index, noise))
        changes += self._by_class(beat.index, beat.beat_class is BeatClass.VENTRICULAR and beat.class_sure)
        if not noise:
            changes += self._by_rhythm(beat.index, beat.rhythm if beat.rhythm_sure else None)
        return changes + (self._by_rate(beat.index, beat.rr) if beat.rr is not None else [])

    def disregard(self, index: int) -> list[RhythmEpisode]:
        """Take a beat found in a signal that is not good: it counts as noise, and no run reaches across it."""
        return self.interrupt(index) + self._told(Finding.NOISE, self._noise.receive(index, True))

    def interrupt(self, index: int) -> list[RhythmEpisode]:
        """From `index` on the signal is not good: a pause is none any more, runs begin anew."""
        self._run.interrupt()
        self._bigeminy.interrupt()
        self._last_beat = None
        return self._end_pause(index)

    def stay_silent(self) -> list[RhythmEpisode]:
        """The good signal reached `pause_due` without a beat."""
        assert self._last_beat is not None
        self._pause = self._last_beat
        return [RhythmEpisode(self._recording, Finding.PAUSE, self._pause, None)]

    def close(self, last_beat: int, index: int) -> list[RhythmEpisode]:
        """The signal is lost at `index`: everything open ends at the last beat before, a pause at `index`."""
        closed = self.interrupt(index)
        for finding, criterion in self._criteria.items():
            closed += self._told(finding, criterion.close(last_beat))
        return closed

    def _by_class(self, index: int, ventricular: bool) -> list[RhythmEpisode]:
        run = self._told(Finding.VENTRICULAR_RUN, self._run.receive(index, ventricular))
        return run + self._told(Finding.BIGEMINY, self._bigeminy.receive(index, ventricular))

    def _by_rhythm(self, index: int, rhythm: Rhythm | None) -> list[RhythmEpisode]:
        """`rhythm` is None where the network is not sure."""
        fibrillates = rhythm is Rhythm.ATRIAL_FIBRILLATION
        fibrillation = self._told(Finding.ATRIAL_FIBRILLATION, self._fibrillation.receive(index, fibrillates))
        other = self._told(Finding.OTHER_RHYTHM, self._other.receive(index, rhythm is Rhythm.OTHER))
        return fibrillation + other + self._told(Finding.NOT_SURE, self._unsure.receive(index, rhythm is None))

    def _by_rate(self, index: int, rr: int) -> list[RhythmEpisode]:
        named_otherwise = self._fibrillation.since is not None or self._run.since is not None
        fast = self._fast.close(index) if named_otherwise else self._fast.receive(index, rr)
        slow = self._slow.receive(index, rr)
        return self._told(Finding.BRADYCARDIA, slow) + self._told(Finding.TACHYCARDIA, fast)

    def _end_pause(self, index: int) -> list[RhythmEpisode]:
        since, self._pause = self._pause, None
        return [] if since is None else [RhythmEpisode(self._recording, Finding.PAUSE, since, index)]

    def _told(self, finding: Finding, change: Change | None) -> list[RhythmEpisode]:
        return [] if change is None else [RhythmEpisode(self._recording, finding, *change)]

    def _is_open(self, finding: Finding) -> bool:
        return self._pause is not None if finding is Finding.PAUSE else self._criteria[finding].since is not None

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats."""
        criteria = {finding.value: criterion.snapshot() for finding, criterion in self._criteria.items()}
        return {"criteria": criteria, "last_beat": self._last_beat, "pause": self._pause}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        for finding, criterion in self._criteria.items():
            criterion.restore(state["criteria"][finding.value])
        self._last_beat, self._pause = state["last_beat"], state["pause"]


def with_settled_rhythms(beats: Sequence[Beat], settled: Iterable[SettledRhythm]) -> list[Beat]:
    """`beats` of one recording, each with its settled rhythm in the place of the live one where there is one."""
    answers = {answer.index: answer for answer in settled}
    return [answers[beat.index].of(beat) if beat.index in answers else beat for beat in beats]


def rhythm_of_record(beats: Sequence[Beat]) -> tuple[Rhythm, float]:
    """The one answer for a whole record and its probability: the mean over its beats; noise without a beat."""
    if not beats:
        return Rhythm.NOISE, 1.0
    means = np.mean([beat.rhythm_probabilities for beat in beats], axis=0)
    return RHYTHMS[int(means.argmax())], float(means.max())
