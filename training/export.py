"""The trained network becomes what serves: a graph, its weights for the reference, and its description."""

import math
import subprocess
from pathlib import Path

import torch
from safetensors.torch import save_file

from classifier.artifact import (
    DESCRIPTION,
    FORMAT,
    GRAPH,
    WEIGHTS,
    Description,
    Temperatures,
    file_hash,
    house_inputs,
    write_description,
)
from classifier.model import ResNet1d
from training.evaluate import Report

OPSET = 17
NAMES = ("window", "timing", "beat_class", "rhythm")


def export_graph(network: ResNet1d, folder: Path) -> None:
    """Write the graph and the weights. The old description is taken away: it describes another graph."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DESCRIPTION).unlink(missing_ok=True)
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    network = ResNet1d(network.config)  # a copy in plain memory order, whatever order it was trained in
    network.load_state_dict(weights)
    network.eval()
    example = (torch.zeros(2, network.config.window), torch.zeros(2, network.config.timing))
    torch.onnx.export(
        network,
        example,
        str(folder / GRAPH),
        input_names=NAMES[:2],
        output_names=NAMES[2:],
        dynamic_axes={name: {0: "beats"} for name in NAMES},
        opset_version=OPSET,
        dynamo=False,  # the newer exporter needs onnxscript
    )
    save_file(weights, folder / WEIGHTS)


def describe(network: ResNet1d, folder: Path, version: str, data_sha256: str, report: Report) -> None:
    """Write the description of the graph in `folder`: from now on it can be served."""
    description = Description(
        FORMAT,
        version,
        house_inputs(),
        report.temperatures,
        network.config,
        file_hash((folder / GRAPH).read_bytes()),
        revision(),
        data_sha256,
        {name: round(value, 4) for name, value in report.figures.items() if not math.isnan(value)},
    )
    write_description(folder, description)


def revision() -> str:
    """Git revision of the code, or an empty text outside a checkout."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()


UNTESTED = Temperatures(1.0, 1.0)
"""For a graph whose temperatures are not known yet."""
