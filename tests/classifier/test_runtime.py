"""Which precision is used, and that a graph whose rows depend on the batch is seen."""

import logging

import numpy as np
import openvino
import pytest

from classifier import runtime
from classifier.artifact import JUDGE, READER
from classifier.engine import SHIPPED, arranged, inputs_of
from classifier.runtime import BATCH, SIZES, Array, CpuGraph, Inputs, compile_graph, is_steady
from ecg.context import BeatContext
from ecg.errors import ArtifactError
from ecg.types import DetectedBeat

EXAMPLE: Inputs = {"x": np.arange(BATCH * 3, dtype=np.float32).reshape(BATCH, 3)}


class Doubling:
    """A graph that keeps its promise."""

    def run(self, inputs: Inputs) -> list[Array]:
        return [inputs["x"] * 2, inputs["x"].sum(axis=1)]


class Tilting(Doubling):
    """In a batch of `size` rows or fewer the last bit of one number is another."""

    def __init__(self, size: int) -> None:
        self._size = size

    def run(self, inputs: Inputs) -> list[Array]:
        first, second = super().run(inputs)
        if len(first) <= self._size:
            second = np.nextafter(second, np.float32(np.inf), dtype=np.float32)
        return [first, second]


def test_a_graph_that_answers_each_row_alike_is_steady() -> None:
    assert is_steady(Doubling(), EXAMPLE)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_one_bit_that_depends_on_the_batch_is_seen(size: int) -> None:
    assert not is_steady(Tilting(size), EXAMPLE)


def example_windows(strange: list[DetectedBeat]) -> Inputs:
    return inputs_of((strange * BATCH)[:BATCH])


def test_an_unsteady_precision_is_not_used_and_that_is_told(
    strange_beats: list[DetectedBeat], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def steady_at_last(graph: object, example: Inputs) -> bool:
        asked.append(graph)
        return len(asked) == 2

    monkeypatch.setattr(runtime, "is_steady", steady_at_last)
    monkeypatch.setattr(runtime, "_precisions", lambda _core: ("bf16", "f32"))
    with caplog.at_level(logging.WARNING):
        compiled = compile_graph((SHIPPED / READER).read_bytes(), example_windows(strange_beats))
    assert compiled is asked[1]
    assert caplog.messages == ["bf16 answers depend on the batch on this CPU: not used"]


def test_where_even_full_precision_is_unsteady_that_is_told(
    strange_beats: list[DetectedBeat], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "is_steady", lambda _graph, _example: False)
    monkeypatch.setattr(runtime, "_precisions", lambda _core: ("f32",))
    with caplog.at_level(logging.WARNING):
        compiled = compile_graph((SHIPPED / READER).read_bytes(), example_windows(strange_beats))
    assert compiled.run(example_windows(strange_beats))
    [message] = caplog.messages
    assert "not used" not in message
    assert "f32" in message


def test_full_precision_is_always_among_those_that_are_tried() -> None:
    assert runtime._precisions(openvino.Core())[-1] == "f32"


@pytest.mark.parametrize("rows", [1, 2, 63, 64, 65, 129])
def test_as_many_rows_come_out_as_go_in(strange_beats: list[DetectedBeat], rows: int) -> None:
    graph = CpuGraph(openvino.Core(), (SHIPPED / READER).read_bytes(), "f32")
    [tokens] = graph.run(inputs_of((strange_beats * rows)[:rows]))
    assert len(tokens) == rows


def test_an_answer_is_not_overwritten_by_the_next() -> None:
    graph = CpuGraph(openvino.Core(), (SHIPPED / JUDGE).read_bytes(), "f32")
    rng = np.random.default_rng(2)
    first, second = (
        arranged([BeatContext(rng.normal(size=(3, 96)).astype(np.float16), np.zeros(3, np.float32), 1)]) for _ in "ab"
    )
    kept = graph.run(first)
    copies = [part.copy() for part in kept]
    graph.run(second)
    assert all(np.array_equal(one, other) for one, other in zip(kept, copies, strict=True))


@pytest.mark.parametrize("damage", [b"", b"no graph", b"\x08\x07" * 50])
def test_bytes_that_are_no_graph_are_refused(damage: bytes) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        CpuGraph(openvino.Core(), damage, "f32")


def test_half_a_graph_is_refused() -> None:
    graph = (SHIPPED / READER).read_bytes()
    with pytest.raises(ArtifactError, match="cannot be read"):
        CpuGraph(openvino.Core(), graph[: len(graph) // 2], "f32")
