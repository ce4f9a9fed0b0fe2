"""A network small enough to learn in a test, with the reach of the shipped one."""

import torch

from classifier.model import Network
from classifier.shape import ModelConfig

SMALL = ModelConfig(stem_width=4, widths=(4, 4, 6, 8), token=8, hidden=8, heads=2)


def learnt() -> Network:
    """Ready to answer, with statistics that are not those of a fresh network."""
    torch.manual_seed(4)
    network = Network(SMALL)
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network.reader(torch.randn(32, SMALL.window), torch.rand(32, SMALL.timing))
    return network.eval()
