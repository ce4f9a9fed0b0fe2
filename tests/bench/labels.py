"""The shipped network on records it never learnt from, through the pipeline that serves: beats found by our detector.

python -m tests.bench labels        needs WARDBEAT_DATA_DIR
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from classifier.engine import shipped_labeller
from ecg.labels import AAMI_OF_WFDB, BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.pipeline import Labeller
from ecg.rates import device_index
from ecg.rhythm import rhythm_of_record
from ecg.scoring import beat_confusion, f1_scores, match_beats
from ecg.types import Beat
from streaming.analyze import analyse
from streaming.records import read_record
from training.config import read_config
from training.sources import Source, challenge_names
from training.split import is_kept_back

EXPERIMENT = Path(__file__).parents[2] / "training" / "first.toml"

Counts = NDArray[np.int64]


def beats_told(path: Path, labeller: Labeller) -> tuple[list[Beat], float]:
    """All beats of lead 0 of a record, and its rate."""
    lead = read_record(path)
    return [event for event in analyse(lead, labeller).events if isinstance(event, Beat)], lead.rate


def kept_back(source: Source, names: Sequence[str]) -> Iterator[str]:
    """The records of a source that the shipped network was not trained on."""
    config = read_config(EXPERIMENT)
    return (name for name in names if is_kept_back(source, name, config))


def challenge(folder: Path, labeller: Labeller) -> tuple[Counts, Counts]:
    """Rhythm told against the record's label: tables (4, 4) by beat and by record, rows the truth."""
    truth = challenge_names(folder)
    by_beat, by_record = np.zeros((4, 4), np.int64), np.zeros((4, 4), np.int64)
    for name in kept_back(Source.CHALLENGE, list(truth)):
        beats, _ = beats_told(folder / name, labeller)
        row = RHYTHMS.index(truth[name])
        for beat in beats:
            by_beat[row, RHYTHMS.index(beat.rhythm)] += 1
        by_record[row, RHYTHMS.index(rhythm_of_record(beats)[0] if beats else Rhythm.NOISE)] += 1
    return by_beat, by_record


def arrhythmia(folder: Path, labeller: Labeller) -> Counts:
    """Beat class told against the annotation, (6, 6) as `ecg.scoring.beat_confusion` lays it out."""
    counts = np.zeros((6, 6), np.int64)
    for name in kept_back(Source.ARRHYTHMIA, (folder / "RECORDS").read_text().split()):
        told, rate = beats_told(folder / name, labeller)
        where, what = annotated(folder / name)
        matching = match_beats(where, [device_index(beat.index, rate) for beat in told], rate)
        counts += beat_confusion(what, [beat.beat_class for beat in told], matching)
    return counts


def annotated(path: Path) -> tuple[list[int], list[BeatClass]]:
    """Samples and classes of a record's annotated beats."""
    annotation = wfdb.rdann(str(path), "atr")
    pairs = zip(annotation.sample, annotation.symbol, strict=True)
    beats = [(int(sample), AAMI_OF_WFDB[symbol]) for sample, symbol in pairs if symbol in AAMI_OF_WFDB]
    return [sample for sample, _ in beats], [beat_class for _, beat_class in beats]


def main() -> None:
    """Print the tables."""
    if "WARDBEAT_DATA_DIR" not in os.environ:
        print("labels: skipped, set WARDBEAT_DATA_DIR to a folder with training2017/ and mitdb/")
        return
    folder, labeller = Path(os.environ["WARDBEAT_DATA_DIR"]), shipped_labeller()
    by_beat, by_record = challenge(folder / "training2017", labeller)
    print(f"Rhythm, challenge records kept back: {by_record.sum()} records, {by_beat.sum()} beats\n")
    print("| F1 | N | A | O | ~ | mean N A O |\n| --- | --- | --- | --- | --- | --- |")
    for name, counts in (("by beat, live", by_beat), ("by record", by_record)):
        scores = f1_scores(counts)
        print(f"| {name} | {' | '.join(f'{score:.3f}' for score in scores)} | {scores[:3].mean():.3f} |")
    counts = arrhythmia(folder / "mitdb", labeller)
    print(f"\nBeat class, MIT-BIH records kept back (lead 0): {counts[:5].sum()} annotated beats\n")
    print("| class | beats | Se | +P | F1 |\n| --- | --- | --- | --- | --- |")
    for place, (beat_class, score) in enumerate(zip(BEAT_CLASSES, f1_scores(counts), strict=False)):
        right, there, told = counts[place, place], counts[place].sum(), counts[:, place].sum()
        sensitivity, predictivity = right / max(there, 1), right / max(told, 1)
        print(f"| {beat_class} | {there} | {sensitivity:.3f} | {predictivity:.3f} | {score:.3f} |")
