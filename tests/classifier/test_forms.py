"""The reader in int8: used where the CPU computes it and its answers are near float32's, else left alone."""

import logging
import shutil
from pathlib import Path

import msgspec
import numpy as np
import openvino
import pytest

from classifier import forms
from classifier.artifact import Quantised, quantised_hash, read_description, write_description
from classifier.cpu import computes_int8
from classifier.engine import SHIPPED, GraphLabeller
from classifier.forms import reader_forms, reader_trial, write_examples
from classifier.runtime import BATCH, NEAR, CpuGraph, Form, distance, is_steady, precisions
from ecg.errors import ArtifactError
from ecg.tracker import WINDOW_SAMPLES

FILES = ("graph", "weights", "examples")


def shipped() -> Quantised:
    quantised = read_description(SHIPPED).quantised
    assert quantised is not None
    return quantised


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "network"))


@pytest.fixture
def int8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "computes_int8", lambda: True)


def signed_again(folder: Path) -> None:
    description, quantised = msgspec.json.decode((folder / "model.json").read_bytes()), shipped()
    description["quantised"]["sha256"] = quantised_hash(folder, quantised)
    (folder / "model.json").write_bytes(msgspec.json.encode(description))


@pytest.mark.parametrize(
    ("flags", "native"),
    [
        ("fpu avx2 avx512f avx512_vnni", True),
        ("avx2 avx_vnni", True),
        ("amx_tile amx_int8", True),
        ("fpu avx2 avx512f avx512bw", False),
        ("avx512_vnnix", False),
    ],
)
def test_the_cpu_says_whether_it_multiplies_bytes(tmp_path: Path, flags: str, native: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: avx_vnni\n")
    assert computes_int8(cpuinfo) is native


def test_a_machine_that_does_not_say_gets_no_int8(tmp_path: Path) -> None:
    assert not computes_int8(tmp_path / "nowhere")
    (tmp_path / "arm").write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert not computes_int8(tmp_path / "arm")


@pytest.mark.usefixtures("int8")
def test_int8_is_tried_first_where_the_cpu_has_it() -> None:
    first, *plain = reader_forms(SHIPPED, shipped())
    assert first.name == f"int8 with {precisions()[0]} sums"
    assert first.weights
    assert [form.precision for form in plain] == list(precisions())
    assert len(reader_forms(SHIPPED, None)) == len(plain)


def test_int8_is_left_alone_where_the_cpu_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "computes_int8", lambda: False)
    assert [form.name for form in reader_forms(SHIPPED, shipped())] == list(precisions())


@pytest.mark.parametrize("precision", precisions())
def test_int8_keeps_its_promises_on_the_example_beats(precision: str) -> None:
    """Whether or not this CPU has the instructions, int8 is as near as its figures in docs/BENCHMARKS.md say."""
    quantised, trial = shipped(), reader_trial(SHIPPED, shipped())
    graph, weights = ((SHIPPED / name).read_bytes() for name in (quantised.graph, quantised.weights))
    compiled = CpuGraph(openvino.Core(), Form("int8", graph, precision, weights))
    if computes_int8():
        assert is_steady(compiled, trial.inputs)
        assert distance(compiled.run(trial.inputs), trial.expected) < NEAR * 0.8


def test_the_example_beats_are_hearts_and_their_tokens_are_float32s() -> None:
    trial = reader_trial(SHIPPED, shipped())
    [expected] = trial.expected
    assert trial.inputs["window"].shape == (BATCH, WINDOW_SAMPLES)
    assert 0.1 < np.median(np.ptp(trial.inputs["window"], axis=1)) < 5.0  # mV
    plain = CpuGraph(openvino.Core(), reader_forms(SHIPPED, None)[-1])
    assert np.abs(plain.run(trial.inputs)[0] - expected).max() < 1e-4


@pytest.mark.usefixtures("int8")
def test_int8_that_answers_something_else_is_not_used(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    trial = reader_trial(SHIPPED, shipped())
    write_examples(copy / shipped().examples, trial.inputs, trial.expected[0][::-1])
    signed_again(copy)
    with caplog.at_level(logging.WARNING):
        GraphLabeller.load(copy)
    assert caplog.messages[0].startswith("int8 with ")
    assert "away from float32's" in caplog.messages[0]


@pytest.mark.usefixtures("int8")
def test_an_int8_graph_that_cannot_be_compiled_is_not_used(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    (copy / shipped().graph).write_text("<net/>")
    signed_again(copy)
    with caplog.at_level(logging.WARNING):
        GraphLabeller.load(copy)
    [message] = caplog.messages
    assert message.startswith("int8 with ")
    assert "cannot be read" in message


def test_a_network_without_int8_serves(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_description(copy, msgspec.structs.replace(read_description(copy), quantised=None))
    for name in FILES:
        (copy / getattr(shipped(), name)).unlink()
    with caplog.at_level(logging.WARNING):
        GraphLabeller.load(copy)
    assert not caplog.messages


@pytest.mark.parametrize("name", FILES)
def test_another_int8_reader_than_the_described_is_refused(copy: Path, name: str) -> None:
    path = copy / getattr(shipped(), name)
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ArtifactError, match="is not the one"):
        GraphLabeller.load(copy)
    path.unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        GraphLabeller.load(copy)


def test_damaged_example_beats_are_refused(copy: Path) -> None:
    (copy / shipped().examples).write_bytes(b"PK damaged")
    signed_again(copy)
    with pytest.raises(ArtifactError, match="example beats"):
        GraphLabeller.load(copy)
