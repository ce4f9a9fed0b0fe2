"""The limits of a patient: a part of the bedside page that assets/limits.js asks for and sends back."""

from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.forms import MAX_REASON, LimitForm, complaints
from auth.login import require_login
from auth.logins import ActiveLogin
from auth.roles import Action, ObjectKind, may
from dashboard.components import limit_value
from dashboard.pages.bedside import is_known
from db.engine import writing
from db.limits import limit_history, limits_to_change, set_limit
from ecg.limits import KINDS
from written import moment

LARGEST_ID = 2**31 - 1
SHOWN = 5
"""Settings of one limit that the dialogue lists."""


def add_limits(app: Flask, engine: Engine) -> None:
    """Add /limits/<patient>/<limit>: GET shows it, POST sets it. Both need a login and the right to change limits."""

    def show(patient: int, name: str) -> ResponseReturnValue:
        _whoever_may(engine, patient, name)
        return _dialogue(engine, patient, name, told=False), 200

    def change(patient: int, name: str) -> ResponseReturnValue:
        login = _whoever_may(engine, patient, name)
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        typed = {"value": request.form.get("value", ""), "reason": request.form.get("reason", "")}
        wished = {"name": name} | typed | ({"value": None} if "usual" in request.form else {})
        try:
            form = LimitForm.model_validate(wished)
        except ValidationError as error:
            return _dialogue(engine, patient, name, told=False, typed=typed, complaints=complaints(error)), 400
        clash = _set(engine, patient, form, login)
        if clash is not None:
            typed |= {"value": KINDS[name].number(form.value)}
            return _dialogue(engine, patient, name, told=False, typed=typed, complaints={"value": clash}), 400
        return _dialogue(engine, patient, name, told=True), 200

    rule = f"/limits/<int(max={LARGEST_ID}):patient>/<name>"
    app.add_url_rule(rule, "limit", show, methods=["GET"])
    app.add_url_rule(rule, "set_limit", change, methods=["POST"])


def _whoever_may(engine: Engine, patient: int, name: str) -> ActiveLogin:
    """Who asks, if they may set this limit of this patient; else 401, 403 or 404."""
    login = require_login()
    if not may(login.role, Action.CHANGE, ObjectKind.LIMIT):
        abort(403)
    if name not in KINDS or not is_known(engine, patient):
        abort(404)
    return login


def _set(engine: Engine, patient: int, form: LimitForm, login: ActiveLogin) -> str | None:
    """Why it cannot be set beside the patient's other limits; None when it holds."""
    now_ms, address = door().now_ms(), request.remote_addr or "unknown"
    wanted = KINDS[form.name].shown(form.value) if form.value is not None else "back to the default"
    with writing(engine) as connection:
        if (clash := form.clash(limits_to_change(connection, patient))) is not None:
            return clash
        if set_limit(connection, patient, form.name, form.value, login.user_id, now_ms, form.reason):
            subject = f"patient {patient}: {form.name} {wanted}"
            write_audit(connection, now_ms, AuditAction.LIMIT_SET, login.user_id, subject, address)
    return None


def _dialogue(engine: Engine, patient: int, name: str, **more: object) -> str:
    history = limit_history(engine, patient, name, SHOWN)
    rows = [(limit_value(name, each), each.person, moment(each.at_ms), each.reason) for each in history]
    newest = history[0].value if history else None
    facts = {"name": name, "kind": KINDS[name], "value": newest, "rows": rows, "most_letters": MAX_REASON}
    return render_template("limit.html", **facts, **more)
