"""The network learns: one loop, resumed from the last pass it finished.

What serves is the running average of the weights, which is steadier than the last of them.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from classifier.dense import answer
from classifier.model import Network
from training import curve
from training.batches import Batch, batches, tensors
from training.config import Counting, TrainingConfig
from training.dataset import draw, segments
from training.device import best_device, device_of, half
from training.evaluate import glance
from training.loss import loss_of
from training.noise import Noise
from training.split import Split

CHECKPOINT = "checkpoint.pt"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """Everything that changes while the network learns."""

    network: Network
    average: AveragedModel
    optimiser: torch.optim.AdamW
    schedule: OneCycleLR
    epoch: int


def train(config: TrainingConfig, sides: Split, noise: Noise, folder: Path) -> Network:
    """The averaged network after all passes. A checkpoint and the curve are kept in `folder` after each."""
    torch.set_num_threads(config.schedule.threads)
    folder.mkdir(parents=True, exist_ok=True)
    steps = _steps(config, sides)
    torch.manual_seed(config.schedule.seed)
    run = begin(config, steps)
    resume(run, folder)
    while run.epoch < config.schedule.epochs:
        torch.manual_seed(config.schedule.seed * 1000 + run.epoch)  # so that a resumed run drops the same channels
        rng = np.random.default_rng([config.schedule.seed, run.epoch])
        examples = draw(sides.training, config.sampling, rng)
        cut = segments(examples, config.augmentation, noise, rng)
        some = islice(batches(cut, config.schedule.batch), steps)
        bar = tqdm(some, f"pass {run.epoch + 1} of {config.schedule.epochs}", steps, leave=False, disable=None)
        loss = _learn(run, bar, config.counting)
        run.epoch += 1
        note = {"epoch": run.epoch, "loss": loss, **glance(averaged(run), sides.validation)}
        keep(run, note, folder)
    return averaged(run)


def begin(config: TrainingConfig, steps: int) -> Run:
    """A network that has learnt nothing yet, and at most `steps` optimiser steps for each pass."""
    network = Network(config.network)
    network.to(best_device(), memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.schedule.average_decay), use_buffers=True)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=config.schedule.weight_decay)
    schedule = OneCycleLR(
        optimiser, config.schedule.learning_rate, epochs=config.schedule.epochs, steps_per_epoch=steps
    )
    return Run(network, average, optimiser, schedule, 0)


def _steps(config: TrainingConfig, sides: Split) -> int:
    rng = np.random.default_rng(config.schedule.seed)
    return len(draw(sides.training, config.sampling, rng)) // config.schedule.batch


def _learn(run: Run, examples: Iterable[Batch], counting: Counting) -> float:
    """One pass; returns its mean loss."""
    run.network.train()
    losses, device = [], device_of(run.network)
    for batch in examples:
        with half(device):
            judged = answer(run.network, *tensors(batch, device))
        loss = loss_of(judged, batch, counting)
        run.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
        run.optimiser.step()
        run.schedule.step()
        run.average.update_parameters(run.network)
        losses.append(loss.item())
    return float(np.mean(losses))


def averaged(run: Run) -> Network:
    """The network with averaged weights, ready to answer."""
    network = run.average.module
    assert isinstance(network, Network)
    return network.eval()


def keep(run: Run, note: dict[str, float], folder: Path) -> None:
    """Write the checkpoint (whole or not at all) and one line of the curve."""
    state = {
        "network": run.network.state_dict(),
        "average": run.average.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "schedule": run.schedule.state_dict(),
        "epoch": run.epoch,
    }
    partial = folder / "checkpoint.partial"
    torch.save(state, partial)
    partial.rename(folder / CHECKPOINT)
    curve.note(folder, note)
    log.info("  ".join(f"{name} {value:.3f}" for name, value in note.items()))


def resume(run: Run, folder: Path) -> None:
    """Go on from the checkpoint in `folder`, if there is one."""
    if not (folder / CHECKPOINT).exists():
        return
    state = torch.load(folder / CHECKPOINT, map_location=device_of(run.network), weights_only=True)
    run.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.schedule.load_state_dict(state["schedule"])
    run.epoch = state["epoch"]
