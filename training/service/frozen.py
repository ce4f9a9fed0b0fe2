"""The records on which networks are compared: those that no network learns from (`training.split.is_frozen`)."""

import hashlib
import os
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
    sizes = {folder: _sizes(folder) for folder in (data.challenge, data.arrhythmia)}
    for task in tasks:
        size = sizes[task.path.parent].get(task.path.name, [])
        digest.update(f"{task.path.name} {task.truth} {task.learning} {size}\n".encode())
    return FrozenSet(tasks, digest.hexdigest())


def _sizes(folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Record -> its files, each with its bytes."""
    found: dict[str, list[tuple[str, int]]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            found.setdefault(Path(entry.name).stem, []).append((entry.name, entry.stat().st_size))
    return {name: sorted(files) for name, files in found.items()}
