"""Marks at moments of a patient's recordings, for assets/marks.js: listed, set, deleted and brought back."""

from typing import Annotated

import msgspec
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from sqlalchemy import Connection, Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.permission import require_patient
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind
from dashboard.pages.overview import LARGEST_ID
from dashboard.pages.why import LARGEST_INDEX, recording_of
from db.engine import writing
from db.marks import delete_mark, marks_of_patient, restore_mark, set_mark

MOST_LETTERS = 200
JSON = {"Content-Type": "application/json"}


class MarkForm(BaseModel):
    """A mark as it is typed: house sample `index` of a recording, and words."""

    recording: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    index: Annotated[int, Field(ge=0, le=LARGEST_INDEX)]
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_LETTERS)]


def add_marks(app: Flask, engine: Engine) -> None:
    """Add /marks/<patient>: GET lists, POST sets one; POST …/<id>/delete and …/<id>/restore. All answer the list."""

    def listed(patient: int) -> ResponseReturnValue:
        require_patient(Action.VIEW, ObjectKind.MARK, patient)
        return _answer(engine, patient)

    def pin(patient: int) -> ResponseReturnValue:
        identity, form = _whoever_may(patient), _form()
        of_patient = recording_of(engine, patient, form.recording)
        with writing(engine) as connection:
            mark = set_mark(connection, of_patient.id, form.index, form.words, identity.user_id or 0, door().now_ms())
            _note(connection, AuditAction.MARK_SET, identity, patient, f"mark {mark} {form.words}")
        return _answer(engine, patient)

    def take_away(patient: int, mark: int) -> ResponseReturnValue:
        identity = _whoever_may(patient)
        with writing(engine) as connection:
            words = _known(delete_mark(connection, patient, mark, identity.user_id or 0, door().now_ms()))
            _note(connection, AuditAction.MARK_DELETED, identity, patient, f"mark {mark} {words}")
        return _answer(engine, patient)

    def bring_back(patient: int, mark: int) -> ResponseReturnValue:
        identity = _whoever_may(patient)
        with writing(engine) as connection:
            words = _known(restore_mark(connection, patient, mark))
            _note(connection, AuditAction.MARK_RESTORED, identity, patient, f"mark {mark} {words}")
        return _answer(engine, patient)

    marks, one = f"/marks/<int(max={LARGEST_ID}):patient>", f"<int(max={LARGEST_ID}):mark>"
    app.add_url_rule(marks, "marks", listed, methods=["GET"])
    app.add_url_rule(marks, "pin_mark", pin, methods=["POST"])
    app.add_url_rule(f"{marks}/{one}/delete", "delete_mark", take_away, methods=["POST"])
    app.add_url_rule(f"{marks}/{one}/restore", "restore_mark", bring_back, methods=["POST"])


def _whoever_may(patient: int) -> Identity:
    """Who asks, if they may change marks of this patient; else 401, 403 or 404, and 400 where no page of ours asks."""
    identity = require_patient(Action.CHANGE, ObjectKind.MARK, patient)
    if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
        abort(400)
    return identity


def _form() -> MarkForm:
    try:
        return MarkForm.model_validate(request.form.to_dict())
    except ValidationError:
        abort(400)


def _known(words: str | None) -> str:
    if words is None:
        abort(404)
    return words


def _note(connection: Connection, action: AuditAction, identity: Identity, patient: int, subject: str) -> None:
    words, now_ms = f"patient {patient}: {subject}", door().now_ms()
    write_audit(connection, now_ms, action, identity.user_id, words, address_of_request(), patient)


def _answer(engine: Engine, patient: int) -> ResponseReturnValue:
    return msgspec.json.encode(marks_of_patient(engine, patient)), 200, JSON
