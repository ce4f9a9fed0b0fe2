"""When alerts begin and end: rules, quality, hold, gaps, limits; and the same alerts after a restart at any moment."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from ecg.alert_evidence import strip_of
from ecg.alert_rules import RULES, AlertName, Needs, Priority, rate_limits
from ecg.alerts import OUTSIDE, AlertBoard
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.limits import Limits, LimitsChange
from ecg.rates import to_samples
from ecg.types import (
    AfBurden,
    Alert,
    Beat,
    Event,
    QualityChange,
    RhythmEpisode,
    SignalGap,
    VitalSigns,
)
from streaming.codec import decode_state, encode_state

NAME, MODEL = "r", "ab12"
SURE, RHYTHMS = (0.0, 0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
GOOD = QualityChange(NAME, 0, Quality.GOOD, QualityReason.NONE)


def s(seconds: float) -> int:
    return to_samples(seconds)


def beat(at_s: float, beat_class: BeatClass = BeatClass.NORMAL) -> Beat:
    classes = SURE if beat_class is BeatClass.VENTRICULAR else (1.0, 0.0, 0.0, 0.0, 0.0)
    return Beat(NAME, s(at_s), 200, beat_class, Rhythm.NORMAL, classes, RHYTHMS)


def vitals(at_s: float, rate: float | None = 72.0) -> VitalSigns:
    return VitalSigns(NAME, s(at_s), rate, None, None, None, None, None, None, Finding.SINUS_RHYTHM)


def quiet(first: int, last: int, rate: float | None = 72.0) -> list[Event]:
    """Vital signs every 2 s, which are the board's clock."""
    return [vitals(at, rate) for at in range(first, last, 2)]


def episode(finding: Finding, start_s: float, end_s: float | None = None) -> RhythmEpisode:
    return RhythmEpisode(NAME, finding, s(start_s), None if end_s is None else s(end_s))


def lost(at_s: float, reason: QualityReason, quality: Quality = Quality.UNUSABLE) -> QualityChange:
    return QualityChange(NAME, s(at_s), quality, reason)


def told(events: Sequence[Event | LimitsChange]) -> list[Alert]:
    board = AlertBoard(NAME, MODEL)
    return [alert for event in events for alert in board.receive(event)]


def lines(alerts: Sequence[Alert]) -> list[tuple[str, float, float | None]]:
    """Rule, start and end in seconds."""
    return [(a.rule.value, a.start / 250, None if a.end is None else a.end / 250) for a in alerts]


V_RUN = [beat(10 + 0.4 * step, BeatClass.VENTRICULAR) for step in range(8)]
TACHYCARDIA: list[Event] = [GOOD, *quiet(2, 10)]
TACHYCARDIA += [*V_RUN[:2], episode(Finding.VENTRICULAR_RUN, 10), *V_RUN[2:4]]
TACHYCARDIA += [episode(Finding.VENTRICULAR_TACHYCARDIA, 10), *V_RUN[4:], beat(14), beat(15)]
TACHYCARDIA += [episode(Finding.VENTRICULAR_RUN, 10, 12.8), episode(Finding.VENTRICULAR_TACHYCARDIA, 10, 12.8)]
TACHYCARDIA += [beat(16), *quiet(18, 60)]


def test_a_tachycardia_is_told_at_its_beat_and_takes_the_place_of_the_run() -> None:
    alerts = told(TACHYCARDIA)
    assert lines(alerts) == [("v_run", 10, None), ("vt", 10, None), ("v_run", 10, 11.6), ("vt", 10, 12.8)]
    run, begun, _, ended = alerts
    assert run.evidence.value == 3
    assert run.evidence.beats == tuple(one.index for one in V_RUN[:3])
    assert (begun.priority, begun.model, begun.evidence.limit) == (Priority.HIGH, MODEL, 100)
    assert begun.evidence.value == pytest.approx(150)
    assert strip_of(begun) == (0, s(30))
    assert ended.evidence == begun.evidence


def test_what_comes_back_within_the_hold_is_the_same_alert() -> None:
    again = [episode(Finding.PAUSE, at) for at in (20, 30)]
    over = [episode(Finding.PAUSE, at, at + 2.4) for at in (20, 30)]
    events = [GOOD, *quiet(2, 24), again[0], beat(22.4), over[0], *quiet(24, 32), again[1], over[1], *quiet(34, 90)]
    assert lines(told(events)) == [("pause", 20, None), ("pause", 20, 32.4)]


def test_fibrillation_is_told_at_onset_and_end_only_and_a_lost_signal_is_no_end() -> None:
    fibrillation = Finding.ATRIAL_FIBRILLATION
    events: list[Event] = [GOOD, *quiet(2, 20), episode(fibrillation, 12), beat(20), *quiet(22, 60)]
    events += [episode(fibrillation, 12, 58), lost(60, QualityReason.FLAT), *quiet(62, 600, None)]
    events += [QualityChange(NAME, s(600), Quality.GOOD, QualityReason.NONE), *quiet(602, 640)]
    events += [episode(fibrillation, 620), beat(640), *quiet(642, 700), episode(fibrillation, 620, 690)]
    events += quiet(700, 900)
    of_rhythm = [line for line in lines(told(events)) if line[0].startswith("af")]
    assert of_rhythm[:2] == [("af_onset", 12, None), ("af_onset", 12, 690)]
    assert [line[:2] for line in of_rhythm[2:]] == [("af_end", 690), ("af_end", 690)]
    short = [GOOD, *quiet(2, 20), episode(fibrillation, 12), beat(20), episode(fibrillation, 12, 35), *quiet(36, 90)]
    assert told(short) == []


