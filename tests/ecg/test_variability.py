"""Variability of the last 5 minutes: the numbers, what counts as NN, and when there are no numbers."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg.labels import AAMI_OF_WFDB, BeatClass, Rhythm
from ecg.nn import NormalIntervals
from ecg.scripts import DEMO_SCRIPTS, Script
from ecg.synthetic import synthesise
from ecg.types import Beat
from ecg.variability import ANALYSED_EVERY, ENOUGH_NN, LEAST_USED, Variability, WindowNumbers
from tests.ecg.heartbeats import RECORDING, beat, beats, from_samples

WINDOW = 75_000


def _receive_all(made: list[Beat]) -> Variability:
    variability = Variability()
    for one in made:
        variability.disregard(one) if one.rr is None else variability.receive(one)
    return variability


def _numbers(made: list[Beat]) -> WindowNumbers:
    return _receive_all(made).at(made[-1].index)


def _plain(made: list[Beat], at: int) -> dict[str, float]:
    """The same numbers by plain numpy over the whole list, in ms and percent."""
    nn: list[float] = []
    pairs: list[tuple[float, float]] = []
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
                pairs.append((neighbour, rr))
        candidate = rr if eligible else candidate
        neighbour = rr if used and inside else None
    x, y = np.array(pairs).reshape(-1, 2).T
    return {
        "rr_mean": float(np.mean(nn)),
        "sdnn": float(np.std(nn, ddof=1)),
        "rmssd": float(np.sqrt(np.mean((y - x) ** 2))),
        "pnn50": float(100 * np.mean(np.abs(y - x) > 50)),
        "sd1": float(np.std((y - x) / np.sqrt(2), ddof=1)),
        "sd2": float(np.std((y + x) / np.sqrt(2), ddof=1)),
        "nn_used": 100 * len(nn) / total,
    }


def _assert_equal(numbers: WindowNumbers, plain: dict[str, float]) -> None:
    assert {name: getattr(numbers, name) for name in plain} == pytest.approx(plain, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_variability_equals_plain_numpy_on_synthetic_hearts(script: Script) -> None:
    ecg = synthesise(script, 250, seed=4, seconds=700)
    made = from_samples((b.sample for b in ecg.beats), (b.beat_class for b in ecg.beats))
    numbers, at = _numbers(made), made[-1].index
    if numbers.nn_used is None or numbers.nn_used < LEAST_USED:
        assert script.name in {"fibrillation", "bigeminy", "ventricular-tachycardia"} and numbers == WindowNumbers(
            numbers.nn_used
        )
    else:
        _assert_equal(numbers, _plain(made, at))


@pytest.mark.parametrize("name", ["101", "112", "122", "209"])
def test_variability_equals_plain_numpy_on_real_records(name: str) -> None:
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if not folder or not (path := Path(folder) / "mitdb" / f"{name}.atr").is_file():
        pytest.skip(f"MIT-BIH {name} is not under WARDBEAT_DATA_DIR")
    annotation = wfdb.rdann(str(path.with_suffix("")), "atr")
    known = [(i, s) for i, s in zip(annotation.sample, annotation.symbol, strict=True) if s in AAMI_OF_WFDB]
    made = from_samples((round(i * 250 / 360) for i, _ in known), (AAMI_OF_WFDB[s] for _, s in known))
    shown = 0
    for count in range(200, len(made), 200):
        numbers = _numbers(made[:count])
        if numbers.sdnn is not None and numbers.rmssd is not None:
            shown += 1
            _assert_equal(numbers, _plain(made[:count], made[count - 1].index))
    assert shown >= 3


def test_the_window_forgets_while_no_beat_comes() -> None:
    made = beats("N" * 100, [0.8 + 0.05 * (place % 3) for place in range(100)])
    variability = _receive_all(made)
    at = made[-1].index + WINDOW - 50 * 200
    _assert_equal(variability.at(at), _plain(made, at))
    assert variability.at(made[-1].index + WINDOW) == WindowNumbers()


def test_too_few_intervals_are_no_number() -> None:
    few = _numbers(beats("N" * ENOUGH_NN, 0.8))
    assert few.sdnn is None and few.rr_mean is None and few.rmssd is not None and few.sd1 is not None
    assert _numbers(beats("N" * (ENOUGH_NN + 1), 0.8)).sdnn == 0
    few = _numbers(beats("N" * 11, 0.8))
    assert few.rmssd is None and few.sd1 is None and few.nn_used == 100


@pytest.mark.parametrize(("ectopic", "shown"), [(9, True), (11, False)])
def test_no_number_is_told_when_too_few_beats_are_used(ectopic: int, shown: bool) -> None:
    """Each ectopic beat costs two of 100 intervals; the share is told all the same."""
    letters = "N" + ("V" + "N" * 4) * ectopic + "N" * (100 - 5 * ectopic)
    numbers = _numbers(beats(letters, 0.8))
    assert numbers.nn_used == pytest.approx(100 - 2 * ectopic)
    assert numbers == WindowNumbers(numbers.nn_used) or shown
    assert (numbers.sdnn is not None) is shown and (numbers.rmssd is not None) is shown


def test_triangular_index_and_spectrum_wait_for_four_minutes_and_are_renewed_on_their_grid() -> None:
    made = beats("N" * 700, [0.8 + 0.04 * (place % 4 == 0) for place in range(700)])
    variability = Variability()
    first = None
    for one, following in pairwise(made):
        variability.disregard(one) if one.rr is None else variability.receive(one)
        for at in range((one.index // 500 + 1) * 500, following.index, 500):
            if variability.at(at).triangular_index is not None and first is None:
                first = at
    assert first is not None and first % ANALYSED_EVERY == 0 and 60_000 < first <= 60_000 + 2 * ANALYSED_EVERY
    numbers = variability.at(made[-1].index)
    assert numbers.triangular_index == pytest.approx(4 / 3, rel=0.01)
    assert numbers.lf is not None and numbers.hf is not None and numbers.total_power is not None
    assert numbers.total_power >= numbers.lf + numbers.hf


def test_ectopic_neighbours_artefacts_and_untrusted_intervals_are_left_out() -> None:
    rr = [0.8] * 60
    rr[20], rr[40] = 0.4, 2.4
    made = beats("N" * 10 + "V" + "N" * 49, rr)
    variability = _receive_all(made)
    variability.disregard(beat(made[-1].index + 200, 200, BeatClass.NORMAL, Rhythm.NORMAL))
    numbers = variability.at(made[-1].index + 200)
    assert numbers.rr_mean == pytest.approx(800)
    assert numbers.rmssd == 0
    # 60 RR; not used: 2 at the V, the short one and its successor, the long one, the untrusted one.
    assert numbers.nn_used == pytest.approx(100 * 54 / 60)


def test_a_true_step_of_the_rate_costs_one_interval_only() -> None:
    assert _numbers(beats("N" * 80, [1.0] * 40 + [0.6] * 40)).nn_used == pytest.approx(100 * 78 / 79)


@pytest.mark.parametrize(
    ("classes", "rhythm", "rhythms"),
    [
        ((0.55, 0.45, 0.0, 0.0, 0.0), Rhythm.NORMAL, (1.0, 0.0, 0.0, 0.0)),
        ((0.90, 0.10, 0.0, 0.0, 0.0), Rhythm.ATRIAL_FIBRILLATION, (0.1, 0.9, 0.0, 0.0)),
    ],
    ids=["a class that is not sure", "atrial fibrillation"],
)
def test_what_is_surely_no_beat_of_the_sinus_node_makes_no_nn(
    classes: tuple[float, ...], rhythm: Rhythm, rhythms: tuple[float, ...]
) -> None:
    odd = Beat(RECORDING, 400, 200, BeatClass.NORMAL, rhythm, classes, rhythms)
    sure = [beat(index, 200, BeatClass.NORMAL, Rhythm.NORMAL) for index in (200, 600, 800)]
    intervals = NormalIntervals()
    told = [intervals.receive(one)[1] for one in (sure[0], odd, *sure[1:])]
    assert told == [None, None, None, 200]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("N" * 30 + "V"), st.integers(150, 190)), min_size=80, max_size=900),
    st.integers(0, 79),
    st.sets(st.integers(0, 899)),
)
def test_running_sums_equal_plain_numpy_and_survive_a_snapshot_and_questions(
    steps: list[tuple[str, int]], cut: int, asked: set[int]
) -> None:
    index = 0
    made: list[Beat] = []
    for letter, rr in steps:
        index += rr
        made.append(beat(index, rr if made else None, BeatClass(letter), Rhythm.NORMAL))
    whole, first, second = _receive_all(made), _receive_all(made[:cut]), Variability()
    second.restore(first.snapshot())
    for place, one in enumerate(made[cut:]):
        second.disregard(one) if one.rr is None else second.receive(one)
        if place in asked:
            second.at(one.index)
    numbers = whole.at(index)
    assert second.at(index)[:7] == numbers[:7]  # asking on the grid renews what the spectrum's grid holds
    if numbers.sdnn is not None and numbers.rmssd is not None:
        _assert_equal(numbers, _plain(made, index))
