"""What experts said of records on disk: WFDB annotation files, and the reference list of the CinC Challenge 2017.

Every failure is a `RecordError` that names the file.
"""

import csv
import re
from itertools import pairwise
from pathlib import Path

import wfdb

from ecg.errors import RecordError
from ecg.labels import Rhythm
from ecg.reference import Reference, read_marks

MAX_ANNOTATION_BYTES = 1 << 26
_REVISION = re.compile(r"REFERENCE(?:-v(\d+))?\.csv")


def annotation_path(record: Path, extension: str) -> Path:
    """The annotation file of a record that is named without extension."""
    return record.with_name(f"{record.name}.{extension}")


def read_annotations(record: Path, extension: str, n_samples: int) -> Reference:
    """The marks beside `record`, which is `n_samples` long. Raises RecordError."""
    path = annotation_path(record, extension)
    samples, symbols, texts = _annotations(record, extension, path)
    reference = read_marks(samples, symbols, texts, n_samples)
    _check(reference, n_samples, path)
    return reference


def _annotations(record: Path, extension: str, path: Path) -> tuple[list[int], list[str], list[str]]:
    try:
        _check_size(path)
        notes = wfdb.rdann(str(record), extension)
        texts = [note.strip("\0 ") for note in notes.aux_note]
        return [int(sample) for sample in notes.sample], list(notes.symbol), texts
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error
    except RecordError:
        raise
    except Exception as error:  # the library raises whatever its parsing meets
        raise RecordError(f"{path}: not a readable WFDB annotation file ({type(error).__name__})") from error


def _check_size(path: Path) -> None:
    if path.stat().st_size > MAX_ANNOTATION_BYTES:
        raise RecordError(f"{path}: larger than {MAX_ANNOTATION_BYTES} bytes, so it is not an annotation file")


def _check(reference: Reference, n_samples: int, path: Path) -> None:
    beats = reference.samples
    if not beats:
        raise RecordError(f"{path}: no beat is annotated")
    if any(later < earlier for earlier, later in pairwise(beats)):
        raise RecordError(f"{path}: its annotations are not in order")
    if beats[-1] >= n_samples:
        raise RecordError(f"{path}: a beat at sample {beats[-1]}, but the record has only {n_samples} samples")


def rhythm_labels(folder: Path) -> dict[str, Rhythm]:
    """Record name -> rhythm, from the last revision of REFERENCE.csv in `folder`; empty without any."""
    found = {int(match[1] or -1): path for path in folder.iterdir() if (match := _REVISION.fullmatch(path.name))}
    if not found:
        return {}
    path = found[max(found)]
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return {row[0]: Rhythm(row[1]) for row in csv.reader(lines) if row}
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or error}") from error
    except (ValueError, IndexError, csv.Error) as error:
        raise RecordError(f"{path}: its lines are not name,rhythm with a rhythm of N A O ~") from error
