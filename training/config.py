"""What an experiment sets; one TOML file of these values is one experiment."""

import tomllib
from pathlib import Path

import msgspec

from classifier.shape import ModelConfig


class Sampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many windows one pass (epoch) draws, and from where."""

    challenge: dict[str, int]
    """Rhythm -> windows from each challenge record of that rhythm: rare rhythms are drawn more often."""
    arrhythmia: dict[str, int]
    """Beat class -> windows from all beats of that class in the arrhythmia records."""
    synthetic: int
    """Windows from synthetic records."""


class Augmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a training window is changed before the network sees it."""

    noise_share: float
    """Share of windows with recorded noise added."""
    noise_snr: tuple[float, float]
    """dB, drawn evenly between these."""
    flip_share: float
    """Share of windows turned upside down."""
    stretch: float
    """Time runs faster or slower by up to this share."""
    late_start_share: float
    """Share of windows cut as if the recording had begun only a few seconds before the beat."""


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long and how fast the network learns."""

    epochs: int
    batch: int
    learning_rate: float
    """The peak of the one-cycle schedule."""
    weight_decay: float
    label_smoothing: float
    average_decay: float
    """Of the running average of the weights, which is what serves."""
    threads: int
    seed: int


class TrainingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One experiment."""

    name: str
    validation_percent: int
    """Share of the challenge records that are kept back, by a hash of the name."""
    validation_records: tuple[str, ...]
    """Arrhythmia records that are kept back."""
    sampling: Sampling
    augmentation: Augmentation
    schedule: Schedule
    network: ModelConfig = ModelConfig()


def read_config(path: Path) -> TrainingConfig:
    """The experiment in a TOML file. Raises msgspec.ValidationError, naming the field, when a value does not fit."""
    return msgspec.convert(tomllib.loads(path.read_text()), TrainingConfig)
