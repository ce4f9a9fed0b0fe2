"""One recording's own page: what it is, title and note, deleting and bringing back; and all of a patient's."""

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from sqlalchemy import Connection, Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.door import door
from auth.forms import complaint, complaints
from auth.identities import patient_thing
from auth.pages import once
from auth.permission import require
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind, Thing, may
from auth.tokens import new_token
from dashboard.recording_rows import recording_row
from db.deleted import KEPT_MS
from db.engine import writing
from db.ledger import ledger
from db.recording_deeds import Outcome, change_details, delete_recording, restore_recording
from db.recording_views import RecordingLine
from db.recordings import recording_line
from words import t
from written import duration, instant

MOST_TITLE, MOST_NOTE = 128, 2000
SHOWN_GAPS = 50
TOLD = ("changed", "deleted", "restored")


def _title(typed: str) -> str:
    if len(typed) > MOST_TITLE:
        raise complaint(t("form.at_most", count=MOST_TITLE))
    if not typed.isprintable():
        raise complaint(t("walls.printable"))
    return typed


def _note(typed: str) -> str:
    if len(typed) > MOST_NOTE:
        raise complaint(t("form.at_most", count=MOST_NOTE))
    if "\0" in typed:
        raise complaint(t("walls.printable"))
    return typed


class DetailsForm(BaseModel):
    """What people write about a recording."""

    title: Annotated[str, BeforeValidator(str.strip), AfterValidator(_title)]
    note: Annotated[str, BeforeValidator(str.strip), AfterValidator(_note)]


def add_recording(app: Flask, engine: Engine) -> None:
    """Add /recording/<id>/details: GET shows, POST writes; POST /recording/<id>/delete and …/restore."""
    views = (
        ("details", "recording_details", "GET", _show),
        ("details", "change_recording", "POST", _change),
        ("delete", "delete_recording", "POST", _delete),
        ("restore", "restore_recording", "POST", _restore),
    )
    for rule, endpoint, method, view in views:
        app.add_url_rule(f"/recording/<name>/{rule}", endpoint, partial(view, engine), methods=[method])


def _show(engine: Engine, name: str) -> ResponseReturnValue:
    return _page(engine, *_line(engine, name, Action.VIEW)), 200


def _change(engine: Engine, name: str) -> ResponseReturnValue:
    line, identity = _line(engine, name, Action.CHANGE)
    typed = {field: request.form.get(field, "").replace("\r\n", "\n") for field in DetailsForm.model_fields}
    try:
        form = DetailsForm.model_validate(typed)
    except ValidationError as error:
        return _page(engine, line, identity, typed=typed, wrong=complaints(error), version=_version()), 400

    def write(connection: Connection) -> Outcome:
        return change_details(connection, name, _version(), form.title, form.note)

    return _do(engine, line, identity, AuditAction.RECORDING_CHANGED, write, typed)


def _delete(engine: Engine, name: str) -> ResponseReturnValue:
    line, identity = _line(engine, name, Action.CHANGE)

    def take_away(connection: Connection) -> Outcome:
        return delete_recording(connection, name, _version(), identity.user_id or 0, door().now_ms())

    return _do(engine, line, identity, AuditAction.RECORDING_DELETED, take_away)


def _restore(engine: Engine, name: str) -> ResponseReturnValue:
    line, identity = _line(engine, name, Action.CHANGE)

    def bring_back(connection: Connection) -> Outcome:
        return restore_recording(connection, name, _version(), door().now_ms())

    return _do(engine, line, identity, AuditAction.RECORDING_RESTORED, bring_back)


def _line(engine: Engine, name: str, action: Action) -> tuple[RecordingLine, Identity]:
    """The recording, if whoever asks may do this to it; a deleted one is there for those who can bring it back."""
    line = recording_line(engine, name)
    thing = _thing(engine, line)
    identity = require(action, ObjectKind.RECORDING, thing)
    if line is None or thing is None or (line.deleted_ms is not None and not may(identity, Action.CHANGE, thing)):
        abort(404)
    if (
        action is Action.CHANGE and request.headers.get("Origin") is None
    ):  # the gate has looked at it where there is one
        abort(400)
    return line, identity


def _thing(engine: Engine, line: RecordingLine | None) -> Thing | None:
    if line is None:
        return None
    if line.patient_id is None:
        return Thing(ObjectKind.RECORDING)
    return patient_thing(engine, ObjectKind.RECORDING, line.patient_id)


def _version() -> int:
    return request.form.get("version", -1, type=int)


def _do(
    engine: Engine,
    line: RecordingLine,
    identity: Identity,
    action: AuditAction,
    deed: Callable[[Connection], Outcome],
    typed: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """Do it and write it down in one transaction; sent twice it is done once."""
    outcomes: list[Outcome] = []

    def act() -> dict[str, str]:
        with writing(engine) as connection:
            outcomes.append(deed(connection))
            if outcomes[-1] is Outcome.DONE:
                who = Deed(identity.user_id, door().now_ms(), address_of_request())
                who.tell(connection, action, f"recording {line.id}", line.patient_id)
                return {}
        return {"version": t(f"recording.{outcomes[-1].name.lower()}")}

    wrong = once(act)
    if wrong:
        now = recording_line(engine, line.id) or line
        return _page(engine, now, identity, error=wrong["version"], typed=typed, now=now if typed else None), 409
    return redirect(f"/recording/{line.id}/details?told={action.name.lower().rsplit('_', 1)[-1]}", 303)


def _page(engine: Engine, line: RecordingLine, identity: Identity, **more: object) -> str:
    thing, known = _thing(engine, line), ledger(engine, line.id)
    gaps = known.gaps[:SHOWN_GAPS] if known else ()
    ms = 1000 / line.rate
    missing = [(instant(line.started_ms + a * ms), duration((b - a) * ms / 1000)) for a, b in gaps]
    changes = thing is not None and may(identity, Action.CHANGE, thing)
    typed = more.pop("typed", None) or {"title": line.title, "note": line.note}
    told = request.args.get("told", "")
    facts = {
        "row": recording_row(line, time.time_ns() // 1_000_000),
        "line": line,
        "missing": missing,
        "more_gaps": line.gaps - len(missing),
        "ended": instant(line.end_ms) if line.until else None,
        "purged_at": instant(line.deleted_ms + KEPT_MS) if line.deleted_ms is not None else None,
        "deleted_at": instant(line.deleted_ms) if line.deleted_ms is not None else None,
        "told": t(f"recording.told_{told}") if told in TOLD else None,
        "letters": {"title": MOST_TITLE, "note": MOST_NOTE},
    }
    version = more.pop("version", line.version)
    return render_template(
        "recording.html", typed=typed, changes=changes, version=version, once=new_token(), **facts, **more
    )
