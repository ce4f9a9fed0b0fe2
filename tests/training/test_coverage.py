# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""What a threshold buys, and what leaning the log-odds does."""

import csv
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import Context, Network
from classifier.shape import ModelConfig
from training import coverage
from training.config import Leaning
from training.finish import leaned, mean

CHANCES = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.52, 0.48]])
TRUTH = np.array([0, 0, 1, 1])


def test_a_threshold_leaves_out_the_unsure() -> None:
    points = {threshold: (share, score) for threshold, share, score in coverage.curve(CHANCES, TRUTH)}
    assert points[0.0][0] == 1.0
    assert points[0.0][1] == pytest.approx((0.8 + 2 / 3) / 2)  # the last beat is called 0 and is 1
    assert points[0.55] == (0.75, 1.0)
    assert points[0.8][0] == 0.25
    assert max(points) == 0.9


def test_table_and_picture_are_written(tmp_path: Path) -> None:
    coverage.write({"rhythm, live": coverage.curve(CHANCES, TRUTH)}, tmp_path)
    with (tmp_path / coverage.CSV).open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["coverage"] for row in rows if row["threshold"] == "0.55"] == ["0.75"]
    assert (tmp_path / coverage.PNG).read_bytes().startswith(b"\x89PNG")


def test_leaning_moves_the_log_odds_by_what_is_asked() -> None:
    network = Network(ModelConfig()).eval()
    own, tokens = torch.ones(1, 1, 96), torch.ones(1, 4, 96)
    context = Context(tokens, torch.zeros(1, 1, 4), torch.ones(1, 1, 4))
    with torch.no_grad():
        before = network.judge(own, context)
        rhythms, classes = (
            {"N": 0.0, "A": -0.5, "O": 0.25, "~": 1.0},
            {"N": 0.0, "S": -1.0, "V": 2.0, "F": 0.0, "Q": 0.5},
        )
        after = leaned(network, Leaning(rhythms, classes)).judge(own, context)
    assert (after.rhythm - before.rhythm).flatten().tolist() == pytest.approx(list(rhythms.values()), abs=1e-5)
    assert (after.beat_class - before.beat_class).flatten().tolist() == pytest.approx(list(classes.values()), abs=1e-5)


def test_the_mean_lies_halfway() -> None:
    one, other = Network(ModelConfig()), Network(ModelConfig())
    middle = mean(one, other)
    for half, first, second in zip(middle.parameters(), one.parameters(), other.parameters(), strict=True):
        assert torch.allclose(half, (first + second) / 2, atol=1e-6)
