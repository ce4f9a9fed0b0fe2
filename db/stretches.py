"""Episodes of a patient over hours and weeks, and what of that time is missing: bounded answers for one screen."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, case, func, literal, select
from sqlmodel import col

from db.deleted import not_deleted
from db.engine import fetch_all
from db.ledger import ledger
from db.models import EpisodeRow, Recording
from db.models_recorder import LedgerRow
from db.trend_views import Absence, ListedEpisode, Stretch
from ecg.findings import Finding
from ecg.rates import SAMPLE_RATE

SAMPLE_MS = 1000 // SAMPLE_RATE
MOST_LISTED = 200


def stretches(engine: Engine, patient_id: int, start_ms: int, step_ms: int, count: int) -> list[Stretch]:
    """The episodes of that time, those of one finding together that lie in one step: at most some per step.

    Only an episode that reaches from one step into another stands alone, and of one finding there is one at a time.
    """
    end_ms = start_ms + count * step_ms
    first, last = _bounds(end_ms)
    began = case((first < start_ms, start_ms), else_=first)
    ended = case((last > end_ms, end_ms), else_=last)
    steps = (began // step_ms, ended // step_ms)
    facts = (col(EpisodeRow.finding), func.min(began), func.max(ended), func.sum(ended - began), func.count())
    question = _of_patient(select(*facts, func.min(col(Recording.id))), patient_id, start_ms, end_ms)
    rows = fetch_all(engine, question.group_by(col(EpisodeRow.finding), *steps).order_by(func.min(began)))
    return [Stretch(Finding(row[0]), int(row[1]), int(row[2]), int(row[3]), int(row[4]), row[5]) for row in rows]


def listed_episodes(
    engine: Engine, patient_id: int, start_ms: int, end_ms: int, findings: Collection[Finding], order: str
) -> list[ListedEpisode]:
    """At most `MOST_LISTED` episodes of that time and of these findings; order: "newest" or "longest" first."""
    first, last = _bounds(end_ms)
    facts = (col(EpisodeRow.recording_id), col(EpisodeRow.finding), col(EpisodeRow.start), first, last)
    question = _of_patient(select(*facts, col(EpisodeRow.end).is_(None)), patient_id, start_ms, end_ms)
    named = question.where(col(EpisodeRow.finding).in_([finding.value for finding in findings]))
    by = (last - first).desc() if order == "longest" else first.desc()
    rows = fetch_all(engine, named.order_by(by, col(EpisodeRow.finding)).limit(MOST_LISTED))
    return [ListedEpisode(row[0], Finding(row[1]), row[2], int(row[3]), int(row[4]), bool(row[5])) for row in rows]


def _bounds(end_ms: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Begin and end of an episode in wall ms; what goes on lasts at least until `end_ms`."""
    begun = col(Recording.started_ms)
    last = func.coalesce(begun + col(EpisodeRow.end) * SAMPLE_MS, literal(end_ms))
    return begun + col(EpisodeRow.start) * SAMPLE_MS, last


def _of_patient(
    question: Select[*tuple[Any, ...]], patient_id: int, start_ms: int, end_ms: int
) -> Select[*tuple[Any, ...]]:
    first, last = _bounds(end_ms)
    joined = question.join_from(EpisodeRow, Recording, col(EpisodeRow.recording_id) == col(Recording.id))
    inside = (col(Recording.started_ms) < end_ms, first < end_ms, last > start_ms)
    return joined.where(col(Recording.patient_id) == patient_id, not_deleted(), *inside)


def absences(engine: Engine, patient_id: int, start_ms: int, end_ms: int) -> list[Absence]:
    """What was not received of that time, in order: gaps of recordings, and the time between two of them.

    The time before the patient's first recording and after the newest sample is no absence.
    """
    begun = col(Recording.started_ms)
    ended = begun + col(LedgerRow.until) * 1000.0 / col(Recording.rate)
    question = select(col(Recording.id), begun, ended).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    mine = question.where(col(Recording.patient_id) == patient_id, not_deleted(), begun < end_ms, ended > start_ms)
    found: list[Absence] = []
    before: tuple[str, int, float] | None = _last_before(engine, patient_id, start_ms)
    for name, began, until in fetch_all(engine, mine.order_by(begun)):
        if before is not None and began > before[2]:
            found.append(Absence(before[0], before[1], int(before[2]), began))
        found += _holes(engine, name, began)
        before = (name, began, until)
    return [each for each in found if each.end_ms > start_ms and each.start_ms < end_ms]


def _last_before(engine: Engine, patient_id: int, start_ms: int) -> tuple[str, int, float] | None:
    begun = col(Recording.started_ms)
    ended = begun + col(LedgerRow.until) * 1000.0 / col(Recording.rate)
    question = select(col(Recording.id), begun, ended).join(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    older = question.where(col(Recording.patient_id) == patient_id, not_deleted(), ended <= start_ms)
    rows = fetch_all(engine, older.order_by(ended.desc()).limit(1))
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def _holes(engine: Engine, recording: str, began: int) -> list[Absence]:
    view = ledger(engine, recording)
    if view is None:
        return []
    ms = 1000 / view.rate
    return [Absence(recording, began, int(began + start * ms), int(began + end * ms)) for start, end in view.gaps]
