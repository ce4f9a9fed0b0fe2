"""The why-card: a part of a page, asked for by assets/why.js. Any page that shows beats can open it."""

from collections.abc import Sequence

from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import current_identity, require_patient
from auth.roles import Action, ObjectKind, role_may
from dashboard.receiving import networks
from dashboard.why_card import card
from dashboard.why_data import beat_at, first_beat_from, last_beat, story
from db.queries import recording_shown, recordings_of_patient, stored_until
from db.views import RecordingView
from ecg.rates import house_index
from ecg.types import Beat
from words import t

MARK = {"X-Why-Card": "1"}
"""By this assets/why.js tells a card from any other page."""
LARGEST_ID, LARGEST_INDEX = 2**31 - 1, 10**12
"""Larger numbers are no addresses: databases refuse them."""


def add_why(app: Flask, engine: Engine) -> None:
    """Add /why/<patient>/… : a stored beat, the first from an index on, or the newest. All need a login."""

    def exact(patient: int, name: str, index: int) -> ResponseReturnValue:
        of_patient = recording_of(engine, patient, name)
        return _answer(engine, of_patient, beat_at(engine, of_patient, index), t("why.not_stored"))

    def first_from(patient: int, name: str, index: int) -> ResponseReturnValue:
        of_patient = recording_of(engine, patient, name)
        return _answer(engine, of_patient, first_beat_from(engine, of_patient, index), t("why.no_beats"))

    def newest(patient: int) -> ResponseReturnValue:
        require_patient(Action.VIEW, ObjectKind.RECORDING, patient)
        known = next(iter(recordings_of_patient(engine, patient)), None)
        if known is None:
            return _refusal(t("why.nothing"))
        end = house_index(stored_until(engine, known.id), known.rate) + 1
        return _answer(engine, known, last_beat(engine, known, end), t("why.nothing"))

    patient, index = f"/why/<int(max={LARGEST_ID}):patient>", f"<int(max={LARGEST_INDEX}):index>"
    app.add_url_rule(f"{patient}/<name>/{index}", "why", exact)
    app.add_url_rule(f"{patient}/<name>/from/{index}", "why_from", first_from)
    app.add_url_rule(f"{patient}/newest", "why_newest", newest)


def recording_of(engine: Engine, patient: int, name: str) -> RecordingView:
    """The recording, if whoever asks may see it and it is this patient's; else 403 or 404."""
    require_patient(Action.VIEW, ObjectKind.RECORDING, patient)
    found = recording_shown(engine, name)
    if found is None or found.patient_id != patient:
        abort(404)
    return found


def _answer(engine: Engine, of_patient: RecordingView, beat: Beat | None, otherwise: str) -> ResponseReturnValue:
    return _refusal(otherwise) if beat is None else (show_card(engine, of_patient, beat, ()), 200, MARK)


def show_card(engine: Engine, of_patient: RecordingView, beat: Beat, told: Sequence[str]) -> str:
    """The card of a beat for whoever asks, with sentences of what became of what they did."""
    identity = current_identity()
    may_correct = identity is not None and role_may(identity.role, Action.CHANGE, ObjectKind.CORRECTION)
    shown = card(story(engine, of_patient, beat, networks()))
    return render_template("why_card.html", card=shown, may_correct=may_correct, told=told)


def _refusal(sentence: str) -> ResponseReturnValue:
    return render_template("why_missing.html", sentence=sentence), 404, MARK
