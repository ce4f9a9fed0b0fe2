"""What is found by ectopic beats, and which of them count where the signal is poor."""

from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.types import Beat

BY_CLASS: dict[BeatClass, tuple[Finding, ...]] = {
    BeatClass.VENTRICULAR: (
        Finding.VENTRICULAR_TACHYCARDIA,
        Finding.VENTRICULAR_RUN,
        Finding.COUPLET,
        Finding.BIGEMINY,
        Finding.TRIGEMINY,
    ),
    BeatClass.SUPRAVENTRICULAR: (Finding.SUPRAVENTRICULAR_RUN,),
}
"""What is found by the order of beats of a class."""

RUNS = (Finding.VENTRICULAR_TACHYCARDIA, Finding.VENTRICULAR_RUN)
VOUCHED = 0.9
"""From this probability on a beat is ventricular in a poor signal too. In 12 hours of electrode motion at 0 dB 87 false
runs are told from 0.6 on, 4 from here on, 2 where no beat of a poor signal counts."""


def is_plainly_ventricular(beat: Beat) -> bool:
    """Whether a beat is so surely ventricular, and so surely no noise, that it counts whatever its signal is like."""
    sure = beat.beat_class is BeatClass.VENTRICULAR and max(beat.class_probabilities) >= VOUCHED
    return sure and beat.rhythm is not Rhythm.NOISE
