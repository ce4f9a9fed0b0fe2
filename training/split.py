"""Which records teach and which are kept back. A record's side follows from its name alone, so it never changes."""

import hashlib
from typing import NamedTuple

from training.config import TrainingConfig
from training.prepared import PreparedRecord
from training.sources import Source

FROZEN_PERCENT, FROZEN_RECORDS = 15, frozenset({"106", "118", "119", "124", "223"})
"""Of the challenge, and of MIT-BIH: they teach no network, whatever its experiment keeps back, so that any two can be
compared on them.
"""
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
        sides.training[source] = [record for record in all_of_it if teaches(source, record.name, config)]
        sides.validation[source] = [record for record in all_of_it if is_kept_back(source, record.name, config)]
    return sides


def teaches(source: Source, name: str, config: TrainingConfig) -> bool:
    """Whether this record is for training."""
    return not is_kept_back(source, name, config) and not is_frozen(source, name)


def is_frozen(source: Source, name: str) -> bool:
    """Whether this record is among those on which networks are compared."""
    match source:
        case Source.CHALLENGE:
            return _place(SAME_RECORDING.get(name, name)) < FROZEN_PERCENT
        case Source.ARRHYTHMIA:
            return name in FROZEN_RECORDS
        case Source.SYNTHETIC | Source.WARD:
            return False


def is_kept_back(source: Source, name: str, config: TrainingConfig) -> bool:
    """Whether this record is for validation."""
    match source:
        case Source.CHALLENGE:
            return _place(SAME_RECORDING.get(name, name)) < config.validation_percent
        case Source.ARRHYTHMIA:
            return name in config.validation_records
        case Source.SYNTHETIC:
            return False
        case Source.WARD:
            return _place(name.split("/", maxsplit=1)[0]) < config.validation_percent  # all of a patient's on one side


def _place(name: str) -> int:
    """Between 0 and 99, by a hash."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % 100
