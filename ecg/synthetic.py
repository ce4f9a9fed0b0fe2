"""Synthetic ECG after P. E. McSharry, G. D. Clifford, L. Tarassenko, L. A. Smith, "A dynamical model for generating
synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50(3):289-294, 2003.

The paper moves a point round a limit cycle; near the angles of P, Q, R, S and T it is pushed up or down, and it is
drawn back to a breathing baseline: dz/dt = -sum a_i d_i exp(-d_i^2 / (2 b_i^2)) - (z - z0), d_i the angle to wave i.
At one turn per second the push of wave i integrates to a Gaussian of height a_i b_i^2 (in units of R) and of width
b_i / 2 pi seconds at theta_i / 2 pi seconds from R. So here z = h + u: h the sum of these Gaussians over all beats,
u the solution of du/dt = z0 - h - u, one pole.

Deviations from the paper: the point is always on the limit cycle; waves are placed in time round each R, so that the
QRS keeps its width at every rate (0.7 of table I, about 90 ms) while QT follows the square root of RR (Bazett);
P and S are lower than in table I. Added: ventricular beats, fibrillatory waves (sawtooth with slow modulation, after
Stridh and Sörnmo 2001), muscle noise, electrode movement and a lead that falls off.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from ecg.beat_times import BeatKind, ScheduledBeat, ScheduledScene, beat_times, lay_out
from ecg.labels import BeatClass
from ecg.scripts import Contact, SceneRhythm, Script

RAIL = 5.0  # mV where the amplifier stays while a lead is off
SETTLING = 0.6  # s, time constant of the baseline after a lead is back
BREATHING, BREATHING_FREQUENCY = 0.12, 0.25  # mV and Hz of z0
BREATHING_GAIN = 0.05  # share by which breathing changes the height of all waves
AMPLIFIER_NOISE = 0.008  # mV rms
MUSCLE_NOISE = 0.35  # mV rms while the electrode moves
MOVEMENT = 0.9  # mV, swing of the baseline while the electrode moves
FIBRILLATORY, FIBRILLATORY_FREQUENCY = 0.06, 6.2  # mV and Hz


class Wave(NamedTuple):
    """A Gaussian: `offset` s from the R peak, `width` s (one sigma), `height` mV; the times go with RR ** `stretch`."""

    offset: float
    width: float
    height: float
    stretch: float


_P = Wave(-0.165, 0.024, 0.13, 0.25)
_NARROW = (
    Wave(-0.029, 0.0111, -0.14, 0),
    Wave(0, 0.0111, 1.15, 0),
    Wave(0.029, 0.0111, -0.22, 0),
)
_T = (Wave(0.27, 0.052, 0.20, 0.5), Wave(0.31, 0.034, 0.12, 0.5))
_WIDE = (Wave(-0.014, 0.019, 0.55, 0), Wave(0.004, 0.0155, 0.95, 0), Wave(0.049, 0.0165, -0.55, 0))
_DISCORDANT_T = (Wave(0.26, 0.062, -0.38, 0.3),)

WAVES: dict[BeatKind, tuple[Wave, ...]] = {
    BeatKind.SINUS: (_P, *_NARROW, *_T),
    BeatKind.FIBRILLATION: (*_NARROW, *_T),
    BeatKind.VENTRICULAR: (*_WIDE, *_DISCORDANT_T),
}
STRETCH_LIMITS = (
    0.35,
    1.25,
)  # s of RR beyond which waves are not squeezed or stretched any more


class TrueBeat(NamedTuple):
    """A beat as it was made; `sample` of its R peak, counted at the signal's own rate."""

    sample: int
    beat_class: BeatClass


@dataclass(frozen=True, slots=True)
class SyntheticEcg:
    """samples: float32 mV, shape (n,), at `rate` Hz. beats: those that a viewer can see, in order.

    heart_rate: /min in the script's main scene.
    """

    samples: NDArray[np.float32]
    rate: float
    beats: tuple[TrueBeat, ...]
    heart_rate: float


