"""The second stage: the trunk stands still; tokens and judge learn once more, from single windows as in serving."""

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from classifier.model import Network
from ecg.labels import BEAT_CLASSES, RHYTHMS
from training.config import Leaning, TrainingConfig
from training.dataset import draw, segments
from training.features import FeatureBatch, Features, collate, features, judged
from training.loss import loss_of
from training.noise import Noise
from training.prepared import PreparedRecord
from training.segments import Segment
from training.sources import Source

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Fitting:
    """What changes in the second stage."""

    network: Network
    learning: list[nn.Parameter]
    average: AveragedModel
    optimiser: torch.optim.AdamW
    schedule: OneCycleLR


def finish(
    network: Network, config: TrainingConfig, records: dict[Source, list[PreparedRecord]], noise: Noise
) -> Network:
    """`network` with tokens and judge fitted to single windows; its trunk is unchanged.

    Given back is the mean of the weights before and after, which answers unseen records better than either (Wortsman
    et al. 2022, doi:10.1109/CVPR52688.2022.00780), with the log-odds leaned as `config.leaning` says.
    """
    network.eval()
    before = deepcopy(network)
    drawn = tqdm(_draws(config, records, noise), "single windows", unit="segment", leave=False, disable=None)
    seen = list(features(network.reader, drawn))
    fitting = _begin(network, config, len(seen) // config.finish.batch)
    for epoch in range(config.finish.epochs):
        rng = np.random.default_rng([config.schedule.seed, epoch])
        losses = [_step(fitting, batch, config) for batch in _batches(seen, config.finish.batch, rng)]
        log.info("finish %d of %d  loss %.3f", epoch + 1, config.finish.epochs, float(np.mean(losses)))
    after = fitting.average.module
    assert isinstance(after, Network)
    return leaned(mean(before, after), config.leaning)


@torch.no_grad()
def mean(one: Network, other: Network) -> Network:
    """The network halfway between two of the same shape."""
    middle = deepcopy(one)
    for mine, theirs in zip(middle.parameters(), other.parameters(), strict=True):
        mine.lerp_(theirs, 0.5)
    return middle.eval()


@torch.no_grad()
def leaned(network: Network, leaning: Leaning) -> Network:
    """`network` with the log-odds of its labels moved, after Menon et al. 2021 (logit adjustment)."""
    for head, labels, added in (
        (network.judge.rhythm_head, RHYTHMS, leaning.rhythms),
        (network.judge.beat_head, BEAT_CLASSES, leaning.classes),
    ):
        last = head[-1]
        assert isinstance(last, nn.Linear)
        last.bias.add_(torch.tensor([added[label.value] for label in labels], device=last.bias.device))
    return network


def _draws(config: TrainingConfig, records: dict[Source, list[PreparedRecord]], noise: Noise) -> Iterator[Segment]:
    for number in range(config.finish.draws):
        rng = np.random.default_rng([config.schedule.seed, config.schedule.epochs + number])
        yield from segments(draw(records, config.sampling, rng), config.finish.augmentation, noise, rng)


def _begin(network: Network, config: TrainingConfig, steps: int) -> Fitting:
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.finish.average_decay))
    learning = [*network.reader.token.parameters(), *network.judge.parameters()]
    optimiser = torch.optim.AdamW(learning, weight_decay=config.schedule.weight_decay)
    plan = config.finish
    schedule = OneCycleLR(optimiser, plan.learning_rate, epochs=plan.epochs, steps_per_epoch=max(steps, 1))
    return Fitting(network, learning, average, optimiser, schedule)


def _batches(seen: list[Features], size: int, rng: np.random.Generator) -> Iterator[FeatureBatch]:
    order = rng.permutation(len(seen))
    for at in range(0, len(seen) - size + 1, size):
        yield collate([seen[number] for number in order[at : at + size]])


def _step(fitting: Fitting, batch: FeatureBatch, config: TrainingConfig) -> float:
    fitting.network.judge.train()
    loss = loss_of(judged(fitting.network, batch), batch, config.counting)
    fitting.optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(fitting.learning, 1.0)
    fitting.optimiser.step()
    fitting.schedule.step()
    fitting.average.update_parameters(fitting.network)
    return loss.item()
