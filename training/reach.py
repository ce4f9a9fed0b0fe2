"""Where the steps of a network's map look, by derivatives: so that what they add is drawn where it came from."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from classifier.dense import FIRST_SEEN
from classifier.explanation import Reach
from classifier.model import Reader, normalise
from ecg.tracker import WINDOW_RATE

STEPS = (4, 10, 16, 21)
"""Steps of the near map that are asked."""
EVERY = 4
"""One channel in so many is asked: the others say the same within 5 ms."""


def measure_reach(reader: Reader, windows: NDArray[np.float32]) -> Reach:
    """Mean and spread of the squared derivatives of the map's steps by the samples before each step's end.

    windows: float32 millivolts (n, window) of real beats.
    """
    signal = normalise(torch.from_numpy(windows)).requires_grad_()
    near = reader.maps(signal).first[..., -reader.config.near :]
    weight = torch.zeros(FIRST_SEEN, dtype=torch.float64)
    for step in STEPS:
        end = signal.shape[1] - (reader.config.near - 1 - step) * reader.config.stem_stride
        for channel in range(0, near.shape[1], EVERY):
            [slopes] = torch.autograd.grad(near[:, channel, step].sum(), signal, retain_graph=True)
            weight += slopes[:, end - FIRST_SEEN : end].double().square().mean(dim=0)
    return _moments(weight)


def _moments(weight: Tensor) -> Reach:
    """Of weights whose last is at the step's end."""
    back = torch.arange(len(weight) - 1, -1, -1, dtype=torch.float64) / WINDOW_RATE
    share = weight / weight.sum()
    mean = (share * back).sum()
    return Reach(float(mean), float((share * (back - mean).square()).sum().sqrt()))
