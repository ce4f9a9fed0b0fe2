"""Alerts of one recording, from everything else that is told of it, by the table in `ecg.alert_rules`.

The events come in an order that does not hang on chunks, and their indices are the only clock: VitalSigns come every
2 s, beats when they come. So the same signal gives the same alerts, live, replayed and after a worker's restart. What
no signal can tell (no data, storage, a worker that lags) is told by the process that sees it (`streaming.alert_desk`).
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ecg.alert_evidence import Seen, of_all
from ecg.alert_rules import BURDEN_AFTER, RATE_MARGIN, RULES, AlertName, Needs, rate_limits
from ecg.alert_watch import Turn, Watch
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass
from ecg.limits import USUAL, Limits, LimitsChange
from ecg.types import (
    AfBurden,
    Alert,
    Beat,
    Event,
    Evidence,
    QualityChange,
    RhythmEpisode,
    SignalGap,
    VitalSigns,
)

OF_FINDING = {rule.finding: rule.name for rule in RULES.values() if rule.finding is not None}
SILENT = {Finding.ASYSTOLE, Finding.PAUSE, Finding.VENTRICULAR_FIBRILLATION}
"""Told without a beat: nothing that follows has to be waited for."""
NO_CONTACT = {QualityReason.FLAT, QualityReason.LEAD_OFF, QualityReason.INVALID}
OUTSIDE = {AlertName.NO_DATA, AlertName.BATTERY, AlertName.CLOCK, AlertName.STORAGE, AlertName.WORKER_LAG}
"""What a recording's own events cannot tell."""


