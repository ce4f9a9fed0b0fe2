"""/patients/<id>/recordings: everything of a patient on one line of time, and the list of what was recorded."""

import time

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, Identity, ObjectKind, Role
from dashboard.network_choice import network_choices
from dashboard.pages.recordings import analyses_many
from dashboard.receiving import networks
from dashboard.recording_rows import recording_row
from dashboard.timeline_picture import DAY_MS, Lane, lanes, ticks
from db.patient_timeline import patient_timeline, recorded_between, released_reports, signed_reports
from db.queries import bed_of_patient
from db.recording_views import Among, Asked
from db.recordings import recording_page
from streaming.export_files import ExportKind
from words import t

LARGEST_ID = 2**31 - 1
SPANS = {"day": DAY_MS, "week": 7 * DAY_MS, "month": 30 * DAY_MS, "all": None}
SHOWN = 50
MARGIN = 1.02
"""All of a patient's time does not end at the edge."""


def add_patient_recordings(app: Flask, engine: Engine) -> None:
    """Add the page. Whoever asks needs the right to see this patient's recordings."""

    def show(patient: int) -> ResponseReturnValue:
        identity = require_patient(Action.VIEW, ObjectKind.RECORDING, patient)
        now_ms, first = time.time_ns() // 1_000_000, max(request.args.get("first", 0, type=int), 0)
        lines, total = recording_page(engine, Asked(Among(), patient_id=patient), min(first, 2**31), SHOWN, now_ms)
        span = request.args.get("span", "")
        span = span if span in SPANS else "week"
        picture, times = _picture(engine, identity, patient, span)
        spans = [(name, t(f"timeline.{name}")) for name in SPANS]
        facts = {"patient": patient, "bed": bed_of_patient(engine, patient), "span": span, "spans": spans}
        kinds = [(kind.value, t(f"export.{kind}")) for kind in ExportKind]
        facts |= {"analyses": analyses_many(identity), "kinds": kinds}
        choices = network_choices(networks())
        paging = {"first": first, "shown": SHOWN, "total": total}
        rows = [recording_row(line, now_ms) for line in lines]
        name = lines[0].patient if lines else ""
        return render_template(
            "patient_recordings.html",
            rows=rows,
            lanes=picture,
            ticks=times,
            name=name,
            choices=choices,
            **paging,
            **facts,
        )

    rule = f"/patients/<int(max={LARGEST_ID}):patient>/recordings"
    app.add_url_rule(rule, "recordings_of_patient", show)


def _picture(engine: Engine, identity: Identity, patient: int, span: str) -> tuple[list[Lane], list[str]]:
    """The lanes and the times below them; nothing where nothing was recorded. It ends with the newest sample."""
    recorded = recorded_between(engine, patient)
    if recorded is None:
        return [], []
    begin, end = recorded
    length = SPANS[span] or max(round((end - begin) * MARGIN), 60_000)
    told = patient_timeline(engine, patient, end + 1 - length, end + 1)
    seen = released_reports if identity.role == Role.PATIENT else signed_reports
    return lanes(told, patient, seen(engine, told, patient)), ticks(told)
