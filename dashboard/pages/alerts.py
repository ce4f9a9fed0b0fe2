"""What people do about alerts: acknowledge one, or take that back. Pages send it by assets/alert_acts.js."""

from dataclasses import dataclass

from flask import Flask, Request, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.login import require_login
from auth.logins import ActiveLogin
from auth.roles import Action, ObjectKind, may
from db.alerts import acts_of, add_act, alert_at
from db.engine import writing
from db.views import ActView, AlertView
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import Answer, Happening, Stage, turned
from words import t

MAX_RECORDING = 64
AUDITED = {
    Happening.ACKNOWLEDGE: AuditAction.ALERT_ACKNOWLEDGED,
    Happening.WITHDRAW: AuditAction.ALERT_WITHDRAWN,
}
"""What people do; the rest comes by itself."""
UNKNOWN = "unknown"
STATUS: dict[str, int] = {Answer.DONE: 200, Answer.NOTHING: 200, Answer.TWICE: 409, Answer.OVER: 410, UNKNOWN: 404}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which alert, and what about it."""

    recording: str
    rule: AlertName
    start: int
    what: Happening

    @property
    def subject(self) -> str:
        """As the audit trail names it."""
        return f"{self.rule} at {self.start} of recording {self.recording}"


def add_alert_acts(app: Flask, engine: Engine) -> None:
    """Add POST /alerts/acts. It needs a login and the right to change alerts.

    Answers JSON {"answer", "sentence"}: 200 done or nothing to do, 404 no such alert, 409 somebody was first, 410 over.
    """

    def act() -> ResponseReturnValue:
        login = require_login()
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        wish = _wish(request)
        if not may(login.role, Action.CHANGE, ObjectKind.ALERT):
            _refuse(engine, login, wish, "no right")
            abort(403)
        answer, sentence = _act(engine, login, wish)
        return jsonify(answer=answer, sentence=sentence), STATUS[answer]

    app.add_url_rule("/alerts/acts", "alert_acts", act, methods=["POST"])


def _wish(sent: Request) -> Wish:
    """What was sent; 400 for what no page of ours sends."""
    recording, start = sent.form.get("recording", ""), sent.form.get("start", "")
    try:
        rule, what = AlertName(sent.form.get("rule", "")), Happening(sent.form.get("what", ""))
    except ValueError:
        abort(400)
    digits = start.isascii() and start.isdigit() and len(start) < 16
    if what not in AUDITED or not digits or not 0 < len(recording) <= MAX_RECORDING:
        abort(400)
    return Wish(recording, rule, int(start), what)


def _act(engine: Engine, login: ActiveLogin, wish: Wish) -> tuple[str, str]:
    """The answer and its sentence; everything, refusals too, in one transaction with its audit."""
    with writing(engine) as connection:
        found = alert_at(connection, wish.recording, wish.rule.value, wish.start)
        if found is None:
            _note(connection, AuditAction.ALERT_ACT_REFUSED, login, f"{wish.subject}: {UNKNOWN}")
            return UNKNOWN, t("alerts.unknown")
        acts = acts_of(connection, wish.recording, wish.rule.value, wish.start)
        answer = turned(stage_of(found, acts), wish.what).answer
        if answer is Answer.DONE:
            add_act(connection, found.alert, wish.what, login.user_id, door().now_ms())
            _note(connection, AUDITED[wish.what], login, wish.subject)
        else:
            _note(connection, AuditAction.ALERT_ACT_REFUSED, login, f"{wish.subject}: {answer}")
        return answer, _sentence(answer, acts)


def stage_of(found: AlertView, acts: list[ActView]) -> Stage:
    """Where a stored alert stands: what people did, then its end; the two may be told in any order."""
    stage = Stage.ALARMING
    for act in acts:
        stage = turned(stage, act.what).stage
    if found.alert.end is None:
        return stage
    return turned(stage, Happening.END_LATCHING if RULES[found.alert.rule].latches else Happening.END).stage


def _sentence(answer: Answer, acts: list[ActView]) -> str:
    seen = next((act for act in reversed(acts) if act.what is Happening.ACKNOWLEDGE), None)
    if answer is Answer.TWICE and seen is not None:
        return t("alerts.twice", person=seen.person or "")
    return t(f"alerts.{answer}")


def _refuse(engine: Engine, login: ActiveLogin, wish: Wish, why: str) -> None:
    with writing(engine) as connection:
        _note(connection, AuditAction.ALERT_ACT_REFUSED, login, f"{wish.subject}: {why}")


def _note(connection: Connection, action: AuditAction, login: ActiveLogin, subject: str) -> None:
    write_audit(connection, door().now_ms(), action, login.user_id, subject, request.remote_addr or "unknown")
