"""Which of several findings is told first."""

from ecg.findings import Finding

PRIORITY = (
    Finding.VENTRICULAR_FIBRILLATION,
    Finding.ASYSTOLE,
    Finding.NOISE,
    Finding.VENTRICULAR_TACHYCARDIA,
    Finding.VENTRICULAR_RUN,
    Finding.PAUSE,
    Finding.BIGEMINY,
    Finding.TRIGEMINY,
    Finding.SUPRAVENTRICULAR_RUN,
    Finding.ATRIAL_FIBRILLATION,
    Finding.TACHYCARDIA,
    Finding.BRADYCARDIA,
    Finding.OTHER_RHYTHM,
    Finding.NOT_SURE,
)
"""Which finding gives the tile its words while several are open; a silence comes before what was there until then.

Fibrillation and asystole come before noise: both need a good signal, and the beats found in fibrillation look like
noise. A couplet is over when it is told: it stands in the list of episodes only.
"""

HIGH_CONCERN = tuple(
    finding for finding in PRIORITY[: PRIORITY.index(Finding.BIGEMINY)] if finding is not Finding.NOISE
)
"""Findings that bring a bed to the front of a wall: those before bigeminy. Noise says nothing of the heart."""
