"""Marks that people set in recordings."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.exceptions import NotFound

from auth.audit import AuditAction
from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, recording_guard
from dashboard.api.me import moment
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.recordings import LARGEST_INDEX
from db.engine import writing
from db.marks import delete_mark, marks_of_recording, restore_mark, set_mark
from db.views import MarkView, RecordingView


class Mark(BaseModel):
    """A mark at a moment of a recording."""

    id: int
    index: int = Field(description="Sample at 250 Hz.")
    words: str
    symptom: str | None
    person: str | None = Field(description="Who of the ward set it; null: the patient.")
    set_at: datetime


class Marks(BaseModel):
    """The marks of a recording, the last moment first; at most 1000."""

    items: list[Mark]


class NewMark(BaseModel):
    """A mark to be set."""

    model_config = ConfigDict(extra="forbid")

    index: int = Field(ge=0, le=LARGEST_INDEX, description="Sample at 250 Hz.")
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _marks(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    return Reply(Marks(items=[_mark(each) for each in marks_of_recording(door().engine, call.found.id)]))


def _mark(of: MarkView) -> Mark:
    facts = {"id": of.id, "index": of.index, "words": of.words, "symptom": of.symptom, "person": of.person}
    return Mark.model_validate({**facts, "set_at": moment(of.at_ms)})


def _changed_marks(recording: str) -> RecordingView:
    return recording_guard(Action.CHANGE, ObjectKind.MARK, recording)


def _seen_marks(recording: str) -> RecordingView:
    return recording_guard(Action.VIEW, ObjectKind.MARK, recording)


def _one_mark(recording: str, mark: int) -> tuple[RecordingView, int]:
    return _changed_marks(recording), mark


def _set(call: Call[RecordingView, Nothing, NewMark]) -> Reply:
    who, words = deed(), call.body.words
    with writing(door().engine) as connection:
        mark = set_mark(connection, call.found.id, call.body.index, words, who.user_id or 0, who.at_ms)
        who.tell(connection, AuditAction.MARK_SET, f"mark {mark} {words}", call.found.patient_id)
    made = next(each for each in marks_of_recording(door().engine, call.found.id) if each.id == mark)
    return Reply(_mark(made), 201)


def _delete(call: Call[tuple[RecordingView, int], Nothing, Nothing]) -> Reply:
    who, (of, mark) = deed(), call.found
    with writing(door().engine) as connection:
        known = {each.id for each in marks_of_recording(door().engine, of.id)}
        words = (
            delete_mark(connection, of.patient_id or 0, mark, who.user_id or 0, who.at_ms) if mark in known else None
        )
        if words is None:
            raise NotFound
        who.tell(connection, AuditAction.MARK_DELETED, f"mark {mark} {words}", of.patient_id)
    return Reply(None, 204)


def _restore(call: Call[tuple[RecordingView, int], Nothing, Nothing]) -> Reply:
    who, (of, mark) = deed(), call.found
    with writing(door().engine) as connection:
        words = restore_mark(connection, of.patient_id or 0, mark)
        if words is not None:
            who.tell(connection, AuditAction.MARK_RESTORED, f"mark {mark} {words}", of.patient_id)
    back = next((each for each in marks_of_recording(door().engine, of.id) if each.id == mark), None)
    if back is None:
        raise NotFound
    return Reply(_mark(back))


_ONE, _CHANGE = "/recordings/{recording}/marks", Need(Action.CHANGE, ObjectKind.MARK)
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", _ONE, "list_marks", "recordings", "Marks that people have set"),
        Need(Action.VIEW, ObjectKind.MARK),
        _seen_marks,
        _marks,
        Marks,
        Nothing,
        Nothing,
    ),
    Operation(
        Route("POST", _ONE, "set_mark", "recordings", "Set a mark"),
        _CHANGE,
        _changed_marks,
        _set,
        Mark,
        Nothing,
        NewMark,
        201,
    ),
    Operation(
        Route("DELETE", f"{_ONE}/{{mark}}", "delete_mark", "recordings", "Delete a mark"),
        _CHANGE,
        _one_mark,
        _delete,
        None,
        Nothing,
        Nothing,
        204,
    ),
    Operation(
        Route("POST", f"{_ONE}/{{mark}}/restore", "restore_mark", "recordings", "Bring a deleted mark back"),
        _CHANGE,
        _one_mark,
        _restore,
        Mark,
        Nothing,
        Nothing,
    ),
]
