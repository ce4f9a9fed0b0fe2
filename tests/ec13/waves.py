"""Test waves after the published descriptions of ANSI/AAMI EC13 (IEC 60601-2-27), made here: millivolts at 500 Hz.

The standard's figures 3 and 4 are drawn from patients; these waves have their rates, amplitudes, widths and order of
beats (makers' manuals tell them; the samples are PhysioNet's "aami-ec13"), not their samples. Every wave carries 8 µV
of noise and a breathing baseline of 0.1 mV, as an electrode does: a line without either is a lead that is off.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

RATE = 500.0
NOISE, BREATHING, BREATHING_FREQUENCY = 0.008, 0.05, 0.25  # mV, mV, Hz

Wave = NDArray[np.float64]
Shape = Callable[[Wave], Wave]
"""Millivolts at seconds from the peak of the QRS."""


def triangle(time: Wave, width: float, height: float) -> Wave:
    """EC13's artificial QRS (figure 5): `width` s at the base, `height` mV."""
    return height * np.clip(1 - np.abs(time) / (width / 2), 0, None)


def bell(time: Wave, centre: float, width: float, height: float) -> Wave:
    """A Gaussian of `width` s (one sigma)."""
    return np.asarray(height * np.exp(-(((time - centre) / width) ** 2) / 2))


def narrow(time: Wave) -> Wave:
    """A normal beat: QRS 1 mV high and 90 ms wide, with P and T."""
    qrs = bell(time, -0.029, 0.011, -0.12) + bell(time, 0, 0.0125, 1.0) + bell(time, 0.03, 0.012, -0.2)
    return qrs + bell(time, -0.16, 0.022, 0.12) + bell(time, 0.26, 0.05, 0.22)


def wide(time: Wave) -> Wave:
    """A ventricular beat: QRS 160 ms wide, 1.6 mV from peak to peak, and a T wave against it."""
    qrs = bell(time, -0.01, 0.026, 1.1) + bell(time, 0.055, 0.024, -0.5)
    return qrs + bell(time, 0.24, 0.06, -0.35)


def upside_down(shape: Shape) -> Shape:
    """The same wave with the other sign."""
    return lambda time: -shape(time)


def beats(seconds: float, at: Iterable[tuple[float, Shape]]) -> Wave:
    """A train of waves; `at`: time of the peak in s and shape, in order, ending when the time is up."""
    time = np.arange(round(seconds * RATE)) / RATE
    made = np.zeros(len(time))
    for peak, shape in at:
        if peak > seconds + 1:
            break
        near = slice(np.searchsorted(time, peak - 1), np.searchsorted(time, peak + 1))
        made[near] += shape(time[near] - peak)
    return made


def paced(intervals: Sequence[float], shapes: Sequence[Shape], begin: float = 0.3) -> Iterable[tuple[float, Shape]]:
    """Peaks for ever: after each beat the next of `intervals` (s), each with the next of `shapes`."""
    peak = begin
    for interval, shape in zip(cycle(intervals), cycle(shapes), strict=False):
        yield peak, shape
        peak += interval


def steady(rate: float, seconds: float, shape: Shape = narrow) -> Wave:
    """One wave over and over at `rate` per minute."""
    return beats(seconds, paced([60 / rate], [shape]))


def step(before: float, after: float, seconds: float) -> Wave:
    """`seconds` of one rate, then `seconds` of another; the first interval that differs begins at `seconds` or a beat
    before it.
    """
    first = np.arange(0.3, seconds, 60 / before)
    second = first[-1] + 60 / after * np.arange(1, round(seconds * after / 60))
    return beats(2 * seconds, ((float(peak), narrow) for peak in [*first, *second]))


def tall_t(height: float, seconds: float) -> Wave:
    """80 per minute; QRS 1 mV and 100 ms, T wave of `height` mV and 180 ms, QT 350 ms (EC13 4.1.2.1 c)."""

    def shape(time: Wave) -> Wave:
        # QT from the onset of QRS, 50 ms before its peak, to the end of T.
        half_cosine = np.where(np.abs(time - 0.21) < 0.09, np.cos((time - 0.21) * np.pi / 0.18), 0)
        return triangle(time, 0.100, 1.0) + height * half_cosine

    return steady(80, seconds, shape)


def irregular(name: str, seconds: float) -> Wave:
    """EC13 figure 3 (PhysioNet aami3a to 3d): all beats are counted, so 80, 60, 120 and 90 per minute."""
    intervals, shapes = {
        "3a": ((0.50, 1.00), (narrow, wide)),  # ventricular bigeminy
        "3b": ((0.70, 1.30), (narrow, wide)),  # slow alternating bigeminy
        "3c": ((0.38, 0.62), (narrow, wide)),  # rapid alternating bigeminy
        "3d": ((0.6667, 0.6667), (wide, upside_down(wide))),  # bidirectional systoles
    }[name]
    return beats(seconds, paced(intervals, shapes))


def ventricular_tachycardia(rate: float, peak_to_peak: float, seconds: float) -> Wave:
    """EC13 figure 4: wide waves one into the other at `rate`, `peak_to_peak` mV high, after 80 per minute of EC13's
    triangles for the first half.
    """
    wave = beats(seconds / 2, paced([60 / rate], [wide], begin=0.15))
    tachycardia = (wave - wave.mean()) * (peak_to_peak / np.ptp(wave[len(wave) // 4 :]))
    normal = steady(80, seconds / 2, lambda time: triangle(time, 0.100, 1.0))
    return np.concatenate([normal, tachycardia])


def standstill(after: float, seconds: float) -> Wave:
    """80 per minute for `after` s, then nothing until `seconds`."""
    return np.concatenate([steady(80, after), np.zeros(round((seconds - after) * RATE))])


def fibrillation(amplitude: float, seconds: float, seed: int) -> Wave:
    """Ventricular fibrillation: three oscillations of 3.2 to 7.5 Hz that drift in frequency and wax and wane.

    amplitude: mV, about half of what is seen from peak to peak.
    """
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    middle = rng.uniform(3.2, 7.5)
    made = np.zeros(count)
    for number, share in enumerate((1.0, 0.6, 0.4)):
        frequency = middle * (1 + 0.15 * (number - 1)) + rng.uniform(0.2, 0.9) * drift(1.0, count, rng)
        phase = 2 * np.pi * np.cumsum(frequency) / RATE + rng.uniform(0, 2 * np.pi)
        envelope = share * np.abs(1 + 0.45 * drift(1.5, count, rng))
        made += envelope * (np.sin(phase) + 0.25 * np.sin(2 * phase + 1))
    return np.asarray(made * (amplitude / 2 / made.std()))


def drift(seconds: float, count: int, rng: np.random.Generator) -> Wave:
    """A random walk that forgets within `seconds`; standard deviation 1."""
    knots = rng.normal(size=int(count / RATE / seconds) + 3)
    walk = np.interp(np.arange(count) / RATE / seconds, np.arange(len(knots)), knots)
    return np.asarray(walk / max(float(walk.std()), 1e-9))


def on_skin(wave: Wave, seed: int = 0) -> NDArray[np.int16]:
    """The wave as a device sends it, 1000 units per mV, with what an electrode adds."""
    rng, time = np.random.default_rng(seed), np.arange(len(wave)) / RATE
    carried = wave + rng.normal(0, NOISE, len(wave)) + BREATHING * np.sin(2 * np.pi * BREATHING_FREQUENCY * time)
    return np.round(carried * 1000).astype(np.int16)
