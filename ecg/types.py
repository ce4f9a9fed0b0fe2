"""The words of the house. Every index counts house samples (`rates.SAMPLE_RATE`) from the start of the recording.

DeviceChunk → SampleChunk → DetectedBeat → Beat → RhythmEpisode, VitalSigns, AfBurden, SettledRhythm → Alert
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ecg.alert_rules import AlertName, Priority
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm, class_is_sure, rhythm_is_sure, sign
from ecg.limits import Limits

INVALID_SAMPLE = -32768
"""The device value that means "no valid sample here" (as in WFDB format 16)."""


@dataclass(frozen=True, slots=True)
class DeviceChunk:
    """Samples as the device sent them. `start` counts device samples; millivolt = samples / gain.

    samples: int16, shape (n,), n >= 1; rate in Hz; gain in units per millivolt, positive. limits: by which people want
    these samples and all that follow judged; None says nothing of it. They travel with the samples, so that whoever
    takes up a recording at any place judges it as whoever had it before.
    """

    recording: str
    start: int
    samples: NDArray[np.int16]
    rate: float
    gain: float
    limits: Limits | None = None


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


@dataclass(frozen=True, slots=True)
class QualityChange:
    """From `index` on the signal has this quality."""

    recording: str
    index: int
    quality: Quality
    reason: QualityReason


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

    heart_rate: /min over the last `vitals.RATE_BEATS` RR intervals. rr_last: ms. Then of the NN intervals of the last
    5 minutes: rr_mean, sdnn, rmssd, sd1, sd2 in ms, pnn50 and nn_used (share of RR used) in percent, lf, hf and
    total_power in ms². `*_24h`: of the last 24 hours (`ecg.day`), of which `hours_24h` count. `ecg.methods` says of
    each how it is made.
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
    sd1: float | None = None
    sd2: float | None = None
    triangular_index: float | None = None
    lf: float | None = None
    hf: float | None = None
    total_power: float | None = None
    sdnn_24h: float | None = None
    sdann_24h: float | None = None
    sdnn_index_24h: float | None = None
    triangular_index_24h: float | None = None
    nn_used_24h: float | None = None
    hours_24h: float | None = None

    @property
    def lf_hf(self) -> float | None:
        """LF divided by HF."""
        return None if self.lf is None or not self.hf else self.lf / self.hf


VITAL_NUMBERS = tuple(field.name for field in fields(VitalSigns) if field.name not in {"recording", "index", "finding"})
"""The names of all numbers in `VitalSigns`."""


@dataclass(frozen=True, slots=True)
class AfBurden:
    """Share of the analysed time spent in atrial fibrillation, percent, up to `index`; None: too little was analysed.

    hour, day: of the last 60 minutes and 24 hours; whole: of the recording. Key: (recording, index).
    """

    recording: str
    index: int
    hour: float | None
    day: float | None
    whole: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything at or before `index` is decided: no beat, gap or quality change there will come any more."""

    recording: str
    index: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What made an alert. value, limit: in the unit of its rule; at the end of an alert the value is that of all of it.
    heart_rate: /min as shown then. beats: indices of the newest that made it. reason: of a signal that is not good.
    """

    value: float | None = None
    limit: float | None = None
    heart_rate: float | None = None
    beats: tuple[int, ...] = ()
    reason: QualityReason = QualityReason.NONE


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm condition that was told: it lasts from `start` on; `end` is None while it goes on. It is told again at
    its end. model: SHA-256 of the network's graphs that labelled the beats. Key: (recording, rule, start).
    """

    recording: str
    rule: AlertName
    priority: Priority
    start: int
    end: int | None
    evidence: Evidence
    model: str


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """From the beat at `index` on the network `model` (SHA-256 of its graphs) labels them. Key: (recording, index)."""

    recording: str
    index: int
    model: str


Event = SignalGap | QualityChange | Beat | SettledRhythm | RhythmEpisode | VitalSigns | AfBurden | Alert | NetworkChange
