"""Which recordings a list shows, and in which order: as questions to the database."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, or_, select
from sqlmodel import col

from db.deleted import deleted_recordings, not_deleted
from db.models import Bed, Device, Patient, Recording, Ward
from db.models_recorder import LedgerRow
from db.models_recordings import RecordingDetails
from db.models_uploads import AnalysisRow
from db.recording_views import STILL_MS, Among, Asked, RecordingOrder, RecordingState
from db.time_line import was_brought
from db.upload_views import OPEN_STATES, AnalysisState

Question = Select[*tuple[Any, ...]]
UNTIL = func.coalesce(col(LedgerRow.until), 0)
_SECONDS = UNTIL / col(Recording.rate)


def reached_patients(connection: Connection, among: Among) -> frozenset[int] | None:
    """Whose recordings somebody may see, by name; None: everybody's.

    Asked first, because a database that sees the few numbers goes to their recordings at once.
    """
    if among.wards is None and among.patients is None:
        return None
    here = select(col(Bed.patient_id)).join(Ward, col(Ward.id) == col(Bed.ward_id))
    lies = here.where(col(Ward.name).in_(among.wards or ()), col(Bed.patient_id).is_not(None))
    there = {number for number in connection.execute(lies).scalars() if number is not None}
    return frozenset(among.patients or ()) | there


def narrowed(question: Question, asked: Asked, reached: frozenset[int] | None, now_ms: int) -> Question:
    """The question about `Recording`, for what is asked for and may be seen."""
    gone = asked.state is RecordingState.DELETED
    question = question.where(col(Recording.id).in_(deleted_recordings()) if gone else not_deleted())
    question = question.where(or_(col(Recording.patient_id).is_(None), col(Recording.patient_id).not_in(_left())))
    if reached is not None:
        question = question.where(col(Recording.patient_id).in_(reached))
    if asked.patient_id is not None:
        question = question.where(col(Recording.patient_id) == asked.patient_id)
    if asked.search:
        question = question.where(_like(asked.search))
    if asked.from_ms is not None:
        question = question.where(col(Recording.started_ms) >= asked.from_ms)
    if asked.to_ms is not None:
        question = question.where(col(Recording.started_ms) < asked.to_ms)
    return question if asked.state is None or gone else _in_state(question, asked.state, now_ms)


def how_many(connection: Connection, asked: Asked, reached: frozenset[int] | None, now_ms: int) -> int:
    """Recordings that `narrowed` finds. All there are is counted without looking at each."""
    everything = Asked(Among(), order=asked.order, falling=asked.falling)
    if reached is None and asked == everything:
        gone = select(func.count()).select_from(deleted_recordings().subquery()).scalar_subquery()
        theirs = (
            select(func.count()).select_from(Recording).where(col(Recording.patient_id).in_(_left()), not_deleted())
        )
        left = func.count() - gone - theirs.scalar_subquery()
        return int(connection.execute(select(left).select_from(Recording)).scalar_one())
    counted = narrowed(select(func.count()).select_from(Recording), asked, reached, now_ms)
    return int(connection.execute(counted).scalar_one())


def ordered(question: Question, asked: Asked) -> Question:
    """The question in the order that is asked for; within the same, by begin."""
    by: Any = col(Recording.started_ms)
    if asked.order is RecordingOrder.PATIENT:
        places = _places(col(Patient.id), col(Patient.name))
        question = question.outerjoin(places, places.c.id == col(Recording.patient_id))
        by = func.coalesce(places.c.place, 0)
    elif asked.order is RecordingOrder.DEVICE:
        places = _places(col(Device.id), col(Device.label))
        question, by = question.outerjoin(places, places.c.id == col(Recording.device_id)), places.c.place
    elif asked.order is RecordingOrder.LENGTH:
        lengths = select(col(LedgerRow.recording_id), col(LedgerRow.until)).subquery()
        question = question.outerjoin(lengths, lengths.c.recording_id == col(Recording.id))
        by = func.coalesce(lengths.c.until, 0) / col(Recording.rate)
    keys = (by, col(Recording.started_ms), col(Recording.id))
    return question.order_by(*(key.desc() for key in keys)) if asked.falling else question.order_by(*keys)


def _left() -> Select[int | None]:
    """Patients who are deleted: what was recorded of them is as they are."""
    return select(col(Patient.id)).where(col(Patient.deleted_ms).is_not(None))


def _places(number: Any, name: Any) -> Subquery:  # noqa: ANN401  mapped attributes
    """Where each name stands in the alphabet: of some thousand names, not of each recording's again."""
    place = func.dense_rank().over(order_by=func.lower(name)).label("place")
    return select(number.label("id"), place).subquery()


def _like(part: str) -> ColumnElement[bool]:
    named = or_(*(col(name).icontains(part, autoescape=True) for name in (Patient.name, Patient.initials)))
    labelled = col(Device.label).icontains(part, autoescape=True)
    titled = col(RecordingDetails.title).icontains(part, autoescape=True)
    return or_(
        col(Recording.patient_id).in_(select(col(Patient.id)).where(named)),
        col(Recording.device_id).in_(select(col(Device.id)).where(labelled)),
        col(Recording.id).in_(select(col(RecordingDetails.recording_id)).where(titled)),
        col(Recording.id) == part,
    )


def _in_state(question: Question, state: RecordingState, now_ms: int) -> Question:
    """As `RecordingLine.state`."""
    question = question.outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    newest = col(Recording.started_ms) + 1000.0 * _SECONDS
    receiving = and_(newest > now_ms - STILL_MS, ~was_brought())
    if state is RecordingState.RECEIVING:
        return question.where(receiving)
    done, failed = _analysed(AnalysisState.DONE), _analysed(AnalysisState.FAILED)
    refused = and_(failed, ~done, ~_analysed(*OPEN_STATES))
    over = {
        RecordingState.ANALYSED: and_(UNTIL > 0, done),
        RecordingState.FAILED: or_(UNTIL == 0, refused),
        RecordingState.COMPLETE: and_(UNTIL > 0, ~done, ~refused),
    }
    return question.where(~receiving, over[state])


def _analysed(*states: AnalysisState) -> ColumnElement[bool]:
    """Whether an analysis of the recording is in one of the states."""
    named = [state.value for state in states]
    return col(Recording.id).in_(select(col(AnalysisRow.recording_id)).where(col(AnalysisRow.state).in_(named)))
