"""The audit trail for administrators: looked through page by page, taken out as CSV, and checked."""

import logging
from threading import Lock, Thread
from urllib.parse import urlencode

from flask import Flask, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction, write_audit
from auth.audit_check import TrailState, check_trail, last_state
from auth.audit_csv import as_csv
from auth.audit_forms import AuditForm
from auth.audit_keys import place_of_process
from auth.door import door, wall_ms
from auth.forms import complaints
from auth.permission import require
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind, Role, Thing
from db.engine import writing
from db.trail import lines, newest_lines
from words import t
from written import instant

log = logging.getLogger(__name__)

SHOWN = 100
SHORT_S = 1.0
"""A trail that is looked through within this is told at once."""
LARGEST_NUMBER = 2**31 - 1
FIELDS = tuple(AuditForm.model_fields)


class TrailWatch:
    """One look through the trail at a time, beside the requests: a million entries take a quarter of a minute."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._busy = Lock()

    @property
    def is_busy(self) -> bool:
        """Whether somebody looks through it now."""
        return self._busy.locked()

    def look(self) -> None:
        """Begin, unless it is being done already."""
        if self._busy.acquire(blocking=False):
            thread = Thread(target=self._look, daemon=True)
            thread.start()
            thread.join(SHORT_S)

    def _look(self) -> None:
        try:
            check_trail(self._engine, place_of_process(), wall_ms())
        except SQLAlchemyError as error:
            log.warning("The audit trail could not be checked: %s", error)
        finally:
            self._busy.release()


def add_audit(app: Flask, engine: Engine) -> None:
    """Add GET /audit and /audit/export, both with the same filters, and POST /audit/check."""
    watch = TrailWatch(engine)

    def show() -> ResponseReturnValue:
        _whoever_may()
        return _page(engine, watch)

    def export() -> ResponseReturnValue:
        identity = _whoever_may()
        try:
            wanted = _form().wanted()
        except ValidationError:
            return _page(engine, watch)
        _tell(engine, identity, AuditAction.EXPORTED, f"audit {urlencode(_typed())}")
        name = {"Content-Disposition": 'attachment; filename="audit.csv"'}
        return Response(as_csv(lines(engine, wanted)), mimetype="text/csv", headers=name)

    def check() -> ResponseReturnValue:
        identity = _whoever_may()
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        _tell(engine, identity, AuditAction.TRAIL_CHECKED, "audit")
        watch.look()
        return redirect("/audit", 303)

    app.add_url_rule("/audit", "audit", show, methods=["GET"])
    app.add_url_rule("/audit/export", "audit_export", export, methods=["GET"])
    app.add_url_rule("/audit/check", "check_audit", check, methods=["POST"])


def _whoever_may() -> Identity:
    return require(Action.VIEW, ObjectKind.AUDIT, Thing(ObjectKind.AUDIT))


def _tell(engine: Engine, identity: Identity, action: AuditAction, subject: str) -> None:
    with writing(engine) as connection:
        write_audit(connection, door().now_ms(), action, identity.user_id, subject, address_of_request())


def _typed() -> dict[str, str]:
    """What of the filters is filled in."""
    return {name: request.args[name] for name in FIELDS if request.args.get(name, "").strip()}


def _form() -> AuditForm:
    return AuditForm.model_validate(_typed())


def _page(engine: Engine, watch: TrailWatch) -> ResponseReturnValue:
    typed, before = _typed(), request.args.get("before", type=int)
    facts = {"typed": typed, "actions": _actions(), "state": _state(engine), "busy": watch.is_busy}
    try:
        wanted = _form().wanted()
    except ValidationError as error:
        return render_template("audit.html", rows=[], wrong=complaints(error), query=urlencode(typed), **facts), 400
    found = newest_lines(engine, wanted, min(before, LARGEST_NUMBER) if before else None, SHOWN + 1)
    rows, more = found[:SHOWN], len(found) > SHOWN
    older = urlencode(typed | {"before": rows[-1].number}) if more else None
    shown = [(line, instant(line.at_ms), _words(line.action), _role(line.role)) for line in rows]
    paging = {"older": older, "newest": before is not None, "query": urlencode(typed)}
    return render_template("audit.html", rows=shown, **paging, **facts)


def _actions() -> list[tuple[str, str]]:
    return sorted(((each.value, _words(each.value)) for each in AuditAction), key=lambda pair: pair[1])


def _words(action: str) -> str:
    known = next((each for each in AuditAction if each.value == action), None)
    return t(f"audit.did_{known.name.lower()}") if known else action


def _role(role: str | None) -> str:
    return t(f"role.{role}") if role in set(Role) else role or ""


def _state(engine: Engine) -> tuple[str, bool]:
    """What the last look through the trail found, as a sentence; and whether it found something wrong."""
    state = last_state(engine, place_of_process())
    if state is None:
        return t("audit.never_checked"), False
    return _sentence(state), state.flaw is not None


def _sentence(state: TrailState) -> str:
    at = instant(state.at_ms)
    if state.flaw is not None:
        return t("audit.flawed", number=state.flaw_at, at=at)
    return t("audit.whole", count=state.entries, at=at)
