"""What a network answers for tracked records, and how good that is."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.context import BeatMemory, RememberedBeat
from ecg.ec57 import (
    LEARNING_SECONDS,
    SVEB_PREDICTIVITY,
    SVEB_SENSITIVITY,
    VEB_PREDICTIVITY,
    VEB_SENSITIVITY,
    score_beats,
)
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.pipeline import Judgement, Labeller
from ecg.rates import device_index
from ecg.scoring import f1_scores
from ecg.types import DetectedBeat
from tests.bench.tracked import Annotated, Strip

BEATS = (SVEB_SENSITIVITY, SVEB_PREDICTIVITY, VEB_SENSITIVITY, VEB_PREDICTIVITY)

Codes = NDArray[np.int64]


class Told(NamedTuple):
    """For all beats of a record: codes of class and rhythm when they came, and of the settled rhythm."""

    classes: Codes
    live: Codes
    settled: Codes


class Quality(NamedTuple):
    """F1 of N A O ~ by beat, and S Se, S +P, V Se, V +P, all in percent."""

    live: NDArray[np.float64]
    settled: NDArray[np.float64]
    beats: NDArray[np.float64]


def told(labeller: Labeller, beats: Sequence[DetectedBeat]) -> Told:
    """As `ecg.pipeline.Pipeline` asks for it over a whole record, which has no gaps."""
    if not beats:
        return Told(*(np.zeros(0, np.int64) for _ in Told._fields))
    memory, contexts = BeatMemory(), []
    for beat, token in zip(beats, labeller.read(beats), strict=True):
        memory.note(RememberedBeat(beat.index, beat.rr is None, token))
        contexts.append(memory.live())
    live, settled = labeller.judge(contexts), labeller.judge([memory.settled(beat.index) for beat in beats])
    return Told(_highest([one.classes for one in live]), _rhythms(live), _rhythms(settled))


def _rhythms(judgements: Sequence[Judgement]) -> Codes:
    return _highest([one.rhythms for one in judgements])


def _highest(probabilities: Sequence[tuple[float, ...]]) -> Codes:
    return np.asarray(np.array(probabilities).argmax(axis=1), np.int64)


def changed(these: Sequence[Told], those: Sequence[Told]) -> float:
    """Share of all answers that differ, percent."""
    pairs = [
        (one, other) for this, that in zip(these, those, strict=True) for one, other in zip(this, that, strict=True)
    ]
    return 100 * float(np.concatenate([one != other for one, other in pairs]).mean())


def quality(strips: Sequence[Strip], records: Sequence[Annotated], answers: Sequence[Told]) -> Quality:
    """How good `answers` are, which are those for `strips` and then those for `records`."""
    live, settled = (np.zeros((len(RHYTHMS), len(RHYTHMS)), np.int64) for _ in range(2))
    for strip, answer in zip(strips, answers[: len(strips)], strict=True):
        live[RHYTHMS.index(strip.truth)] += np.bincount(answer.live, minlength=len(RHYTHMS))
        settled[RHYTHMS.index(strip.truth)] += np.bincount(answer.settled, minlength=len(RHYTHMS))
    table = sum(_table(record, answer) for record, answer in zip(records, answers[len(strips) :], strict=True))
    counts = [measure.counts(np.asarray(table)[None]) for measure in BEATS]
    shares = np.array([100 * right[0] / every[0] if every[0] else np.nan for right, every in counts])
    return Quality(100 * f1_scores(live), 100 * f1_scores(settled), shares)


def _table(record: Annotated, answer: Told) -> Codes:
    answers = [
        (device_index(beat.index, record.rate), BEAT_CLASSES[code])
        for beat, code in zip(record.beats, answer.classes, strict=True)
    ]
    return score_beats(record.truth, answers, record.rate, LEARNING_SECONDS)
