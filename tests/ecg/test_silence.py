"""Pause and asystole: when each is told, and that neither is told of a signal that cannot carry it."""

import pytest

from ecg.findings import Finding, Quality, QualityReason
from ecg.limits import ASYSTOLE, Limits, LimitsChange
from ecg.monitor import Conclusion, HeartMonitor
from ecg.rates import to_samples
from ecg.silence import Silence
from ecg.types import Beat, Progress, QualityChange, RhythmEpisode, SignalGap, VitalSigns
from streaming.codec import decode_state, encode_state
from tests.ecg.heartbeats import RECORDING, beats

GOOD = QualityChange(RECORDING, 0, Quality.GOOD, QualityReason.NONE)
POOR = QualityChange(RECORDING, 4_500, Quality.POOR, QualityReason.NOISE)
BEFORE = beats("N" * 20, 0.8)
LAST = BEFORE[-1].index
Item = Beat | SignalGap | QualityChange | LimitsChange | Progress


def limited(index: int, seconds: float) -> LimitsChange:
    return LimitsChange(RECORDING, index, Limits(pause=to_samples(seconds)))


def episodes(items: list[Item]) -> list[tuple[Finding, int, int | None]]:
    monitor = HeartMonitor(RECORDING)
    concluded: list[Conclusion] = [one for item in items for one in monitor.receive(item)]
    return [(one.finding, one.start, one.end) for one in concluded if isinstance(one, RhythmEpisode)]


def test_asystole_follows_the_pause_at_four_seconds_and_both_end_with_the_next_beat() -> None:
    after = beats("NN", 0.8, start=LAST + 2_000)
    before_it = episodes([GOOD, *BEFORE, Progress(RECORDING, LAST + ASYSTOLE - 1)])
    assert before_it == [(Finding.PAUSE, LAST, None)]
    at_it = episodes([GOOD, *BEFORE, Progress(RECORDING, LAST + ASYSTOLE)])
    assert at_it == [*before_it, (Finding.ASYSTOLE, LAST, None)]
    ends = [(finding, LAST, LAST + 2_000) for finding in (Finding.PAUSE, Finding.ASYSTOLE)]
    assert episodes([GOOD, *BEFORE, *after]) == [*at_it, *ends]


def test_the_graver_silence_gives_the_words() -> None:
    monitor = HeartMonitor(RECORDING)
    items: list[Item] = [GOOD, *BEFORE, Progress(RECORDING, LAST + 1_500)]
    shown = [one for item in items for one in monitor.receive(item) if isinstance(one, VitalSigns)]
    assert shown[-1].finding is Finding.ASYSTOLE


@pytest.mark.parametrize("interruption", [POOR, SignalGap(RECORDING, 4_500, 5_500)])
def test_no_asystole_in_a_signal_that_is_not_good(interruption: QualityChange | SignalGap) -> None:
    told = episodes([GOOD, *BEFORE, Progress(RECORDING, LAST + 520), interruption, Progress(RECORDING, 9_000)])
    assert told == [(Finding.PAUSE, LAST, None), (Finding.PAUSE, LAST, 4_500)]


def test_no_asystole_while_the_signal_looks_like_fibrillation() -> None:
    silence = Silence()
    silence.beat(100)
    assert silence.due == 600 and silence.pass_due(fibrillates=True)[0][0] is Finding.PAUSE
    assert silence.due == 1_100 and silence.pass_due(fibrillates=True) == []
    assert silence.due == 1_350
    assert silence.pass_due(fibrillates=False) == [(Finding.ASYSTOLE, 100, None)]
    assert silence.due is None


@pytest.mark.parametrize(("seconds", "told"), [(1.5, 2), (2.0, 1), (3.5, 0)])
def test_the_limit_of_a_pause_is_the_recordings_own(seconds: float, told: int) -> None:
    made = beats("N" * 12, [0.8] * 4 + [1.7] + [0.8] * 3 + [2.5] + [0.8] * 3)
    found = episodes([GOOD, limited(0, seconds), *made])
    assert [finding for finding, _, end in found if end is None] == [Finding.PAUSE] * told


