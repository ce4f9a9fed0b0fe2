# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""The exported graph against the torch network it was made from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import wfdb

from classifier.engine import OnnxLabeller, shipped_labeller
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import ResNet1d, normalise
from classifier.reference import TorchLabeller
from classifier.shape import ModelConfig

TOLERANCE = 1e-3
RECORDS = ("A00004", "A00005", "A00013", "A00022")


@pytest.fixture(scope="module")
def pair() -> tuple[OnnxLabeller, TorchLabeller]:
    return shipped_labeller(), TorchLabeller.load()


def assert_agree(pair: tuple[OnnxLabeller, TorchLabeller], beats: Sequence[DetectedBeat]) -> None:
    for served, reference in zip(pair[0].label(beats), pair[1].label(beats), strict=True):
        assert served.class_probabilities == pytest.approx(reference.class_probabilities, abs=TOLERANCE)
        assert served.rhythm_probabilities == pytest.approx(reference.rhythm_probabilities, abs=TOLERANCE)


def test_they_agree_on_model_hearts(
    pair: tuple[OnnxLabeller, TorchLabeller], synthetic_beats: Sequence[DetectedBeat]
) -> None:
    assert_agree(pair, synthetic_beats)


def test_they_agree_on_strange_windows(
    pair: tuple[OnnxLabeller, TorchLabeller], strange_beats: list[DetectedBeat]
) -> None:
    assert_agree(pair, strange_beats)


@pytest.mark.parametrize("name", RECORDS)
def test_they_agree_on_real_records(pair: tuple[OnnxLabeller, TorchLabeller], data_dir: Path, name: str) -> None:
    record = wfdb.rdrecord(str(data_dir / "training2017" / name), physical=False)
    samples = np.asarray(record.d_signal[:, 0], np.int16)
    outputs = SignalTracker(name).receive(DeviceChunk(name, 0, samples, record.fs, record.adc_gain[0]))
    beats = [item for item in outputs if isinstance(item, DetectedBeat)]
    assert len(beats) > 10
    assert_agree(pair, beats)


def test_no_beats_need_no_answer(pair: tuple[OnnxLabeller, TorchLabeller]) -> None:
    assert pair[1].label([]) == []


def test_the_trunk_has_sixteen_blocks() -> None:
    network = ResNet1d(ModelConfig())
    assert sum(type(module).__name__ == "ResidualBlock" for module in network.modules()) == 16


def test_normalising_takes_the_gain_away_and_little_else() -> None:
    window = torch.randn(3, 1280)
    assert torch.allclose(normalise(window), normalise(window * 7), atol=1e-5)
    spiked = window.clone()
    spiked[:, 5] = 1000.0
    assert normalise(spiked)[:, 200:].abs().max() > 0.02
