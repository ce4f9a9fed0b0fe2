"""Which form of a graph is used, and that one is seen which answers by the batch or far from float32."""

import logging

import numpy as np
import openvino
import pytest

from classifier import runtime
from classifier.artifact import JUDGE, READER
from classifier.engine import SHIPPED, arranged, inputs_of
from classifier.runtime import (
    BATCH,
    FEW,
    FULL_FROM,
    NEAR,
    Array,
    CpuGraph,
    Form,
    Inputs,
    Trial,
    compile_graph,
    distance,
    fault,
    is_steady,
    plain_forms,
    precisions,
)
from ecg.context import BeatContext
from ecg.errors import ArtifactError
from ecg.types import DetectedBeat

EXAMPLE: Inputs = {"x": np.arange(1, BATCH * 3 + 1, dtype=np.float32).reshape(BATCH, 3)}
ANSWER = [EXAMPLE["x"] * 2, EXAMPLE["x"].sum(axis=1, keepdims=True)]
READER_GRAPH = (SHIPPED / READER).read_bytes()
PLAIN = Form("f32", READER_GRAPH, "f32")


class Doubling:
    """A graph that keeps its promises."""

    def run(self, inputs: Inputs) -> list[Array]:
        return [inputs["x"] * 2, inputs["x"].sum(axis=1, keepdims=True)]


class Tilting(Doubling):
    """In a batch of `size` rows or fewer the last bit of one number is another."""

    def __init__(self, size: int) -> None:
        self._size = size

    def run(self, inputs: Inputs) -> list[Array]:
        first, second = super().run(inputs)
        if len(first) <= self._size:
            second = np.nextafter(second, np.float32(np.inf), dtype=np.float32)
        return [first, second]


class Leaning(Doubling):
    """The last bit of what stands at one place of a batch is another."""

    def run(self, inputs: Inputs) -> list[Array]:
        first, second = super().run(inputs)
        first[4:5] = np.nextafter(first[4:5], np.float32(np.inf), dtype=np.float32)
        return [first, second]


class Overflowing(Doubling):
    """One row is a number of its own."""

    def __init__(self, number: float) -> None:
        self._number = number

    def run(self, inputs: Inputs) -> list[Array]:
        first, second = super().run(inputs)
        first[(inputs["x"] == EXAMPLE["x"][7]).all(axis=1)] = self._number
        return [first, second]


def test_a_graph_that_answers_each_row_alike_is_steady() -> None:
    assert is_steady(Doubling(), EXAMPLE)


@pytest.mark.parametrize("size", [1, FEW, FULL_FROM - 2, FULL_FROM, BATCH - 1])
def test_one_bit_that_depends_on_the_batch_is_seen(size: int) -> None:
    assert not is_steady(Tilting(size), EXAMPLE)
    assert fault(Tilting(size), Trial(EXAMPLE)) == "answers depend on the batch"


def test_one_bit_that_depends_on_the_place_is_seen() -> None:
    assert not is_steady(Leaning(), EXAMPLE)


def test_a_graph_that_keeps_its_promises_has_no_fault() -> None:
    assert fault(Doubling(), Trial(EXAMPLE, ANSWER)) == ""
    assert distance(ANSWER, ANSWER) == 0.0


@pytest.mark.parametrize("number", [0.0, 1e6, np.nan, np.inf])
def test_one_row_far_from_float32_is_seen(number: float) -> None:
    assert distance(Overflowing(number).run(EXAMPLE), ANSWER) > NEAR / 2
    far = Trial(EXAMPLE, [each + np.float32(2 * NEAR) * np.abs(each).mean() for each in ANSWER])
    assert "away from float32's" in fault(Doubling(), far)


def example_windows(strange: list[DetectedBeat]) -> Inputs:
    return inputs_of((strange * BATCH)[:BATCH])


