"""Recorded noise laid over clean records, as PhysioNet's `nst` does it, and what the tracker then makes of them.

Noise: bw (baseline wander), em (electrode motion), ma (muscle artefact) of the MIT-BIH Noise Stress Test Database. The
signal-to-noise ratio is nst's: a QRS complex of peak-to-peak amplitude A counts as power A² / 8, noise as its power
within seconds. It is on in every other two minutes, the first two included.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg.findings import Quality, QualityReason
from ecg.good_beats import in_good_signal
from ecg.labels import BeatClass, Rhythm
from ecg.monitor import HeartMonitor
from ecg.rates import SAMPLE_RATE
from ecg.tracker import SignalTracker
from ecg.types import Beat, DetectedBeat, DeviceChunk, QualityChange, SampleChunk, VitalSigns
from ecg.vitals import HeartRate

KINDS = "em", "ma", "bw"
RATIOS = 24, 18, 12, 6, 0, -6
GAIN = 1000.0  # units per mV, finer than the records': noise is not clipped
CHUNK_SECONDS = 30.0
PERIOD = 120  # s of noise, and as many without
FLANK = 0.05  # s beside the annotation within which a QRS complex is measured
TOLERANCE = 5.0  # /min


@dataclass(frozen=True, slots=True)
class Moment:
    """What a screen shows at `index`, and the heart rate by the annotated beats; /min."""

    index: int
    quality: Quality
    reason: QualityReason
    shown: float | None
    true: float | None

    @property
    def is_wrong(self) -> bool:
        """Whether a number is shown that is not the heart's."""
        return self.shown is not None and (self.true is None or abs(self.shown - self.true) > TOLERANCE)

    @property
    def is_noisy(self) -> bool:
        """Whether noise is on, where there is any."""
        return self.index // (PERIOD * SAMPLE_RATE) % 2 == 0


@dataclass(frozen=True, slots=True)
class Followed:
    """A record's moments, the beats that were found and which of them stand in good signal."""

    moments: list[Moment]
    beats: list[int]
    good: list[bool]


def read_noise(place: Path) -> tuple[dict[str, NDArray[np.float64]], float]:
    """Both leads of each kind, mV, shape (n, 2), and their rate in Hz."""
    with np.load(place) as stored:
        return {kind: stored[kind] / float(stored["adc_per_mv"]) for kind in KINDS}, float(stored["fs"])


def lay_over(clean: NDArray[np.float64], beats: list[int], noise: NDArray[np.float64], rate: float, ratio: float,
             seed: int) -> NDArray[np.float64]:  # fmt: skip
    """`clean` (mV, with QRS complexes at the samples `beats`) with `noise` from a random place at `ratio` dB."""
    start = np.random.default_rng(abs(seed)).integers(len(noise))
    piece = np.resize(np.roll(noise, -start), len(clean))
    share = amplitude(clean, beats, rate) / np.sqrt(8 * 10 ** (ratio / 10)) / level(noise, rate)
    on = np.arange(len(clean)) // round(PERIOD * rate) % 2 == 0
    return np.asarray(clean + share * piece * on)


def amplitude(clean: NDArray[np.float64], beats: list[int], rate: float) -> float:
    """Mean peak-to-peak height of the QRS complexes, a tenth left out at either end; mV."""
    flank = round(FLANK * rate)
    heights = np.sort([np.ptp(clean[at - flank : at + flank + 1]) for at in beats if flank <= at < len(clean) - flank])
    return float(heights[len(heights) // 10 : len(heights) - len(heights) // 10].mean())


def level(noise: NDArray[np.float64], rate: float) -> float:
    """Root mean square within seconds, the mean over the seconds, a twentieth left out at either end; mV."""
    second = round(rate)
    seconds = noise[: len(noise) // second * second].reshape(-1, second)
    each = np.sort(seconds.std(axis=1))
    return float(each[len(each) // 20 : len(each) - len(each) // 20].mean())


def follow(millivolts: NDArray[np.float64], rate: float, truth: list[int]) -> Followed:
    """What screens show of a signal (mV at `rate` Hz) whose beats are at the house samples `truth`."""
    samples = np.round(millivolts * GAIN).clip(-32767, 32767).astype(np.int16)
    tracker, monitor, step = SignalTracker("bench"), HeartMonitor("bench"), round(CHUNK_SECONDS * rate)
    shown: list[VitalSigns] = []
    changes: list[QualityChange] = []
    beats: list[int] = []
    for at in range(0, len(samples), step):
        for item in tracker.receive(DeviceChunk("bench", at, samples[at : at + step], rate, GAIN)):
            if isinstance(item, DetectedBeat):
                beats.append(item.index)
            elif isinstance(item, QualityChange):
                changes.append(item)
            if not isinstance(item, SampleChunk):
                told = monitor.receive(_normal(item) if isinstance(item, DetectedBeat) else item)
                shown += [each for each in told if isinstance(each, VitalSigns)]
    return Followed(_moments(shown, changes, truth), beats, in_good_signal(beats, changes))


def _normal(beat: DetectedBeat) -> Beat:
    # Heart rate asks for no labels: every beat counts.
    return Beat("bench", beat.index, beat.rr, BeatClass.NORMAL, Rhythm.NORMAL, (1, 0, 0, 0, 0), (1, 0, 0, 0))


def _moments(shown: list[VitalSigns], changes: list[QualityChange], truth: list[int]) -> list[Moment]:
    rate, moments, before = HeartRate(), [], 0
    quality, reason = Quality.POOR, QualityReason.NONE
    told, beats = iter([*changes, None]), iter([*truth, None])
    change, beat = next(told), next(beats)
    for each in shown:
        while change is not None and change.index <= each.index:
            quality, reason, change = change.quality, change.reason, next(told)
        while beat is not None and beat <= each.index:
            if before:
                rate.note(beat, beat - before)
            before, beat = beat, next(beats)
        moments.append(Moment(each.index, quality, reason, each.heart_rate, rate.at(each.index)))
    return moments
