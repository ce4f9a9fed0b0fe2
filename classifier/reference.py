"""The torch network behind the same protocol: the reference by which tests judge the exported graphs."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from classifier.artifact import WEIGHTS, read_description
from classifier.engine import SHIPPED, GraphLabeller
from classifier.model import Context, Judge, Network, Reader
from classifier.runtime import Array, Inputs


class TorchReader:
    """The reader in float32 as a `classifier.runtime.Graph`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader.eval()

    @torch.no_grad()
    def run(self, inputs: Inputs) -> list[Array]:
        """The reader's token (n, token)."""
        return [self._reader(torch.from_numpy(inputs["window"]), torch.from_numpy(inputs["timing"])).numpy()]


class TorchJudge:
    """The judge in float32 as a `classifier.runtime.Graph`."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge.eval()

    @torch.no_grad()
    def run(self, inputs: Inputs) -> list[Array]:
        """The judge's beat_class (n, 5) and rhythm (n, 4)."""
        own, tokens, seconds, known = (torch.from_numpy(inputs[name]) for name in ("own", "tokens", "seconds", "known"))
        answer = self._judge(own[:, None], Context(tokens, seconds[:, None], known[:, None]))
        return [answer.beat_class[:, 0].numpy(), answer.rhythm[:, 0].numpy()]


def load_network(folder: Path | None = None) -> Network:
    """The torch network in `folder`, or the shipped one. Raises ArtifactError when it does not fit this house."""
    folder = folder or SHIPPED
    network = Network(read_description(folder).network)
    network.load_state_dict(load_file(folder / WEIGHTS))
    return network.eval()


def torch_labeller(folder: Path | None = None) -> GraphLabeller:
    """The same network as `GraphLabeller.load(folder)`, computed by torch in float32. Slow; for tests and training."""
    network, description = load_network(folder), read_description(folder or SHIPPED)
    return GraphLabeller(TorchReader(network.reader), TorchJudge(network.judge), description.temperatures)