class AlertBoard:
    """Takes the events of one recording in their order, and answers with the alerts that begin or end there."""

    def __init__(self, recording: str, model: str) -> None:
        self._recording = recording
        self._model = model
        self._watches = {name: Watch(RULES[name]) for name in RULES if name not in OUTSIDE}
        self._seen = Seen()
        self._quality: Quality | None = None
        self._newest_limits = USUAL
        self._changes: list[LimitsChange] = []  # not reached

    def receive(self, event: Event | LimitsChange) -> list[Alert]:
        """What `event` and the time that it brings begin and end."""
        reached: int | None = None
        match event:
            case LimitsChange():
                self._note_limits(event)
            case RhythmEpisode():
                reached = self._follow(event)
            case Beat():
                reached = self._count(event)
            case VitalSigns():
                reached = self._rate(event)
            case QualityChange():
                reached = self._judge(event)
            case AfBurden():
                reached = self._burden(event)
            case SignalGap():
                reached = self._break_off(event)
        return [] if reached is None else self._reach(max(self._seen.now, reached))

    # -- conditions ------------------------------------------------------------------------------------------------

    def _follow(self, episode: RhythmEpisode) -> int | None:
        """A finding that its beat makes is judged with that beat, which comes next."""
        name = OF_FINDING.get(episode.finding)
        if name is None:
            return None
        if episode.end is None:
            self._watches[name].hold(episode.start)
        else:
            self._watches[name].release(episode.end, max(self._seen.now, episode.end))
        return self._seen.now if episode.finding in SILENT else None

    def _count(self, beat: Beat) -> int:
        ventricular = beat.beat_class is BeatClass.VENTRICULAR and beat.class_sure
        self._seen.note(beat.index, ventricular)
        for watch in self._watches.values():
            watch.count += ventricular and watch.told is not None and watch.gone is None
        watch, often = self._watches[AlertName.ECTOPY], self._seen.ventricular()
        if often >= (watch.rule.begins or 0) and self._quality is Quality.GOOD:
            watch.hold(beat.index)
        elif often <= (watch.rule.ends or 0):
            watch.release(beat.index, beat.index)
        return beat.index

    def _rate(self, vitals: VitalSigns) -> int:
        rate = self._seen.heart_rate = vitals.heart_rate
        for name, limit in rate_limits(self._seen.limits).items():
            watch, high = self._watches[name], name in (AlertName.RATE_HIGH, AlertName.EXTREME_HIGH)
            beyond = None if rate is None else rate - limit if high else limit - rate
            if beyond is not None and beyond > 0:
                watch.hold(vitals.index)
            elif beyond is None or beyond <= -RATE_MARGIN:
                watch.release(vitals.index, vitals.index)
        return vitals.index

    def _judge(self, change: QualityChange) -> int:
        self._quality = change.quality
        lost = change.quality is Quality.UNUSABLE and change.reason in NO_CONTACT
        poor = change.quality is not Quality.GOOD and not lost
        for name, holds in ((AlertName.LEAD_OFF, lost), (AlertName.POOR_SIGNAL, poor)):
            watch = self._watches[name]
            if holds:
                watch.hold(change.index)
                watch.evidence = Evidence(reason=change.reason)
            else:
                watch.release(change.index, change.index)
        return change.index

    def _burden(self, burden: AfBurden) -> int:
        watch = self._watches[AlertName.AF_BURDEN]
        if burden.day is None or burden.index < BURDEN_AFTER:
            return burden.index
        if watch.told is None:
            watch.evidence = Evidence(value=burden.day)
        if burden.day >= (watch.rule.begins or 0):
            watch.hold(burden.index)
        elif burden.day < (watch.rule.ends or 0):
            watch.release(burden.index, burden.index)
        return burden.index

    def _break_off(self, gap: SignalGap) -> int:
        self._quality, self._seen.heart_rate, self._seen.beats = None, None, []
        for watch in self._watches.values():
            watch.release(gap.start, max(self._seen.now, gap.start))
        return gap.end

    def _note_limits(self, change: LimitsChange) -> None:
        """Every chunk may say them: what is said already is no change."""
        if change.limits != self._newest_limits:
            self._newest_limits = change.limits
            self._changes.append(change)

    # -- time ------------------------------------------------------------------------------------------------------

    def _reach(self, now: int) -> list[Alert]:
        while self._changes and self._changes[0].index <= now:
            self._seen.limits = self._changes.pop(0).limits
        passed, self._seen.now = now - self._seen.now, now
        return [alert for watch in self._watches.values() for alert in self._turn(watch, now, passed)]

    def _turn(self, watch: Watch, now: int, passed: int) -> Iterator[Alert]:
        if any(self._watches[graver].told is not None for graver in watch.rule.under):
            turn = watch.yield_to_graver(now)
        else:
            turn = watch.tick(now, passed, self._believes(watch.rule.needs))
        if turn is Turn.BEGINS:
            watch.begin(self._seen.evidence(watch), self._seen.ventricular(watch.since or 0))
            yield self._alert(watch, None, watch.evidence)
            if watch.rule.name is AlertName.AF_END:
                watch.release(now, now)  # it is nothing that lasts
        elif turn is Turn.ENDS:
            made = of_all(watch)
            yield self._alert(watch, watch.ended, made)
            watch.end()
            if watch.rule.name is AlertName.AF_ONSET:
                ended = self._watches[AlertName.AF_END]  # the next row
                ended.hold(watch.ended)
                ended.evidence = Evidence(value=made.value)

    def _alert(self, watch: Watch, end: int | None, evidence: Evidence) -> Alert:
        assert watch.told is not None
        rule = watch.rule
        return Alert(self._recording, rule.name, rule.priority, watch.told, end, evidence, self._model)

    def _believes(self, needs: Needs) -> bool:
        match needs:
            case Needs.NONE:
                return True
            case Needs.GOOD:
                return self._quality is Quality.GOOD
            case Needs.VENTRICULAR:
                return self._quality in (Quality.GOOD, Quality.POOR)

    # -- state -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """The state between two events; plain values."""
        return {
            "watches": {name.value: watch.snapshot() for name, watch in self._watches.items()},
            "seen": self._seen.snapshot(),
            "quality": None if self._quality is None else self._quality.value,
            "newest_limits": asdict(self._newest_limits),
            "changes": [[one.index, asdict(one.limits)] for one in self._changes],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        for name, watch in self._watches.items():
            watch.restore(state["watches"][name.value])
        self._seen.restore(state["seen"])
        self._quality = None if state["quality"] is None else Quality(state["quality"])
        self._newest_limits = Limits(**state["newest_limits"])
        self._changes = [LimitsChange(self._recording, at, Limits(**limits)) for at, limits in state["changes"]]
