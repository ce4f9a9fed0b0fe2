"""The records on which networks are compared: those that no network learns from (`training.split.is_frozen`)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ecg.ec57 import LEARNING_SECONDS
from streaming.marks import rhythm_labels
from streaming.score_record import Task
from training.layout import Layout
from training.sources import Source
from training.split import FROZEN_RECORDS, is_frozen

QUICK_STEP = 8
"""A quick look takes one in so many challenge records."""


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """tasks: records with their truth. digest: changes when the records, or what of them is scored, change."""

    tasks: list[Task]
    digest: str


def frozen_set(data: Layout, step: int = 1) -> FrozenSet:
    """Every `step`-th challenge record, by name, and all of MIT-BIH after its learning period."""
    rhythms = rhythm_labels(data.challenge)
    names = sorted(name for name in rhythms if is_frozen(Source.CHALLENGE, name))[::step]
    tasks = [Task(data.challenge / name, 0, rhythms[name], 0.0) for name in names]
    tasks += [Task(data.arrhythmia / name, 0, "atr", LEARNING_SECONDS) for name in sorted(FROZEN_RECORDS)]
    digest = hashlib.sha256()
    for task in tasks:
        digest.update(f"{task.path.name} {task.truth} {task.learning} {_sizes(task.path)}\n".encode())
    return FrozenSet(tasks, digest.hexdigest())


def _sizes(record: Path) -> list[int]:
    return [path.stat().st_size for path in sorted(record.parent.glob(f"{record.name}.*"))]
