"""The heart rate: true at every rate, soon true after a sudden change, and silent when nothing is known."""

from collections.abc import Sequence

import numpy as np
import pytest

from ecg.findings import Quality, QualityReason
from ecg.monitor import HeartMonitor
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.types import Beat, Progress, QualityChange, VitalSigns
from ecg.vitals import HeartRate
from tests.ecg.beat_trains import settled_after, step, told_rates, train
from tests.ecg.heartbeats import RECORDING, beats

GOOD = QualityChange(RECORDING, 250, Quality.GOOD, QualityReason.NONE)
STEPS = [(80, 120, 6.8), (80, 40, 6.0), (120, 80, 6.8), (40, 80, 6.0)]
"""From, to /min, and seconds within which the new rate stands, from the last beat of the old one: what the monitors
with the best published figures need (ANSI/AAMI EC13 and IEC 60601-2-27 ask that the figure is told)."""


def _note_all(rate: HeartRate, rr: Sequence[float]) -> int:
    index = 0
    for interval in rr:
        index += to_samples(interval)
        rate.note(index, to_samples(interval))
    return index


def _told(indices: Sequence[int]) -> list[VitalSigns]:
    """What a monitor tells of these beats in good signal."""
    rr = [0.0, *(np.diff(indices) / SAMPLE_RATE)]
    monitor, told = HeartMonitor(RECORDING), []
    items: list[Beat | QualityChange | Progress] = [GOOD, *beats("N" * len(indices), rr, start=indices[0])]
    for item in [*items, Progress(RECORDING, indices[-1])]:
        told += [one for one in monitor.receive(item) if isinstance(one, VitalSigns)]
    return told


def test_the_rate_is_the_mean_of_the_last_eight_intervals() -> None:
    rate = HeartRate()
    index = _note_all(rate, [0.8, 0.9] * 5 + [1.0] * 8)
    assert rate.at(index) == pytest.approx(60)
    assert rate.last_rr(index) == pytest.approx(1000)


@pytest.mark.parametrize("rate", [30, 40, 60, 80, 100, 120, 150, 180, 200, 240, 270, 300])
def test_every_rate_from_30_to_300_is_shown_within_one(rate: int) -> None:
    shown = [one.heart_rate for one in _told(train(60, rate)) if one.index > to_samples(1 + 3 * 60 / rate)]
    assert len(shown) >= 25
    assert all(each is not None and abs(each - rate) <= 1 for each in shown)


@pytest.mark.parametrize(("before", "after", "within_s"), STEPS)
@pytest.mark.parametrize("phase", range(8))
def test_a_step_of_the_rate_is_told_in_time(before: int, after: int, within_s: float, phase: int) -> None:
    """The phase moves the step over the grid on which numbers are told."""
    label_s = 0.6  # until the network has named a beat
    indices, last = step(before, after, phase * 0.25)
    told = [(one.index, one.heart_rate) for one in _told(indices)]
    assert settled_after(told, last, after) + label_s < within_s


@pytest.mark.parametrize(("before", "after", "within_s"), STEPS)
def test_a_step_is_told_in_time_from_the_signal_on(before: int, after: int, within_s: float) -> None:
    indices, last = step(before, after)
    assert settled_after(told_rates(indices), last, after) < within_s


@pytest.mark.parametrize(
    ("rr", "rate"),
    [((0.5, 1.0), 80), ((0.7, 1.3), 60), ((0.35, 0.65), 120), ((0.5, 0.5, 1.0, 0.67), 90)],
    ids=["bigeminy", "slow alternating bigeminy", "rapid alternating bigeminy", "bidirectional"],
)
def test_alternating_intervals_are_one_steady_rate(rr: tuple[float, ...], rate: int) -> None:
    """As the waveforms 3a to 3d of ANSI/AAMI EC13 alternate."""
    indices = np.cumsum([250, *(to_samples(each) for each in rr * 20)]).tolist()
    shown = [one.heart_rate for one in _told(indices) if one.index > to_samples(10)]
    assert shown and all(each is not None and abs(each - rate) <= 1 for each in shown)


def test_ectopic_beats_and_couplets_make_no_step() -> None:
    rate = HeartRate()
    intervals = [0.8] * 8 + [0.45, 1.15] + [0.8] * 8 + [0.4, 0.4, 1.3] + [0.8] * 8
    assert not any(rate.note(0, to_samples(interval)) for interval in intervals)


def test_three_intervals_that_agree_make_one_step() -> None:
    rate = HeartRate()
    steps = [rate.note(0, to_samples(interval)) for interval in [0.8] * 8 + [0.4, 0.41, 0.4, 0.4, 0.4]]
    assert steps == [False] * 10 + [True, False, False]
    assert rate.at(0) == pytest.approx(60 / 0.402, abs=0.5)


def test_two_intervals_are_no_rate_and_three_are() -> None:
    rate = HeartRate()
    index = _note_all(rate, [0.8, 0.8])
    assert rate.at(index) is None and rate.last_rr(index) is None
    rate.note(index + 200, 200)
    assert rate.at(index + 200) == pytest.approx(75)


def test_silence_takes_the_rate_away_and_it_must_be_earned_again() -> None:
    rate = HeartRate()
    index = _note_all(rate, [0.8] * 8)
    assert rate.at(index + 750) is not None
    assert rate.at(index + 751) is None and rate.last_rr(index + 751) is None
    rate.note(index + 800, 800)
    assert rate.at(index + 800) is None
    for late in (1000, 1200, 1400):
        rate.note(index + late, 200)
    assert rate.at(index + 1400) == pytest.approx(75)


def test_a_slow_heart_has_more_patience() -> None:
    rate = HeartRate()
    index = _note_all(rate, [1.6] * 8)
    assert rate.at(index + 1000) is not None
    assert rate.at(index + 1001) is None
