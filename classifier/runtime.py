"""An exported graph on this machine's CPU: OpenVINO, one thread, the fastest precision that keeps the house's promise.

bfloat16 where the CPU computes in it (AVX512-BF16 or AMX), else float32. A beat's answer must not depend on the beats
beside it, or chunking would change results; whether that holds is the CPU's kernels' business, so it is tried once
at load, and a precision that breaks it is not used.
"""

import logging
from collections.abc import Mapping
from typing import Protocol

import numpy as np
import openvino
from numpy.typing import NDArray

from ecg.errors import ArtifactError

Array = NDArray[np.float32]
Inputs = Mapping[str, Array]

log = logging.getLogger(__name__)

BATCH = 64
"""Rows of one run: more do not make it faster (docs/BENCHMARKS.md), and memory stays small."""
SIZES = (2, 4, 8, 16, 32, BATCH)
"""The only batches that are ever run; others are filled up. So all that can occur is tried at load, and kernels are
made for few shapes. Not 1: a single row takes another path through the kernels, whose last bits differ."""


class Graph(Protocol):
    """A graph whose every input and output has one row for each beat."""

    def run(self, inputs: Inputs) -> list[Array]:
        """The outputs, in the graph's order, with as many rows as the inputs."""
        ...


class CpuGraph:
    """A compiled graph. Raises ArtifactError when the bytes are no graph."""

    def __init__(self, core: openvino.Core, graph: bytes, precision: str) -> None:
        try:
            model = core.read_model(graph)
        except RuntimeError as error:
            raise ArtifactError(f"the graph cannot be read: {error}") from error
        options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        compiled = core.compile_model(model, "CPU", {**options, "ENABLE_CPU_PINNING": False})
        self._request = compiled.create_infer_request()
        self._outputs = len(compiled.outputs)

    def run(self, inputs: Inputs) -> list[Array]:
        """As `Graph.run`; any number of rows."""
        rows = len(next(iter(inputs.values())))
        parts = [
            self._run({name: rows_[at : at + BATCH] for name, rows_ in inputs.items()}) for at in range(0, rows, BATCH)
        ]
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    def _run(self, inputs: Inputs) -> list[Array]:
        rows = len(next(iter(inputs.values())))
        rest = next(size for size in SIZES if size >= rows) - rows
        filled = {name: np.pad(each, ((0, rest), *((0, 0),) * (each.ndim - 1))) for name, each in inputs.items()}
        results = self._request.infer(filled)
        return [np.array(results[number][:rows]) for number in range(self._outputs)]


def compile_graph(graph: bytes, example: Inputs) -> CpuGraph:
    """The graph in the best precision. `example` has BATCH rows like those that will come."""
    core = openvino.Core()
    *faster, plain = _precisions(core)
    for precision in faster:
        compiled = CpuGraph(core, graph, precision)
        if is_steady(compiled, example):
            return compiled
        log.warning("%s answers depend on the batch on this CPU: not used", precision)
    compiled = CpuGraph(core, graph, plain)
    if not is_steady(compiled, example):
        log.warning("%s answers depend on the batch on this CPU, in their last bits", plain)
    return compiled


def _precisions(core: openvino.Core) -> tuple[str, ...]:
    return ("bf16", "f32") if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else ("f32",)


def is_steady(graph: Graph, example: Inputs) -> bool:
    """Whether rows are answered alike, bit for bit, in batches of all `SIZES`, wherever in the batch they stand."""
    whole = graph.run(example)
    return all(
        np.array_equal(one, other[chosen])
        for size in SIZES[:-1]
        for chosen in (slice(size), slice(-size, None))
        for one, other in zip(graph.run({name: rows[chosen] for name, rows in example.items()}), whole, strict=True)
    )
