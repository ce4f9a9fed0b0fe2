"""The network: a reader turns each beat's window into a token, a judge names a beat from the tokens around it.

The reader is a trunk of 16 pre-activation residual blocks of two convolutions with batch normalisation, ReLU and
dropout, and a shortcut by max-pooling, after Hannun et al. 2019 (Nat Med 25:65-69). No convolution pads: the last
step of a window of `ModelConfig.window` samples has seen exactly that window, so one run over a long signal reads all
its beats as single windows would (`training` learns so), and a single window costs half of what padding would make
it. Convolutions are written in two dimensions with (1, k) kernels: on a CPU that trains about forty times faster.

torch is imported in this package by `model`, `dense`, `evidence` and `reference` only; what serves is the graphs.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifier.shape import ModelConfig

AMPLITUDE_FLOOR = 1e-3
"""Millivolts: a window flatter than this is not blown up to full scale."""
CLIP = 4.0
"""Normalised amplitude beyond which a sample says "artefact" and nothing more."""
PART = 139
"""Samples (1.1 s, about a beat) of the parts whose peaks make the scale of a window: `ModelConfig.window` / 5."""
KERNEL = 3
TIMING_LIMIT = 4.0


class Maps(NamedTuple):
    """Feature maps: first (B, C, L) of the first stage, last (B, C, L) of the last."""

    first: Tensor
    last: Tensor


class Answer(NamedTuple):
    """Log-odds before temperature: beat_class (..., 5), rhythm (..., 4)."""

    beat_class: Tensor
    rhythm: Tensor


class Context(NamedTuple):
    """Among which k beats each of q beats is judged: tokens (B, k, token), seconds (B, q, k) from the judged beat
    (negative: before it), known (B, q, k) 1 where it may look, else 0. The judged beat itself is among them.
    """

    tokens: Tensor
    seconds: Tensor
    known: Tensor


def _convolution(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, (1, kernel), stride=(1, stride), bias=False)


class ResidualBlock(nn.Module):
    """BN, ReLU, convolution, BN, ReLU, dropout, convolution; the shortcut is cropped, pooled, and padded with zero
    channels, so that both end at the same sample.
    """

    def __init__(self, inputs: int, outputs: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.first_norm = nn.BatchNorm2d(inputs)
        self.first = _convolution(inputs, outputs, KERNEL, stride)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.dropout = nn.Dropout2d(dropout)  # of whole channels: cheaper on a CPU than of single values
        self.second = _convolution(outputs, outputs, KERNEL, 1)
        self.stride = stride
        self.extra = outputs - inputs

    def forward(self, features: Tensor) -> Tensor:
        """(B, inputs, 1, L) -> (B, outputs, 1, L - 4), or (L - 5) / 2 with stride 2."""
        inner = self.first(functional.relu(self.first_norm(features)))
        inner = self.second(self.dropout(functional.relu(self.second_norm(inner))))
        total: Tensor = inner + self._shortcut(features)
        return total

    def _shortcut(self, features: Tensor) -> Tensor:
        features = features[..., 3 + self.stride :]
        if self.stride > 1:
            features = functional.max_pool2d(features, (1, self.stride))
        if self.extra:
            features = functional.pad(features, (0, 0, 0, 0, 0, self.extra))
        return features


def normalise(signal: Tensor) -> Tensor:
    """(B, L) millivolts -> the same in units of the signal's usual peak, so that any gain gives one answer.

    The usual peak is the power mean (exponent 1/2) of the peaks of parts of `PART` samples, which one artefact moves
    little; parts where nothing was received do not count.
    """
    parts = signal.shape[1] // PART
    peaks = signal[:, signal.shape[1] - parts * PART :].abs().reshape(signal.shape[0], parts, PART).amax(dim=2)
    received = (peaks > 0).to(signal.dtype).sum(dim=1, keepdim=True).clamp(min=1.0)
    usual = (peaks.sqrt().sum(dim=1, keepdim=True) / received).square()
    return (signal / usual.clamp(min=AMPLITUDE_FLOOR)).clamp(-CLIP, CLIP)


class Reader(nn.Module):
    """window (B, window) float32 millivolts and timing (B, timing) float32 -> token (B, token)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = _convolution(1, config.stem_width, 4 * config.stem_stride - 1, config.stem_stride)
        self.stages = nn.ModuleList()
        inputs = config.stem_width
        for width, stride in zip(config.widths, config.strides, strict=True):
            self.stages.append(_stage(inputs, width, stride, config))
            inputs = width
        self.first_norm = nn.BatchNorm2d(config.widths[0])
        self.last_norm = nn.BatchNorm2d(inputs)
        self.token = nn.Linear(config.near * config.widths[0] + inputs + config.timing, config.token)

    def maps(self, signal: Tensor) -> Maps:
        """Feature maps of (B, L) normalised samples; step 0 of the last map has seen the first `window` of them."""
        features = self.stages[0](self.stem(signal[:, None, None, :]))
        first = functional.relu(self.first_norm(features))
        for stage in list(self.stages)[1:]:
            features = stage(features)
        return Maps(first.squeeze(2), functional.relu(self.last_norm(features)).squeeze(2))

    def tokens(self, near: Tensor, last: Tensor, timing: Tensor) -> Tensor:
        """Tokens (n, token) of the first map's steps around n beats (n, C, near), the last map's (n, C), timing."""
        token: Tensor = self.token(torch.cat([near.flatten(1), last, timing.clamp(0.0, TIMING_LIMIT)], dim=1))
        return token

    def forward(self, window: Tensor, timing: Tensor) -> Tensor:
        """Tokens of single beats."""
        maps = self.maps(normalise(window))
        return self.tokens(maps.first[..., -self.config.near :], maps.last[..., -1], timing)


