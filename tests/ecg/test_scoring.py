"""Scoring: known tables, and properties that any matching must have."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.scoring import beat_confusion, f1_scores, match_beats

RATE = 360.0
SAMPLES = st.lists(st.integers(0, 5_000), unique=True, max_size=40).map(sorted)


def test_a_match_reaches_150_ms_and_no_further() -> None:
    assert match_beats([1000], [1054], RATE).pairs == ((0, 0),)
    assert match_beats([1000], [1055], RATE).pairs == ()


def test_missed_and_extra_beats_are_counted() -> None:
    matching = match_beats([100, 500, 900, 1300], [110, 700, 905], RATE)
    assert matching.pairs == ((0, 0), (2, 2))
    assert matching.missed == (1, 3) and matching.extra == (1,)
    assert matching.sensitivity == pytest.approx(50)
    assert matching.predictivity == pytest.approx(200 / 3)


def test_the_nearer_of_two_is_taken() -> None:
    assert match_beats([100], [60, 105], RATE).pairs == ((0, 1),)
    assert match_beats([60, 105], [100], RATE).pairs == ((1, 0),)


def test_nothing_has_no_score() -> None:
    assert math.isnan(match_beats([], [], RATE).sensitivity)


@given(SAMPLES)
def test_a_record_agrees_with_itself(samples: list[int]) -> None:
    assert len(match_beats(samples, samples, RATE).pairs) == len(samples)


@given(SAMPLES, SAMPLES)
def test_every_beat_is_in_one_place(reference: list[int], told: list[int]) -> None:
    matching = match_beats(reference, told, RATE)
    assert sorted([one for one, _ in matching.pairs] + list(matching.missed)) == list(range(len(reference)))
    assert sorted([other for _, other in matching.pairs] + list(matching.extra)) == list(range(len(told)))
    assert all(abs(reference[one] - told[other]) <= 54 for one, other in matching.pairs)


def test_the_table_and_its_f1() -> None:
    reference = [BeatClass(letter) for letter in "NNVVS"]
    told = [BeatClass(letter) for letter in "NVVN"]
    matching = match_beats([0, 400, 800, 1200, 1600], [0, 400, 800, 2000], RATE)
    table = beat_confusion(reference, told, matching)
    normal, ventricular, supra = (BEAT_CLASSES.index(BeatClass(letter)) for letter in "NVS")
    assert table[normal, normal] == 1 and table[normal, ventricular] == 1 and table[ventricular, 5] == 1
    assert table[5, normal] == 1 and table[supra, 5] == 1 and table.sum() == 6
    scores = f1_scores(table)
    assert scores[normal] == pytest.approx(2 * 1 / (2 + 2))
    assert scores[ventricular] == pytest.approx(2 * 1 / (2 + 2))
    assert scores[supra] == 0 and np.isnan(scores[BEAT_CLASSES.index(BeatClass.FUSION)])
