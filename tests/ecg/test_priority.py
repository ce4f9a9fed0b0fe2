"""The words of a tile: every finding has its place, and regular beats below 250 per minute are tachycardia."""

import pytest

from ecg.findings import Finding
from ecg.limits import Limits
from ecg.priority import PRIORITY
from ecg.rhythm import RhythmWatch
from ecg.types import RhythmEpisode
from tests.ecg.heartbeats import RECORDING, beats

NEVER_OPEN = {Finding.UNKNOWN, Finding.SINUS_RHYTHM, Finding.COUPLET}
SECONDS = range(1_000, 2_501, 250)


def test_every_finding_that_can_be_open_has_its_place_once() -> None:
    assert sorted(PRIORITY) == sorted(set(Finding) - NEVER_OPEN)


def watch_with(rr: list[float], fibrillating: bool = True) -> tuple[RhythmWatch, list[RhythmEpisode]]:
    watch = RhythmWatch(RECORDING, Limits())
    told = [one for beat in beats("V" * len(rr), rr, start=100) for one in watch.receive(beat)]
    told += [one for index in SECONDS for one in watch.judge_second(index, fibrillating)]
    return watch, told


@pytest.mark.parametrize(
    ("rr", "words"),
    [
        ([0.30] * 9, Finding.VENTRICULAR_TACHYCARDIA),
        ([0.22] * 9, Finding.VENTRICULAR_FIBRILLATION),
        ([0.30, 0.45, 0.25, 0.52, 0.31, 0.24, 0.48, 0.3, 0.4], Finding.VENTRICULAR_FIBRILLATION),
    ],
    ids=["200/min, regular", "273/min, regular", "irregular"],
)
def test_a_regular_run_below_250_is_tachycardia_however_its_waves_look(rr: list[float], words: Finding) -> None:
    watch, told = watch_with(rr)
    assert watch.finding is words
    assert {Finding.VENTRICULAR_FIBRILLATION, Finding.VENTRICULAR_TACHYCARDIA} <= {one.finding for one in told}


def test_fibrillation_begins_at_three_of_four_seconds_and_ends_at_none_of_four() -> None:
    watch, told = RhythmWatch(RECORDING, Limits()), []
    for second, mark in enumerate([0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0], start=4):
        told += [(second, one.start // 250, one.end) for one in watch.judge_second(second * 250, bool(mark))]
    assert told == [(12, 6, None), (18, 6, 14 * 250)]
    assert not watch.fibrillates


def test_fibrillation_ends_the_silence_that_it_was_taken_for() -> None:
    watch = RhythmWatch(RECORDING, Limits())
    for beat in beats("NNN", 0.8, start=100):
        watch.receive(beat)
    opened = [*watch.stay_silent(), *watch.stay_silent()]
    assert [one.finding for one in opened] == [Finding.PAUSE, Finding.ASYSTOLE]
    told = [one for index in SECONDS for one in watch.judge_second(index + 1_000, True)]
    findings = [(one.finding, one.end is None) for one in told]
    assert findings == [(Finding.PAUSE, False), (Finding.ASYSTOLE, False), (Finding.VENTRICULAR_FIBRILLATION, True)]
    assert all(one.end is None or one.end >= one.start for one in told)
    assert watch.silence_due is None and watch.finding is Finding.VENTRICULAR_FIBRILLATION


def test_a_signal_that_is_not_good_ends_fibrillation() -> None:
    watch, _ = watch_with([])
    assert watch.fibrillates
    ended = watch.interrupt(2_600)
    assert [(one.finding, one.end) for one in ended] == [(Finding.VENTRICULAR_FIBRILLATION, 2_600)]
    assert watch.finding is None
