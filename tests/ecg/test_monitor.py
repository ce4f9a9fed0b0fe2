"""The monitor: numbers on their grid, none where the signal carries none, and the same for every cut of the signal."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import Rhythm
from ecg.monitor import Conclusion, HeartMonitor
from ecg.rates import GRID
from ecg.scripts import ATRIAL_FIBRILLATION, DEMO_SCRIPTS, Script
from ecg.synthetic import synthesise
from ecg.types import Beat, Progress, QualityChange, RhythmEpisode, SignalGap, VitalSigns
from tests.ecg.heartbeats import RECORDING, beats, from_samples
from tests.ecg.yardstick import seconds_of_a_call

Item = Beat | SignalGap | QualityChange | Progress
GOOD = QualityChange(RECORDING, 250, Quality.GOOD, QualityReason.NONE)


def _poor(index: int) -> QualityChange:
    return QualityChange(RECORDING, index, Quality.POOR, QualityReason.NOISE)


def _unusable(index: int) -> QualityChange:
    return QualityChange(RECORDING, index, Quality.UNUSABLE, QualityReason.FLAT)


def _good(index: int) -> QualityChange:
    return QualityChange(RECORDING, index, Quality.GOOD, QualityReason.NONE)


def _run(items: Sequence[Item]) -> list[Conclusion]:
    monitor = HeartMonitor(RECORDING)
    return [conclusion for item in items for conclusion in monitor.receive(item)]


def _vitals(concluded: list[Conclusion]) -> dict[int, VitalSigns]:
    return {one.index: one for one in concluded if isinstance(one, VitalSigns)}


def _progress(index: int) -> Progress:
    return Progress(RECORDING, index)


def _is_empty(vitals: VitalSigns) -> bool:
    numbers = (vitals.heart_rate, vitals.rr_last, vitals.rr_mean, vitals.sdnn, vitals.rmssd, vitals.pnn50)
    return all(number is None for number in numbers)


@pytest.mark.parametrize("script", [s for s in DEMO_SCRIPTS if s.name != "fibrillation"], ids=lambda s: s.name)
def test_the_scripts_heart_rate_is_shown(script: Script) -> None:
    ecg = synthesise(script, 250, seed=6, seconds=25)
    made = from_samples((b.sample for b in ecg.beats), (b.beat_class for b in ecg.beats))
    shown = _vitals(_run([GOOD, *made, _progress(6250)]))
    rates = [vitals.heart_rate for index, vitals in shown.items() if index >= 10 * 250]
    assert len(rates) >= 7
    known = [rate for rate in rates if rate is not None]
    assert len(known) == len(rates)
    assert np.mean(known) == pytest.approx(script.heart_rate, rel=0.05)


def test_numbers_stand_on_the_grid() -> None:
    shown = _vitals(_run([GOOD, *beats("N" * 60, 0.8), _progress(12_100)]))
    assert list(shown) == list(range(GRID, 12_001, GRID))


def test_a_grid_point_waits_until_all_before_it_is_decided() -> None:
    monitor = HeartMonitor(RECORDING)
    assert monitor.receive(GOOD) == [] and monitor.receive(_progress(499)) == []
    assert [one.index for one in monitor.receive(_progress(500)) if isinstance(one, VitalSigns)] == [500]


def test_what_the_words_say() -> None:
    shown = _vitals(_run([GOOD, *beats("N" * 20, 0.8), _progress(4_000)]))
    assert shown[500].finding is Finding.UNKNOWN
    assert shown[2_000].finding is Finding.SINUS_RHYTHM


def test_nothing_is_shown_before_the_first_verdict() -> None:
    assert all(_is_empty(vitals) for vitals in _vitals(_run([*beats("N" * 20, 0.8), _progress(4_000)])).values())


def test_a_gap_empties_the_numbers_at_once_and_they_are_earned_again() -> None:
    before = beats("N" * 30, 0.8)
    gap = SignalGap(RECORDING, 6_100, 20_000)
    after = beats("N" * 10, 0.8, start=20_100)
    shown = _vitals(_run([GOOD, *before, _progress(6_050), gap, _good(20_250), *after, _progress(22_000)]))
    assert [index for index in shown if 6_100 <= index <= 20_500] == [20_000, 20_500]
    assert _is_empty(shown[20_000]) and shown[20_000].finding is Finding.UNKNOWN
    assert _is_empty(shown[20_500])
    assert shown[21_000].heart_rate == pytest.approx(75)


def test_no_interval_spans_a_gap() -> None:
    before, after = beats("N" * 30, 0.8), beats("N" * 30, 0.8, start=20_100)
    gap = SignalGap(RECORDING, 6_100, 20_000)
    shown = _vitals(_run([GOOD, *before, gap, _good(20_250), *after, _progress(26_000)]))
    assert shown[26_000].rr_mean == pytest.approx(800) and shown[26_000].sdnn == 0


def test_in_a_poor_signal_no_number_is_shown_and_no_interval_counts() -> None:
    made = beats("N" * 60, [0.8] * 30 + [0.9] * 10 + [0.8] * 20)
    shown = _vitals(_run([GOOD, *made[:30], _poor(5_950), *made[30:40], _good(8_500), *made[40:], _progress(12_000)]))
    for index in (6_000, 6_500, 7_000, 8_000):
        assert _is_empty(shown[index]) and shown[index].finding is Finding.NOISE
    assert shown[12_000].heart_rate == pytest.approx(75)
    used, total = shown[12_000].nn_used, len(made) - 1
    assert used is not None and used < 100 * (total - 9) / total


def test_a_poor_signal_has_no_number_but_a_word_for_a_ventricular_run() -> None:
    made = beats("N" * 10 + "V" * 20, 0.4, start=300)
    shown = _vitals(_run([GOOD, *made[:10], _poor(made[9].index + 1), *made[10:]]))
    last = shown[max(shown)]
    assert last.finding is Finding.VENTRICULAR_TACHYCARDIA and _is_empty(last)


def test_a_pause_is_told_while_it_lasts_and_ends_with_the_next_beat() -> None:
    made = beats("N" * 20, [0.8] * 10 + [3.6] + [0.8] * 9)
    last, following = made[9].index, made[10].index
    monitor = HeartMonitor(RECORDING)
    before: list[Item] = [GOOD, *made[:10], _progress(last + 499)]
    told = [c for item in before for c in monitor.receive(item)]
    assert not [c for c in told if isinstance(c, RhythmEpisode)]
    opened = monitor.receive(_progress(last + 850))
    assert RhythmEpisode(RECORDING, Finding.PAUSE, last, None) in opened
    silent = [c for c in opened if isinstance(c, VitalSigns)][-1]
    assert silent.finding is Finding.PAUSE
    assert RhythmEpisode(RECORDING, Finding.PAUSE, last, following) in monitor.receive(made[10])


@pytest.mark.parametrize(("rr", "pauses"), [(2.0, 0), (2.004, 2)])
def test_a_pause_is_longer_than_two_seconds(rr: float, pauses: int) -> None:
    made = beats("N" * 12, [0.8] * 6 + [rr] + [0.8] * 5)
    told = _run([GOOD, *made])
    assert sum(isinstance(c, RhythmEpisode) and c.finding is Finding.PAUSE for c in told) == pauses


def test_a_lead_that_falls_off_ends_the_pause_it_looked_like() -> None:
    made = beats("N" * 10, 0.8)
    last = made[-1].index
    told = _run([GOOD, *made, _progress(last + 600), _unusable(last + 650), _progress(last + 2_000)])
    pauses = [c for c in told if isinstance(c, RhythmEpisode)]
    assert [(p.finding, p.end) for p in pauses] == [(Finding.PAUSE, None), (Finding.PAUSE, last + 650)]
    ending = [c for c in told if isinstance(c, VitalSigns)][-1]
    assert ending.index == (last + 2_000) // GRID * GRID
    assert _is_empty(ending) and ending.finding is Finding.UNKNOWN


def test_a_silence_takes_the_numbers_away() -> None:
    made = beats("N" * 20, 0.8)
    shown = _vitals(_run([GOOD, *made, _progress(10_000)]))
    last = made[-1].index
    assert shown[(last + 700) // GRID * GRID].heart_rate is not None
    assert all(vitals.heart_rate is None for index, vitals in shown.items() if index > last + 750)


def _story(script: Script) -> list[Item]:
    """Two rounds of a script with a poor and a lost stretch and a gap, as the tracker would tell it."""
    ecg = synthesise(script, 250, seed=8, seconds=90)
    rhythm = Rhythm.ATRIAL_FIBRILLATION if script is ATRIAL_FIBRILLATION else Rhythm.NORMAL
    made = from_samples((b.sample for b in ecg.beats), (b.beat_class for b in ecg.beats), rhythm)
    gap = SignalGap(RECORDING, 12_000, 13_300)
    items: list[Item] = [GOOD]
    changes = [_poor(4_000), _good(5_250), _unusable(8_000), _good(9_250)]
    for one in made:
        if one.index >= gap.start and gap not in items:
            items += [gap, _good(13_550)]
        if gap.start - 100 <= one.index < gap.end:
            continue
        while changes and changes[0].index < one.index + 300:
            items.append(changes.pop(0))
        items += [one, _progress(one.index + 60)]
    return items


STORIES = [_story(script) for script in DEMO_SCRIPTS]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STORIES), st.data())
def test_a_snapshot_anywhere_changes_nothing(story: list[Item], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(story)))
    first, second = HeartMonitor(RECORDING), HeartMonitor(RECORDING)
    told = [c for item in story[:cut] for c in first.receive(item)]
    second.restore(first.snapshot())
    assert told + [c for item in story[cut:] for c in second.receive(item)] == _run(story)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STORIES), st.data())
def test_how_often_progress_is_told_changes_nothing(story: list[Item], data: st.DataObject) -> None:
    """A coarser chunking tells progress less often."""
    kept = [item for item in story if not isinstance(item, Progress) or data.draw(st.booleans())]
    last = [item for item in story if isinstance(item, Progress)][-1]
    assert _run([*kept, last]) == _run([*story, last])


def test_every_episode_is_told_open_first_and_closed_once() -> None:
    for story in STORIES:
        open_now: dict[tuple[Finding, int], None] = {}
        for one in _run([*story, SignalGap(RECORDING, 23_000, 23_100)]):
            if isinstance(one, RhythmEpisode):
                key = (one.finding, one.start)
                if one.end is None:
                    assert key not in open_now and one.finding not in {finding for finding, _ in open_now}
                    open_now[key] = None
                else:
                    assert one.end >= one.start
                    del open_now[key]
        assert open_now == {}


def test_it_is_cheap() -> None:
    """In calls of a small function, side by side with them: seconds would judge the machine and its neighbours.

    345 and 57 calls were 60 µs and 10 µs where they were counted.
    """
    made = beats("NNNNVN" * 500, 0.8, "A")
    per_beat, per_progress = (min(each) for each in zip(*(_calls(made) for _ in range(5)), strict=True))
    assert per_beat < 345 and per_progress < 57, (per_beat, per_progress)


def _calls(made: list[Beat]) -> tuple[float, float]:
    """What a beat and a progress cost, in calls of a small function just before and after."""
    before = seconds_of_a_call()
    costs = _costs(made)
    call = (before + seconds_of_a_call()) / 2
    return costs[0] / call, costs[1] / call


def _costs(made: list[Beat]) -> tuple[float, float]:
    """Processor seconds per beat and per progress. Neighbours on the machine can only add to it."""
    monitor = HeartMonitor(RECORDING)
    monitor.receive(GOOD)
    begin = time.process_time()
    for one in made:
        monitor.receive(one)
    after = time.process_time()
    for _ in range(3_000):
        monitor.receive(_progress(0))
    return (after - begin) / len(made), (time.process_time() - after) / 3_000
