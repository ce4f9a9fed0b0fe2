"""Where the network learns: on a CUDA device where there is one, else on the CPU."""

import torch
from torch import nn


def best_device() -> torch.device:
    """The device that learns fastest here."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_of(module: nn.Module) -> torch.device:
    """Where the weights of `module` are, and where what it is asked must be."""
    return next(module.parameters()).device


def half(device: torch.device) -> torch.autocast:
    """Arithmetic in bfloat16 where that is safe."""
    return torch.autocast(device.type, torch.bfloat16)
