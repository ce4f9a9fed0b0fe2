# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""Where the steps of a map look."""

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import Reader, ResidualBlock
from classifier.reference import load_network
from classifier.shape import ModelConfig
from training.reach import measure_reach


def windows(count: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(0).normal(size=(count, ModelConfig().window))
    return noise.cumsum(axis=1).astype(np.float32) * 0.05


def test_steps_look_back_and_not_beyond_what_they_see() -> None:
    reach = measure_reach(load_network().reader, windows(8))
    assert 0.0 < reach.lag < 0.63
    assert 0.0 < reach.spread < 0.3


def test_a_reader_that_hears_the_newest_samples_only_looks_hardly_back() -> None:
    """Blocks that add nothing leave the shortcuts, which end where the step ends: 15 samples of the stem are left."""
    reader = Reader(ModelConfig()).eval()
    with torch.no_grad():
        for block in reader.modules():
            if isinstance(block, ResidualBlock):
                block.second.weight.zero_()
    reach = measure_reach(reader, windows(8))
    assert 0.02 < reach.lag < 0.1
    assert reach.spread < 0.05
