"""The reader's graph in int8 (static post-training quantisation, QDQ), written by ONNX Runtime's tool.

Only convolutions are quantised, with a scale for each channel of their weights. The first one is left out: what it
sees is the trace itself, in which a P wave is a few steps of 1 / 255. Without it the tokens' error fell from 4.9 to
3.8 % of their size, and with float32 sums along the shortcuts to 1.9 %. The last layer, which makes the token, is no
convolution.
"""

import shutil
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from tests.bench.reader_graphs import BATCH, Form

Inputs = dict[str, NDArray[np.float32]]


class Windows(CalibrationDataReader):  # type: ignore[misc]  # the library has no types
    """Hands out windows in batches, then None."""

    def __init__(self, inputs: Inputs) -> None:
        rows = len(next(iter(inputs.values())))
        self._batches = iter(
            [{name: each[at : at + BATCH] for name, each in inputs.items()} for at in range(0, rows, BATCH)]
        )

    def get_next(self) -> Inputs | None:
        """As the library asks for it."""
        return next(self._batches, None)


def write_forms(source: Path, folder: Path, inputs: Inputs) -> None:
    """Every `Form` of the graph at `source` into `folder`; the range of each map is taken from `inputs`."""
    shutil.copyfile(source, folder / Form.FLOAT)
    prepared = folder / "prepared.onnx"
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    stem = next(node.name for node in onnx.load(str(prepared)).graph.node if node.op_type == "Conv")
    for form, options in ((Form.INT8, {}), (Form.INT8_INPUTS, {"OpTypesToExcludeOutputQuantization": ["Conv"]})):
        quantize_static(
            str(prepared),
            str(folder / form),
            Windows(inputs),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=[stem],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options={"WeightSymmetric": True, **options},
        )
