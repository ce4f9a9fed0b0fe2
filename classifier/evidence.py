"""What spoke for an answer: class-activation maps (after Zhou et al. 2016), computed forwards, without gradients.

With its ReLUs as they stand for one beat, a head is linear. So each log-odd is a sum, and its parts can be laid where
they came from: the beat class on the steps of the first stage's map around the beat, the rhythm on the beats of the
context. Attention weights are taken as given.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifier.model import Context, Network, normalise


class Evidence(NamedTuple):
    """Log-odds that each place adds: shape (B, 5, near) for the beat class, beats (B, 4, k) for the rhythm."""

    shape: Tensor
    beats: Tensor


class EvidenceReader(nn.Module):
    """window (B, window), timing (B, timing) of beats and the `Context` each is judged in -> `Evidence`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.reader = network.reader
        self.judge = network.judge

    def forward(self, window: Tensor, timing: Tensor, tokens: Tensor, seconds: Tensor, known: Tensor) -> Evidence:
        """As the class says: tokens (B, k, token), seconds (B, k), known (B, k)."""
        near, own = self._read(window, timing)
        context = Context(tokens, seconds[:, None], known[:, None])
        summary, share = self.judge.summary(own[:, None], context)
        unusual = self.judge.unusual(own[:, None], context)
        by_shape = self._of_head(self.judge.beat_head, torch.cat([summary, unusual], dim=2)[:, 0])
        by_beats = self._of_head(self.judge.rhythm_head, summary[:, 0])
        return Evidence(self._on_steps(by_shape, near), self._on_beats(by_beats, share, tokens))

    def _read(self, window: Tensor, timing: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.reader.maps(normalise(window))
        near = maps.first[..., -self.reader.config.near :]
        return near, self.reader.tokens(near, maps.last[..., -1], timing)

    @staticmethod
    def _of_head(head: nn.Sequential, inputs: Tensor) -> Tensor:
        """What one unit of each input adds to each log-odd: (B, outputs, inputs)."""
        first, last = head[0], head[3]
        assert isinstance(first, nn.Linear)
        assert isinstance(last, nn.Linear)
        open_units = (first(inputs) > 0).to(inputs.dtype)
        through: Tensor = (last.weight[None] * open_units[:, None]) @ first.weight
        return through

    def _on_steps(self, weights: Tensor, near: Tensor) -> Tensor:
        """The part of the beat's own token that its near steps made, through both places where the head reads it."""
        size = self.reader.config.token
        of_token = weights[..., :size] + weights[..., -size:]
        of_near = of_token @ self.reader.token.weight[:, : near.shape[1] * near.shape[2]]
        on_maps: Tensor = of_near.unflatten(2, near.shape[1:]) * near[:, None]
        return on_maps.sum(dim=2)

    def _on_beats(self, weights: Tensor, share: Tensor, tokens: Tensor) -> Tensor:
        """The part that each beat's entered token gives by the mean and by attention; share (B, 1 + heads, k)."""
        size, hidden = self.reader.config.token, self.judge.config.hidden
        entered = functional.relu(self.judge.enter(tokens))
        of_mean = (weights[..., size : size + hidden] @ entered.transpose(1, 2)) * share[:, :1]
        heads = entered.unflatten(2, (self.judge.config.heads, -1))
        of_heads = weights[..., size + hidden : size + 2 * hidden].unflatten(2, (self.judge.config.heads, -1))
        asked = torch.einsum("bohs,bkhs,bhk->bok", of_heads, heads, share[:, 1:])
        return of_mean + asked
