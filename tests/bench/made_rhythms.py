"""Made-up leads for the judge of humps: rates and waves that 24 records do not hold, fast, wide and tall ones.

Stretches of 10 to 25 s in turn, a common rhythm and a tachycardia of 100 to 310/min, each with a wave of its own:
bell curves, triangles and half cosines at random, narrow or wide, with a T wave taller than the QRS at times, up to
three times as high or low as the stretch before.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.rates import SAMPLE_RATE

Floats = NDArray[np.float64]

REACH = 150  # samples on each side of a beat for which its wave is drawn


def _bell(time: Floats) -> Floats:
    return np.exp(-(time**2) / 2)


def _triangle(time: Floats) -> Floats:
    return np.clip(1 - np.abs(time) / 2.4, 0, None)


def _half_cosine(time: Floats) -> Floats:
    return np.where(np.abs(time) < 2.2, np.cos(np.clip(time / 2.2, -1, 1) * np.pi / 2), 0.0)


FORMS: tuple[Callable[[Floats], Floats], ...] = (_bell, _bell, _triangle, _half_cosine)


class Hill(NamedTuple):
    """Centre and width (one sigma) in s, height in shares of the QRS, and form."""

    centre: float
    width: float
    height: float
    form: Callable[[Floats], Floats]


def made_lead(seconds: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Millivolts at the house rate, and where the beats are (samples)."""
    count = int(seconds * SAMPLE_RATE)
    samples, beats, at, fast, height = np.zeros(count), list[float](), 0.3, False, float(np.exp(rng.uniform(-1.2, 1.2)))
    while at < seconds:
        end = at + rng.uniform(10, 25)
        interval = 60 / (np.exp(rng.uniform(np.log(100), np.log(310))) if fast else rng.uniform(45, 130))
        wide = bool(rng.random() < (0.6 if fast else 0.2))
        wave, change = _wave(wide, interval, rng), rng.uniform(0.0, 0.05)
        while at < min(end, seconds):
            beats.append(at * SAMPLE_RATE)
            _draw(samples, at, wave, height * float(np.exp(rng.normal(0, 0.05))))
            at += interval * (1 + change * rng.normal())
        fast, height = not fast, float(np.clip(height * np.exp(rng.uniform(-1.1, 1.1)), 0.15, 5.0))
    time = np.arange(count) / SAMPLE_RATE
    quiet = rng.random() < 0.25
    breath = (0.0 if quiet else rng.uniform(0, 0.2)) * np.sin(2 * np.pi * rng.uniform(0.1, 0.4) * time)
    found = np.array(beats)
    return samples + breath + rng.normal(0, 0.001 if quiet else rng.uniform(0.003, 0.02), count), found[found < count]


def _wave(wide: bool, interval: float, rng: np.random.Generator) -> list[Hill]:
    sign, sigma = float(rng.choice((-1, 1))), rng.uniform(0.02, 0.04) if wide else rng.uniform(0.009, 0.018)
    recovery, alone = min(rng.uniform(0.20, 0.32), 0.55 * interval), rng.random() < 0.2
    q, s, t, p = (0.0, 0.0, 0.0, 0.0) if alone else rng.uniform(0, (0.4, 0.9, 0.6, 0.2))
    if not wide and rng.random() < 0.35:
        q, s, t = q / 4, s / 4, rng.uniform(0.7, 1.5)
    forms = [FORMS[place] for place in rng.integers(len(FORMS), size=3)]
    return [
        Hill(0.0, sigma, sign, forms[0]),
        Hill(-rng.uniform(2.0, 2.6) * sigma, sigma * rng.uniform(0.7, 1.0), -sign * q, forms[0]),
        Hill(rng.uniform(2.0, 2.8) * sigma, sigma * rng.uniform(0.7, 1.2), -sign * s, forms[1]),
        Hill(recovery, rng.uniform(0.03, 0.06), float(rng.choice((-1, 1))) * t, forms[2]),
        Hill(-0.16, 0.022, 0.0 if wide else p, _bell),
    ]


def _draw(samples: Floats, at: float, wave: list[Hill], height: float) -> None:
    first, end = max(int(at * SAMPLE_RATE) - REACH, 0), min(int(at * SAMPLE_RATE) + REACH, len(samples))
    time = np.arange(first, end) / SAMPLE_RATE - at
    for hill in wave:
        samples[first:end] += height * hill.height * hill.form((time - hill.centre) / hill.width)
