"""How good a network is on records that were kept back; returns numbers, prints nothing.

Every beat is read in a window of its own, as in serving. `wardbeat evaluate` asks the exported graphs through the whole
pipeline and adds confidence intervals; both must tell the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from classifier.artifact import Temperatures
from classifier.dense import Judged
from classifier.engine import probabilities
from classifier.model import Network
from ecg.labels import BEAT_CLASSES, RHYTHMS
from training.dataset import LONGEST
from training.features import collate, features, judged
from training.prepared import PreparedRecord
from training.scores import calibration_error, confusion, f1, fit_temperature, predictivity, sensitivity
from training.segments import Segment, cut, whole
from training.sources import MASKED, Source

Array = NDArray[np.float32]
Counts = NDArray[np.int64]
BATCH = 16


@dataclass(frozen=True, slots=True)
class Answers:
    """All beats of some records: log-odds live_class (n, 5), live_rhythm and settled_rhythm (n, 4), true codes or
    MASKED (n,), number of the record (n,).
    """

    live_class: Array
    live_rhythm: Array
    settled_rhythm: Array
    true_class: Counts
    true_rhythm: Counts
    record: Counts


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by name, the temperatures under which they hold, and the counts behind them (rows: truth)."""

    figures: dict[str, float]
    temperatures: Temperatures
    live_counts: Counts
    settled_counts: Counts
    record_counts: Counts
    class_counts: Counts


def evaluate(challenge: Answers, beats: Answers) -> Report:
    """Rhythm by the answers for challenge records, beat classes by those for arrhythmia records; every beat.

    Temperatures are fitted on every other record; the calibration errors are those of the rest.
    """
    temperatures = fit(challenge, beats)
    live, settled, classes = (
        _by_beat(challenge, challenge.live_rhythm),
        _by_beat(challenge, challenge.settled_rhythm),
        class_counts(beats),
    )
    by_record = record_counts(challenge, temperatures.rhythm)
    figures = {
        **_named("rhythm_live_f1", RHYTHMS, f1(live)),
        **_named("rhythm_settled_f1", RHYTHMS, f1(settled)),
        **_named("rhythm_record_f1", RHYTHMS, f1(by_record)),
        "rhythm_record_f1_mean": float(f1(by_record)[:3].mean()),
        **_named("class_sensitivity", BEAT_CLASSES, sensitivity(classes)),
        **_named("class_predictivity", BEAT_CLASSES, predictivity(classes)),
        **calibration(challenge, beats, temperatures),
    }
    return Report(figures, temperatures, live, settled, by_record, classes)


def first_leads(records: dict[Source, list[PreparedRecord]]) -> list[PreparedRecord]:
    """Of the arrhythmia records, the lead that reference figures are about."""
    return [record for record in records[Source.ARRHYTHMIA] if record.lead == 0]


def fit(challenge: Answers, beats: Answers) -> Temperatures:
    """Temperatures on every other record."""
    half, known = challenge.record % 2 == 0, (beats.true_class != MASKED) & (beats.record % 2 == 0)
    rhythm = np.concatenate([challenge.live_rhythm[half], challenge.settled_rhythm[half]])
    truth = np.concatenate([challenge.true_rhythm[half]] * 2)
    return Temperatures(
        fit_temperature(beats.live_class[known], beats.true_class[known]), fit_temperature(rhythm, truth)
    )


def calibration(challenge: Answers, beats: Answers, temperatures: Temperatures) -> dict[str, float]:
    """Expected calibration errors on the records that fitted nothing."""
    rest, known = challenge.record % 2 == 1, (beats.true_class != MASKED) & (beats.record % 2 == 1)
    truth = challenge.true_rhythm[rest]
    live, settled = (
        probabilities(log_odds[rest], temperatures.rhythm)
        for log_odds in (challenge.live_rhythm, challenge.settled_rhythm)
    )
    classes = probabilities(beats.live_class[known], temperatures.beat_class)
    return {
        "rhythm_live_calibration_error": calibration_error(live, truth),
        "rhythm_settled_calibration_error": calibration_error(settled, truth),
        "class_calibration_error": calibration_error(classes, beats.true_class[known]),
    }


