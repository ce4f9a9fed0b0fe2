"""The desk's own judgement: what stands, what it calls, what only the house sees; and the same after a restart."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from db.alert_views import ActView, AlertView, PlanStep, WatchedBed, key_of
from ecg.alert_rules import RULES, AlertName, Priority
from ecg.alert_states import Happening, Stage
from ecg.types import Alert, Evidence
from streaming.alert_news import Beds, Call, Deed, Heard, Keep, Lagging, News, Tick, Told
from streaming.alert_ward import WardAlerts
from streaming.board import Board, ShownAlert, decode_board, encode_board

T0 = 1_700_000_000_000
BED = WatchedBed(3, "4B", 7, "r", T0 - 60_000, 250.0, 15_000, None, None)
PLAN = {"4B": [PlanStep("Nurse", 30), PlanStep("Doctor", 90)]}
PLACED = Beds([BED], PLAN)


def alert(rule: AlertName = AlertName.TACHYCARDIA, start: int = 15_000, end: int | None = None) -> Alert:
    return Alert("r", rule, RULES[rule].priority, start, end, Evidence(186.0, 100.0), "c0ffee")


def act(what: Happening, at_s: float, made: Alert, number: int = 1, note: str = "") -> ActView:
    return ActView(number, key_of(made), what, None if note else "Ada Vogel", T0 + round(1000 * at_s), note)


def ward(*news: News) -> tuple[WardAlerts, list[Deed]]:
    """A ward with one bed that spoke at T0, and everything that has to be done."""
    alerts = WardAlerts()
    return alerts, [deed for one in (PLACED, Heard("r", T0, 15_000), *news) for deed in alerts.receive(one)]


def ticks(first_s: int, last_s: int) -> list[News]:
    """A recording that speaks each second, and a clock that is looked at."""
    told: list[News] = []
    for s in range(first_s, last_s):
        told += [Heard("r", T0 + 1000 * s, 15_000 + 250 * s), Tick(T0 + 1000 * s)]
    return told


def stages(alerts: WardAlerts) -> list[tuple[str, str]]:
    return [(one.rule.value, one.stage.value) for one in alerts.shown()]


def test_a_high_alert_goes_its_way_from_onset_to_its_last_word() -> None:
    begun, ended = alert(), alert(end=17_000)
    alerts, deeds = ward(Told(begun, T0 + 500), *ticks(1, 8))
    assert deeds == [Keep(begun, T0 + 500)]
    [shown] = alerts.shown()
    assert (shown.bed_id, shown.stage, shown.priority, shown.next_person) == (3, Stage.ALARMING, Priority.HIGH, "Nurse")
    assert shown.next_ms == T0 + 30_500
    assert alerts.receive(Told(ended, T0 + 9000)) == [Keep(ended, T0 + 500)]
    assert alerts.receive(Told(begun, T0 + 9000)) == []  # a worker that replays
    assert stages(alerts) == [("vt", "latched")]
    alerts.receive(act(Happening.ACKNOWLEDGE, 20, begun))
    assert stages(alerts) == [("vt", "closed")]
    assert alerts.shown()[0].ended_ms == T0 + 500 + 8000


def test_who_has_not_seen_it_is_called_one_after_the_other() -> None:
    begun = alert()
    alerts, deeds = ward(Told(begun, T0), *ticks(1, 40))
    assert [deed.person for deed in deeds if isinstance(deed, Call)] == ["Nurse"]
    assert alerts.shown()[0].called == "Nurse"
    assert alerts.shown()[0].next_person == "Doctor"
    alerts.receive(act(Happening.ACKNOWLEDGE, 40, begun))
    assert [deed for tick in ticks(41, 400) for deed in alerts.receive(tick)] == []
    assert alerts.shown()[0].next_person is None
    alerts.receive(act(Happening.WITHDRAW, 400, begun, 2))
    again = [deed for tick in ticks(401, 495) for deed in alerts.receive(tick)]
    assert [deed.person for deed in again if isinstance(deed, Call)] == ["Nurse", "Doctor"]


def test_silence_becomes_an_alert_that_rises_and_is_over_when_the_phone_is_back() -> None:
    alerts, deeds = ward(*(Tick(T0 + 1000 * s) for s in range(1, 10)))
    assert deeds == []
    [kept] = alerts.receive(Tick(T0 + 10_000))
    assert isinstance(kept, Keep)
    assert (kept.alert.rule, kept.alert.start, kept.began_ms) == (AlertName.NO_DATA, 15_000, T0)
    silent = kept.alert
    alerts.receive(act(Happening.ACKNOWLEDGE, 12, silent))
    alerts.receive(Tick(T0 + 30_000))
    assert stages(alerts) == [("no_data", "seen")]
    alerts.receive(Tick(T0 + 60_000))
    assert (alerts.shown()[0].stage, alerts.shown()[0].priority) == (Stage.ALARMING, Priority.MEDIUM)
    alerts.receive(act(Happening.ACKNOWLEDGE, 61, silent, 2))
    alerts.receive(Tick(T0 + 90_000))
    assert stages(alerts) == [("no_data", "seen")]
    alerts.receive(Heard("r", T0 + 91_000, 16_000))
    assert alerts.receive(Tick(T0 + 91_000)) == [Keep(replace(silent, end=16_000), T0)]
    assert stages(alerts) == [("no_data", "over")]


def test_a_worker_that_lags_is_told_instead_of_phones_that_are_not_silent() -> None:
    alerts, _ = ward(Lagging({"r": 9000}))
    [kept] = alerts.receive(Tick(T0 + 12_000))
    assert isinstance(kept, Keep)
    assert (kept.alert.rule, kept.alert.evidence.value, kept.began_ms) == (AlertName.WORKER_LAG, 9.0, T0 + 3000)
    alerts.receive(Heard("r", T0 + 13_000, 16_000))
    alerts.receive(Lagging({"r": 0}))
    [over] = alerts.receive(Tick(T0 + 13_000))
    assert isinstance(over, Keep)
    assert over.alert.end == 16_000


def test_a_phone_is_silent_though_its_last_samples_made_no_event() -> None:
    alerts, _ = ward(Lagging({"r": 740}))  # of the newest samples no beat came: it stays so when nothing follows
    [kept] = alerts.receive(Tick(T0 + 12_000))
    assert isinstance(kept, Keep)
    assert kept.alert.rule is AlertName.NO_DATA


def test_nobody_is_silent_because_the_desk_stood_still() -> None:
    alerts, deeds = ward(Tick(T0 + 60_000, stood_still=True), Tick(T0 + 69_000))
    assert deeds == []
    assert len(alerts.receive(Tick(T0 + 70_000))) == 1


def test_a_device_whose_clock_is_off_is_told() -> None:
    alerts, _ = ward()
    alerts.receive(Beds([replace(BED, rate_error_ppm=15_000.0, rate_error_within_ppm=100.0)], PLAN))
    assert [type(deed) for deed in alerts.receive(Tick(T0 + 1000))] == [Keep]
    assert stages(alerts) == [("clock", "alarming")]


def test_a_low_battery_is_told_until_it_is_well_above_that_or_charged() -> None:
    alerts, _ = ward()

    def said(battery: int, charging: bool = False, at_s: float = 0) -> list[tuple[str, str]]:
        state = replace(BED, battery=battery, charging=charging, status_ms=T0 + round(1000 * at_s))
        for news in (Beds([state], PLAN), Heard("r", T0 + 500_000, 16_000), Tick(T0 + 500_000)):
            alerts.receive(news)
        return stages(alerts)

    assert said(14) == []  # said long ago
    assert said(15, at_s=400) == []
    assert said(14, at_s=400) == [("battery", "alarming")]
    assert said(19, at_s=400) == [("battery", "alarming")]
    assert said(19, charging=True, at_s=400) == [("battery", "over")]


def test_another_recording_ends_what_lasted_and_keeps_what_waits_for_a_person() -> None:
    alerts, _ = ward(Told(alert(), T0), Told(alert(AlertName.PAUSE), T0), Tick(T0 + 1000))
    alerts.receive(Beds([replace(BED, recording="s")], PLAN))
    assert stages(alerts) == [("vt", "latched"), ("pause", "over")]
    alerts.receive(Beds([], PLAN))
    assert alerts.shown() == []


made = st.sampled_from([AlertName.TACHYCARDIA, AlertName.AF_ONSET, AlertName.LEAD_OFF]).map(alert)
tellings = st.builds(lambda begun, end: Told(replace(begun, end=end), T0), made, st.sampled_from([None, 16_000]))
doings = st.builds(act, st.sampled_from([Happening.ACKNOWLEDGE, Happening.WITHDRAW]), st.just(0), made)
histories = st.lists(st.one_of(tellings, doings, st.integers(1, 40)), max_size=25)


@given(histories)
def test_a_desk_that_starts_again_stands_where_the_last_one_stood(history: list[Told | ActView | int]) -> None:
    """What a restart has: alerts and acts as the database keeps them, and the time."""
    alerts, _ = ward()
    stored: dict[object, AlertView] = {}
    acts, now_ms = list[ActView](), T0
    for one in history:
        if isinstance(one, int):
            now_ms += 1000 * one
            alerts.receive(Heard("r", now_ms, 15_000))
            deeds = alerts.receive(Tick(now_ms))
        else:
            now_ms += 1
            deeds = alerts.receive(replace(one, at_ms=now_ms))
            acts += [replace(one, at_ms=now_ms)] if isinstance(one, ActView) else []
        for deed in deeds:
            if isinstance(deed, Keep):
                stored[key_of(deed.alert)] = AlertView(deed.alert, deed.began_ms, 7)
            else:
                acts.append(replace(act(Happening.ESCALATE, 0, deed.alert, 1, deed.person), at_ms=now_ms))
    alerts.receive(Tick(now_ms))
    anew = WardAlerts()
    known: list[News] = [*acts, *stored.values(), PLACED, Heard("r", now_ms, 15_000), Tick(now_ms)]
    for news in known:
        anew.receive(news)
    assert _sorted(anew) == _sorted(alerts)
    board = Board(alerts.shown(), 7)
    assert decode_board(encode_board(board)) == board


def _sorted(alerts: WardAlerts) -> list[ShownAlert]:
    return sorted(alerts.shown(), key=lambda one: (one.rule, one.start))
