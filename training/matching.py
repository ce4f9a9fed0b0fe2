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
    nearest = _nearest(peaks, truth.beat_samples, rate)
    return np.append(truth.beat_codes, np.int8(MASKED))[nearest].astype(np.int8)


def taught_classes(peaks: NDArray[np.int64], classes: NDArray[np.int8], truth: Truth, rate: float) -> NDArray[np.int8]:
    """`classes` (k,) with the aberrated beats masked.

    97 of 100 are of one record, 201. Taught as S they made the network call other people's ventricular beats S.
    """
    doubtful = _nearest(peaks, truth.aberrated, rate) >= 0
    return np.where(doubtful, MASKED, classes).astype(np.int8)


def _nearest(peaks: NDArray[np.int64], samples: NDArray[np.int64], rate: float) -> NDArray[np.int64]:
    """Number (k,) of that of `samples`, which rise, which is nearest to each peak; -1 where none is within `MATCH`."""
    if not len(samples):
        return np.full(len(peaks), -1)
    annotated = samples * (SAMPLE_RATE / rate)
    after = np.searchsorted(annotated, peaks).clip(0, len(annotated) - 1)
    before = (after - 1).clip(0)
    earlier = np.abs(annotated[before] - peaks) <= np.abs(annotated[after] - peaks)
    nearest = np.where(earlier, before, after)
    return np.where(np.abs(annotated[nearest] - peaks) <= MATCH, nearest, -1)


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
