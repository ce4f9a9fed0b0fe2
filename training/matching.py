"""What experts marked, laid beside the beats that our own detector found."""

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.rates import SAMPLE_RATE, to_samples
from training.sources import MASKED, Truth

MATCH = 0.15 * SAMPLE_RATE
"""House samples: a detected beat is the annotated one when they are at most 150 ms apart (ANSI/AAMI EC57)."""

DISPUTED_AFTER = to_samples(10.0)
"""For so long after an ectopic beat what MIT-BIH calls sinus rhythm is not called so here."""


def match_classes(peaks: NDArray[np.int64], truth: Truth, rate: float) -> NDArray[np.int8]:
    """Class code (k,) of the annotated beat nearest to each peak, MASKED where none is within `MATCH`."""
    if not len(truth.beat_samples):
        return np.full(len(peaks), MASKED, np.int8)
    annotated = truth.beat_samples * (SAMPLE_RATE / rate)
    after = np.searchsorted(annotated, peaks).clip(0, len(annotated) - 1)
    before = (after - 1).clip(0)
    earlier = np.abs(annotated[before] - peaks) <= np.abs(annotated[after] - peaks)
    nearest = np.where(earlier, before, after)
    near = np.abs(annotated[nearest] - peaks) <= MATCH
    return np.where(near, truth.beat_codes[nearest], MASKED).astype(np.int8)


def match_rhythms(peaks: NDArray[np.int64], classes: NDArray[np.int8], truth: Truth, rate: float) -> NDArray[np.int8]:
    """Rhythm code (k,) at each peak; MASKED where nobody named one, or where two schools name it differently."""
    starts = truth.rhythm_starts * (SAMPLE_RATE / rate)
    at = np.searchsorted(starts, peaks, side="right") - 1
    codes = np.append(truth.rhythm_codes, np.int8(MASKED))[at]  # before the first note, or without any: the last one
    disputed = _ectopic_before(peaks, classes) & (codes == RHYTHMS.index(Rhythm.NORMAL))
    return np.where(disputed, MASKED, codes).astype(np.int8)


def _ectopic_before(peaks: NDArray[np.int64], classes: NDArray[np.int8]) -> NDArray[np.bool_]:
    # MIT-BIH calls sinus rhythm with single premature beats (N; the challenge calls such strips "other". Neither is
    # wrong, so a beat with an ectopic one shortly before it teaches no rhythm.
    ectopic = (classes != MASKED) & (classes != BEAT_CLASSES.index(BeatClass.NORMAL))
    counted = np.concatenate([[0], np.cumsum(ectopic)])
    first = np.searchsorted(peaks, peaks - DISPUTED_AFTER)
    return np.asarray(counted[1:] > counted[first])
