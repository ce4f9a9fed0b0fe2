"""The int8 reader is made from what was exported, and described so that it is served."""

import shutil
from pathlib import Path

import msgspec
import numpy as np
import openvino
import pytest

pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.artifact import QUANTISED, QUANTISED_WEIGHTS, read_description, write_description
from classifier.engine import SHIPPED
from classifier.forms import reader_trial
from classifier.runtime import BATCH, NEAR, CpuGraph, Form, distance
from training import quantise as module
from training.prepared import PreparedRecord
from training.quantise import Windows, example_beats, quantise, typical_beats
from training.sources import Source


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """The shipped network as if it had just been exported, beside an int8 reader of another one."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "network"))
    write_description(folder, msgspec.structs.replace(read_description(folder), quantised=None))
    (folder / QUANTISED).write_text("of another network")
    return folder


def records(prepared: PreparedRecord) -> dict[Source, list[PreparedRecord]]:
    return {Source.CHALLENGE: [prepared], Source.ARRHYTHMIA: [prepared]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_an_exported_reader_gets_its_int8_form_and_examples(plain: Path, prepared: PreparedRecord) -> None:
    before = read_description(plain)
    quantise(plain, records(prepared))
    after = read_description(plain)
    assert after.quantised is not None
    assert msgspec.structs.replace(after, quantised=None) == before
    form = Form("int8", (plain / QUANTISED).read_bytes(), "f32", (plain / QUANTISED_WEIGHTS).read_bytes())
    trial = reader_trial(plain, after.quantised)
    tokens = CpuGraph(openvino.Core(), form).run(trial.inputs)
    # Of one record's ranges, so farther than the shipped one; and not float32's, else nothing was quantised.
    assert 0.01 < distance(tokens, trial.expected) < 2 * NEAR
    assert len(form.weights) < 0.5 * (plain / "reader.onnx").stat().st_size


def test_the_same_beats_are_drawn_again(prepared: PreparedRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOWS", {Source.CHALLENGE: 30, Source.ARRHYTHMIA: 20})
    one, other = (typical_beats(records(prepared)) for _ in range(2))
    assert [beat.index for beat in one] == [beat.index for beat in other]
    assert 20 < len(one) <= 50


def test_the_example_beats_fill_a_batch_and_differ() -> None:
    beats = example_beats()
    assert len(beats) == BATCH
    assert len(np.unique([beat.window for beat in beats], axis=0)) == BATCH
    assert len({beat.recording for beat in beats}) > 5


def test_every_window_is_shown_once() -> None:
    inputs = {"window": np.arange(BATCH + 3, dtype=np.float32)[:, None]}
    windows = Windows(inputs)
    first, rest, end = (windows.get_next() for _ in range(3))
    assert first is not None
    assert rest is not None
    assert end is None
    assert np.array_equal(np.concatenate([first["window"], rest["window"]]), inputs["window"])
