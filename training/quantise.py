"""`python -m training.quantise PREPARED`: the exported reader once more, with its convolutions in int8.

Static post-training quantisation after Jacob et al. 2018 (doi:10.1109/CVPR.2018.00286): weights by channel, maps by
their range in windows of the training side. The convolutions take int8 and give floating point, so the sums along
the shortcuts are not rounded: that halves the error. The first convolution is left out: what it sees is the trace
itself, in which a P wave is a few steps of 1 / 255. The last layer, which makes the token, is no convolution.
"""

import argparse
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import onnx
import openvino
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from openvino._offline_transformations import apply_moc_transformations

from classifier.artifact import (
    EXAMPLES,
    QUANTISED,
    QUANTISED_WEIGHTS,
    READER,
    Quantised,
    quantised_hash,
    read_description,
    write_description,
)
from classifier.engine import SHIPPED, inputs_of
from classifier.forms import write_examples
from classifier.reference import TorchReader, load_network
from classifier.runtime import BATCH
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk
from training.bank import EXPERIMENT, detected
from training.config import read_config
from training.prepared import PreparedRecord, read
from training.sources import Source
from training.split import split

WINDOWS = {Source.CHALLENGE: 384, Source.ARRHYTHMIA: 256}
"""Windows by which the ranges of the maps are measured: half as many move no figure of docs/BENCHMARKS.md."""
SEED = 5
EXAMPLE_SECONDS, EXAMPLE_RATE, EXAMPLE_GAIN = 45.0, 250.0, 1000.0
FLOATING_OUTPUTS = {"OpTypesToExcludeOutputQuantization": ["Conv"]}

Inputs = Mapping[str, NDArray[np.float32]]


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


def main() -> None:
    """Write the int8 reader of an artifact and say so in its description."""
    parser = argparse.ArgumentParser(prog="python -m training.quantise", description=__doc__)
    parser.add_argument("prepared", type=Path, help="folder of prepared records (WARDBEAT_VAR_DIR/training)")
    parser.add_argument("--network", type=Path, default=SHIPPED, help="folder of the artifact")
    parser.add_argument("--experiment", type=Path, default=EXPERIMENT, help="TOML file that names the training side")
    arguments = parser.parse_args()
    records = {source: read(arguments.prepared, source) for source in WINDOWS}
    sides = split(records, read_config(arguments.experiment))
    quantise(arguments.network, sides.training)


def quantise(folder: Path, records: Mapping[Source, Sequence[PreparedRecord]]) -> None:
    """Write the int8 form of the reader in `folder`, which is described already, and the beats by which it is tried.

    records: of the training side. The description names them from then on.
    """
    description, unsigned = read_description(folder), Quantised(QUANTISED, QUANTISED_WEIGHTS, EXAMPLES, "")
    with TemporaryDirectory(prefix="wb-") as name:
        work = Path(name)
        write_quantised(folder / READER, work / "int8.onnx", inputs_of(typical_beats(records)), FLOATING_OUTPUTS)
        model = openvino.Core().read_model(work / "int8.onnx")
        # As openvino.convert_model would, which reports its use to its maker. It makes loading a third quicker.
        apply_moc_transformations(model, cf=False, smart_reshape=True)
        openvino.save_model(model, work / QUANTISED, compress_to_fp16=False)
        _write_examples(folder, work / EXAMPLES)
        for kept in (QUANTISED, QUANTISED_WEIGHTS, EXAMPLES):
            shutil.copyfile(work / kept, folder / kept)
    quantised = msgspec.structs.replace(unsigned, sha256=quantised_hash(folder, unsigned))
    write_description(folder, msgspec.structs.replace(description, quantised=quantised))


def _write_examples(folder: Path, target: Path) -> None:
    examples = inputs_of(example_beats())
    examples["window"] = examples["window"].astype(np.float16).astype(np.float32)
    [token] = TorchReader(load_network(folder).reader).run(examples)
    write_examples(target, examples, token)


def write_quantised(source: Path, target: Path, inputs: Inputs, options: Mapping[str, object]) -> None:
    """The ONNX graph at `source` with quantised convolutions, but for the first one; ranges are taken from `inputs`."""
    prepared = target.with_suffix(".prepared")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    stem = next(node.name for node in onnx.load(str(prepared)).graph.node if node.op_type == "Conv")
    quantize_static(
        str(prepared),
        str(target),
        Windows(inputs),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],
        nodes_to_exclude=[stem],
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        extra_options={"WeightSymmetric": True, **options},
    )


def typical_beats(records: Mapping[Source, Sequence[PreparedRecord]]) -> list[DetectedBeat]:
    """`WINDOWS` beats of each source, in an order of their own; of each record that is drawn, one for each draw."""
    rng, beats = np.random.default_rng(SEED), []
    for source, count in WINDOWS.items():
        drawn = rng.integers(len(records[source]), size=count)
        for number in np.unique(drawn):
            record = records[source][number]
            places = rng.integers(len(record.peaks), size=np.count_nonzero(drawn == number))
            beats += detected(record, np.unique(places))
    return [beats[number] for number in rng.permutation(len(beats))]


def example_beats() -> list[DetectedBeat]:
    """BATCH beats of synthetic hearts, those of the demo ward in turn: noise, ectopy and a lead off among them."""
    beats: list[DetectedBeat] = []
    for seed, script in enumerate(DEMO_SCRIPTS):
        made = synthesise(script, EXAMPLE_RATE, seed, EXAMPLE_SECONDS).samples * EXAMPLE_GAIN
        chunk = DeviceChunk(script.name, 0, made.round().astype(np.int16), EXAMPLE_RATE, EXAMPLE_GAIN)
        beats += [item for item in SignalTracker(script.name).receive(chunk) if isinstance(item, DetectedBeat)]
    return [beats[place] for place in np.linspace(0, len(beats) - 1, BATCH).astype(int)]


if __name__ == "__main__":
    main()
