"""One recording's findings and numbers from its labelled beats and its trace.

What comes out depends on the signal alone, never on how it was cut into chunks: whatever an item brings is said after
everything that was due before it.

VitalSigns come on a grid of 2 s. Numbers are None while the signal is not good; after a gap or a bad stretch they come
back when the heart rate does (`vitals.ENOUGH_RR` intervals). At the end of a gap one VitalSigns with nothing in it
is sent at once; the grid has no points inside a gap. A step of the heart rate is told at its beat, grid or not.

Limits change at an index, whatever was received or decided by then: a silence that goes on is judged by the new ones.

A beat is due for settling `context.SETTLE_AFTER` after it, or at once when a gap begins. The burden of atrial
fibrillation comes each minute, once a minute was analysed.
"""

from dataclasses import asdict
from typing import Any

from ecg.burden import MINUTE, Burden
from ecg.context import SETTLE_AFTER
from ecg.fibrillation import FibrillationJudge, SecondJudged
from ecg.findings import Finding, Quality
from ecg.labels import Rhythm
from ecg.limits import USUAL, Limits, LimitsChange
from ecg.quality import WINDOW as QUALITY_WINDOW
from ecg.rates import GRID
from ecg.rhythm import RhythmWatch
from ecg.types import (
    AfBurden,
    Beat,
    Progress,
    QualityChange,
    RhythmEpisode,
    SampleChunk,
    SettlingDue,
    SignalGap,
    VitalSigns,
)
from ecg.variability import Variability
from ecg.vitals import HeartRate, vital_signs

Conclusion = RhythmEpisode | VitalSigns | AfBurden | SettlingDue


