# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""The exported graphs against the torch network they were made from, and what the network promises by its shape."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino
import pytest
import wfdb

from classifier.artifact import JUDGE, READER, read_description
from classifier.engine import SHIPPED, GraphLabeller, shipped_labeller
from classifier.runtime import CpuGraph, Form
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk
from tests.classifier.contexts import contexts_of, probabilities_of

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import AMPLITUDE_FLOOR, CLIP, Context, Judge, Network, Reader, normalise
from classifier.reference import load_network, torch_labeller
from classifier.shape import ModelConfig

Beats = Sequence[DetectedBeat]
RECORDS = ("A00004", "A00005", "A00013", "A00022")


@pytest.fixture(scope="module")
def reference() -> GraphLabeller:
    return torch_labeller()


@pytest.fixture(scope="module")
def full_precision() -> GraphLabeller:
    core, temperatures = openvino.Core(), read_description(SHIPPED).temperatures
    reader, judge = (CpuGraph(core, Form("float32", (SHIPPED / name).read_bytes(), "f32")) for name in (READER, JUDGE))
    return GraphLabeller(reader, judge, temperatures)


def assert_agree_in_full_precision(served: GraphLabeller, reference: GraphLabeller, beats: Beats) -> None:
    """To 1e-4, tokens as numbers (half precision: to its last bit where that is more), probabilities as told."""
    tokens, expected = served.read(beats).astype(np.float32), reference.read(beats).astype(np.float32)
    assert np.abs(tokens - expected).max() <= max(1e-4, float(np.abs(expected).max()) * 2**-10)
    contexts = contexts_of(reference, beats)
    told, true = (probabilities_of(labeller.judge(contexts)) for labeller in (served, reference))
    assert np.abs(told - true).max() <= 1.01e-4


def test_full_precision_agrees_on_model_hearts(
    full_precision: GraphLabeller, reference: GraphLabeller, synthetic_beats: Beats
) -> None:
    assert_agree_in_full_precision(full_precision, reference, synthetic_beats)


def test_full_precision_agrees_on_strange_windows(
    full_precision: GraphLabeller, reference: GraphLabeller, strange_beats: list[DetectedBeat]
) -> None:
    assert_agree_in_full_precision(full_precision, reference, strange_beats)


@pytest.mark.parametrize("name", RECORDS)
def test_full_precision_agrees_on_real_records(
    full_precision: GraphLabeller, reference: GraphLabeller, data_dir: Path, name: str
) -> None:
    record = wfdb.rdrecord(str(data_dir / "training2017" / name), physical=False)
    samples = np.asarray(record.d_signal[:, 0], np.int16)
    outputs = SignalTracker(name).receive(DeviceChunk(name, 0, samples, record.fs, record.adc_gain[0]))
    beats = [item for item in outputs if isinstance(item, DetectedBeat)]
    assert len(beats) > 10
    assert_agree_in_full_precision(full_precision, reference, beats)


def test_the_precision_that_serves_is_near(reference: GraphLabeller, synthetic_beats: Beats) -> None:
    """Through reader and judge together. Tokens differ by 0.6 % of their usual size in bfloat16, by 2.1 % in int8."""
    served = shipped_labeller()
    tokens, expected = served.read(synthetic_beats).astype(np.float32), reference.read(synthetic_beats)
    assert np.abs(tokens - expected).mean() < 0.03 * np.abs(expected).mean()
    told, true = (
        probabilities_of(labeller.judge(contexts_of(labeller, synthetic_beats))) for labeller in (served, reference)
    )
    assert np.abs(told - true).mean() < 0.005
    assert np.quantile(np.abs(told - true), 0.99) < 0.05
    # Which answer comes first changes only where two are as likely.
    first = np.sort(true[:, 5:], axis=1)[:, -2:]
    sure = first[:, 1] - first[:, 0] > 0.1
    assert (told[sure, 5:].argmax(axis=1) == true[sure, 5:].argmax(axis=1)).mean() > 0.99


def test_the_trunk_has_sixteen_blocks() -> None:
    network = Network(ModelConfig())
    assert sum(type(module).__name__ == "ResidualBlock" for module in network.modules()) == 16


def test_one_step_of_the_last_map_sees_just_the_window() -> None:
    config = ModelConfig()
    reader = Reader(config).eval()
    signal = torch.randn(1, config.window, requires_grad=True)
    last = reader.maps(signal).last
    assert last.shape[2] == 1
    last.sum().backward()
    seen = signal.grad[0].abs() > 0
    assert seen[0]
    assert seen[-1]


def test_the_near_steps_see_the_beat() -> None:
    """The last steps of the first map reach from before the P wave to the window's end: 0.4 s after the R peak."""
    config = ModelConfig()
    reader = Reader(config).eval()
    signal = torch.randn(1, config.window, requires_grad=True)
    reader.maps(signal).first[..., -config.near :].sum().backward()
    [seen] = torch.nonzero(signal.grad[0].abs() > 0, as_tuple=True)
    assert config.window - int(seen[0]) >= 0.4 * 125 + 0.25 * 125
    assert config.window - int(seen[-1]) <= config.stem_stride


def test_normalising_takes_the_gain_away_and_little_else() -> None:
    window = torch.randn(3, ModelConfig().window)
    assert torch.allclose(normalise(window), normalise(window * 7), atol=1e-5)
    assert torch.allclose(normalise(-window), -normalise(window))
    spiked = window.clone()
    spiked[:, 5] = 1000.0
    assert normalise(spiked)[:, 200:].abs().max() > 0.02
    assert normalise(spiked).abs().max() <= CLIP


def test_normalising_does_not_blow_up_a_flat_signal() -> None:
    window = torch.full((1, ModelConfig().window), AMPLITUDE_FLOOR / 100)
    assert normalise(window).abs().max() <= 0.011
    assert not normalise(torch.zeros(1, ModelConfig().window)).any()


def test_parts_before_the_start_do_not_change_the_scale() -> None:
    window = torch.randn(1, ModelConfig().window)
    late = window.clone()
    late[:, : 2 * 139] = 0.0
    assert torch.allclose(normalise(late)[:, 2 * 139 :], normalise(window)[:, 2 * 139 :], rtol=0.2)


def test_the_order_of_a_context_does_not_matter_and_what_is_not_known_not_at_all() -> None:
    judge, config = Judge(ModelConfig()).eval(), ModelConfig()
    own, tokens, seconds = torch.randn(2, 1, config.token), torch.randn(2, 9, config.token), torch.randn(2, 1, 9)
    known = torch.ones(2, 1, 9)
    known[:, :, 6:] = 0.0
    answer = judge(own, Context(tokens, seconds, known))
    order = torch.randperm(9)
    turned = judge(own, Context(tokens[:, order], seconds[:, :, order], known[:, :, order]))
    shorter = judge(own, Context(tokens[:, :6], seconds[:, :, :6], known[:, :, :6]))
    for other in (turned, shorter):
        assert torch.allclose(other.rhythm, answer.rhythm, atol=1e-5)
        assert torch.allclose(other.beat_class, answer.beat_class, atol=1e-5)


def test_the_reference_network_is_the_described_one() -> None:
    network = load_network()
    assert network.config == read_description(SHIPPED).network
    assert not network.training
