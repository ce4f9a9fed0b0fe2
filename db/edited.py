"""A recording's beats, episodes and numbers as people have said its beats are: for pages, reports and interfaces alike.

Where nobody has said anything these are the rows that the monitor wrote. Else all of it is made anew from the network's
beats and what people said (`ecg.beat_columns`, `ecg.edited_findings`, `ecg.recording_numbers`). What was read is kept
for the next question.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select
from sqlmodel import col

from db.corrections import edits_of
from db.edits import newest_deed
from db.engine import fetch_first, fetch_parts
from db.findings import episodes, quality_changes
from db.models import BeatRow, VitalSignsRow
from db.models_corrections import Correction
from db.models_uploads import AnalysisRow
from ecg.beat_columns import BeatColumns, NetworkBeats, edited
from ecg.corrections import UNKNOWN_RR, Edits
from ecg.edited_findings import Steps, edited_episodes, steps
from ecg.edited_variability import Intervals, edited_intervals
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.recording_numbers import Rates, Summary, edited_rates, edited_summary
from ecg.types import RhythmEpisode

FOREVER = 1 << 62
KEPT = 8
"""Recordings of which beats, and of which results, are kept: 2 MB each for a day."""
PART = 1000
"""Beats that are read at once: 216 ms of a core for a day; all of it at once takes 350."""
NO_SHARES = bytes(4 * len(RHYTHMS))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edited:
    """All of one recording. until: the house sample up to which there are numbers."""

    beats: BeatColumns
    steps: Steps
    episodes: list[RhythmEpisode]
    rates: Rates
    summary: Summary
    intervals: Intervals
    edits: Edits
    until: int


class Kept:
    """The newest answers, by what they hang on; each is made once, however many ask for it meanwhile."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def take(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` made of this key."""
        with self._lock:
            alone = self._making.setdefault(key, Lock())
        with alone:
            with self._lock:
                known: T | None = self._known.get(key)
            return self._keep(key, make() if known is None else known)

    def _keep(self, key: Hashable, made: T) -> T:
        with self._lock:
            self._known[key] = made
            self._known.move_to_end(key)
            self._making.pop(key, None)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return made


_columns, _results = Kept(), Kept()


def is_edited(engine: Engine, recording: str) -> bool:
    """Whether anybody ever said anything of its beats."""
    said = select(col(Correction.id)).where(col(Correction.recording_id) == recording).limit(1)
    return newest_deed(engine, recording) > 0 or fetch_first(engine, said) is not None


def found_columns(engine: Engine, recording: str) -> BeatColumns:
    """The network's beats."""
    return _found(engine, recording, _mark(engine, recording))


def _found(engine: Engine, recording: str, mark: tuple[Hashable, ...]) -> BeatColumns:
    return _columns.take(mark, lambda: _read(engine, recording))


def edited_beats(engine: Engine, recording: str) -> BeatColumns:
    """The beats as people have said they are."""
    edits = edits_of(engine, recording, 0, FOREVER)
    return edited(found_columns(engine, recording), edits)


def all_intervals(engine: Engine, recording: str) -> Intervals:
    """RR and NN of the whole recording, as people have said its beats are."""
    if is_edited(engine, recording):
        return edited_result(engine, recording).intervals
    edits, beats = edits_of(engine, recording, 0, FOREVER), found_columns(engine, recording)
    return edited_intervals(beats, steps(beats, quality_changes(engine, recording, 0, FOREVER), edits))


def edited_result(engine: Engine, recording: str) -> Edited:
    """All of a recording as people have said its beats are."""
    mark = _mark(engine, recording)
    key = (*mark, _newest_word(engine, recording), newest_deed(engine, recording))
    return _results.take(key, lambda: _result(engine, recording, _found(engine, recording, mark)))


def shown_episodes(engine: Engine, recording: str, start: int, end: int) -> list[RhythmEpisode]:
    """Episodes that reach into [start, end), those that still go on included, as people have said the beats are."""
    if not is_edited(engine, recording):
        return episodes(engine, recording, start, end)
    every = edited_result(engine, recording).episodes
    return [each for each in every if each.start < end and (each.end is None or each.end > start)]


def _mark(engine: Engine, recording: str) -> tuple[Hashable, ...]:
    """What changes when the network's beats do."""
    index = col(BeatRow.index)
    mine = select(func.count(), func.max(index)).where(col(BeatRow.recording_id) == recording)
    force = select(col(AnalysisRow.id)).where(col(AnalysisRow.recording_id) == recording, col(AnalysisRow.in_force))
    return str(engine.url), recording, *(fetch_first(engine, mine) or ()), *(fetch_first(engine, force) or ())


def _newest_word(engine: Engine, recording: str) -> int:
    newest = select(func.max(col(Correction.id))).where(col(Correction.recording_id) == recording)
    row = fetch_first(engine, newest)
    return int(row[0] or 0) if row else 0


def _read(engine: Engine, recording: str) -> BeatColumns:
    facts = (col(BeatRow.index), col(BeatRow.rr), col(BeatRow.beat_class), col(BeatRow.rhythm))
    known = select(
        *facts, col(BeatRow.probabilities), col(BeatRow.settled_rhythm), col(BeatRow.settled_probabilities)
    ).where(col(BeatRow.recording_id) == recording, col(BeatRow.beat_class).is_not(None))
    parts = [_arrays(part) for part in fetch_parts(engine, known.order_by(col(BeatRow.index)), PART)] or [_arrays(())]
    return NetworkBeats(*map(np.concatenate, zip(*parts, strict=True))).columns()


def _arrays(rows: Sequence[Sequence[Any]]) -> tuple[NDArray[Any], ...]:
    """The arrays of `NetworkBeats`."""
    index, rr, kinds, rhythms, shares, settled, settled_shares = zip(*rows, strict=True) if rows else [()] * 7
    return (
        np.array(index, np.int64),
        np.array([UNKNOWN_RR if each is None else each for each in rr], np.int64),
        _places(kinds, BEAT_CLASSES),
        _places(rhythms, RHYTHMS),
        np.frombuffer(b"".join(shares), "<f4").reshape(-1, len(BEAT_CLASSES) + len(RHYTHMS)),
        _places(settled, RHYTHMS),
        np.frombuffer(b"".join(each or NO_SHARES for each in settled_shares), "<f4").reshape(-1, len(RHYTHMS)),
    )


def _places(letters: Sequence[str | None], known: Sequence[str]) -> NDArray[np.int8]:
    """The place of each, -1 for none."""
    places: dict[str | None, int] = {str(letter): place for place, letter in enumerate(known)}
    return np.array([places.get(letter, -1) for letter in letters], np.int8)


def _result(engine: Engine, recording: str, seen: BeatColumns) -> Edited:
    edits = edits_of(engine, recording, 0, FOREVER)
    beats = edited(seen, edits)
    course = steps(beats, quality_changes(engine, recording, 0, FOREVER), edits)
    found = edited_episodes(recording, beats, course, episodes(engine, recording, 0, FOREVER), edits)
    newest = select(func.max(col(VitalSignsRow.index))).where(col(VitalSignsRow.recording_id) == recording)
    row = fetch_first(engine, newest)
    until = int(row[0] or 0) if row else 0
    rates = edited_rates(beats, course, edits, found, until)
    numbers = edited_summary(beats, course, rates, found, until)
    return Edited(beats, course, found, rates, numbers, edited_intervals(beats, course), edits, until)
