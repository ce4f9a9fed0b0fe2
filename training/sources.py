"""Records with their truth, from PhysioNet's own layouts: training2017/ (CinC Challenge 2017) and mitdb/ (MIT-BIH).

A record that cannot be read is an error with the file's name; the caller counts it and goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg.errors import RecordError
from ecg.labels import AAMI_OF_WFDB, BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from streaming.marks import rhythm_labels

MASKED = -1
"""Code of a label that nobody gave."""

BEGINNING = -100
"""Sample before any beat: a QRS that was cut off by the start of a record may be placed a little before it."""

RHYTHM_OF_AUX: dict[str, Rhythm] = {
    "(N": Rhythm.NORMAL,
    "(AFIB": Rhythm.ATRIAL_FIBRILLATION,
    **dict.fromkeys(("(AFL", "(SVTA", "(B", "(T", "(VT", "(IVR"), Rhythm.OTHER),
}
"""WFDB rhythm note -> rhythm, where the two lists mean the same; every other note is masked."""


ABERRATED = "a"
"""WFDB symbol of the aberrated atrial premature beat."""


class Source(StrEnum):
    """Where a record comes from."""

    CHALLENGE = "challenge"
    ARRHYTHMIA = "arrhythmia"
    SYNTHETIC = "synthetic"
    WARD = "ward"
    """A data set of `wardbeat dataset build`: only some beats have a class, none a rhythm."""


PUBLIC = (Source.CHALLENGE, Source.ARRHYTHMIA, Source.SYNTHETIC)
"""What everybody has; prepared once."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What experts said. Samples count at the record's own rate; codes index `BEAT_CLASSES` and `RHYTHMS`.

    The rhythm from `rhythm_starts[i]` on is `rhythm_codes[i]`. No beats: their classes are not known. aberrated: those
    of `beat_samples` that are supraventricular but wide, so that in one lead nothing tells them from ventricular ones.
    """

    rhythm_starts: NDArray[np.int64]
    rhythm_codes: NDArray[np.int8]
    beat_samples: NDArray[np.int64]
    beat_codes: NDArray[np.int8]
    aberrated: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One lead of one record as its device gave it: samples / gain = millivolt."""

    name: str
    lead: int
    source: Source
    samples: NDArray[np.int16]
    rate: float
    gain: float
    truth: Truth


def challenge_names(folder: Path) -> dict[str, Rhythm]:
    """Record name -> its rhythm by the last revision of the reference (REFERENCE-v3.csv). Raises RecordError."""
    labels = rhythm_labels(folder)
    if not labels:
        raise RecordError(f"{folder} has no REFERENCE-v3.csv, the list of its records and their rhythms")
    return labels


def challenge_record(folder: Path, name: str, rhythm: Rhythm) -> Iterator[SourceRecord]:
    """A challenge record; its one label holds from begin to end."""
    [record] = _leads(folder / name, [0])
    nothing = np.zeros(0, np.int64)
    codes = np.array([RHYTHMS.index(rhythm)], np.int8)
    truth = Truth(np.array([BEGINNING]), codes, nothing, nothing.astype(np.int8))
    yield SourceRecord(name, 0, Source.CHALLENGE, *record, truth)


def arrhythmia_names(folder: Path) -> list[str]:
    """Names in RECORDS. Raises RecordError."""
    try:
        return (folder / "RECORDS").read_text().split()
    except OSError as error:
        raise RecordError(f"{folder / 'RECORDS'} cannot be read: {error.strerror}") from error


def arrhythmia_leads(folder: Path, name: str) -> Iterator[SourceRecord]:
    """Both leads of a MIT-BIH record, with the same truth."""
    truth = read_truth(folder / name)
    for lead, record in enumerate(_leads(folder / name, [0, 1])):
        yield SourceRecord(name, lead, Source.ARRHYTHMIA, *record, truth)


def read_truth(path: Path) -> Truth:
    """Beats and rhythms of the .atr file beside `path`."""
    try:
        notes = wfdb.rdann(str(path), "atr")
    except (OSError, ValueError, IndexError) as error:
        raise RecordError(f"{path}.atr cannot be read: {error}") from error
    samples = np.asarray(notes.sample, np.int64)
    beats = np.array([symbol in AAMI_OF_WFDB for symbol in notes.symbol])
    codes = [_class_code(AAMI_OF_WFDB[symbol]) for symbol in notes.symbol if symbol in AAMI_OF_WFDB]
    aux = [note.strip("\0 ") for note in notes.aux_note]
    rhythm = np.array([note.startswith("(") for note in aux])
    rhythms = [_rhythm_code(note) for note in aux if note.startswith("(")]
    aberrated = samples[np.array(notes.symbol) == ABERRATED]
    return Truth(samples[rhythm], np.array(rhythms, np.int8), samples[beats], np.array(codes, np.int8), aberrated)


def _leads(path: Path, channels: list[int]) -> list[tuple[NDArray[np.int16], float, float]]:
    try:
        record = wfdb.rdrecord(str(path), physical=False, channels=channels)
    except (OSError, ValueError, IndexError) as error:
        raise RecordError(f"{path} cannot be read: {error}") from error
    return [
        ((record.d_signal[:, column] - record.baseline[column]).astype(np.int16), float(record.fs), float(gain))
        for column, gain in enumerate(record.adc_gain)
    ]


def _class_code(beat_class: BeatClass) -> int:
    return BEAT_CLASSES.index(beat_class)


def _rhythm_code(note: str) -> int:
    return RHYTHMS.index(RHYTHM_OF_AUX[note]) if note in RHYTHM_OF_AUX else MASKED
