# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""The whole way, small: learn, stop, go on, export, describe, serve."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from ecg.types import DetectedBeat
from training.config import TrainingConfig
from training.prepared import PreparedRecord
from training.sources import MASKED, Source, SourceRecord

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.artifact import read_description
from classifier.engine import OnnxLabeller
from classifier.model import ResNet1d
from classifier.reference import TorchLabeller
from classifier.shape import ModelConfig
from training.dataset import Batch
from training.evaluate import evaluate
from training.export import UNTESTED, describe, export_graph
from training.noise import read_noise
from training.prepare import track
from training.split import Split
from training.train import CURVE, loss_of, train

SMALL = ModelConfig(stem_width=8, widths=(8, 8), blocks=1, hidden=8)


@pytest.fixture
def small(config: TrainingConfig) -> TrainingConfig:
    """The shipped experiment with a tiny network and two short passes."""
    sampling = msgspec.structs.replace(config.sampling, arrhythmia={"N": 20, "V": 20}, synthetic=20)
    schedule = msgspec.structs.replace(config.schedule, epochs=2, batch=16, threads=1)
    return msgspec.structs.replace(config, sampling=sampling, schedule=schedule, network=SMALL)


@pytest.fixture
def sides(corpus: dict[Source, list[PreparedRecord]]) -> Split:
    return Split(corpus, corpus)


def test_a_stopped_training_goes_on_where_it_stopped(
    small: TrainingConfig, sides: Split, noise_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = read_noise(noise_file)
    through = train(small, sides, noise, tmp_path / "through").state_dict()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("training.train.log.info", stop)
        train(small, sides, noise, tmp_path / "stopped")
    resumed = train(small, sides, noise, tmp_path / "stopped").state_dict()
    assert (tmp_path / "stopped" / CURVE).read_text().count("\n") == 3
    assert all(torch.allclose(through[name], resumed[name], atol=0.05) for name in through)


def test_unknown_labels_teach_nothing() -> None:
    network = ResNet1d(SMALL).train()
    unknown = np.full(4, MASKED, np.int64)
    batch = Batch(np.ones((4, 1280), np.float32), np.ones((4, 6), np.float32), unknown, unknown)
    assert loss_of(network, batch, 0.05).item() == 0.0


def test_the_exported_network_serves_what_was_trained(
    small: TrainingConfig, sides: Split, source_record: SourceRecord, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    network = ResNet1d(small.network)
    with pytest.warns(DeprecationWarning):
        export_graph(network, tmp_path)
    report = evaluate(OnnxLabeller((tmp_path / "model.onnx").read_bytes(), UNTESTED), sides.validation)
    assert report.rhythm_counts.sum() == sum(len(record.peaks) for record in sides.validation[Source.CHALLENGE])
    assert report.record_counts.sum() == len(sides.validation[Source.CHALLENGE])
    describe(network, tmp_path, "small", "0" * 64, report)
    assert read_description(tmp_path).network == small.network
    beats: list[DetectedBeat] = track(source_record)[1]
    served, reference = OnnxLabeller.load(tmp_path).label(beats), TorchLabeller.load(tmp_path).label(beats)
    for one, other in zip(served, reference, strict=True):
        assert one.class_probabilities == pytest.approx(other.class_probabilities, abs=1e-3)
        assert one.rhythm_probabilities == pytest.approx(other.rhythm_probabilities, abs=1e-3)
