"""An exported graph on this machine's CPU: OpenVINO, one thread, the fastest form that keeps the house's promises.

A beat's answer must not depend on the beats beside it, or chunking would change results; and it must be near what
float32 answers. Whether that holds is the CPU's kernels' business, so both are tried once at load, and a form that
breaks one of them is not used.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import openvino
from numpy.typing import NDArray

from ecg.errors import ArtifactError

Array = NDArray[np.float32]
Inputs = Mapping[str, Array]

log = logging.getLogger(__name__)

FEW, BATCH = SIZES = (8, 64)
"""The only batches that are ever run; others are put together from these and filled up. A graph is compiled for each,
since known shapes make it a quarter faster (docs/BENCHMARKS.md), and all that can occur is tried at load. Not 1: a
single row takes another path through the kernels, whose last bits differ."""
FULL_FROM = 41
"""Rows from which one run of BATCH costs less than runs of FEW."""
NEAR = 0.15
"""A form is not used when one of a trial's answers is farther from float32's: mean distance of a row, as a share of the
mean size of all. int8's farthest is 0.09 away, bfloat16's 0.01."""


class Graph(Protocol):
    """A graph whose every input and output has one row for each beat."""

    def run(self, inputs: Inputs) -> list[Array]:
        """The outputs, in the graph's order, with as many rows as the inputs."""
        ...


class Form(NamedTuple):
    """One way to compute a graph: a name for the log, the graph as OpenVINO reads it (weights: where they lie apart),
    and the precision of what is not int8.
    """

    name: str
    graph: bytes
    precision: str
    weights: bytes = b""


class Trial(NamedTuple):
    """BATCH rows like those that will come, and what float32 answers; none: it is not compared."""

    inputs: Inputs
    expected: Sequence[Array] = ()


class CpuGraph:
    """A compiled graph. Raises ArtifactError when the form holds no graph or cannot be compiled here."""

    def __init__(self, core: openvino.Core, form: Form, sizes: Sequence[int] = SIZES) -> None:
        try:
            model = core.read_model(form.graph, form.weights)
            self._requests = {size: _compiled(core, model, size, form.precision) for size in sizes}
        except RuntimeError as error:
            raise ArtifactError(f"the {form.name} graph cannot be read: {error}") from error
        self._outputs = len(model.outputs)

    def run(self, inputs: Inputs) -> list[Array]:
        """As `Graph.run`; any number of rows."""
        rows, at, parts = len(next(iter(inputs.values()))), 0, []
        while at < rows:
            size = self._size(rows - at)
            parts.append(self._run({name: each[at : at + size] for name, each in inputs.items()}, size))
            at += size
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    def _size(self, rows: int) -> int:
        return max(self._requests) if rows >= FULL_FROM else min(self._requests)

    def _run(self, inputs: Inputs, size: int) -> list[Array]:
        rows = len(next(iter(inputs.values())))
        filled = {name: _filled(each, size) for name, each in inputs.items()}
        results = self._requests[size].infer(filled, share_inputs=True)  # copied, they cost a judge a quarter more
        return [np.array(results[number][:rows]) for number in range(self._outputs)]


def _filled(rows: Array, size: int) -> Array:
    """`rows` with rows of zeros after them, `size` in all, in plain memory order."""
    rest = size - len(rows)
    return np.pad(rows, ((0, rest), *((0, 0),) * (rows.ndim - 1))) if rest else np.ascontiguousarray(rows)


def _compiled(core: openvino.Core, model: openvino.Model, size: int, precision: str) -> openvino.InferRequest:
    shapes = {each.any_name: each.partial_shape for each in model.inputs}
    for shape in shapes.values():
        shape[0] = size
    model.reshape(shapes)
    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
    return core.compile_model(model, "CPU", {**options, "ENABLE_CPU_PINNING": False}).create_infer_request()


def compile_graph(forms: Sequence[Form], trial: Trial) -> CpuGraph:
    """The first of `forms` that keeps the promises; the last, which should be float32, in any case.

    Raises ArtifactError when the last cannot be compiled.
    """
    core = openvino.Core()
    for form in forms[:-1]:
        try:
            compiled = CpuGraph(core, form)
            trouble = fault(compiled, trial)
        except ArtifactError as error:
            trouble = str(error).splitlines()[0]
        if not trouble:
            return compiled
        log.warning("%s is not used on this CPU: %s", form.name, trouble)
    compiled = CpuGraph(core, forms[-1])
    if trouble := fault(compiled, trial):
        log.warning("%s is used for want of another form: %s", forms[-1].name, trouble)
    return compiled


def precisions() -> tuple[str, ...]:
    """Of floating point, those that OpenVINO computes natively on this CPU, the fastest first and float32 last."""
    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("bf16", "f32") if "BF16" in capabilities else ("f32",)


def plain_forms(graph: bytes) -> list[Form]:
    """A float32 graph in all precisions of this CPU."""
    return [Form(precision, graph, precision) for precision in precisions()]


def fault(graph: Graph, trial: Trial) -> str:
    """Which promise the graph breaks, in words; nothing when it keeps them."""
    if not is_steady(graph, trial.inputs):
        return "answers depend on the batch"
    if trial.expected and (far := distance(graph.run(trial.inputs), trial.expected)) > NEAR:
        return f"answers are {far:.0%} away from float32's"
    return ""


def is_steady(graph: Graph, example: Inputs) -> bool:
    """Whether rows are answered alike, bit for bit, in batches of all `SIZES`, wherever in the batch they stand."""
    whole = graph.run(example)
    some = [slice(at, at + FEW) for at in range(0, BATCH, FEW)]
    return all(
        np.array_equal(one, other[chosen])
        for chosen in (*some, slice(3, 3 + FULL_FROM), slice(5, 5 + FULL_FROM - 2), slice(1), slice(-1, None))
        for one, other in zip(graph.run({name: rows[chosen] for name, rows in example.items()}), whole, strict=True)
    )


def distance(answers: Sequence[Array], expected: Sequence[Array]) -> float:
    """How far the farthest row of any output is (see `NEAR`); infinite where a number is not finite."""
    shares = [
        np.abs(one - other).mean(axis=1) / np.abs(other).mean() for one, other in zip(answers, expected, strict=True)
    ]
    return float(np.nan_to_num(np.array(shares).max(), nan=np.inf))
