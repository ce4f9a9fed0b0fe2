"""All alerts of the house: how each stands, whom it calls, and what only the house can see. Pure; time is told.

An alert's place in `ecg.alert_states.TABLE` is made of three things that survive everybody: when its condition began
and ended, what people did (both in the database), and the time. So a desk that starts anew stands where the last stood.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from db.alert_views import ActView, AlertKey, AlertView, PlanStep, WatchedBed, key_of
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import OPEN
from ecg.alert_times import LAG_MS, LAST_SHOWN_MS, LONG_OVER_MS, NO_DATA_MS, STATUS_MS
from ecg.alerts import OUTSIDE
from ecg.rates import to_milliseconds, to_samples
from ecg.types import Alert, Evidence
from streaming.alert_news import Beds, Call, Deed, Heard, Keep, Lagging, News, Tick, Told
from streaming.alert_tracked import Tracked
from streaming.board import ShownAlert

KEPT_MS = 3_600_000
"""What is over, and acts, are remembered for so long: a worker that replays tells alerts again."""
CLOCK_PPM = 10_000


class WardAlerts:
    """Takes what is seen, told and done, and answers with what has to be written."""

    def __init__(self) -> None:
        self._alerts: dict[AlertKey, Tracked] = {}
        self._own_open: dict[tuple[str, AlertName], Tracked] = {}
        self._acts: list[ActView] = []
        self._heard: dict[str, Heard] = {}
        self._of_recording: dict[str, WatchedBed] = {}
        self._of_patient: dict[int, WatchedBed] = {}
        self._plans: Mapping[str, Sequence[PlanStep]] = {}
        self._lagging: Mapping[str, int] = {}
        self._floor_ms = 0
        self._now_ms = 0

    def receive(self, news: News) -> list[Deed]:
        """Take one piece of news."""
        match news:
            case Heard():
                known = self._heard.get(news.recording)
                self._heard[news.recording] = replace(news, index=max(news.index, known.index if known else 0))
            case Told():
                return self._tell(news)
            case AlertView():
                self._take_up(news)
            case ActView():
                self._note(news)
            case Beds():
                return self._place(news)
            case Lagging():
                self._lagging = news.recordings
            case Tick():
                return self._advance(news)
        return []

    # -- what is told ----------------------------------------------------------------------------------------------

    def _tell(self, told: Told) -> list[Deed]:
        alert, known = told.alert, self._alerts.get(key_of(told.alert))
        if known is not None:
            if alert.end is None or known.alert.end is not None:
                return []
            known.end(alert)
            return [Keep(alert, known.began_ms)]
        newest = self._heard.get(alert.recording)
        behind = max(0, newest.index - alert.start) if newest else 0
        bed = self._of_recording.get(alert.recording)
        began_ms = told.at_ms - round(to_milliseconds(behind))
        self._track(alert, began_ms, bed.patient_id if bed else None)
        return [Keep(alert, began_ms)]

    def _take_up(self, stored: AlertView) -> None:
        if key_of(stored.alert) not in self._alerts:
            self._track(stored.alert, stored.began_ms, stored.patient_id)

    def _track(self, alert: Alert, began_ms: int, patient_id: int | None) -> None:
        tracked = Tracked(replace(alert, end=None), began_ms, patient_id, alert.priority, began_ms)
        self._alerts[key_of(alert)] = tracked
        if alert.rule in OUTSIDE and alert.end is None:
            self._own_open[alert.recording, alert.rule] = tracked
        for act in self._acts:
            if act.key == key_of(alert):
                tracked.act(act)
        if alert.end is not None:
            tracked.end(alert)

    def _note(self, act: ActView) -> None:
        self._acts.append(act)
        if act.key in self._alerts:
            self._alerts[act.key].act(act)

    def _place(self, placed: Beds) -> list[Deed]:
        self._of_recording = {bed.recording: bed for bed in placed.beds}
        self._of_patient = {bed.patient_id: bed for bed in placed.beds}
        self._plans = placed.plans
        for tracked in self._alerts.values():
            bed = self._of_recording.get(tracked.alert.recording)
            tracked.patient_id = bed.patient_id if tracked.patient_id is None and bed else tracked.patient_id
        gone = [t for t in self._alerts.values() if t.alert.end is None and self._is_gone(t)]
        return [deed for tracked in gone for deed in self._close(tracked)]

    def _is_gone(self, tracked: Tracked) -> bool:
        """Whether another recording of the patient has begun, or the patient lies in no bed."""
        return tracked.patient_id is not None and tracked.alert.recording not in self._of_recording

    # -- what time brings ------------------------------------------------------------------------------------------

    def _advance(self, tick: Tick) -> list[Deed]:
        self._now_ms = tick.now_ms
        if tick.stood_still:
            self._floor_ms = tick.now_ms
        deeds = [deed for bed in self._of_recording.values() for deed in self._look(bed)]
        for tracked in self._alerts.values():
            tracked.age(tick.now_ms)
            deeds += self._escalate(tracked)
        self._forget()
        return deeds

    def _look(self, bed: WatchedBed) -> list[Deed]:
        """What the house sees of one bed: silence, a worker that lags, a device's clock that is off."""
        heard = self._heard.get(bed.recording) or self._stored(bed)
        silent, lag = self._now_ms - max(heard.at_ms, self._floor_ms), self._lagging.get(bed.recording, 0)
        ppm, within = bed.rate_error_ppm or 0.0, bed.rate_error_within_ppm or 0.0
        since_ms = max(heard.at_ms, self._now_ms - silent)
        return [
            *self._own(AlertName.NO_DATA, heard, NO_DATA_MS <= silent < LONG_OVER_MS and lag <= LAG_MS, since_ms, None),
            *self._own(AlertName.WORKER_LAG, heard, lag > LAG_MS, self._now_ms - lag, lag / 1000),
            *self._own(AlertName.BATTERY, heard, self._is_low(bed), self._now_ms, bed.battery),
            *self._own(AlertName.CLOCK, heard, abs(ppm) - within > CLOCK_PPM, self._now_ms, round(ppm / 10_000, 2)),
        ]

    def _is_low(self, bed: WatchedBed) -> bool:
        """Whether the device said lately that its battery is low; one that was told has to be well above that again."""
        rule, told = RULES[AlertName.BATTERY], (bed.recording, AlertName.BATTERY) in self._own_open
        if bed.battery is None or bed.charging or self._now_ms - (bed.status_ms or 0) > STATUS_MS:
            return False
        return bed.battery < ((rule.ends if told else rule.begins) or 0)

    @staticmethod
    def _stored(bed: WatchedBed) -> Heard:
        """What the database knows of a recording that has said nothing since the desk began."""
        seconds = (bed.until or 0) / bed.rate
        return Heard(bed.recording, bed.started_ms + round(1000 * seconds), to_samples(seconds))

    def _own(self, rule: AlertName, heard: Heard, holds: bool, began_ms: int, value: float | None) -> list[Deed]:
        lasting = self._own_open.get((heard.recording, rule))
        if lasting is not None:
            return [] if holds else self._close(lasting)
        if not holds:
            return []
        made = Evidence(value=value, limit=RULES[rule].begins)
        alert = Alert(heard.recording, rule, RULES[rule].priority, heard.index, None, made, "")
        self._track(alert, began_ms, self._of_recording[heard.recording].patient_id)
        return [Keep(alert, began_ms)]

    def _close(self, tracked: Tracked) -> list[Deed]:
        newest = self._heard.get(tracked.alert.recording)
        end = max(tracked.alert.start, newest.index if newest else 0)
        tracked.end(replace(tracked.alert, end=end))
        self._own_open.pop((tracked.alert.recording, tracked.alert.rule), None)
        return [Keep(tracked.alert, tracked.began_ms)]

    def _escalate(self, tracked: Tracked) -> list[Deed]:
        bed = self._of_patient.get(tracked.patient_id or 0)
        plan = self._plans.get(bed.ward, ()) if bed else ()
        due = tracked.overdue(plan, self._now_ms)
        return [Call(tracked.alert, step.person, self._now_ms, step.user_id) for step in due]

    def _forget(self) -> None:
        oldest = self._now_ms - KEPT_MS
        self._acts = [act for act in self._acts if act.at_ms > oldest]
        last = {one.patient_id: key_of(one.alert) for one in sorted(self._over(), key=lambda one: one.ended_ms or 0)}
        for tracked in list(self._over()):
            key = key_of(tracked.alert)
            if (tracked.ended_ms or 0) < oldest and last.get(tracked.patient_id) != key:
                del self._alerts[key]

    def _over(self) -> Iterable[Tracked]:
        return (tracked for tracked in self._alerts.values() if tracked.stage not in OPEN)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def shown(self) -> list[ShownAlert]:
        """Every open alert of a patient in a bed, and of each such patient the one that was over last."""
        since = self._now_ms - LAST_SHOWN_MS
        last = {one.patient_id: one for one in sorted(self._over(), key=lambda one: one.ended_ms or 0)}
        recent = [one for one in last.values() if (one.ended_ms or 0) > since]
        opened = [one for one in self._alerts.values() if one.stage in OPEN]
        placed = ((one, self._of_patient.get(one.patient_id or 0)) for one in (*opened, *recent))
        return [one.shown(bed, self._plans.get(bed.ward, ())) for one, bed in placed if bed]
