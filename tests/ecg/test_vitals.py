"""Heart rate and variability: the numbers, and when there are none."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg.labels import AAMI_OF_WFDB, BeatClass, Rhythm
from ecg.rates import to_samples
from ecg.scripts import DEMO_SCRIPTS, Script
from ecg.synthetic import synthesise
from ecg.types import Beat
from ecg.vitals import ENOUGH_NN, HeartRate, Variability
from tests.ecg.heartbeats import beat, beats, from_samples

WINDOW = 75_000


def _note_all(rate: HeartRate, rr: list[float]) -> int:
    index = 0
    for interval in rr:
        index += to_samples(interval)
        rate.note(index, to_samples(interval))
    return index


def _receive_all(made: list[Beat]) -> Variability:
    variability = Variability()
    for one in made:
        variability.disregard(one) if one.rr is None else variability.receive(one)
    return variability


def _plain(made: list[Beat], at: int) -> dict[str, float]:
    """The same numbers by plain numpy over the whole list, in ms and percent."""
    nn: list[float] = []
    steps: list[float] = []
    total = 0
    candidate = neighbour = None
    for before, one in pairwise(made):
        rr = (one.index - before.index) * 4.0
        normal = before.beat_class is BeatClass.NORMAL and one.beat_class is BeatClass.NORMAL
        eligible = normal and 300 <= rr <= 2000
        used = eligible and (candidate is None or abs(rr - candidate) <= 0.2 * candidate)
        inside = at - WINDOW < one.index <= at
        total += inside
        if used and inside:
            nn.append(rr)
            if neighbour is not None:
                steps.append(rr - neighbour)
        candidate = rr if eligible else candidate
        neighbour = rr if used and inside else None
    differences = np.array(steps)
    return {
        "mean": float(np.mean(nn)),
        "sdnn": float(np.std(nn, ddof=1)),
        "rmssd": float(np.sqrt(np.mean(differences**2))),
        "pnn50": float(100 * np.mean(np.abs(differences) > 50)),
        "nn_used": 100 * len(nn) / total,
    }


def _assert_equal(variability: Variability, plain: dict[str, float]) -> None:
    told = {name: getattr(variability, name) for name in plain}
    assert told == pytest.approx(plain, rel=1e-3)


def test_the_rate_is_the_mean_of_the_last_eight_intervals() -> None:
    rate = HeartRate()
    index = _note_all(rate, [0.5] * 10 + [1.0] * 8)
    assert rate.at(index) == pytest.approx(60)
    assert rate.last_rr(index) == pytest.approx(1000)


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
    assert rate.at(index + 751) is None
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


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_variability_equals_plain_numpy_on_synthetic_hearts(script: Script) -> None:
    ecg = synthesise(script, 250, seed=4, seconds=700)
    made = from_samples((b.sample for b in ecg.beats), (b.beat_class for b in ecg.beats))
    variability = _receive_all(made)
    if script.name == "bigeminy":
        assert variability.sdnn is None and variability.rmssd is None and variability.nn_used == 0
        return
    _assert_equal(variability, _plain(made, made[-1].index))


@pytest.mark.parametrize("name", ["208", "201", "203", "209"])
def test_variability_equals_plain_numpy_on_real_records(name: str) -> None:
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if not folder or not (path := Path(folder) / "mitdb" / f"{name}.atr").is_file():
        pytest.skip(f"MIT-BIH {name} is not under WARDBEAT_DATA_DIR")
    annotation = wfdb.rdann(str(path.with_suffix("")), "atr")
    known = [(i, s) for i, s in zip(annotation.sample, annotation.symbol, strict=True) if s in AAMI_OF_WFDB]
    made = from_samples((round(i * 250 / 360) for i, _ in known), (AAMI_OF_WFDB[s] for _, s in known))
    shown = 0
    for count in range(200, len(made), 200):
        variability = _receive_all(made[:count])
        if variability.sdnn is not None and variability.rmssd is not None:
            shown += 1
            _assert_equal(variability, _plain(made[:count], made[count - 1].index))
    assert shown >= 3


def test_the_window_forgets_while_no_beat_comes() -> None:
    made = beats("N" * 100, 0.8)
    variability = _receive_all(made)
    at = made[-1].index + WINDOW - 50 * 200
    variability.forget_before(at)
    _assert_equal(variability, _plain(made, at))
    variability.forget_before(made[-1].index + WINDOW)
    assert variability.mean is None and variability.nn_used is None


def test_too_few_intervals_are_no_number() -> None:
    few = _receive_all(beats("N" * ENOUGH_NN, 0.8))
    assert few.sdnn is None and few.mean is None and few.rmssd is not None
    assert _receive_all(beats("N" * (ENOUGH_NN + 1), 0.8)).sdnn == 0
    assert _receive_all(beats("N" * 11, 0.8)).rmssd is None


def test_ectopic_neighbours_artefacts_and_untrusted_intervals_are_left_out() -> None:
    rr = [0.8] * 60
    rr[20], rr[40] = 0.4, 2.4
    made = beats("N" * 10 + "V" + "N" * 49, rr)
    variability = _receive_all(made)
    variability.disregard(beat(made[-1].index + 200, 200, BeatClass.NORMAL, Rhythm.NORMAL))
    assert variability.mean == pytest.approx(800)
    assert variability.rmssd == 0
    # 60 RR; not used: 2 at the V, the short one and its successor, the long one, the untrusted one.
    assert variability.nn_used == pytest.approx(100 * 54 / 60)


def test_a_true_step_of_the_rate_costs_one_interval_only() -> None:
    variability = _receive_all(beats("N" * 80, [1.0] * 40 + [0.6] * 40))
    assert variability.nn_used == pytest.approx(100 * 78 / 79)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("NNNNV"), st.integers(60, 600)), min_size=80, max_size=900),
    st.integers(0, 79),
)
def test_running_sums_equal_plain_numpy_and_survive_a_snapshot(steps: list[tuple[str, int]], cut: int) -> None:
    index = 0
    made: list[Beat] = []
    for letter, rr in steps:
        index += rr
        made.append(beat(index, rr if made else None, BeatClass(letter), Rhythm.NORMAL))
    whole, first, second = _receive_all(made), _receive_all(made[:cut]), Variability()
    second.restore(first.snapshot())
    for one in made[cut:]:
        second.disregard(one) if one.rr is None else second.receive(one)
    for name in ("mean", "sdnn", "rmssd", "pnn50", "nn_used"):
        assert getattr(second, name) == getattr(whole, name)
    if whole.sdnn is not None and whole.rmssd is not None:
        _assert_equal(whole, _plain(made, index))
