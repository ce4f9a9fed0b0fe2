"""A data set of `wardbeat dataset build` as training reads it, after all of it was found to be as it was built."""

from functools import partial
from pathlib import Path

import numpy as np

from streaming.records import list_records, read_record
from training.sources import Source, SourceRecord, read_truth


def ward_readings(dataset: Path) -> list[partial[list[SourceRecord]]]:
    """Reads one record each. Raises RecordError; where nobody judged a beat, or a rhythm, no truth is told."""
    return [partial(_reading, dataset, path) for path in list_records(dataset)]


def _reading(dataset: Path, path: Path) -> list[SourceRecord]:
    lead, truth = read_record(path), read_truth(path)
    name = str(path.relative_to(dataset))
    return [SourceRecord(name, 0, Source.WARD, np.asarray(lead.samples), lead.rate, lead.gain, truth)]