def test_a_poor_signal_raises_a_technical_alert_and_never_one_of_rhythm() -> None:
    noisy = lost(10, QualityReason.MOTION, Quality.POOR)
    fast = [vitals(at, 190) for at in range(12, 40, 2)]
    events = [GOOD, *quiet(2, 10), noisy, episode(Finding.PAUSE, 12), *fast, beat(40), *quiet(40, 60)]
    alerts = told(events)
    assert [alert.rule for alert in alerts] == [AlertName.POOR_SIGNAL]
    assert alerts[0].evidence.reason is QualityReason.MOTION
    assert all(rule.needs is not Needs.NONE for rule in RULES.values() if rule.priority is Priority.HIGH)


def test_a_lead_that_is_off_is_told_and_is_over_when_it_is_on() -> None:
    on = QualityChange(NAME, s(20), Quality.GOOD, QualityReason.NONE)
    events = [GOOD, *quiet(2, 10), lost(10, QualityReason.LEAD_OFF), *quiet(12, 20, None), on, *quiet(22, 30)]
    assert lines(told(events)) == [("lead_off", 10, None), ("lead_off", 10, 20)]


def test_the_rate_is_judged_by_the_limits_of_the_patient_and_the_extreme_ones_follow_them() -> None:
    slow = LimitsChange(NAME, s(30), Limits(hr_low=60, hr_high=90))
    events: list[Event | LimitsChange] = [
        GOOD,
        *quiet(2, 30, 100),
        slow,
        *quiet(30, 60, 100),
        *quiet(60, 80, 115),
        *quiet(80, 200, 70),
    ]
    assert [line[:2] for line in lines(told(events))] == [
        *(("hr_high", 32), ("extreme_high", 60), ("hr_high", 32), ("extreme_high", 60)),
    ]
    limits = rate_limits(Limits(hr_low=35, hr_high=190))
    assert (limits[AlertName.EXTREME_LOW], limits[AlertName.EXTREME_HIGH]) == (30, 200)
    assert rate_limits(Limits(hr_low=25, hr_high=220))[AlertName.EXTREME_HIGH] == 220


def test_no_alert_for_single_ventricular_beats_but_for_ten_in_a_minute() -> None:
    def often(per_minute: int) -> list[Event]:
        step = 60 / per_minute
        return [GOOD, *(beat(1 + step * turn, BeatClass.VENTRICULAR) for turn in range(2 * per_minute))]

    assert told(often(9)) == []
    alerts = told(often(12))
    assert [alert.rule for alert in alerts] == [AlertName.ECTOPY]
    assert alerts[0].evidence.value == 10


def test_a_gap_ends_what_was_told_before_it() -> None:
    events: list[Event] = [*TACHYCARDIA[:14], SignalGap(NAME, s(13), s(40)), *quiet(40, 60, None)]
    assert [line for line in lines(told(events)) if line[2] is not None][-1][0] == "vt"


def test_the_burden_of_a_day_is_told_once_enough_was_recorded() -> None:
    def burden(hours: float, share: float) -> AfBurden:
        return AfBurden(NAME, s(3600 * hours), share, share, share)

    events: list[Event] = [GOOD, burden(1, 90), burden(6, 30), burden(7, 22), burden(8, 10)]
    assert lines(told(events)) == [("af_burden", 6 * 3600, None), ("af_burden", 6 * 3600, 8 * 3600)]


def test_a_board_that_starts_again_at_any_event_tells_the_same() -> None:
    events: list[Event | LimitsChange] = [LimitsChange(NAME, s(3), Limits(hr_high=70)), *TACHYCARDIA]
    events += [lost(61, QualityReason.MOTION, Quality.POOR), *quiet(62, 90, None)]
    wanted = told(events)
    assert {alert.rule.value for alert in wanted} >= {"vt", "v_run", "hr_high", "poor_signal"}
    board, alerts = AlertBoard(NAME, MODEL), list[Alert]()
    for event in events:
        alerts += board.receive(event)
        state = decode_state(encode_state(board.snapshot()))
        board = AlertBoard(NAME, MODEL)
        board.restore(state)
    assert alerts == wanted


def test_the_table_is_whole_and_goes_from_the_gravest() -> None:
    assert set(RULES) == set(AlertName)
    ranks = [list(Priority).index(rule.priority) for rule in RULES.values() if rule.name not in OUTSIDE]
    assert all(one <= other for one, other in pairwise(ranks))
    assert all(set(rule.under) <= set(RULES) - {rule.name} for rule in RULES.values())
