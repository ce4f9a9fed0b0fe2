"""All of a patient on one line of time: what was recorded, what is missing, alerts and marks. Bounded by its steps."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from db.engine import fetch_all, fetch_first
from db.models import Recording
from db.models_alerts import AlertRow
from db.models_marks import EventMark
from db.models_recorder import LedgerRow, MissingRow
from db.time_line import on_time_line, was_brought
from ecg.rates import SAMPLE_RATE

SAMPLE_MS = 1000 // SAMPLE_RATE
STEPS = 500
"""Of any line: what begins within one step is told as one."""


@dataclass(frozen=True, slots=True)
class Spell:
    """What begins in one step, from the first begin to the last end, in wall ms. recording, start: of the first one.

    name: an alert's priority; empty for the rest. start: house samples; 0 for recordings.
    """

    start_ms: int
    end_ms: int
    count: int
    recording: str
    start: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class PatientTimeline:
    """Each line in the order of time, within [start_ms, end_ms)."""

    start_ms: int
    end_ms: int
    recordings: list[Spell]
    uploads: list[Spell]
    missing: list[Spell]
    alerts: list[Spell]
    marks: list[Spell]


def recorded_between(engine: Engine, patient_id: int) -> tuple[int, int] | None:
    """Begin of the first and end of the newest recording, wall ms; None where there is none."""
    ended = func.max(col(Recording.started_ms) + _seconds(func.coalesce(col(LedgerRow.until), 0)))
    row = fetch_first(engine, _of_patient(select(func.min(col(Recording.started_ms)), ended), patient_id))
    return None if row is None or row[0] is None else (int(row[0]), int(row[1]))


def patient_timeline(engine: Engine, patient_id: int, start_ms: int, end_ms: int) -> PatientTimeline:
    """What lies in this time; start_ms < end_ms."""
    step = max(1, -(-(end_ms - start_ms) // STEPS))
    begun = col(Recording.started_ms)
    ended = begun + _seconds(func.coalesce(col(LedgerRow.until), 0))
    whole = _of_patient(_told(begun, ended, step, col(Recording.id)), patient_id)
    gone = _of_patient(_told(_at(MissingRow.start), _at(MissingRow.end), step, col(Recording.id)), patient_id)
    gone = gone.join(MissingRow, col(MissingRow.recording_id) == col(Recording.id))
    alert = func.coalesce(col(AlertRow.began_ms), begun + col(AlertRow.start) * SAMPLE_MS)
    told = _told(alert, alert, step, col(Recording.id), col(AlertRow.start), col(AlertRow.priority))
    alerts = _of_patient(told, patient_id).join(AlertRow, col(AlertRow.recording_id) == col(Recording.id))
    pinned = begun + col(EventMark.index) * SAMPLE_MS
    marks = _of_patient(_told(pinned, pinned, step, col(Recording.id), col(EventMark.index)), patient_id)
    marks = marks.join(EventMark, col(EventMark.recording_id) == col(Recording.id))
    marks = marks.where(col(EventMark.deleted_ms).is_(None))
    return PatientTimeline(
        start_ms,
        end_ms,
        _spells(engine, whole.where(begun < end_ms, ended >= start_ms, ~was_brought())),
        _spells(engine, whole.where(begun < end_ms, ended >= start_ms, was_brought())),
        _spells(engine, gone.where(_at(MissingRow.start) < end_ms, _at(MissingRow.end) > start_ms, ~was_brought())),
        _spells(engine, alerts.where(alert < end_ms, alert >= start_ms).group_by(col(AlertRow.priority))),
        _spells(engine, marks.where(pinned < end_ms, pinned >= start_ms)),
    )


def _seconds(samples: Any) -> ColumnElement[Any]:  # noqa: ANN401  a column or a function of one
    """Device samples as ms."""
    ms: ColumnElement[Any] = samples * 1000.0 / col(Recording.rate)
    return ms


def _at(column: Any) -> ColumnElement[Any]:  # noqa: ANN401  a mapped attribute
    return col(Recording.started_ms) + _seconds(col(column))


def _told(
    begin: ColumnElement[Any] | Mapped[int],
    end: ColumnElement[Any] | Mapped[int],
    step: int,
    recording: Mapped[str],
    start: Mapped[int] | None = None,
    name: Mapped[str] | None = None,
) -> Select[*tuple[Any, ...]]:
    more = [func.min(start)] if start is not None else []
    named = [name] if name is not None else []
    facts = (func.min(begin), func.max(end), func.count(), func.min(recording))
    return select(*facts, *more, *named).select_from(Recording).group_by(func.floor(begin / step))


def _of_patient(question: Select[*tuple[Any, ...]], patient_id: int) -> Select[*tuple[Any, ...]]:
    joined = question.select_from(Recording).outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    return joined.where(on_time_line(patient_id))


def _spells(engine: Engine, question: Select[*tuple[Any, ...]]) -> list[Spell]:
    rows = sorted(fetch_all(engine, question))
    return [Spell(int(row[0]), int(row[1]), row[2], *row[3:]) for row in rows]
