"""The rhythm of whole short records against their one label, as the PhysioNet/CinC Challenge 2017 scores it.

By beat every beat carries the label of its record; by record the rhythm with the highest mean probability counts, and a
record without a beat is noise (`ecg.settled.rhythm_of_record`). F1 as in the challenge: 2 × right / (labelled + told).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.bootstrap import Estimate, draws_of, estimate
from ecg.labels import RHYTHMS, Rhythm
from ecg.scoring import f1_scores

CHALLENGE_MEAN = 3
"""The challenge's score is the mean F1 of the first three rhythms, N A O."""

Tables = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StripAnswer:
    """One kind of answer for one record. beats: how many beats were told each of `RHYTHMS`; record: the one answer."""

    truth: Rhythm
    beats: tuple[int, ...]
    record: Rhythm


def strip_answer(truth: Rhythm, probabilities: NDArray[np.float64]) -> StripAnswer:
    """Answer from the probabilities of a record's beats, (n, 4) in the order of `RHYTHMS`; n may be 0."""
    if not len(probabilities):
        return StripAnswer(truth, (0,) * len(RHYTHMS), Rhythm.NOISE)
    told = np.bincount(probabilities.argmax(axis=1), minlength=len(RHYTHMS))
    return StripAnswer(truth, tuple(told.tolist()), RHYTHMS[int(probabilities.mean(axis=0).argmax())])


def tables_by_beat(answers: Sequence[StripAnswer]) -> Tables:
    """Counts (records, 4, 4): rows the label, columns what was told of the beats."""
    tables = np.zeros((len(answers), len(RHYTHMS), len(RHYTHMS)), np.int64)
    for table, answer in zip(tables, answers, strict=True):
        table[RHYTHMS.index(answer.truth)] = answer.beats
    return tables


def tables_by_record(answers: Sequence[StripAnswer]) -> Tables:
    """Counts (records, 4, 4): rows the label, columns what was told of the record."""
    tables = np.zeros((len(answers), len(RHYTHMS), len(RHYTHMS)), np.int64)
    for table, answer in zip(tables, answers, strict=True):
        table[RHYTHMS.index(answer.truth), RHYTHMS.index(answer.record)] = 1
    return tables


def f1_estimates(tables: Tables) -> list[Estimate]:
    """F1 in percent of each of `RHYTHMS`, and last the mean of N A O, over tables (records, 4, 4)."""
    columns = f1_draws(tables).T
    return [
        estimate(float(100 * value), column, len(tables))
        for value, column in zip(_scores(tables.sum(axis=0)), columns, strict=True)
    ]


def f1_draws(tables: Tables) -> NDArray[np.float64]:
    """What `f1_estimates` are in each draw (DRAWS, 5): the same records are drawn for every figure."""
    drawn = np.tensordot(draws_of(len(tables)), tables, axes=1)
    return 100 * np.stack([_scores(table) for table in drawn])


def _scores(table: Tables) -> NDArray[np.float64]:
    scores = f1_scores(table)
    return np.append(scores, scores[:CHALLENGE_MEAN].mean())
