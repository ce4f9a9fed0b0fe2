"""The trained network becomes what serves: a graph, its weights for the reference, and its description."""

import math
import subprocess
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from classifier.artifact import (
    DESCRIPTION,
    EVIDENCE,
    FORMAT,
    JUDGE,
    READER,
    WEIGHTS,
    Description,
    graph_hash,
    house_inputs,
    write_description,
)
from classifier.engine import CONTEXT
from classifier.evidence import EvidenceReader
from classifier.model import Network
from training.evaluate import Report
from training.serving_judge import ServingJudge

OPSET = 17


def export_graphs(network: Network, folder: Path) -> None:
    """Write the graphs and the weights. The old description is taken away: it describes other graphs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DESCRIPTION).unlink(missing_ok=True)
    weights = {name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}
    config = network.config
    network = Network(config)  # a copy in plain memory order, whatever order it was trained in
    network.load_state_dict(weights)
    network.eval()
    window, timing = torch.zeros(2, config.window), torch.zeros(2, config.timing)
    own, tokens, seconds = torch.zeros(2, config.token), torch.zeros(2, CONTEXT, config.token), torch.zeros(2, CONTEXT)
    _export(network.reader, (window, timing), folder / READER, ["window", "timing"], ["token"])
    inputs, outputs = ["own", "tokens", "seconds", "known"], ["beat_class", "rhythm"]
    _export(ServingJudge(network.judge).eval(), (own, tokens, seconds, seconds), folder / JUDGE, inputs, outputs)
    inputs, outputs = ["window", "timing", "tokens", "seconds", "known"], ["shape", "beats"]
    evidence = EvidenceReader(network).eval()
    _export(evidence, (window, timing, tokens, seconds, seconds), folder / EVIDENCE, inputs, outputs)
    save_file(weights, folder / WEIGHTS)


def _export(module: nn.Module, example: tuple[Tensor, ...], path: Path, inputs: list[str], outputs: list[str]) -> None:
    torch.onnx.export(
        module,
        example,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes={name: {0: "beats"} for name in [*inputs, *outputs]},
        opset_version=OPSET,
        dynamo=False,  # the newer exporter needs onnxscript
    )


def describe(network: Network, folder: Path, version: str, data_sha256: str, report: Report, dataset: str = "") -> None:
    """Write the description of the graphs in `folder`: from now on they can be served.

    dataset: version of the ward's data set that it learnt from.
    """
    description = Description(
        FORMAT,
        version,
        house_inputs(),
        report.temperatures,
        network.config,
        graph_hash(folder),
        revision(),
        data_sha256,
        {name: round(value, 4) for name, value in report.figures.items() if not math.isnan(value)},
        dataset=dataset,
    )
    write_description(folder, description)


def revision() -> str:
    """Git revision of the code, or an empty text outside a checkout."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()