@pytest.mark.parametrize("seconds", [0.0, -1.0, 4.0])
def test_a_limit_that_makes_no_sense_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="pause"):
        Limits(pause=to_samples(seconds))


def test_the_limit_travels_with_the_state() -> None:
    made = beats("N" * 12, [0.8] * 6 + [1.7] + [0.8] * 5)
    for index in (0, made[5].index + 1):  # in force, and still to come when the state is taken
        first, second = HeartMonitor(RECORDING), HeartMonitor(RECORDING)
        items: list[Item] = [GOOD, limited(index, 1.5), *made[:5]]
        for item in items:
            first.receive(item)
        second.restore(decode_state(encode_state(first.snapshot())))
        told = [one for item in made[5:] for one in second.receive(item) if isinstance(one, RhythmEpisode)]
        assert [one.finding for one in told] == [Finding.PAUSE, Finding.PAUSE]


def test_limits_change_at_their_index_whatever_was_decided_by_then() -> None:
    silent_for: list[Item] = [GOOD, *BEFORE]
    lowered = limited(LAST + 400, 1.5)
    told = [(Finding.PAUSE, LAST, None)]
    assert episodes([*silent_for, lowered, Progress(RECORDING, LAST + 399)]) == []
    assert (
        episodes([*silent_for, lowered, Progress(RECORDING, LAST + 400)]) == told
    )  # the silence is 1.6 s long by then
    early = limited(LAST + 100, 1.5)
    assert episodes([*silent_for, early, Progress(RECORDING, LAST + 374)]) == []
    assert episodes([*silent_for, early, Progress(RECORDING, LAST + 375)]) == told
    raised = limited(LAST + 499, 3.0)
    assert episodes([*silent_for, raised, Progress(RECORDING, LAST + 749)]) == []
    assert episodes([*silent_for, raised, Progress(RECORDING, LAST + 750)]) == told
    too_late = limited(LAST + 501, 3.0)
    assert episodes([*silent_for, too_late, Progress(RECORDING, LAST + 501)]) == told
    for_the_next = limited(LAST + 201, 0.4)
    quick: list[Item] = [GOOD, *BEFORE[:-1], for_the_next, BEFORE[-1]]  # 0.8 s before it: judged by the old limit
    assert episodes([*quick, Progress(RECORDING, LAST + 200)]) == []
    assert episodes([*quick, Progress(RECORDING, LAST + 201)]) == told
    repeated = [limited(LAST + 100, 3.0), limited(LAST + 200, 3.0), limited(LAST + 300, 3.0)]
    assert episodes([*silent_for, *repeated, Progress(RECORDING, LAST + 749)]) == []


def test_the_words_at_the_index_of_a_change_are_those_of_the_new_limits() -> None:
    monitor = HeartMonitor(RECORDING)
    items: list[Item] = [GOOD, limited(0, 3.9), *BEFORE, limited(4_500, 1.5), Progress(RECORDING, 4_500)]
    shown = [one for item in items for one in monitor.receive(item) if isinstance(one, VitalSigns)]
    assert [(one.index, one.finding) for one in shown[-2:]] == [(4_000, Finding.SINUS_RHYTHM), (4_500, Finding.PAUSE)]


def test_limits_hold_after_a_gap_that_they_came_with() -> None:
    gap = SignalGap(RECORDING, LAST + 100, LAST + 5_000)
    good_again = QualityChange(RECORDING, gap.end + 300, Quality.GOOD, QualityReason.NONE)
    after = beats("N" * 6, 0.8, start=gap.end + 400)
    silent = Progress(RECORDING, after[-1].index + 600)
    assert episodes([GOOD, *BEFORE, limited(gap.end, 3.0), gap, good_again, *after, silent]) == []
    assert len(episodes([GOOD, *BEFORE, gap, good_again, *after, silent])) == 1
