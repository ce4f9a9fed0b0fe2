import numpy as np
import pytest

from training.scores import calibration_error, confusion, f1, fit_temperature, predictivity, sensitivity


def test_scores_of_a_small_example() -> None:
    counts = confusion(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1]), 3)
    assert counts.tolist() == [[2, 1, 0], [0, 2, 0], [0, 0, 0]]
    assert f1(counts)[:2] == pytest.approx([0.8, 0.8])
    assert sensitivity(counts)[:2] == pytest.approx([2 / 3, 1.0])
    assert predictivity(counts)[:2] == pytest.approx([1.0, 2 / 3])
    assert np.isnan([f1(counts)[2], sensitivity(counts)[2], predictivity(counts)[2]]).all()


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    probabilities = np.array([[0.8, 0.2]] * 10)
    assert calibration_error(probabilities, np.array([0] * 8 + [1] * 2)) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(probabilities, np.array([0] * 5 + [1] * 5)) == pytest.approx(0.3)


def test_the_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 1.5, (4000, 4))
    odds = np.exp(honest)
    truth = np.array([rng.choice(4, p=row / row.sum()) for row in odds])
    assert fit_temperature((honest * 3).astype(np.float32), truth) == pytest.approx(3.0, rel=0.1)
