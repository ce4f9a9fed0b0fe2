"""What people do about alerts (assets/alert_acts.js), and the list of a patient's on the bedside page."""

from flask import Flask, Request, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.alert_deeds import AUDITED, CHANGED, MAX_COMMENT, MOST_AT_ONCE, WRONG, AlertWish, perform
from auth.deeds import Deed
from auth.door import door
from auth.permission import require_patient
from auth.requests import address_of_request
from auth.roles import Action, ObjectKind
from dashboard.alert_rows import rows_of
from db.alert_reviews import HAPPENINGS
from ecg.alert_review import ReviewAct
from ecg.alert_rules import AlertName
from ecg.alert_states import Answer, Happening
from words import t

LARGEST_ID = 2**31 - 1
MAX_RECORDING = 64
STATUS = {Answer.DONE: 200, Answer.NOTHING: 200, Answer.TWICE: 409, CHANGED: 409, Answer.OVER: 410, WRONG: 400}


def add_alert_acts(app: Flask, engine: Engine) -> None:
    """Add POST /alerts/<patient>/acts and GET /alerts/<patient>/list; both need the right to this patient's alerts.

    An act answers JSON {"answer", "sentence", "deed"}: 200 done or nothing to do, 409 somebody was first, 410 over, 400
    with a sentence for a value that is none. 404: there is no such alert for whoever asks; 400 without a sentence: no
    page of ours sends that.
    """

    def act(patient: int) -> ResponseReturnValue:
        identity = require_patient(Action.CHANGE, ObjectKind.ALERT, patient)
        if request.headers.get("Origin") is None:  # the gate has looked at it where there is one
            abort(400)
        wish, deed = wish_of(request), Deed(identity.user_id, door().now_ms(), address_of_request())
        once = request.form.get("once")
        if once and not door().sent.is_new(once, deed.at_ms):
            return jsonify(answer=Answer.NOTHING, sentence=t("alerts.nothing"), deed=0)
        told = perform(engine, patient, wish, deed)
        if told is None:
            abort(404)
        return jsonify(answer=told.answer, sentence=told.sentence, deed=told.deed), STATUS[told.answer]

    whose = f"/alerts/<int(max={LARGEST_ID}):patient>"
    app.add_url_rule(f"{whose}/acts", "alert_acts", act, methods=["POST"])
    app.add_url_rule(f"{whose}/list", "alert_list", lambda patient: _list(engine, patient))


def _list(engine: Engine, patient: int) -> ResponseReturnValue:
    """The alerts of the patient's newest recording, as a part of the bedside page."""
    require_patient(Action.VIEW, ObjectKind.ALERT, patient)
    return render_template("alert_list.html", rows=rows_of(engine, patient))


def wish_of(sent: Request) -> AlertWish:
    """What was sent: one rule, and for each alert its recording and start; 400 for what no page of ours sends."""
    recordings, starts = sent.form.getlist("recording"), sent.form.getlist("start")
    words, version = sent.form.get("what", ""), sent.form.get("version", "")
    try:
        rule = AlertName(sent.form.get("rule", ""))
        what = Happening(words) if words in HAPPENINGS else ReviewAct(words)
        keys = dict.fromkeys((named(name), rule, whole(start)) for name, start in zip(recordings, starts, strict=True))
    except ValueError:
        abort(400)
    if what not in AUDITED or not 0 < len(keys) <= MOST_AT_ONCE:
        abort(400)
    value = sent.form.get("value", "")[: MAX_COMMENT + 1]
    return AlertWish(what, tuple(keys), value, int(version) if version.isascii() and version.isdigit() else None)


def whole(typed: str) -> int:
    """A sample's index; ValueError for what is none."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        raise ValueError(typed)
    return int(typed)


def named(typed: str) -> str:
    """A recording's id; ValueError for what is none."""
    if not 0 < len(typed) <= MAX_RECORDING:
        raise ValueError(typed)
    return typed
