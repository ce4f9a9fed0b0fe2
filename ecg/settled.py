"""The settled rhythms of a recording: in the place of the live ones, and as one answer for a whole record."""

from collections.abc import Iterable, Sequence

import numpy as np

from ecg.labels import RHYTHMS, Rhythm
from ecg.types import Beat, SettledRhythm


def with_settled_rhythms(beats: Sequence[Beat], settled: Iterable[SettledRhythm]) -> list[Beat]:
    """`beats` of one recording, each with its settled rhythm in the place of the live one where there is one."""
    answers = {answer.index: answer for answer in settled}
    return [answers[beat.index].of(beat) if beat.index in answers else beat for beat in beats]


def rhythm_of_record(beats: Sequence[Beat]) -> tuple[Rhythm, float]:
    """The one answer for a whole record and its probability: the mean over its beats; noise without a beat."""
    if not beats:
        return Rhythm.NOISE, 1.0
    means = np.mean([beat.rhythm_probabilities for beat in beats], axis=0)
    return RHYTHMS[int(means.argmax())], float(means.max())