def of_ward(beats: Answers) -> dict[str, float]:
    """Figures of the beats that doctors of a ward judged, in recordings of patients that were kept back."""
    counts = class_counts(beats)
    return {
        **_named("ward_sensitivity", BEAT_CLASSES, sensitivity(counts)),
        **_named("ward_predictivity", BEAT_CLASSES, predictivity(counts)),
    }


def class_counts(beats: Answers) -> Counts:
    """Beat classes, rows truth, columns answer, of the beats that experts named."""
    known = beats.true_class != MASKED
    return confusion(beats.true_class[known], beats.live_class[known].argmax(axis=1), len(BEAT_CLASSES))


def record_counts(answers: Answers, temperature: float) -> Counts:
    """One answer for each record: the rhythm with the highest mean settled probability over its beats."""
    sums = np.zeros((answers.record.max() + 1, len(RHYTHMS)))
    np.add.at(sums, answers.record, probabilities(answers.settled_rhythm, temperature))
    numbers, first = np.unique(answers.record, return_index=True)
    return confusion(answers.true_rhythm[first], sums[numbers].argmax(axis=1), len(RHYTHMS))


def _by_beat(challenge: Answers, log_odds: Array) -> Counts:
    return confusion(challenge.true_rhythm, log_odds.argmax(axis=1), len(RHYTHMS))


@torch.no_grad()
def answers(network: Network, records: list[PreparedRecord]) -> Answers:
    """The network's answers for every beat of `records`, each read in a window of its own."""
    seen = list(features(network.reader, (piece for record in records for piece in _pieces(record))))
    owners = [number for number, record in enumerate(records) for piece in _pieces(record) if len(piece.ends)]
    columns: list[tuple[NDArray[np.generic], ...]] = []
    for at in range(0, len(seen), BATCH):
        batch = collate(seen[at : at + BATCH])
        owner = np.broadcast_to(np.array(owners[at : at + BATCH])[:, None], batch.beats.shape)
        log_odds = [each.float().cpu().numpy() for each in _chosen(judged(network, batch))]
        every = (*log_odds, batch.beat_class, batch.rhythm, owner)
        columns.append(tuple(column[batch.beats] for column in every))
    return Answers(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _chosen(judged: Judged) -> tuple[Tensor, Tensor, Tensor]:
    return judged.live.beat_class, judged.live.rhythm, judged.settled.rhythm


def _pieces(record: PreparedRecord) -> Iterator[Segment]:
    """A long record in pieces, each begun anew: a little harder than the truth."""
    if len(record.trace) <= 4 * LONGEST:
        yield whole(record)
    else:
        for begin in range(0, len(record.trace), 4 * LONGEST):
            yield cut(record, begin, begin + 4 * LONGEST, 1.0)


def glance(network: Network, validation: dict[Source, list[PreparedRecord]]) -> dict[str, float]:
    """The figures of one pass, for the curve."""
    challenge, beats = answers(network, validation[Source.CHALLENGE]), answers(network, first_leads(validation))
    classes = class_counts(beats)
    return {
        **_named("live", RHYTHMS, f1(_by_beat(challenge, challenge.live_rhythm))),
        **_named("settled", RHYTHMS, f1(_by_beat(challenge, challenge.settled_rhythm))),
        **_named("found", BEAT_CLASSES[1:4], sensitivity(classes)[1:4]),
        **_named("right", BEAT_CLASSES[1:4], predictivity(classes)[1:4]),
    }


def _named(prefix: str, labels: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {f"{prefix}_{label}": float(value) for label, value in zip(labels, values, strict=True)}