def _stage(inputs: int, outputs: int, stride: int, config: ModelConfig) -> nn.Sequential:
    first = ResidualBlock(inputs, outputs, stride, config.dropout)
    rest = [ResidualBlock(outputs, outputs, 1, config.dropout) for _ in range(config.blocks - 1)]
    return nn.Sequential(first, *rest)


class Judge(nn.Module):
    """Tokens (B, q, token) of q beats and their `Context` -> `Answer` (B, q, ...).

    The context is a set: its mean, and what the beat itself asks of it by attention, near beats first.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Linear(config.token, config.hidden)
        self.query = nn.Linear(config.token, config.hidden)
        self.key = nn.Linear(config.token, config.hidden, bias=False)
        self.fading = nn.Parameter(torch.linspace(-5.0, 0.0, config.heads)[:, None, None])
        """Log of how fast attention fades with the distance in seconds, one for each head."""
        inputs = config.token + 2 * config.hidden + 2
        self.rhythm_head = _head(inputs, config.rhythms, config)
        self.beat_head = _head(inputs + config.token, config.beat_classes, config)

    def forward(self, own: Tensor, context: Context) -> Answer:
        """Log-odds of beat class and rhythm."""
        summary, _ = self.summary(own, context)
        every = torch.cat([summary, self.unusual(own, context)], dim=2)
        return Answer(self.beat_head(every), self.rhythm_head(summary))

    def summary(self, own: Tensor, context: Context) -> tuple[Tensor, Tensor]:
        """What the heads read (B, q, token + 2 * hidden + 2), and the share of each beat of the context in its mean and
        in what each attention head asks: (B, 1 + heads, k) for a single judged beat.
        """
        entered = functional.relu(self.enter(context.tokens))
        looked = _looked(context)
        weight = self._attention(own, context)
        before = (context.known * (context.seconds <= 0)).sum(dim=2, keepdim=True)
        amount = torch.cat([before, context.known.sum(dim=2, keepdim=True) - before], dim=2) / 16.0
        share = torch.cat([looked[:, None], weight], dim=1)[:, :, 0]
        return torch.cat([own, looked @ entered, self.asked(weight, entered), amount], dim=2), share

    def unusual(self, own: Tensor, context: Context) -> Tensor:
        """What sets a beat apart from those around it (B, q, token)."""
        return own - _looked(context) @ context.tokens

    def likeness(self, own: Tensor, tokens: Tensor) -> Tensor:
        """How well the tokens (B, k, token) answer each head's question of each beat: (B, heads, q, k)."""
        return self.heads(self.query(own)) @ self.heads(self.key(tokens)).transpose(2, 3)

    def asked(self, weight: Tensor, entered: Tensor) -> Tensor:
        """What each head brings (B, q, hidden) with shares (B, heads, q, k) from entered tokens (B, k, hidden)."""
        return (weight @ self.heads(entered)).transpose(1, 2).flatten(2)

    def _attention(self, own: Tensor, context: Context) -> Tensor:
        """Shares (B, heads, q, k) that add up to one over the context."""
        likeness = self.likeness(own, context.tokens) * (self.config.hidden // self.config.heads) ** -0.5
        likeness = likeness - self.fading.exp() * context.seconds.abs()[:, None]
        return torch.softmax(likeness + (context.known[:, None] - 1.0) * 1e4, dim=3)

    def heads(self, features: Tensor) -> Tensor:
        """(B, k, hidden) -> (B, heads, k, hidden / heads)."""
        apart: Tensor = features.unflatten(2, (self.config.heads, -1))
        return apart.transpose(1, 2)


def _looked(context: Context) -> Tensor:
    """Equal shares of all that may be looked at (B, q, k)."""
    return context.known / context.known.sum(dim=2, keepdim=True).clamp(min=1.0)


def _head(inputs: int, outputs: int, config: ModelConfig) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, config.hidden), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.hidden, outputs)
    )


class Network(nn.Module):
    """Reader and judge together, as they are trained and kept."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.reader = Reader(config)
        self.judge = Judge(config)
