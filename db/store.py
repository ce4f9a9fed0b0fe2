"""Repeatable writes: the same batch written twice, or replayed after a crash, leaves the same rows.

Everything has a natural key. What is there already stays; only a rhythm episode learns its end, a beat its settled
rhythm, and a stream's position moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from db.engine import writing
from db.models import (
    AfBurdenRow,
    BeatRow,
    Device,
    EpisodeRow,
    GapRow,
    QualityRow,
    Recording,
    Segment,
    StreamPosition,
    VitalSignsRow,
)
from db.packing import pack_probabilities, pack_rhythms, pack_samples
from ecg.types import (
    VITAL_NUMBERS,
    AfBurden,
    Beat,
    Event,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording as its device announced it: rate in Hz, gain in units per millivolt, wall ms of sample 0."""

    id: str
    device_id: int
    rate: float
    gain: float
    lead: str
    started_ms: int


@dataclass(frozen=True, slots=True)
class NewSegment:
    """Raw samples as sent: int16, shape (n,); `start` counts device samples."""

    recording: str
    start: int
    samples: NDArray[np.int16]


def store_batch(
    engine: Engine,
    positions: Mapping[str, str],
    facts: Sequence[NewRecording],
    segments: Sequence[NewSegment],
    events: Sequence[Event],
) -> None:
    """Write all of it and the stream positions (stream name -> entry id) in ONE transaction, or nothing.

    Raises sqlalchemy.exc.IntegrityError when a device or a recording is neither in the database nor in `facts`.
    """
    with writing(engine) as connection:
        _insert(connection, Recording, _recording_rows(connection, facts))
        _insert(connection, Segment, [_segment_row(segment) for segment in segments])
        _insert_events(connection, events)
        _upsert(
            connection,
            StreamPosition,
            [{"stream": s, "entry_id": e} for s, e in positions.items()],
        )


def _recording_rows(connection: Connection, facts: Sequence[NewRecording]) -> list[Row]:
    """The patient is who wears the device now; a recording that is stored already keeps its own."""
    if not facts:
        return []
    wanted = {fact.device_id for fact in facts}
    found = connection.execute(select(col(Device.id), col(Device.patient_id)).where(col(Device.id).in_(wanted)))
    patient_of = {row[0]: row[1] for row in found}
    return [_recording_row(fact, patient_of.get(fact.device_id)) for fact in facts]


def _recording_row(fact: NewRecording, patient_id: int | None) -> Row:
    return {
        "id": fact.id,
        "device_id": fact.device_id,
        "patient_id": patient_id,
        "rate": fact.rate,
        "gain": fact.gain,
        "lead": fact.lead,
        "started_ms": fact.started_ms,
    }


def _segment_row(segment: NewSegment) -> Row:
    return {
        "recording_id": segment.recording,
        "start": int(segment.start),
        "count": len(segment.samples),
        "blob": pack_samples(segment.samples),
    }


def _insert_events(connection: Connection, events: Sequence[Event]) -> None:
    _teach_beats(connection, "beat_class", [_beat_row(e) for e in events if isinstance(e, Beat)])
    _teach_beats(connection, "settled_rhythm", [_settled_row(e) for e in events if isinstance(e, SettledRhythm)])
    _insert(connection, VitalSignsRow, [_vital_signs_row(e) for e in events if isinstance(e, VitalSigns)])
    _insert(connection, QualityRow, [_quality_row(e) for e in events if isinstance(e, QualityChange)])
    _insert(connection, GapRow, [_gap_row(e) for e in events if isinstance(e, SignalGap)])
    _insert(connection, AfBurdenRow, [_burden_row(e) for e in events if isinstance(e, AfBurden)])
    _upsert_episodes(connection, [_episode_row(e) for e in events if isinstance(e, RhythmEpisode)])


def _beat_row(beat: Beat) -> Row:
    return {
        "recording_id": beat.recording,
        "index": int(beat.index),
        "rr": _whole(beat.rr),
        "beat_class": beat.beat_class.value,
        "rhythm": beat.rhythm.value,
        "probabilities": pack_probabilities(beat.class_probabilities, beat.rhythm_probabilities),
        "class_probability": float(max(beat.class_probabilities)),
    }


def _settled_row(settled: SettledRhythm) -> Row:
    return {
        "recording_id": settled.recording,
        "index": int(settled.index),
        "settled_rhythm": settled.rhythm.value,
        "settled_probabilities": pack_rhythms(settled.rhythm_probabilities),
    }


def _vital_signs_row(vital: VitalSigns) -> Row:
    numbers = {name: _real(getattr(vital, name)) for name in VITAL_NUMBERS}
    where = {"recording_id": vital.recording, "index": int(vital.index)}
    return where | numbers | {"finding": vital.finding.value}


def _quality_row(change: QualityChange) -> Row:
    return {
        "recording_id": change.recording,
        "index": int(change.index),
        "quality": change.quality.value,
        "reason": change.reason.value,
    }


def _gap_row(gap: SignalGap) -> Row:
    return {"recording_id": gap.recording, "start": int(gap.start), "end": int(gap.end)}


def _episode_row(episode: RhythmEpisode) -> Row:
    return {
        "recording_id": episode.recording,
        "finding": episode.finding.value,
        "start": int(episode.start),
        "end": _whole(episode.end),
    }


def _burden_row(burden: AfBurden) -> Row:
    shares = {name: _real(getattr(burden, name)) for name in ("hour", "day", "whole")}
    return {"recording_id": burden.recording, "index": int(burden.index), **shares}


def _whole(number: int | None) -> int | None:
    """A plain int: SQLite would keep a NumPy scalar as its bytes, without a word."""
    return None if number is None else int(number)


def _real(number: float | None) -> float | None:
    """A plain float, for the same reason."""
    return None if number is None else float(number)


def _insert(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Add the rows whose key is new."""
    if rows:
        connection.execute(_insert_into(connection, model).on_conflict_do_nothing(), list(rows))


def _upsert(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Add the rows; where the key is there already, take the new values."""
    if not rows:
        return
    statement = _insert_into(connection, model)
    keys = [column.name for column in table_of(model).primary_key]
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), list(rows))


def _teach_beats(connection: Connection, mark: str, rows: Sequence[Row]) -> None:
    """Tell beats what `rows` say, where they do not know it yet: column `mark` is null there.

    A beat's own row comes first in its stream. Where it was set aside (a dead letter) the settled rhythm waits for it.
    """
    if not rows:
        return
    statement = _insert_into(connection, BeatRow)
    keys = ["recording_id", "index"]
    learnt = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    unknown = table_of(BeatRow).c[mark].is_(None)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=learnt, where=unknown), list(rows))


def _upsert_episodes(connection: Connection, rows: Sequence[Row]) -> None:
    """An end that is known stays known, even when the episode's beginning is replayed after it."""
    if not rows:
        return
    statement = _insert_into(connection, EpisodeRow)
    end = func.coalesce(statement.excluded.end, table_of(EpisodeRow).c.end)
    keys = ["recording_id", "finding", "start"]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"end": end}),
        list(rows),
    )


def _insert_into(connection: Connection, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """INSERT that knows ON CONFLICT, in the words of this database."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table_of(model))
    return sqlite.insert(table_of(model))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model class."""
    return cast(Table, model.__dict__["__table__"])