class HeartMonitor:
    """Follows one recording. Beats, changes of quality and progress come in the order of their index, samples and
    changes of limits before the progress that reaches them.
    """

    def __init__(self, recording: str) -> None:
        self._recording = recording
        self._rhythm = RhythmWatch(recording, USUAL)
        self._newest_limits = USUAL
        self._changes: list[LimitsChange] = []  # of limits, not reached by progress
        self._fibrillation = FibrillationJudge()
        self._judged: list[SecondJudged] = []  # not reached by progress
        self._burden = Burden(recording)
        self._rate = HeartRate()
        self._variability = Variability()
        self._quality: Quality | None = None
        self._good_since: int | None = None  # None while the signal is not good
        self._next_point, self._next_burden = GRID, MINUTE
        self._last_beat = 0
        self._unsettled: list[int] = []

    def receive(
        self, item: SampleChunk | Beat | SignalGap | QualityChange | LimitsChange | Progress
    ) -> list[Conclusion]:
        """What `item` concludes, in the order of the indices that were reached."""
        match item:
            case SampleChunk():
                self._judged += self._fibrillation.receive(item)
                return []
            case Progress():
                return self._advance(item.index)
            case Beat():
                return [*self._advance(item.index - 1), *self._take(item)]
            case QualityChange():
                return [*self._advance(item.index - 1), *self._change_quality(item)]
            case LimitsChange():
                return self._note_limits(item)
            case SignalGap():
                return self._break_off(item)

    def _advance(self, index: int) -> list[Conclusion]:
        """Everything that is due up to and at `index`."""
        concluded: list[Conclusion] = []
        while (due := self._due()) <= index:
            if self._changes and due == self._changes[0].index:
                self._change_limits()
            if self._unsettled and due == self._unsettled[0] + SETTLE_AFTER:
                concluded.append(SettlingDue(self._recording, self._unsettled.pop(0)))
            if self._judged and due == self._judged[0].index:
                concluded += self._judge_second(self._judged.pop(0))
            if due == self._rhythm.silence_due:
                concluded += self._rhythm.stay_silent()
            if due == self._next_point:
                concluded.append(self._vital_signs(due))
                self._next_point += GRID
            if due == self._next_burden:
                concluded += self._burden_at(due)
        return concluded

    def _due(self) -> int:
        """The next index at which something is concluded, whatever comes."""
        due = min(self._next_point, self._next_burden)
        if self._rhythm.silence_due is not None:
            due = min(due, self._rhythm.silence_due)
        if self._judged:
            due = min(due, self._judged[0].index)
        if self._changes:
            due = min(due, self._changes[0].index)
        return min(due, self._unsettled[0] + SETTLE_AFTER) if self._unsettled else due

    def _judge_second(self, judged: SecondJudged) -> list[RhythmEpisode]:
        return self._rhythm.judge_second(judged.index, judged.fibrillates) if self._quality is Quality.GOOD else []

    def _note_limits(self, change: LimitsChange) -> list[Conclusion]:
        """Every chunk may say them: what is said already is no change."""
        if change.limits != self._newest_limits:
            self._newest_limits = change.limits
            self._changes.append(change)
        return []

    def _change_limits(self) -> None:
        change = self._changes.pop(0)
        self._rhythm.limit(change.limits, change.index)

    def _burden_at(self, index: int) -> list[AfBurden]:
        self._next_burden += MINUTE
        burden = self._burden.at(index)
        return [] if burden.whole is None else [burden]

    @property
    def unsettled(self) -> int | None:
        """The oldest beat that is not settled."""
        return self._unsettled[0] if self._unsettled else None

    def settle(self) -> list[SettlingDue]:
        """All that wait: nothing more is coming, or nothing that they may look at."""
        due = [SettlingDue(self._recording, index) for index in self._unsettled]
        self._unsettled = []
        return due

    def _change_quality(self, change: QualityChange) -> list[RhythmEpisode]:
        before, self._quality = self._quality, change.quality
        if change.quality is Quality.GOOD:
            # The verdict is about the seconds before it.
            if before is not Quality.GOOD:
                self._good_since = change.index - QUALITY_WINDOW
                self._rhythm.become_good(change.index)
            return []
        self._good_since = None
        self._rate.forget()
        if change.quality is Quality.POOR:
            return self._rhythm.become_poor(change.index)
        return self._noted(self._rhythm.close(self._last_beat, change.index))

    def _take(self, beat: Beat) -> list[Conclusion]:
        self._last_beat = beat.index
        self._unsettled.append(beat.index)
        told = self._noted(self._judge_beat(beat))
        if self._good_since is None or beat.rr is None or beat.index - beat.rr < self._good_since:
            self._variability.disregard(beat)
            return [*told]
        self._variability.receive(beat)
        steps = self._rate.note(beat.index, beat.rr)
        if beat.rhythm is not Rhythm.NOISE or not beat.rhythm_sure:
            self._burden.receive(beat)
        return [*told, self._vital_signs(beat.index)] if steps else [*told]

    def _noted(self, told: list[RhythmEpisode]) -> list[RhythmEpisode]:
        self._burden.note(told)
        return told

    def _judge_beat(self, beat: Beat) -> list[RhythmEpisode]:
        if self._quality is Quality.POOR:
            return self._rhythm.doubt(beat)
        if self._quality is Quality.UNUSABLE:
            return self._rhythm.disregard(beat.index)
        return self._rhythm.receive(beat)

    def _break_off(self, gap: SignalGap) -> list[Conclusion]:
        # What lies between the last progress and the gap stays undecided: a beat there may not have been told.
        concluded: list[Conclusion] = [*self.settle(), *self._noted(self._rhythm.close(self._last_beat, gap.start))]
        self._rate.forget()
        self._judged = []
        self._quality = self._good_since = None
        self._next_point, self._next_burden = (gap.end // GRID + 1) * GRID, (gap.end // MINUTE + 1) * MINUTE
        return [*concluded, self._vital_signs(gap.end)]

    def _vital_signs(self, index: int) -> VitalSigns:
        # Beats found in fibrillation are none; in flutter and tachycardia that looks like it they come regularly.
        untrue = self._rhythm.fibrillates and not self._rhythm.beats_are_regular
        if self._good_since is None or not self._rate.is_earned or untrue:
            self._variability.at(index)
            return VitalSigns(self._recording, index, None, None, None, None, None, None, None, self._finding)
        return vital_signs(self._recording, index, self._rate, self._variability, self._finding)

    @property
    def _finding(self) -> Finding:
        """The words for the tile: a run or noise in a poor signal, unknown without a signal or too little of it."""
        if self._quality is None or self._quality is Quality.UNUSABLE:
            return Finding.UNKNOWN
        if self._quality is Quality.POOR:
            return self._rhythm.run or Finding.NOISE
        return self._rhythm.finding or (Finding.SINUS_RHYTHM if self._rate.is_earned else Finding.UNKNOWN)

    def snapshot(self) -> dict[str, Any]:
        """The state between two items; plain values and arrays."""
        return {
            "rhythm": self._rhythm.snapshot(),
            "fibrillation": self._fibrillation.snapshot(),
            "newest_limits": asdict(self._newest_limits),
            "changes": [[one.index, asdict(one.limits)] for one in self._changes],
            "judged": [[one.index, one.fibrillates] for one in self._judged],
            "burden": self._burden.snapshot(),
            "rate": self._rate.snapshot(),
            "variability": self._variability.snapshot(),
            "quality": None if self._quality is None else self._quality.value,
            "good_since": self._good_since,
            "next_point": self._next_point,
            "next_burden": self._next_burden,
            "last_beat": self._last_beat,
            "unsettled": list(self._unsettled),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._rhythm.restore(state["rhythm"])
        self._fibrillation.restore(state["fibrillation"])
        self._newest_limits = Limits(**state["newest_limits"])
        self._changes = [LimitsChange(self._recording, at, Limits(**limits)) for at, limits in state["changes"]]
        self._judged = [SecondJudged(*one) for one in state["judged"]]
        self._burden.restore(state["burden"])
        self._rate.restore(state["rate"])
        self._variability.restore(state["variability"])
        self._quality = None if state["quality"] is None else Quality(state["quality"])
        self._good_since, self._next_point = state["good_since"], state["next_point"]
        self._next_burden = state["next_burden"]
        self._last_beat, self._unsettled = state["last_beat"], list(state["unsettled"])
