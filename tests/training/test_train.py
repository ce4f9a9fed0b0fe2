# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""The whole way, small: learn, stop, go on, finish, export, describe, serve."""

from dataclasses import replace
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
from classifier.dense import answer
from classifier.engine import GraphLabeller
from classifier.reference import torch_labeller
from tests.classifier.contexts import contexts_of, probabilities_of
from tests.training.small import SMALL, learnt
from training.batches import collate, tensors
from training.curve import CSV, PNG
from training.evaluate import answers, evaluate, first_leads
from training.export import describe, export_graphs
from training.finish import finish
from training.loss import loss_of
from training.noise import read_noise
from training.prepare import track
from training.segments import cut
from training.split import Split
from training.train import train

Corpus = dict[Source, list[PreparedRecord]]
CPU = torch.device("cpu")


@pytest.fixture
def small(config: TrainingConfig) -> TrainingConfig:
    """The shipped experiment with a tiny network, and few and short passes."""
    replaced = msgspec.structs.replace
    sampling = replaced(config.sampling, arrhythmia={"N": 4, "V": 4}, synthetic=2)
    schedule = replaced(config.schedule, epochs=2, batch=4, threads=1)
    last = replaced(config.finish, draws=1, epochs=2, batch=4)
    # Dropout draws from a state that a checkpoint does not hold.
    network = replace(SMALL, dropout=0.0)
    return replaced(config, sampling=sampling, schedule=schedule, finish=last, network=network)


@pytest.fixture
def sides(corpus: Corpus) -> Split:
    twins = {**corpus, Source.ARRHYTHMIA: [*corpus[Source.ARRHYTHMIA]] * 2}
    return Split(corpus, twins)


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
    for folder in ("through", "stopped"):
        assert (tmp_path / folder / CSV).read_text().count("\n") == 3
        assert (tmp_path / folder / PNG).exists()
    for name, weights in through.items():
        assert torch.equal(weights, resumed[name]), name


def test_unknown_labels_teach_nothing(prepared: PreparedRecord, config: TrainingConfig) -> None:
    segment = cut(prepared, 0, 8_000, 1.0)
    unknown = np.full(len(segment.ends), MASKED, np.int8)
    network, counting = learnt(), config.counting
    blank = collate([replace(segment, beat_class=unknown, rhythm=unknown)])
    assert loss_of(answer(network, *tensors(blank, CPU)), blank, counting).item() == 0.0
    known = collate([segment])
    assert loss_of(answer(network, *tensors(known, CPU)), known, counting).item() > 0.5


def test_what_is_filled_up_teaches_nothing(prepared: PreparedRecord, config: TrainingConfig) -> None:
    """The loss of a segment beside one without labels is that of the segment alone."""
    network, segment, longer = learnt(), cut(prepared, 0, 8_000, 1.0), cut(prepared, 0, 16_000, 1.0)
    unknown = np.full(len(longer.ends), MASKED, np.int8)
    losses = []
    for some in ([segment], [segment, replace(longer, beat_class=unknown, rhythm=unknown)]):
        batch = collate(some)
        losses.append(loss_of(answer(network, *tensors(batch, CPU)), batch, config.counting).item())
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_finishing_leaves_the_trunk_alone(small: TrainingConfig, corpus: Corpus, noise_file: Path) -> None:
    network = learnt()
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    after = finish(network, small, corpus, read_noise(noise_file)).state_dict()
    changed = {name for name, weights in after.items() if not torch.equal(weights, before[name])}
    assert changed
    assert all(name.startswith(("judge.", "reader.token.")) for name in changed)
    assert {name.split(".")[0] for name in changed} == {"judge", "reader"}


@pytest.mark.filterwarnings("ignore:Constant folding:UserWarning")
def test_the_exported_network_serves_what_was_trained(
    small: TrainingConfig, sides: Split, source_record: SourceRecord, tmp_path: Path
) -> None:
    network = learnt()
    with pytest.warns(DeprecationWarning):
        export_graphs(network, tmp_path)
    rhythm = answers(network, sides.validation[Source.CHALLENGE])
    report = evaluate(rhythm, answers(network, first_leads(sides.validation)))
    assert report.record_counts.sum() == len(sides.validation[Source.CHALLENGE])
    describe(network, tmp_path, "small", "0" * 64, report)
    assert read_description(tmp_path).network == SMALL
    assert read_description(tmp_path).temperatures == report.temperatures
    beats: list[DetectedBeat] = track(source_record)[1]
    served, reference = GraphLabeller.load(tmp_path), torch_labeller(tmp_path)
    contexts = contexts_of(reference, beats)
    told, true = (probabilities_of(labeller.judge(contexts)) for labeller in (served, reference))
    assert np.abs(told - true).mean() < 0.02
    assert np.abs(served.read(beats).astype(np.float32) - reference.read(beats)).mean() < 0.02


@pytest.mark.filterwarnings("ignore:Constant folding:UserWarning")
def test_an_old_description_does_not_outlive_its_graphs(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with pytest.warns(DeprecationWarning):
        export_graphs(learnt(), tmp_path)
    assert not (tmp_path / "model.json").exists()
