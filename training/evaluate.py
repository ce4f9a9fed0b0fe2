"""How good a network is on records that were kept back; returns numbers, prints nothing."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from classifier.artifact import Temperatures
from classifier.engine import probabilities
from classifier.model import ResNet1d
from ecg.labels import BEAT_CLASSES, RHYTHMS
from training.prepared import PreparedRecord
from training.scores import (
    calibration_error,
    confusion,
    f1,
    fit_temperature,
    predictivity,
    sensitivity,
)
from training.sources import MASKED, Source
from training.windows import exact

Array = NDArray[np.float32]
GLANCE = (0.5, 1.0)
"""Where in a record a glance looks."""
GLANCE_BEATS = 300


class Network(Protocol):
    """Whatever answers with log-odds: the serving engine or the torch reference."""

    def log_odds(self, windows: Array, timings: Array) -> tuple[Array, Array]:
        """Beat class (n, 5) and rhythm (n, 4)."""
        ...


@dataclass(frozen=True, slots=True)
class Answers:
    """All beats of some records: log-odds (n, 5) and (n, 4), true codes or MASKED (n,), number of the record (n,)."""

    beat_class: Array
    rhythm: Array
    true_class: NDArray[np.int64]
    true_rhythm: NDArray[np.int64]
    record: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by name, the temperatures under which they hold, and the counts behind them."""

    figures: dict[str, float]
    temperatures: Temperatures
    rhythm_counts: NDArray[np.int64]
    record_counts: NDArray[np.int64]
    class_counts: NDArray[np.int64]


def evaluate(network: Network, validation: dict[Source, list[PreparedRecord]]) -> Report:
    """Rhythm on the challenge records, beat classes on the first lead of the arrhythmia records; every beat."""
    challenge = answer(network, validation[Source.CHALLENGE])
    first_leads = [record for record in validation[Source.ARRHYTHMIA] if record.lead == 0]
    beats = answer(network, first_leads)
    known = beats.true_class != MASKED
    temperatures = Temperatures(
        fit_temperature(beats.beat_class[known], beats.true_class[known]),
        fit_temperature(challenge.rhythm, challenge.true_rhythm),
    )
    rhythm = probabilities(challenge.rhythm, temperatures.rhythm)
    classes = probabilities(beats.beat_class[known], temperatures.beat_class)
    by_beat = confusion(challenge.true_rhythm, rhythm.argmax(axis=1), len(RHYTHMS))
    by_record = record_confusion(rhythm, challenge)
    by_class = confusion(beats.true_class[known], classes.argmax(axis=1), len(BEAT_CLASSES))
    figures = {
        **_named("rhythm_beat_f1", RHYTHMS, f1(by_beat)),
        **_named("rhythm_record_f1", RHYTHMS, f1(by_record)),
        "rhythm_record_f1_mean": float(f1(by_record)[:3].mean()),
        "rhythm_calibration_error": calibration_error(rhythm, challenge.true_rhythm),
        **_named("class_sensitivity", BEAT_CLASSES, sensitivity(by_class)),
        **_named("class_predictivity", BEAT_CLASSES, predictivity(by_class)),
        "class_calibration_error": calibration_error(classes, beats.true_class[known]),
        "class_beats_detected": float(known.sum()),
        "class_beats_annotated": float(sum(record.annotated for record in first_leads)),
    }
    return Report(figures, temperatures, by_beat, by_record, by_class)


def answer(network: Network, records: list[PreparedRecord]) -> Answers:
    """The network's answers for every beat of `records`, a record at a time."""
    parts = []
    for number, record in enumerate(records):
        inputs = [exact(record, beat) for beat in range(len(record.peaks))]
        windows = np.stack([item.window for item in inputs])
        beat_class, rhythm = network.log_odds(windows, record.timing)
        parts.append((beat_class, rhythm, record.beat_class, record.rhythm, np.full(len(record.peaks), number)))
    beat_class, rhythm, true_class, true_rhythm, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Answers(beat_class, rhythm, true_class.astype(np.int64), true_rhythm.astype(np.int64), owner)


def record_confusion(rhythm: NDArray[np.float64], answers: Answers) -> NDArray[np.int64]:
    """One answer for each record: the rhythm with the highest mean probability over its beats."""
    sums = np.zeros((answers.record.max() + 1, len(RHYTHMS)))
    np.add.at(sums, answers.record, rhythm)
    first = np.unique(answers.record, return_index=True)[1]
    return confusion(answers.true_rhythm[first], sums.argmax(axis=1), len(RHYTHMS))


@torch.no_grad()
def glance(network: ResNet1d, validation: dict[Source, list[PreparedRecord]]) -> dict[str, float]:
    """A quick look at a few beats of each record, for the curve: no figure to quote."""
    looked = [(r, int(at * (len(r.peaks) - 1))) for r in validation[Source.CHALLENGE] for at in GLANCE]
    counts = confusion(*_codes(network, looked, "rhythm"), len(RHYTHMS))
    spread = [
        (r, int(beat))
        for r in validation[Source.ARRHYTHMIA]
        if r.lead == 0
        for beat in np.flatnonzero(r.beat_class != MASKED)[:: max(1, len(r.peaks) // GLANCE_BEATS)]
    ]
    classes = confusion(*_codes(network, spread, "beat_class"), len(BEAT_CLASSES))
    return _named("rhythm", RHYTHMS, f1(counts)) | _named("class", BEAT_CLASSES[:4], f1(classes)[:4])


def _codes(
    network: ResNet1d, looked: list[tuple[PreparedRecord, int]], head: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    truth = np.array([getattr(record, head)[beat] for record, beat in looked], np.int64)
    answers = []
    for at in range(0, len(looked), 128):
        inputs = [exact(record, beat) for record, beat in looked[at : at + 128]]
        windows = torch.from_numpy(np.stack([item.window for item in inputs]))
        timings = torch.from_numpy(np.stack([item.timing for item in inputs]))
        with torch.autocast("cpu", torch.bfloat16):
            answers.append(getattr(network(windows, timings), head).argmax(dim=1).numpy())
    return truth, np.concatenate(answers)


def _named(prefix: str, labels: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {f"{prefix}_{label}": float(value) for label, value in zip(labels, values, strict=True)}
