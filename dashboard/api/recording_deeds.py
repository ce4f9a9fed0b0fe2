"""What people do to recordings: title and note, deleting and bringing back."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.door import door
from auth.needs import Need
from auth.permission import require
from auth.roles import Action, ObjectKind, Thing
from dashboard.api.asking import check_version, deed, patient_guard, recording_guard, stale
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import ProblemError
from dashboard.api.recordings import Recording, told
from db.engine import writing
from db.recording_deeds import Outcome, change_details, delete_recording, restore_recording
from db.recording_views import RecordingLine
from db.recordings import recording_line
from words import t

CHANGE = Need(Action.CHANGE, ObjectKind.RECORDING)


class Details(BaseModel):
    """What people write about a recording. What was recorded never changes."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, StringConstraints(max_length=128, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    note: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True, pattern=r"^[^\x00]*$")] = ""


def _changed(recording: str) -> RecordingLine:
    return _line(recording_guard(Action.CHANGE, ObjectKind.RECORDING, recording).id)


def _deleted(recording: str) -> RecordingLine:
    """One that is deleted, or there again."""
    known = recording_line(door().engine, recording)
    if known is None or known.deleted_ms is None:
        return _changed(recording)
    if known.patient_id is None:
        require(Action.CHANGE, ObjectKind.RECORDING, Thing(ObjectKind.RECORDING))
    else:
        patient_guard(Action.CHANGE, ObjectKind.RECORDING, known.patient_id)
    return known


def _line(name: str) -> RecordingLine:
    found = recording_line(door().engine, name)
    if found is None:
        raise NotFound
    return found


def _change(call: Call[RecordingLine, Nothing, Details]) -> Reply:
    check_version(call.version, call.found.version)
    title, note, version = call.body.title, call.body.note, call.found.version
    _do(
        call.found,
        AuditAction.RECORDING_CHANGED,
        lambda connection, _: change_details(connection, call.found.id, version, title, note),
    )
    return told(call.found.id)


def _delete(call: Call[RecordingLine, Nothing, Nothing]) -> Reply:
    check_version(call.version, call.found.version)
    _do(
        call.found,
        AuditAction.RECORDING_DELETED,
        lambda connection, who: delete_recording(
            connection, call.found.id, call.found.version, who.user_id or 0, who.at_ms
        ),
    )
    return Reply(None, 204)


def _restore(call: Call[RecordingLine, Nothing, Nothing]) -> Reply:
    if call.found.deleted_ms is not None:
        _do(
            call.found,
            AuditAction.RECORDING_RESTORED,
            lambda connection, who: restore_recording(connection, call.found.id, call.found.version, who.at_ms),
        )
    return told(call.found.id)


def _do(of: RecordingLine, action: AuditAction, act: Callable[[Connection, Deed], Outcome]) -> None:
    """Do it and write it down in one transaction; else 409 or 412."""
    who = deed()
    with writing(door().engine) as connection:
        outcome = act(connection, who)
        if outcome is Outcome.DONE:
            who.tell(connection, action, f"recording {of.id}", of.patient_id)
    if outcome is Outcome.STALE:
        raise stale()
    if outcome is not Outcome.DONE:
        kind = outcome.name.lower()
        raise ProblemError(409, f"recording-{kind.replace('_', '-')}", t(f"recording.{kind}"))


_ONE, _TAG = "/recordings/{recording}", "recordings"
OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("PUT", f"{_ONE}/details", "change_recording", _TAG, "Write title and note"),
        CHANGE,
        _changed,
        _change,
        Recording,
        Nothing,
        Details,
        needs_version=True,
    ),
    Operation(
        Route("DELETE", _ONE, "delete_recording", _TAG, "Delete a recording; it can be undone for 30 days"),
        CHANGE,
        _changed,
        _delete,
        None,
        Nothing,
        Nothing,
        204,
        needs_version=True,
    ),
    Operation(
        Route("POST", f"{_ONE}/restore", "restore_recording", _TAG, "Bring a deleted recording back"),
        CHANGE,
        _deleted,
        _restore,
        Recording,
        Nothing,
        Nothing,
    ),
]
