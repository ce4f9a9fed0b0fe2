"""What the network is punished for: cross-entropy of the rhythm, live and settled, and of the beat class, live."""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from classifier.dense import Judged
from ecg.labels import BEAT_CLASSES, RHYTHMS
from training.config import Counting
from training.sources import MASKED


class Truth(Protocol):
    """b segments with at most n beats each: codes or MASKED (b, n); beats (b, n) False where there is none."""

    @property
    def beats(self) -> NDArray[np.bool_]: ...
    @property
    def beat_class(self) -> NDArray[np.int64]: ...
    @property
    def rhythm(self) -> NDArray[np.int64]: ...


def loss_of(judged: Judged, truth: Truth, counting: Counting) -> Tensor:
    """The sum of the three. All beats of a segment together count one for the rhythm."""
    device = judged.live.rhythm.device
    columns = (truth.rhythm, truth.beat_class, truth.beats)
    rhythm, beat_class, beats = (torch.from_numpy(each).to(device) for each in columns)
    share = 1.0 / beats.sum(dim=1, keepdim=True).expand_as(beats)
    of_rhythm = torch.tensor([counting.rhythms[label.value] for label in RHYTHMS], device=device)
    of_class = torch.tensor([counting.classes[label.value] for label in BEAT_CLASSES], device=device)
    smoothing = counting.label_smoothing
    return (
        _cross_entropy(judged.live.rhythm, rhythm, of_rhythm, share, smoothing)
        + _cross_entropy(judged.settled.rhythm, rhythm, of_rhythm, share, smoothing)
        + _cross_entropy(judged.live.beat_class, beat_class, of_class, torch.ones_like(share), smoothing)
    )


def _cross_entropy(log_odds: Tensor, codes: Tensor, weights: Tensor, share: Tensor, smoothing: float) -> Tensor:
    """The mean over beats whose label is known, each counted by its class and its share."""
    known = codes != MASKED
    if not known.any():
        return log_odds.sum() * 0.0
    surprise = functional.cross_entropy(
        log_odds[known].float(), codes[known], label_smoothing=smoothing, reduction="none"
    )
    count = weights[codes[known]] * share[known]
    return (surprise * count).sum() / count.sum()
