"""One pass over the training records: which beats, in which order, changed how; delivered in batches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass
from training.config import Augmentation, Sampling
from training.noise import Noise
from training.prepared import PreparedRecord
from training.sources import Source
from training.windows import Inputs, exact, late_start, stretched

Array = NDArray[np.float32]
LATE_START = (0.4, 8.0)
"""Seconds before the beat at which a late recording begins."""


@dataclass(frozen=True, slots=True)
class Example:
    """A beat of a record, by number."""

    record: PreparedRecord
    beat: int


@dataclass(frozen=True, slots=True)
class Batch:
    """n examples: windows (n, WINDOW_SAMPLES), timings (n, TIMING_FEATURES), codes or MASKED (n,)."""

    windows: Array
    timings: Array
    beat_class: NDArray[np.int64]
    rhythm: NDArray[np.int64]


def draw(records: dict[Source, list[PreparedRecord]], sampling: Sampling, rng: np.random.Generator) -> list[Example]:
    """The examples of one pass, shuffled. Overlapping windows of one record teach little: few are drawn of each."""
    examples = _draw_challenge(records[Source.CHALLENGE], sampling, rng)
    examples += _draw_arrhythmia(records[Source.ARRHYTHMIA], sampling, rng)
    examples += _draw_evenly(records[Source.SYNTHETIC], sampling.synthetic, rng)
    return [examples[i] for i in rng.permutation(len(examples))]


def _draw_challenge(records: list[PreparedRecord], sampling: Sampling, rng: np.random.Generator) -> list[Example]:
    examples = []
    for record in records:
        count = sampling.challenge[RHYTHMS[record.rhythm[0]].value]
        # One from each part of the record, so that the windows overlap little.
        edges = np.linspace(0, len(record.peaks), count + 1)
        beats = (edges[:-1] + rng.random(count) * np.diff(edges)).astype(np.intp)
        examples += [Example(record, int(beat)) for beat in beats]
    return examples


def _draw_arrhythmia(records: list[PreparedRecord], sampling: Sampling, rng: np.random.Generator) -> list[Example]:
    examples = []
    for label, count in sampling.arrhythmia.items():
        examples += _draw_class(records, BEAT_CLASSES.index(BeatClass(label)), count, rng)
    return examples


def _draw_class(records: list[PreparedRecord], code: int, count: int, rng: np.random.Generator) -> list[Example]:
    """Beats of one class; a record with many of them counts by the square root of its number."""
    found = [(record, np.flatnonzero(record.beat_class == code)) for record in records]
    found = [(record, beats) for record, beats in found if len(beats)]
    if not found:
        return []
    weights = np.sqrt([len(beats) for _, beats in found])
    chosen = rng.choice(len(found), count, p=weights / weights.sum())
    return [Example(found[i][0], int(rng.choice(found[i][1]))) for i in chosen]


def _draw_evenly(records: list[PreparedRecord], count: int, rng: np.random.Generator) -> list[Example]:
    if not records:
        return []
    chosen = [records[i] for i in rng.integers(len(records), size=count)]
    return [Example(record, int(rng.integers(len(record.peaks)))) for record in chosen]


def batches(
    examples: list[Example], size: int, augmentation: Augmentation, noise: Noise, rng: np.random.Generator
) -> Iterator[Batch]:
    """The examples, changed at random, in full batches; a rest smaller than `size` is left out."""
    for at in range(0, len(examples) - size + 1, size):
        chosen = examples[at : at + size]
        yield collate(chosen, [augment(example, augmentation, noise, rng) for example in chosen])


def collate(examples: list[Example], inputs: list[Inputs]) -> Batch:
    """Examples and what the network is given for them, as arrays."""
    return Batch(
        np.stack([item.window for item in inputs]),
        np.stack([item.timing for item in inputs]),
        np.array([example.record.beat_class[example.beat] for example in examples], np.int64),
        np.array([example.record.rhythm[example.beat] for example in examples], np.int64),
    )


def augment(example: Example, how: Augmentation, noise: Noise, rng: np.random.Generator) -> Inputs:
    """The example's window and timing, changed at random as far as `how` says."""
    inputs = _cut(example, how, rng)
    window = inputs.window
    if rng.random() < how.noise_share:
        window = add_noise(window, noise.window(rng), rng.uniform(*how.noise_snr))
    if rng.random() < how.flip_share:
        window = -window
    return Inputs(window, inputs.timing)


def _cut(example: Example, how: Augmentation, rng: np.random.Generator) -> Inputs:
    if rng.random() < how.late_start_share:
        return late_start(example.record, example.beat, rng.uniform(*LATE_START))
    if how.stretch:
        return stretched(example.record, example.beat, 1 + rng.uniform(-how.stretch, how.stretch))
    return exact(example.record, example.beat)


def add_noise(window: Array, noise: Array, snr: float) -> Array:
    """The window with noise of standard deviation one laid over what was received, `snr` dB below the signal."""
    received = window != 0.0
    if not received.any():
        return window
    level = float(window[received].std()) * 10 ** (-snr / 20)
    return np.where(received, window + level * noise, window).astype(np.float32)
