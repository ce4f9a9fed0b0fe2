"""The network: one trunk of 16 residual blocks, two answers per beat.

Pre-activation residual blocks of two convolutions with batch normalisation, ReLU and dropout, and a shortcut by
max-pooling, after Hannun et al. 2019 (Nat Med 25:65-69). Differences: narrower, a stem with stride 8, dropout of whole
channels, two heads, and beat timing beside the signal. Convolutions are written in two dimensions with (1, k)
kernels: on a CPU that trains about forty times faster than Conv1d.

torch is imported here and in `training/` only; what serves is the exported graph (`classifier.engine`).
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


class Answer(NamedTuple):
    """Log-odds before temperature: beat_class (B, 5), rhythm (B, 4)."""

    beat_class: Tensor
    rhythm: Tensor


class Trunk(NamedTuple):
    """Feature maps: beat (B, C, 1, L) of the beat stage, last (B, C, 1, L) of the last stage."""

    beat: Tensor
    last: Tensor


def _convolution(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, (1, kernel), stride=(1, stride), padding=(0, kernel // 2), bias=False)


class ResidualBlock(nn.Module):
    """BN, ReLU, convolution, BN, ReLU, dropout, convolution; the shortcut is pooled and padded with zero channels."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.first_norm = nn.BatchNorm2d(inputs)
        self.first = _convolution(inputs, outputs, kernel, stride)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.dropout = nn.Dropout2d(dropout)  # of whole channels: cheaper on a CPU than of single values
        self.second = _convolution(outputs, outputs, kernel, 1)
        self.stride = stride
        self.extra = outputs - inputs

    def forward(self, features: Tensor) -> Tensor:
        """(B, inputs, 1, L) -> (B, outputs, 1, ceil(L / stride))."""
        inner = self.first(functional.relu(self.first_norm(features)))
        inner = self.second(self.dropout(functional.relu(self.second_norm(inner))))
        total: Tensor = inner + self._shortcut(features)
        return total

    def _shortcut(self, features: Tensor) -> Tensor:
        if self.stride > 1:
            features = functional.max_pool2d(features, (1, self.stride), ceil_mode=True)
        if self.extra:
            features = functional.pad(features, (0, 0, 0, 0, 0, self.extra))
        return features


def normalise(window: Tensor) -> Tensor:
    """(B, W) millivolts -> the same in units of the window's usual peak, so that any gain gives one answer.

    The usual peak is the power mean (exponent 1/2) of the peaks of ten parts, which one artefact moves little; parts
    where nothing was received do not count.
    """
    peaks = window.abs().reshape(window.shape[0], 10, -1).amax(dim=2)
    received = (peaks > 0).to(window.dtype).sum(dim=1, keepdim=True).clamp(min=1.0)
    usual = (peaks.sqrt().sum(dim=1, keepdim=True) / received).square()
    return (window / usual.clamp(min=AMPLITUDE_FLOOR)).clamp(-CLIP, CLIP)


def _pooled(features: Tensor) -> Tensor:
    return torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)


class ResNet1d(nn.Module):
    """window (B, window) float32 millivolts and timing (B, timing) float32 -> `Answer`."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = _convolution(1, config.stem_width, 4 * config.stem_stride - 1, config.stem_stride)
        self.stages = nn.ModuleList()
        inputs = config.stem_width
        for width in config.widths:
            self.stages.append(_stage(inputs, width, config))
            inputs = width
        self.beat_norm = nn.BatchNorm2d(config.widths[config.beat_stage])
        self.last_norm = nn.BatchNorm2d(inputs)
        beat_inputs = (config.beat_span + 1) * config.widths[config.beat_stage]
        self.rhythm_head = _head(2 * inputs + config.timing, config.rhythms, config)
        self.beat_head = _head(beat_inputs + 2 * inputs + config.timing, config.beat_classes, config)

    def trunk(self, window: Tensor) -> Trunk:
        """Feature maps of (B, window) millivolts."""
        features = self.stem(normalise(window)[:, None, None, :])
        beat = features
        for number, stage in enumerate(self.stages):
            features = stage(features)
            if number == self.config.beat_stage:
                beat = features
        return Trunk(functional.relu(self.beat_norm(beat)), functional.relu(self.last_norm(features)))

    def forward(self, window: Tensor, timing: Tensor) -> Answer:
        """Log-odds of beat class and rhythm."""
        maps = self.trunk(window)
        near = maps.beat[..., -self.config.beat_span :].flatten(1)
        pooled = torch.cat([_pooled(maps.last), timing.clamp(0.0, 4.0)], dim=1)
        beat = torch.cat([near, maps.beat.mean(dim=(2, 3)), pooled], dim=1)
        return Answer(self.beat_head(beat), self.rhythm_head(pooled))


def _stage(inputs: int, outputs: int, config: ModelConfig) -> nn.Sequential:
    first = ResidualBlock(inputs, outputs, config.kernel, 2, config.dropout)
    rest = [ResidualBlock(outputs, outputs, config.kernel, 1, config.dropout) for _ in range(config.blocks - 1)]
    return nn.Sequential(first, *rest)


def _head(inputs: int, outputs: int, config: ModelConfig) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, config.hidden), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.hidden, outputs)
    )
