"""Which records teach and which are kept back. A record's side follows from its name alone, so it never changes."""

import hashlib
from typing import NamedTuple

from training.config import TrainingConfig
from training.prepared import PreparedRecord
from training.sources import Source

SAME_RECORDING = {"A01176": "A00227", "A03123": "A02656"}
"""Challenge records that are the same recording: they stand on the same side."""


class Split(NamedTuple):
    """Records on both sides."""

    training: dict[Source, list[PreparedRecord]]
    validation: dict[Source, list[PreparedRecord]]


def split(records: dict[Source, list[PreparedRecord]], config: TrainingConfig) -> Split:
    """Every record on one side; both leads of a record, and all of a patient's, on the same."""
    sides = Split({}, {})
    for source, all_of_it in records.items():
        sides.training[source] = [record for record in all_of_it if not is_kept_back(source, record.name, config)]
        sides.validation[source] = [record for record in all_of_it if is_kept_back(source, record.name, config)]
    return sides


def is_kept_back(source: Source, name: str, config: TrainingConfig) -> bool:
    """Whether this record is for validation."""
    match source:
        case Source.CHALLENGE:
            digest = hashlib.sha256(SAME_RECORDING.get(name, name).encode()).digest()
            return int.from_bytes(digest[:4], "big") % 100 < config.validation_percent
        case Source.ARRHYTHMIA:
            return name in config.validation_records
        case Source.SYNTHETIC:
            return False