def test_a_form_with_a_fault_is_not_used_and_that_is_told(
    strange_beats: list[DetectedBeat], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[object] = []

    def faulty_at_first(graph: object, trial: Trial) -> str:
        tried.append(graph)
        return "" if len(tried) == 2 else "answers depend on the batch"

    monkeypatch.setattr(runtime, "fault", faulty_at_first)
    with caplog.at_level(logging.WARNING):
        compiled = compile_graph([PLAIN._replace(name="first"), PLAIN], Trial(example_windows(strange_beats)))
    assert compiled is tried[1]
    assert caplog.messages == ["first is not used on this CPU: answers depend on the batch"]


def test_a_form_far_from_float32_is_not_used(
    strange_beats: list[DetectedBeat], caplog: pytest.LogCaptureFixture
) -> None:
    inputs = example_windows(strange_beats)
    [expected] = CpuGraph(openvino.Core(), PLAIN).run(inputs)
    with caplog.at_level(logging.WARNING):
        assert compile_graph([PLAIN, PLAIN], Trial(inputs, [expected]))
        assert not caplog.messages
        compile_graph([PLAIN._replace(name="first"), PLAIN], Trial(inputs, [expected * 2]))
    first, last = caplog.messages
    assert first.startswith("first is not used on this CPU: answers are ")
    assert last.startswith("f32 is used for want of another form: answers are ")


def test_a_form_that_cannot_be_compiled_is_not_used_and_the_last_is_refused(
    strange_beats: list[DetectedBeat], caplog: pytest.LogCaptureFixture
) -> None:
    broken, trial = Form("broken", b"no graph", "f32"), Trial(example_windows(strange_beats))
    with caplog.at_level(logging.WARNING):
        assert compile_graph([broken, PLAIN], trial)
    [message] = caplog.messages
    assert message.startswith("broken is not used on this CPU: the broken graph cannot be read")
    with pytest.raises(ArtifactError, match="cannot be read"):
        compile_graph([PLAIN._replace(graph=b""), broken], trial)


def test_full_precision_is_always_the_last_that_is_tried() -> None:
    assert precisions()[-1] == "f32"
    assert [form.precision for form in plain_forms(b"graph")] == list(precisions())


@pytest.mark.parametrize("rows", [1, 2, 8, 9, 40, 41, 63, 64, 65, 129])
def test_as_many_rows_come_out_as_go_in_each_with_its_answer(strange_beats: list[DetectedBeat], rows: int) -> None:
    graph = CpuGraph(openvino.Core(), PLAIN)
    inputs = inputs_of((strange_beats * rows)[:rows])
    [tokens] = graph.run(inputs)
    assert len(tokens) == rows
    [alone] = graph.run({name: each[-1:] for name, each in inputs.items()})
    assert np.array_equal(tokens[-1:], alone)


def test_a_graph_of_one_size_takes_any_number_of_rows(strange_beats: list[DetectedBeat]) -> None:
    inputs = inputs_of((strange_beats * BATCH)[:BATCH])
    one, both = (CpuGraph(openvino.Core(), PLAIN, sizes) for sizes in ((FEW,), (FEW, BATCH)))
    assert np.array_equal(one.run(inputs), both.run(inputs))


def test_an_answer_is_not_overwritten_by_the_next() -> None:
    graph = CpuGraph(openvino.Core(), Form("judge", (SHIPPED / JUDGE).read_bytes(), "f32"))
    rng = np.random.default_rng(2)
    first, second = (
        arranged([BeatContext(rng.normal(size=(3, 96)).astype(np.float16), np.zeros(3, np.float32), 1)]) for _ in "ab"
    )
    kept = graph.run(first)
    copies = [part.copy() for part in kept]
    graph.run(second)
    assert all(np.array_equal(one, other) for one, other in zip(kept, copies, strict=True))


@pytest.mark.parametrize("damage", [b"", b"no graph", b"\x08\x07" * 50, READER_GRAPH[: len(READER_GRAPH) // 2]])
def test_bytes_that_are_no_graph_are_refused(damage: bytes) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        CpuGraph(openvino.Core(), PLAIN._replace(graph=damage))
