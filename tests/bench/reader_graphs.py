"""The reader's graph on every engine that could serve it, behind the `Graph` protocol of what serves. One thread each.

A library is imported when a graph is loaded in it: what that costs is measured in a process of its own (`engine_cost`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecg.timing import TIMING_FEATURES
from ecg.tracker import WINDOW_SAMPLES

if TYPE_CHECKING:
    from classifier.runtime import Graph, Inputs

Array = NDArray[np.float32]

BATCH = 64
"""As in `classifier.runtime`, which cannot be imported here without OpenVINO."""


class Form(StrEnum):
    """How the graph is written; each is a file of this name in a folder."""

    FLOAT = "float32.onnx"
    INT8 = "int8.onnx"
    """Convolutions take int8 and give int8: ONNX Runtime computes in int8 only so."""
    INT8_INPUTS = "reader.int8.xml"
    """What serves. Convolutions take int8 and give floating point, so the sum along the shortcuts is not rounded."""


@dataclass(frozen=True, slots=True)
class Engine:
    """name for the tables; the module whose import brings the library; how a graph in a file is loaded."""

    name: str
    package: str
    form: Form
    load: Callable[[Path], "Graph"]


class OnnxRuntimeGraph:
    """A graph in ONNX Runtime."""

    def __init__(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors; it warns of every operator that it folds away
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, inputs: "Inputs") -> list[Array]:
        """As `Graph.run`; any number of rows."""
        rows = len(next(iter(inputs.values())))
        parts = [
            self._session.run(None, {name: each[at : at + BATCH] for name, each in inputs.items()})
            for at in range(0, rows, BATCH)
        ]
        return [np.concatenate(column) for column in zip(*parts, strict=True)]


def openvino_graph(path: Path, precision: str) -> "Graph":
    """A graph as it is served; precision: of what is not int8."""
    import openvino  # noqa: PLC0415

    from classifier import runtime  # noqa: PLC0415

    lying_apart = path.with_suffix(".bin")
    weights = lying_apart.read_bytes() if lying_apart.exists() else b""
    return runtime.CpuGraph(openvino.Core(), runtime.Form(path.stem, path.read_bytes(), precision, weights))


def has_bfloat16() -> bool:
    """Whether OpenVINO computes in bfloat16 on this CPU."""
    import openvino  # noqa: PLC0415

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


_FULL, _HALF = partial(openvino_graph, precision="f32"), partial(openvino_graph, precision="bf16")
_SERVING = "classifier.runtime"

REFERENCE = Engine("OpenVINO float32", _SERVING, Form.FLOAT, _FULL)
"""What the answers of the others are compared with."""
PLAIN = (
    REFERENCE,
    Engine("ONNX Runtime float32", "onnxruntime", Form.FLOAT, OnnxRuntimeGraph),
    Engine("ONNX Runtime int8", "onnxruntime", Form.INT8, OnnxRuntimeGraph),
    Engine("OpenVINO int8", _SERVING, Form.INT8, _FULL),
    Engine("OpenVINO int8, float32 sums", _SERVING, Form.INT8_INPUTS, _FULL),
)
BFLOAT16 = (
    Engine("OpenVINO bfloat16", _SERVING, Form.FLOAT, _HALF),
    Engine("OpenVINO int8, bfloat16 sums", _SERVING, Form.INT8_INPUTS, _HALF),
)


def engines_here() -> list[Engine]:
    """All that this CPU runs."""
    return [*PLAIN, *(BFLOAT16 if has_bfloat16() else ())]


def example() -> dict[str, Array]:
    """A batch of made-up windows."""
    rng = np.random.default_rng(0)
    windows = rng.normal(size=(BATCH, WINDOW_SAMPLES)).cumsum(axis=1) * 0.05
    return {"window": windows.astype(np.float32), "timing": rng.random((BATCH, TIMING_FEATURES), np.float32)}
