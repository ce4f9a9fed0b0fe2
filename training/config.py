"""What an experiment sets; one TOML file of these values is one experiment."""

import tomllib
from pathlib import Path

import msgspec

from classifier.shape import ModelConfig


class Sampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many segments one pass (epoch) draws, and from where."""

    challenge: dict[str, float]
    """Rhythm -> how often a challenge record of that rhythm is drawn: rare rhythms more often."""
    arrhythmia: dict[str, int]
    """Beat class -> segments around beats of that class in the arrhythmia records."""
    synthetic: int
    """Segments from synthetic records."""
    ward: dict[str, int] = msgspec.field(default_factory=dict)
    """Beat class -> segments around beats of that class in the data set of a ward, where there is one."""


class Augmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a training segment is changed before the network sees it."""

    noise_share: float
    """Share of segments with recorded noise added."""
    noise_snr: tuple[float, float]
    """dB, drawn evenly between these."""
    flip_share: float
    """Share of segments turned upside down."""
    stretch: float
    """Time runs faster or slower by up to this share."""
    late_start_share: float
    """Share of short records that begin somewhere in their middle."""
    gain: float
    """Standard deviation of the natural logarithm of a random gain."""


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mistake costs."""

    label_smoothing: float
    classes: dict[str, float]
    """Beat class -> what one of its beats counts."""
    rhythms: dict[str, float]
    """Rhythm -> what a segment of it counts."""


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long and how fast the network learns."""

    epochs: int
    batch: int
    learning_rate: float
    """The peak of the one-cycle schedule."""
    weight_decay: float
    average_decay: float
    """Of the running average of the weights, which is what serves."""
    threads: int
    seed: int


class Finish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The second stage: tokens and judge learn from single windows."""

    draws: int
    """How many passes' segments are drawn, once for all."""
    augmentation: Augmentation
    epochs: int
    batch: int
    learning_rate: float
    average_decay: float


class Leaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is added to the log-odds of labels that were drawn, or counted, more or less often than they occur."""

    rhythms: dict[str, float]
    classes: dict[str, float]


class TrainingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One experiment."""

    name: str
    validation_percent: int
    """Share of the challenge records that are kept back, by a hash of the name."""
    validation_records: tuple[str, ...]
    """Arrhythmia records that are kept back."""
    sampling: Sampling
    augmentation: Augmentation
    counting: Counting
    schedule: Schedule
    finish: Finish
    leaning: Leaning
    network: ModelConfig = ModelConfig()


def read_config(path: Path) -> TrainingConfig:
    """The experiment in a TOML file. Raises msgspec.ValidationError, naming the field, when a value does not fit."""
    return msgspec.convert(tomllib.loads(path.read_text()), TrainingConfig)
