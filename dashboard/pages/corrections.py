"""What a doctor says of a beat, in the place of the network: sent by the why-card (assets/why.js)."""

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.audit import AuditAction, write_audit
from auth.door import door
from auth.permission import require_patient
from auth.requests import address_of_request
from auth.roles import Action, ObjectKind
from dashboard.pages.why import LARGEST_ID, LARGEST_INDEX, MARK, recording_of, show_card
from dashboard.why_card import said_letter
from dashboard.why_data import beat_at
from db.corrections import correct_beat, said_of_beat
from db.engine import writing
from db.queries import beats
from db.views import RecordingView
from ecg.labels import BEAT_CLASSES, BeatClass
from words import t

OF_THE_NETWORK = ""


def add_corrections(app: Flask, engine: Engine) -> None:
    """Add POST /why/<patient>/<recording>/<index>/class: `class`, a letter or "" for the network's; `held`, what the
    card showed. Answers the card; 409 where another has said something meanwhile, whose word then stands.
    """

    def correct(patient: int, name: str, index: int) -> ResponseReturnValue:
        identity = require_patient(Action.CHANGE, ObjectKind.CORRECTION, patient)
        of_patient = recording_of(engine, patient, name)
        beat, letter = beat_at(engine, of_patient, index), _letter()
        if beat is None:
            abort(404)
        if letter == OF_THE_NETWORK and not beats(engine, name, index, index + 1):
            abort(400)  # it says nothing of a beat that it did not see
        held = said_letter(said_of_beat(engine, name, index))
        raced = request.form.get("held", held) != held
        if letter != held and not raced:
            _keep(engine, of_patient, index, letter, identity.user_id or 0)
        told = (t("why.raced"),) if raced else ()
        return show_card(engine, of_patient, beat, told), 409 if raced else 200, MARK

    one = f"<int(max={LARGEST_ID}):patient>/<name>/<int(max={LARGEST_INDEX}):index>"
    app.add_url_rule(f"/why/{one}/class", "correct_beat", correct, methods=["POST"])


def _letter() -> str:
    letter = request.form.get("class", "?")
    if letter not in (OF_THE_NETWORK, *BEAT_CLASSES):
        abort(400)
    return letter


def _keep(engine: Engine, of_patient: RecordingView, index: int, letter: str, user_id: int) -> None:
    """What is said, and that it was said."""
    now_ms, subject = door().now_ms(), f"{of_patient.id}/{index}: {letter or '-'}"
    whom, address = of_patient.patient_id, address_of_request()
    beat_class = None if letter == OF_THE_NETWORK else BeatClass(letter)
    with writing(engine) as connection:
        write_audit(connection, now_ms, AuditAction.BEAT_CORRECTED, user_id, subject, address, whom)
        correct_beat(connection, of_patient.id, index, beat_class, user_id, now_ms)
