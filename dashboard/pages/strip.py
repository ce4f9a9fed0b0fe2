"""The stored strip of the bedside page in numbers, for assets/stored.js: what is stored, and tiles of it.

/strip/<patient> · /strip/<patient>/<recording>/<tile> · /signs/<patient>/<recording>?start=0&end=3600&points=2000
"""

import msgspec
from flask import Flask, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, ObjectKind
from dashboard.pages.overview import LARGEST_ID, asked_points, asked_seconds
from dashboard.pages.why import recording_of
from dashboard.strip_data import sign_runs, tile, timeline

LARGEST_TILE = 10**7
"""More than a year of tiles: larger numbers are no addresses."""
JSON = {"Content-Type": "application/json"}


def add_strip(app: Flask, engine: Engine) -> None:
    """Add the three routes. Whoever asks needs the right to see this patient's recordings."""

    def of_patient(patient: int) -> ResponseReturnValue:
        require_patient(Action.VIEW, ObjectKind.RECORDING, patient)
        return msgspec.json.encode(timeline(engine, patient)), 200, JSON

    def of_recording(patient: int, name: str, number: int) -> ResponseReturnValue:
        return msgspec.json.encode(tile(engine, recording_of(engine, patient, name), number)), 200, JSON

    def signs(patient: int, name: str) -> ResponseReturnValue:
        found = recording_of(engine, patient, name)
        start, end = asked_seconds("start"), asked_seconds("end")
        if start >= end:
            abort(400)
        return msgspec.json.encode(sign_runs(engine, found, start, end, asked_points())), 200, JSON

    patient = f"<int(max={LARGEST_ID}):patient>"
    app.add_url_rule(f"/strip/{patient}", "strip", of_patient)
    app.add_url_rule(f"/strip/{patient}/<name>/<int(max={LARGEST_TILE}):number>", "strip_tile", of_recording)
    app.add_url_rule(f"/signs/{patient}/<name>", "signs", signs)
