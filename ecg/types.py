"""The words of the house. Every index counts house samples (`rates.SAMPLE_RATE`) from the start of the recording.

DeviceChunk → SampleChunk → DetectedBeat → Beat → RhythmEpisode, VitalSigns, SettledRhythm
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BeatClass, Rhythm, class_is_sure, rhythm_is_sure, sign

INVALID_SAMPLE = -32768
"""The device value that means "no valid sample here" (as in WFDB format 16)."""


@dataclass(frozen=True, slots=True)
class DeviceChunk:
    """Samples as the device sent them. `start` counts device samples; millivolt = samples / gain.

    samples: int16, shape (n,), n >= 1; rate in Hz; gain in units per millivolt, positive.
    """

    recording: str
    start: int
    samples: NDArray[np.int16]
    rate: float
    gain: float


@dataclass(frozen=True, slots=True)
class SampleChunk:
    """Consecutive samples at the house rate: float32 millivolts, shape (n,). NaN where the device had none."""

    recording: str
    start: int
    samples: NDArray[np.float32]

    @property
    def end(self) -> int:
        """Index one past the last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class DetectedBeat:
    """A QRS complex that waits for its label.

    index: the R peak. rr: house samples since the previous beat, None at the start and after a gap.
    window: float32 millivolts at `tracker.WINDOW_RATE`, shape (`tracker.WINDOW_SAMPLES`,), zero where nothing came.
    timing: float32, shape (`timing.TIMING_FEATURES`,), described there.
    """

    recording: str
    index: int
    rr: int | None
    window: NDArray[np.float32]
    timing: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Beat:
    """A labelled beat. Probabilities are in the order of `labels.BEAT_CLASSES` and `labels.RHYTHMS`."""

    recording: str
    index: int
    rr: int | None
    beat_class: BeatClass
    rhythm: Rhythm
    class_probabilities: tuple[float, ...]
    rhythm_probabilities: tuple[float, ...]

    @property
    def class_sure(self) -> bool:
        """Whether the network is sure of `beat_class`."""
        return class_is_sure(self.class_probabilities)

    @property
    def rhythm_sure(self) -> bool:
        """Whether the network is sure of `rhythm`."""
        return rhythm_is_sure(self.rhythm_probabilities)

    @property
    def sign(self) -> str:
        """The one letter this beat is drawn with."""
        return sign(self.beat_class, self.rhythm, self.class_probabilities, self.rhythm_probabilities)


@dataclass(frozen=True, slots=True)
class SettlingDue:
    """What comes after the beat at `index` is known as far as its rhythm needs it: now it can be settled."""

    recording: str
    index: int


@dataclass(frozen=True, slots=True)
class SettledRhythm:
    """The rhythm at the beat `index` once more, now that the signal after it is known. It replaces the beat's own for
    every picture and report; what was concluded from the beat when it came stands. Key: (recording, index).
    """

    recording: str
    index: int
    rhythm: Rhythm
    rhythm_probabilities: tuple[float, ...]

    def of(self, beat: Beat) -> Beat:
        """`beat`, which has this index, with this rhythm in the place of its own."""
        return replace(beat, rhythm=self.rhythm, rhythm_probabilities=self.rhythm_probabilities)


@dataclass(frozen=True, slots=True)
class SignalGap:
    """Nothing was received in [start, end). No trace, beat, RR or heart rate crosses it."""

    recording: str
    start: int
    end: int


class Quality(StrEnum):
    """How far the signal can be trusted."""

    GOOD = "good"
    POOR = "poor"
    """Beats are found, but numbers are not shown."""
    UNUSABLE = "unusable"
    """No beat is searched for."""


class QualityReason(StrEnum):
    """Why a signal is not good."""

    NONE = ""
    FLAT = "flat"
    SATURATED = "saturated"
    INVALID = "invalid"
    NOISE = "noise"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class QualityChange:
    """From `index` on the signal has this quality."""

    recording: str
    index: int
    quality: Quality
    reason: QualityReason


class Finding(StrEnum):
    """What the rhythm is called in words, from the beats of the last seconds."""

    UNKNOWN = "unknown"
    SINUS_RHYTHM = "sinus rhythm"
    BRADYCARDIA = "bradycardia"
    TACHYCARDIA = "tachycardia"
    ATRIAL_FIBRILLATION = "atrial fibrillation"
    OTHER_RHYTHM = "other rhythm"
    BIGEMINY = "bigeminy"
    VENTRICULAR_RUN = "ventricular run"
    PAUSE = "pause"
    NOISE = "noise"
    NOT_SURE = "not sure"


@dataclass(frozen=True, slots=True)
class RhythmEpisode:
    """A finding that lasts from `start` on; `end` is None while it goes on. Key: (recording, finding, start)."""

    recording: str
    finding: Finding
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """Numbers true at `index`; None where the signal does not carry the number.

    heart_rate: /min over the last `vitals.RATE_BEATS` RR intervals. rr_last: ms. The others from the NN intervals of
    the last 5 minutes (Task Force 1996): rr_mean, sdnn, rmssd in ms, pnn50 and nn_used (share of RR used) in percent.
    """

    recording: str
    index: int
    heart_rate: float | None
    rr_last: float | None
    rr_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything at or before `index` is decided: no beat, gap or quality change there will come any more."""

    recording: str
    index: int


Event = SignalGap | QualityChange | Beat | SettledRhythm | RhythmEpisode | VitalSigns
