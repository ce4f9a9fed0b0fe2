"""The network learns: one loop, resumed from the last pass it finished.

What serves is the running average of the weights, which is steadier than the last of them.
"""

import csv
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from classifier.model import ResNet1d
from training.config import TrainingConfig
from training.dataset import Batch, batches, draw
from training.evaluate import glance
from training.noise import Noise
from training.sources import MASKED
from training.split import Split

CHECKPOINT = "checkpoint.pt"
CURVE = "curve.csv"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """Everything that changes while the network learns."""

    network: ResNet1d
    average: AveragedModel
    optimiser: torch.optim.AdamW
    schedule: OneCycleLR
    epoch: int


def train(config: TrainingConfig, sides: Split, noise: Noise, folder: Path) -> ResNet1d:
    """The averaged network after all passes. A checkpoint and the curve are kept in `folder` after each."""
    torch.manual_seed(config.schedule.seed)
    torch.set_num_threads(config.schedule.threads)
    folder.mkdir(parents=True, exist_ok=True)
    run = begin(config, _steps(config, sides))
    resume(run, folder)
    while run.epoch < config.schedule.epochs:
        rng = np.random.default_rng([config.schedule.seed, run.epoch])
        examples = draw(sides.training, config.sampling, rng)
        loss = _learn(run, batches(examples, config.schedule.batch, config.augmentation, noise, rng), config)
        run.epoch += 1
        note = {"epoch": run.epoch, "loss": loss, **glance(averaged(run), sides.validation)}
        keep(run, note, folder)
    return averaged(run)


def begin(config: TrainingConfig, steps: int) -> Run:
    """A network that has learnt nothing yet, and `steps` optimiser steps for each pass."""
    network = ResNet1d(config.network)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.schedule.average_decay), use_buffers=True)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=config.schedule.weight_decay)
    schedule = OneCycleLR(
        optimiser, config.schedule.learning_rate, epochs=config.schedule.epochs, steps_per_epoch=steps
    )
    return Run(network, average, optimiser, schedule, 0)


def _steps(config: TrainingConfig, sides: Split) -> int:
    rng = np.random.default_rng(config.schedule.seed)
    return len(draw(sides.training, config.sampling, rng)) // config.schedule.batch


def _learn(run: Run, examples: Iterable[Batch], config: TrainingConfig) -> float:
    """One pass; returns its mean loss."""
    run.network.train()
    losses = []
    for batch in examples:
        loss = loss_of(run.network, batch, config.schedule.label_smoothing)
        run.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
        run.optimiser.step()
        run.schedule.step()
        run.average.update_parameters(run.network)
        losses.append(loss.item())
    return float(np.mean(losses))


def loss_of(network: ResNet1d, batch: Batch, smoothing: float) -> Tensor:
    """Cross-entropy of both answers, each averaged over the examples whose label is known."""
    with torch.autocast("cpu", torch.bfloat16):
        answer = network(torch.from_numpy(batch.windows), torch.from_numpy(batch.timings))
    return _cross_entropy(answer.rhythm, batch.rhythm, smoothing) + _cross_entropy(
        answer.beat_class, batch.beat_class, smoothing
    )


def _cross_entropy(log_odds: Tensor, codes: NDArray[np.int64], smoothing: float) -> Tensor:
    target = torch.from_numpy(codes)
    total = functional.cross_entropy(
        log_odds.float(), target, ignore_index=MASKED, label_smoothing=smoothing, reduction="sum"
    )
    return total / (target != MASKED).sum().clamp(min=1)


def averaged(run: Run) -> ResNet1d:
    """The network with averaged weights, ready to answer."""
    network = run.average.module
    assert isinstance(network, ResNet1d)
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
    with (folder / CURVE).open("a", newline="") as lines:
        writer = csv.DictWriter(lines, list(note))
        if lines.tell() == 0:
            writer.writeheader()
        writer.writerow({name: round(value, 5) for name, value in note.items()})
    log.info("  ".join(f"{name} {value:.3f}" for name, value in note.items()))


def resume(run: Run, folder: Path) -> None:
    """Go on from the checkpoint in `folder`, if there is one."""
    if not (folder / CHECKPOINT).exists():
        return
    state = torch.load(folder / CHECKPOINT, weights_only=True)
    run.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.schedule.load_state_dict(state["schedule"])
    run.epoch = state["epoch"]
