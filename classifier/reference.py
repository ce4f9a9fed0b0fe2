"""The torch network behind the same protocol: the reference by which tests judge the exported graph."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from classifier.artifact import WEIGHTS, Temperatures, read_description
from classifier.engine import SHIPPED, answers, inputs_of
from classifier.model import ResNet1d
from ecg.types import Beat, DetectedBeat

Array = NDArray[np.float32]


class TorchLabeller:
    """Labels beats with the torch network in float32. Slow; for tests and training."""

    def __init__(self, network: ResNet1d, temperatures: Temperatures) -> None:
        self._network = network.eval()
        self._temperatures = temperatures

    @classmethod
    def load(cls, folder: Path | None = None) -> "TorchLabeller":
        """The network in `folder`, or the shipped one. Raises ArtifactError when it does not fit this house."""
        folder = folder or SHIPPED
        description = read_description(folder)
        network = ResNet1d(description.network)
        network.load_state_dict(load_file(folder / WEIGHTS))
        return cls(network, description.temperatures)

    def label(self, beats: Sequence[DetectedBeat]) -> list[Beat]:
        """The labelled beats, in order."""
        if not beats:
            return []
        windows, timings = inputs_of(beats)
        return answers(beats, *self.log_odds(windows, timings), self._temperatures)

    @torch.no_grad()
    def log_odds(self, windows: Array, timings: Array) -> tuple[Array, Array]:
        """Beat class (n, 5) and rhythm (n, 4), as `OnnxLabeller.log_odds`."""
        answer = self._network(torch.from_numpy(windows), torch.from_numpy(timings))
        return answer.beat_class.numpy(), answer.rhythm.numpy()
