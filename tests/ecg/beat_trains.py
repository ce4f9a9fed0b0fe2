"""Trains of beats at exact rates, as indices and as a signal, and when a step of the rate is told."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg.pipeline import Pipeline
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.types import VitalSigns
from tests.ecg.labellers import BitLabeller
from tests.ecg.signals import cut, device_samples

CHUNK = 63
"""Samples in a chunk, a quarter of a second."""


def train(seconds: float, rate: float, start: int = 250) -> list[int]:
    """Indices of beats at exact times, rounded to samples: `seconds` of beats at `rate` /min, the first at `start`."""
    return [start + to_samples(number * 60 / rate) for number in range(round(seconds * rate / 60) + 1)]


def step(before: float, after: float, phase: float = 0.0) -> tuple[list[int], int]:
    """A train that steps from one rate to another (/min), and the last beat of the old; `phase` seconds later."""
    old = train(25, before, 250 + to_samples(phase))
    return [*old, *train(20, after, old[-1])[1:]], old[-1]


def signal_of(indices: Sequence[int]) -> NDArray[np.int16]:
    """R waves of 1 mV and 80 ms, each with a T wave, and a little noise."""
    made = np.random.default_rng(3).normal(0, 0.01, indices[-1] + 500)
    for index in indices:
        near = slice(max(0, index - 60), min(len(made), index + 130))
        away = (np.arange(near.start, near.stop) - index) / SAMPLE_RATE
        made[near] += np.exp(-((away / 0.017) ** 2)) + 0.15 * np.exp(-(((away - 0.22) / 0.05) ** 2))
    return device_samples(made)


def told_rates(indices: Sequence[int]) -> list[tuple[int, float | None]]:
    """What a pipeline tells of the signal of these beats: (samples that it had been given, heart rate)."""
    pipeline, told = Pipeline(BitLabeller()), list[tuple[int, float | None]]()
    for sent in cut(signal_of(indices), [CHUNK] * 10_000, SAMPLE_RATE):
        known = [one for one in pipeline.receive([sent]) if isinstance(one, VitalSigns)]
        told += [(sent.start + len(sent.samples), one.heart_rate) for one in known]
    return told


def settled_after(told: Sequence[tuple[int, float | None]], at: int, rate: float) -> float:
    """Seconds from the sample `at` until the rate is told within 1/min and stays so; told: (sample, rate)."""
    wrong = [place for place, (index, shown) in enumerate(told) if shown is None or abs(shown - rate) > 1 or index < at]
    return (told[wrong[-1] + 1][0] - at) / SAMPLE_RATE
