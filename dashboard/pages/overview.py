"""The overview of a recording as numbers, for whatever draws it.

/overview/<patient>/<recording>?start=0&end=3600&points=2000
"""

import math

import numpy as np
from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, ObjectKind
from db.overview import POINTS
from db.queries import overview, recording_shown
from db.views import Overview, RecordingView

LARGEST_ID = 2**31 - 1
LONGEST_S = 366 * 86_400.0
"""Longer recordings than a year are no recordings."""


def add_overview(app: Flask, engine: Engine) -> None:
    """Add the route. Whoever asks needs the right to see this patient's recordings.

    start and end are seconds of the recording; the answer is JSON: `start` and `step` in seconds; `low` and `high` in
    millivolts, null where nothing was received; `share`, 0 to 1, how much of each point's time was received.
    """

    def of_recording(patient: int, name: str) -> ResponseReturnValue:
        require_patient(Action.VIEW, ObjectKind.RECORDING, patient)
        found = recording_shown(engine, name)
        if found is None or found.patient_id != patient:
            abort(404)
        start, end = asked_seconds("start"), asked_seconds("end")
        return jsonify(_plain(found, overview(engine, found, start, end, asked_points())))

    app.add_url_rule(f"/overview/<int(max={LARGEST_ID}):patient>/<name>", "overview", of_recording)


def asked_seconds(name: str) -> float:
    """Seconds of a recording that the request asks for; 400 where it names none."""
    value = request.args.get(name, type=float)
    if value is None or not math.isfinite(value) or not 0 <= value <= LONGEST_S:
        abort(400)
    return value


def asked_points() -> int:
    """How many points the request wants, `POINTS` at the most; 400 for more."""
    value = request.args.get("points", POINTS, type=int)
    if not 1 <= value <= POINTS:
        abort(400)
    return value


def _plain(of: RecordingView, seen: Overview) -> dict[str, float | list[float | None]]:
    empty = seen.cells[0] > seen.cells[1]
    lines = np.round(seen.cells / of.gain, 4)
    low, high = ([None if gone else value for gone, value in zip(empty, line.tolist(), strict=True)] for line in lines)
    share: list[float | None] = np.round(seen.share, 4).tolist()
    return {"start": seen.start, "step": seen.step, "low": low, "high": high, "share": share}