def synthesise(script: Script, rate: float, seed: int, seconds: float = 300.0) -> SyntheticEcg:
    """`seconds` of the script at `rate` Hz; the same seed gives the same signal on every machine's own numpy."""
    rng = np.random.default_rng(seed)
    scenes = lay_out(script, seconds)
    beats = beat_times(scenes, rng)
    time = np.arange(int(seconds * rate)) / rate
    signal = _heart(beats, time, rate, rng) + _atria(scenes, time, rng)
    signal += rng.normal(0, AMPLIFIER_NOISE, len(time))
    _disturb(signal, scenes, rate, rng)
    return SyntheticEcg(
        signal.astype(np.float32),
        rate,
        _visible(beats, scenes, time, rate),
        script.heart_rate,
    )


def _heart(
    beats: list[ScheduledBeat],
    time: NDArray[np.float64],
    rate: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    breath = np.sin(2 * np.pi * BREATHING_FREQUENCY * time + rng.uniform(0, 2 * np.pi))
    waves = np.zeros(len(time))
    for kind, shapes in WAVES.items():
        chosen = [beat for beat in beats if beat.kind is kind]
        for wave in shapes if chosen else ():
            waves += _one_wave(wave, chosen, len(time), rate)
    waves *= 1 + BREATHING_GAIN * breath
    decay = np.exp(-1 / rate)
    slow = lfilter([1 - decay], [1, -decay], BREATHING * breath - waves)
    return waves + slow


def _one_wave(wave: Wave, beats: list[ScheduledBeat], count: int, rate: float) -> NDArray[np.float64]:
    """The wave in all these beats, shape (count,)."""
    stretch = np.clip([beat.rr for beat in beats], *STRETCH_LIMITS) ** wave.stretch
    centre = np.array([beat.time for beat in beats]) + wave.offset * stretch
    width = wave.width * stretch
    reach = int(5 * width.max() * rate) + 1
    index = np.round(centre * rate).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
    height = wave.height * np.exp(-(((index / rate - centre[:, None]) / width[:, None]) ** 2) / 2)
    inside = (index >= 0) & (index < count)
    total: NDArray[np.float64] = np.bincount(index[inside], weights=height[inside], minlength=count).astype(np.float64)
    return total


def _atria(scenes: list[ScheduledScene], time: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Fibrillatory waves where the atria fibrillate, else zero."""
    wander = 0.3 * np.sin(2 * np.pi * 0.17 * time + rng.uniform(0, 6))
    phase = 2 * np.pi * FIBRILLATORY_FREQUENCY * time + 3 * wander
    saw = np.sin(phase) + np.sin(2 * phase) / 2 + np.sin(3 * phase) / 3
    on = np.zeros(len(time))
    for placed in scenes:
        if placed.scene.rhythm is SceneRhythm.FIBRILLATION:
            on[(time >= placed.start) & (time < placed.end)] = 1
    return FIBRILLATORY * (0.8 + wander) * saw * on


def _disturb(
    signal: NDArray[np.float64],
    scenes: list[ScheduledScene],
    rate: float,
    rng: np.random.Generator,
) -> None:
    """Lay muscle noise, movement and leads that are off over the signal, in place."""
    for placed in scenes:
        start, end = round(placed.start * rate), round(placed.end * rate)
        if placed.shows(Contact.MOVING):
            signal[start:end] += _movement(len(signal[start:end]), rate, rng)
        if placed.shows(Contact.OFF):
            signal[start:end] = RAIL
            after = np.arange(len(signal) - end) / rate
            signal[end:] += (RAIL / 2) * np.exp(-after / SETTLING)


def _movement(count: int, rate: float, rng: np.random.Generator) -> NDArray[np.float64]:
    time = np.arange(count) / rate
    swing = MOVEMENT * np.sin(2 * np.pi * 0.9 * time + rng.uniform(0, 6)) * np.sin(np.pi * time / (count / rate))
    return swing + rng.normal(0, MUSCLE_NOISE, count)


def _visible(
    beats: list[ScheduledBeat],
    scenes: list[ScheduledScene],
    time: NDArray[np.float64],
    rate: float,
) -> tuple[TrueBeat, ...]:
    off = [(placed.start, placed.end) for placed in scenes if placed.shows(Contact.OFF)]
    return tuple(
        TrueBeat(round(beat.time * rate), _class_of(beat.kind))
        for beat in beats
        if round(beat.time * rate) < len(time) and not any(start <= beat.time < end for start, end in off)
    )


def _class_of(kind: BeatKind) -> BeatClass:
    return BeatClass.VENTRICULAR if kind is BeatKind.VENTRICULAR else BeatClass.NORMAL
