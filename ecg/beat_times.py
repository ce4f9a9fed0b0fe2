"""When the beats of a script come, and of which kind: the RR process of McSharry et al. 2003 and three arrhythmias.

Sinus RR intervals follow the paper's bimodal spectrum: a Gaussian at 0.1 Hz (Mayer waves) and one at 0.25 Hz
(breathing), random phases, scaled to mean and standard deviation. Deviation: the tachogram is read at the time of
each beat, not integrated along the limit cycle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ecg.scripts import Contact, Scene, SceneRhythm, Script

TACHOGRAM_RATE = 4.0  # Hz
LOW_FREQUENCY, HIGH_FREQUENCY, BAND_WIDTH = (
    0.1,
    0.25,
    0.01,
)  # Hz: f1, f2 and c1 = c2 of the paper
LOW_TO_HIGH_POWER = 0.5  # LF/HF ratio of the paper
SINUS_VARIATION = 0.04  # standard deviation of RR over its mean
FIBRILLATION_VARIATION = 0.20  # RR standard deviation over mean, as seen in untreated atrial fibrillation
SHORTEST_RR = 0.33  # s: the refractory AV node
COUPLING = 0.62  # a premature beat comes after this share of the sinus RR
VENTRICULAR_VARIATION = 0.02


class BeatKind(StrEnum):
    """Which waves a beat has."""

    SINUS = "sinus"
    FIBRILLATION = "fibrillation"
    VENTRICULAR = "ventricular"


@dataclass(frozen=True, slots=True)
class ScheduledBeat:
    """A QRS at `time` s from the start; `rr` s since the one before."""

    time: float
    rr: float
    kind: BeatKind


@dataclass(frozen=True, slots=True)
class ScheduledScene:
    """A scene in its place: [start, end) in s."""

    start: float
    end: float
    scene: Scene

    def shows(self, contact: Contact) -> bool:
        """Whether the electrode is in this state here."""
        return self.scene.contact is contact


def lay_out(script: Script, seconds: float) -> list[ScheduledScene]:
    """The script's scenes, repeated until `seconds` are full; the last one is cut."""
    placed: list[ScheduledScene] = []
    start = 0.0
    while start < seconds:
        scene = script.scenes[len(placed) % len(script.scenes)]
        placed.append(ScheduledScene(start, min(start + scene.seconds, seconds), scene))
        start += scene.seconds
    return placed


def beat_times(scenes: list[ScheduledScene], rng: np.random.Generator) -> list[ScheduledBeat]:
    """All beats of all scenes in order, those under a lead that is off too."""
    beats: list[ScheduledBeat] = []
    last = -0.5
    for placed in scenes:
        for rr, kind in _intervals(placed, rng):
            time = max(last + rr, placed.start)
            if time >= placed.end:
                break
            beats.append(ScheduledBeat(time, time - last, kind))
            last = time
    return beats


def _intervals(placed: ScheduledScene, rng: np.random.Generator) -> Iterator[tuple[float, BeatKind]]:
    """RR in s and kind of beat after beat, more than the scene has room for."""
    scene, seconds = placed.scene, placed.end - placed.start
    match scene.rhythm:
        case SceneRhythm.SINUS:
            return _sinus(60 / scene.heart_rate, seconds, rng)
        case SceneRhythm.FIBRILLATION:
            return _fibrillation(60 / scene.heart_rate, rng)
        case SceneRhythm.BIGEMINY:
            return _bigeminy(60 / scene.heart_rate, seconds, rng)
        case SceneRhythm.VENTRICULAR_TACHYCARDIA:
            return _ventricular(60 / scene.heart_rate, rng)
        case SceneRhythm.STANDSTILL:
            return iter(())


def _sinus(mean: float, seconds: float, rng: np.random.Generator) -> Iterator[tuple[float, BeatKind]]:
    for rr in _read_at_beats(mean * (1 + _tachogram(seconds, rng))):
        yield rr, BeatKind.SINUS


def _fibrillation(mean: float, rng: np.random.Generator) -> Iterator[tuple[float, BeatKind]]:
    """Independent gamma intervals above the refractory time, with the asked mean and standard deviation."""
    above = mean - SHORTEST_RR
    scale = (FIBRILLATION_VARIATION * mean) ** 2 / above
    while True:
        yield SHORTEST_RR + rng.gamma(above / scale, scale), BeatKind.FIBRILLATION


def _bigeminy(mean: float, seconds: float, rng: np.random.Generator) -> Iterator[tuple[float, BeatKind]]:
    for rr in _read_at_beats(mean * (1 + _tachogram(seconds, rng) / 2)):
        yield (2 - COUPLING) * rr, BeatKind.SINUS
        yield COUPLING * rr, BeatKind.VENTRICULAR


def _ventricular(mean: float, rng: np.random.Generator) -> Iterator[tuple[float, BeatKind]]:
    while True:
        yield mean * rng.normal(1, VENTRICULAR_VARIATION), BeatKind.VENTRICULAR


def _read_at_beats(tachogram: NDArray[np.float64]) -> Iterator[float]:
    time = 0.0
    while True:
        rr = float(tachogram[int(time * TACHOGRAM_RATE) % len(tachogram)])
        yield rr
        time += rr


def _tachogram(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Relative RR swing at `TACHOGRAM_RATE`, mean 0, standard deviation `SINUS_VARIATION`."""
    count = max(2 * int(seconds * TACHOGRAM_RATE), 256)
    frequency = np.arange(count // 2 + 1, dtype=np.float64) * (TACHOGRAM_RATE / count)
    power = LOW_TO_HIGH_POWER * _bell(frequency, LOW_FREQUENCY) + _bell(frequency, HIGH_FREQUENCY)
    phase = rng.uniform(0, 2 * np.pi, len(frequency))
    swing = np.fft.irfft(np.sqrt(power) * np.exp(1j * phase), count)
    relative: NDArray[np.float64] = SINUS_VARIATION * (swing - swing.mean()) / swing.std()
    return relative


def _bell(frequency: NDArray[np.float64], centre: float) -> NDArray[np.float64]:
    bell: NDArray[np.float64] = np.exp(-((frequency - centre) ** 2) / (2 * BAND_WIDTH**2))
    return bell
