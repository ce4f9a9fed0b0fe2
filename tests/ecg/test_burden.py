"""The burden of atrial fibrillation: exact shares, what counts as analysed, and a state that does not grow."""

import pytest

from ecg.burden import DAY, HOUR, MINUTE, Burden
from ecg.findings import Quality, QualityReason
from ecg.limits import Limits
from ecg.monitor import HeartMonitor
from ecg.rhythm import RhythmWatch
from ecg.types import AfBurden, Beat, Progress, QualityChange, SignalGap
from tests.ecg.heartbeats import RECORDING, beats

GOOD = QualityChange(RECORDING, 0, Quality.GOOD, QualityReason.NONE)


def follow(burden: Burden, watch: RhythmWatch, made: list[Beat]) -> None:
    for one in made:
        burden.note(watch.receive(one))
        if one.rr is not None:
            burden.receive(one)


def burdens(items: list[Beat | QualityChange | Progress | SignalGap]) -> list[AfBurden]:
    monitor = HeartMonitor(RECORDING)
    return [one for item in items for one in monitor.receive(item) if isinstance(one, AfBurden)]


def test_the_share_is_that_of_the_episodes_to_the_beat() -> None:
    rhythm = "N" * 300 + "A" * 100 + "N" * 200
    made = beats("N" * 600, 1.0, rhythm)
    burden = Burden(RECORDING)
    follow(burden, RhythmWatch(RECORDING, Limits()), made)
    # The last ten beats are not decided; the first has no RR interval.
    assert burden.at(made[-1].index).whole == pytest.approx(100 * 99 / (600 - 10 - 1))


def test_fibrillation_that_goes_on_counts_up_to_the_last_beats() -> None:
    made = beats("N" * 200, 1.0, "N" * 100 + "A" * 100)
    burden = Burden(RECORDING)
    follow(burden, RhythmWatch(RECORDING, Limits()), made)
    assert burden.at(made[-1].index).whole == pytest.approx(100 * 89 / 189)


def test_hour_and_day_forget_what_is_older() -> None:
    rhythm = "A" * 1_200 + "N" * 4_800
    made = beats("N" * 6_000, 1.0, rhythm)
    burden = Burden(RECORDING)
    follow(burden, RhythmWatch(RECORDING, Limits()), made)
    told = burden.at(made[-1].index)
    assert told.hour == 0
    assert told.day == told.whole == pytest.approx(100 * 1_200 / 6_000, abs=0.2)
    assert burden.at(made[-1].index + DAY + 20 * MINUTE).day is None


def test_a_day_of_beats_leaves_a_small_state() -> None:
    burden, watch = Burden(RECORDING), RhythmWatch(RECORDING, Limits())
    for hour in range(30):
        follow(burden, watch, beats("N" * 400, 9.0, "A" * 400, start=hour * HOUR))
    state = burden.snapshot()
    assert len(state["hour"]) <= 62 and len(state["day"]) <= 146 and len(state["pending"]) <= 10


def test_each_minute_is_told_once_a_minute_was_analysed() -> None:
    made = beats("N" * 200, 1.0, "A" * 200)
    told = burdens([GOOD, *made, Progress(RECORDING, 50_000)])
    assert [one.index for one in told] == [30_000, 45_000]
    assert told[-1].whole is not None and told[-1].whole > 99


def test_noise_poor_signal_and_gaps_are_in_neither_number() -> None:
    poor = QualityChange(RECORDING, 25_100, Quality.POOR, QualityReason.NOISE)
    good = QualityChange(RECORDING, 50_100, Quality.GOOD, QualityReason.NONE)
    clear, noisy = beats("N" * 100, 1.0, "A" * 80 + "~" * 20), beats("N" * 100, 1.0, "N", start=25_200)
    gap = SignalGap(RECORDING, 80_000, 160_000)
    again = beats("N" * 80, 1.0, "A", start=50_600)
    told = burdens([GOOD, *clear, poor, *noisy, good, *again, Progress(RECORDING, 75_050), gap])
    assert told[-1].whole == pytest.approx(100, abs=2)


@pytest.mark.parametrize("cut", [5, 97, 103, 250])
def test_a_snapshot_changes_nothing(cut: int) -> None:
    made = beats("N" * 300, 1.0, "N" * 95 + "A" * 100 + "N" * 105)
    whole = burdens([GOOD, *made])
    first, second = HeartMonitor(RECORDING), HeartMonitor(RECORDING)
    items: list[Beat | QualityChange] = [GOOD, *made[:cut]]
    told = [one for item in items for one in first.receive(item)]
    second.restore(first.snapshot())
    told += [one for item in made[cut:] for one in second.receive(item)]
    assert [one for one in told if isinstance(one, AfBurden)] == whole != []
