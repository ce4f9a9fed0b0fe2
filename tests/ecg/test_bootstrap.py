"""Gross, average and their intervals; rhythm of records with one label."""

import numpy as np
import pytest

from ecg.bootstrap import average, draws_of, gross
from ecg.labels import Rhythm
from ecg.strips import f1_estimates, strip_answer, tables_by_beat, tables_by_record


def test_gross_pools_and_average_does_not() -> None:
    right, whole = np.array([9.0, 1.0, 0.0]), np.array([10.0, 2.0, 0.0])
    pooled, mean = gross(right, whole), average(right, whole)
    assert pooled.percent == pytest.approx(100 * 10 / 12) and pooled.records == 2
    assert mean.percent == pytest.approx((90 + 50) / 2) and mean.records == 2


def test_the_interval_encloses_the_figure_and_repeats() -> None:
    rng = np.random.default_rng(1)
    whole = rng.integers(50, 200, 30).astype(float)
    right = np.floor(whole * rng.uniform(0.6, 1, 30))
    one = gross(right, whole)
    assert one.low is not None and one.high is not None and one.percent is not None
    assert one.low < one.percent < one.high
    assert gross(right, whole) == one


def test_equal_records_leave_no_doubt_and_one_record_no_interval() -> None:
    same = average(np.full(5, 3.0), np.full(5, 4.0))
    assert (same.percent, same.low, same.high) == (75, 75, 75)
    alone = gross(np.array([3.0]), np.array([4.0]))
    assert (alone.percent, alone.low, alone.high) == (75, None, None)


def test_nothing_has_no_figure() -> None:
    assert gross(np.zeros(3), np.zeros(3)).percent is None
    assert average(np.zeros(3), np.zeros(3)).percent is None


def test_every_draw_is_as_large_as_the_set() -> None:
    assert (draws_of(7).sum(axis=1) == 7).all()


def test_the_answer_for_a_record_is_its_highest_mean() -> None:
    probabilities = np.array([[0.4, 0.3, 0.3, 0.0], [0.4, 0.3, 0.3, 0.0], [0.0, 0.9, 0.1, 0.0]])
    answer = strip_answer(Rhythm.NORMAL, probabilities)
    assert answer.beats == (2, 1, 0, 0) and answer.record is Rhythm.ATRIAL_FIBRILLATION
    assert strip_answer(Rhythm.NORMAL, np.zeros((0, 4))).record is Rhythm.NOISE


def test_f1_by_hand() -> None:
    sure = np.eye(4)
    answers = [
        strip_answer(Rhythm.NORMAL, sure[[0, 0, 2]]),
        strip_answer(Rhythm.ATRIAL_FIBRILLATION, sure[[1, 1]]),
        strip_answer(Rhythm.OTHER, sure[[2, 0, 0]]),
    ]
    by_beat = [one.percent for one in f1_estimates(tables_by_beat(answers))]
    assert by_beat[:3] == pytest.approx([100 * 4 / 7, 100, 100 * 2 / 5])
    assert by_beat[3] is None and by_beat[4] == pytest.approx(100 * (4 / 7 + 1 + 2 / 5) / 3)
    by_record = [one.percent for one in f1_estimates(tables_by_record(answers))]
    assert by_record[:3] == pytest.approx([100 * 2 / 3, 100, 0])
