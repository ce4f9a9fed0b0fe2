"""The limits of a patient: a part of the bedside page that assets/limits.js asks for and sends back."""

from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.forms import MAX_REASON, LimitForm, complaints
from auth.permission import require_patient
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind
from dashboard.components import limit_value
from db.engine import writing
from db.limits import defaults_of_patient, limit_history, limits_to_change, set_limit
from db.views import LimitSetting
from ecg.limits import KINDS
from words import t
from written import moment

LARGEST_ID = 2**31 - 1
SHOWN = 5
"""Settings of one limit that the dialogue lists."""


def add_limits(app: Flask, engine: Engine) -> None:
    """Add /limits/<patient>/<limit>: GET shows it, POST sets it. Both need a login and the right to change limits."""

    def show(patient: int, name: str) -> ResponseReturnValue:
        _whoever_may(patient, name)
        return _dialogue(engine, patient, name, told=False), 200

    def change(patient: int, name: str) -> ResponseReturnValue:
        identity = _whoever_may(patient, name)
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        typed = {"value": request.form.get("value", ""), "reason": request.form.get("reason", "")}
        wished = {"name": name} | typed | ({"value": None} if "usual" in request.form else {})
        try:
            form = LimitForm.model_validate(wished)
        except ValidationError as error:
            return _dialogue(engine, patient, name, told=False, typed=typed, complaints=complaints(error)), 400
        clash = _set(engine, patient, form, identity.user_id or 0)
        if clash is not None:
            typed |= {"value": KINDS[name].number(form.value)}
            return _dialogue(engine, patient, name, told=False, typed=typed, complaints={"value": clash}), 400
        return _dialogue(engine, patient, name, told=True), 200

    rule = f"/limits/<int(max={LARGEST_ID}):patient>/<name>"
    app.add_url_rule(rule, "limit", show, methods=["GET"])
    app.add_url_rule(rule, "set_limit", change, methods=["POST"])


def _whoever_may(patient: int, name: str) -> Identity:
    """Who asks, if they may set this limit of this patient; else 401, 403 or 404."""
    identity = require_patient(Action.CHANGE, ObjectKind.LIMIT, patient)
    if name not in KINDS:
        abort(404)
    return identity


def _set(engine: Engine, patient: int, form: LimitForm, user_id: int) -> str | None:
    """Why it cannot be set beside the patient's other limits; None when it holds."""
    now_ms, address = door().now_ms(), address_of_request()
    wanted = KINDS[form.name].shown(form.value) if form.value is not None else "back to the default"
    default = defaults_of_patient(engine, patient)
    with writing(engine) as connection:
        if (clash := form.clash(limits_to_change(connection, patient), default)) is not None:
            return clash
        if set_limit(connection, patient, form.name, form.value, user_id, now_ms, form.reason):
            subject = f"patient {patient}: {form.name} {wanted}"
            write_audit(connection, now_ms, AuditAction.LIMIT_SET, user_id, subject, address, patient)
    return None


def _dialogue(engine: Engine, patient: int, name: str, **more: object) -> str:
    history, usual = limit_history(engine, patient, name, SHOWN), defaults_of_patient(engine, patient).get(name)
    rows = [(limit_value(name, each, usual), _entry(each)) for each in history]
    now, default = (limit_value(name, one, usual) for one in (history[0] if history else None, None))
    newest = history[0].value if history else None
    typed_first = KINDS[name].number(usual if newest is None else newest)
    facts = {"name": name, "kind": KINDS[name], "value": newest, "rows": rows, "most_letters": MAX_REASON}
    words = {"shown": now, "usual": default, "number": typed_first}
    return render_template("limit.html", **facts, **words, **more)


def _entry(setting: LimitSetting) -> str:
    entry = t("limit.entry", person=setting.person, time=moment(setting.at_ms))
    return t("limit.with_reason", set=entry, reason=setting.reason) if setting.reason else entry
