"""What people do about alerts: acknowledge one, or take that back (assets/alert_acts.js); and the list of them."""

from dataclasses import dataclass

from flask import Flask, Request, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.permission import require_patient
from auth.requests import address_of_request
from auth.roles import Action, ObjectKind
from dashboard.alert_rows import rows_of
from db.alert_views import ActView, AlertView
from db.alerts import acts_of, add_act, alert_at
from db.engine import writing
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import Answer, Happening, Stage, turned
from words import t

LARGEST_ID = 2**31 - 1
MAX_RECORDING = 64
AUDITED = {
    Happening.ACKNOWLEDGE: AuditAction.ALERT_ACKNOWLEDGED,
    Happening.WITHDRAW: AuditAction.ALERT_WITHDRAWN,
}
"""What people do; the rest comes by itself."""
STATUS = {Answer.DONE: 200, Answer.NOTHING: 200, Answer.TWICE: 409, Answer.OVER: 410}


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
        return f"{self.rule} {self.recording}/{self.start}"


def add_alert_acts(app: Flask, engine: Engine) -> None:
    """Add POST /alerts/<patient>/acts and GET /alerts/<patient>/list; both need the right to this patient's alerts.

    An act answers JSON {"answer", "sentence"}: 200 done or nothing to do, 409 somebody was first, 410 over. 404: there
    is no such alert for whoever asks; 400: no page of ours sends that.
    """

    def act(patient: int) -> ResponseReturnValue:
        identity = require_patient(Action.CHANGE, ObjectKind.ALERT, patient)
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        answer, sentence = _act(engine, patient, identity.user_id or 0, _wish(request))
        return jsonify(answer=answer, sentence=sentence), STATUS[answer]

    whose = f"/alerts/<int(max={LARGEST_ID}):patient>"
    app.add_url_rule(f"{whose}/acts", "alert_acts", act, methods=["POST"])
    app.add_url_rule(f"{whose}/list", "alert_list", lambda patient: _list(engine, patient))


def _list(engine: Engine, patient: int) -> ResponseReturnValue:
    """The alerts of the patient's newest recording, as a part of the bedside page."""
    require_patient(Action.VIEW, ObjectKind.ALERT, patient)
    return render_template("alert_list.html", rows=rows_of(engine, patient))


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


def _act(engine: Engine, patient: int, user_id: int, wish: Wish) -> tuple[Answer, str]:
    """The answer and its sentence; everything in one transaction with its audit, refusals too."""
    with writing(engine) as connection:
        found = alert_at(connection, wish.recording, wish.rule.value, wish.start)
        if found is None or found.patient_id != patient:
            abort(404)
        acts = acts_of(connection, wish.recording, wish.rule.value, wish.start)
        answer = turned(stage_of(found, acts), wish.what).answer
        done, now_ms = answer is Answer.DONE, door().now_ms()
        if done:
            add_act(connection, found.alert, wish.what, user_id, now_ms)
        action = AUDITED[wish.what] if done else AuditAction.ALERT_ACT_REFUSED
        subject = wish.subject if done else f"{answer}: {wish.subject}"
        write_audit(connection, now_ms, action, user_id, subject, address_of_request(), patient)
        return answer, _sentence(answer, wish.what, acts)


def stage_of(found: AlertView, acts: list[ActView]) -> Stage:
    """Where a stored alert stands: what people did, then its end; the two may be told in any order."""
    stage = Stage.ALARMING
    for act in acts:
        stage = turned(stage, act.what).stage
    if found.alert.end is None:
        return stage
    return turned(stage, Happening.END_LATCHING if RULES[found.alert.rule].latches else Happening.END).stage


def _sentence(answer: Answer, what: Happening, acts: list[ActView]) -> str:
    seen = next((act for act in reversed(acts) if act.what is Happening.ACKNOWLEDGE), None)
    if answer is Answer.TWICE and seen is not None:
        return t("alerts.twice", person=seen.person or "")
    return t("alerts.withdrawn" if (answer, what) == (Answer.DONE, Happening.WITHDRAW) else f"alerts.{answer}")
