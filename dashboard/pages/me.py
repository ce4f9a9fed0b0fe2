"""A patient's own page: what is recorded of oneself, to be read on a phone."""

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import current_identity, require
from auth.requests import current_login
from auth.roles import Action, ObjectKind, Role, Thing, may
from db.queries import recordings_of_patient, stored_until
from db.report_views import ReportVersion
from db.reports import released_reports
from db.views import RecordingView
from words import t
from written import duration, moment


def add_me(app: Flask, engine: Engine) -> None:
    """Add /me. Others than patients have no page of this kind and are led to where they begin."""

    def mine() -> ResponseReturnValue:
        identity = current_identity()
        if identity is None or identity.role != Role.PATIENT:
            return redirect("/", 303)
        patients = sorted(identity.patients)
        for patient in patients:
            require(Action.VIEW, ObjectKind.RECORDING, Thing(ObjectKind.RECORDING, patient=patient))
        rows = [
            (patient, _row(engine, each)) for patient in patients for each in recordings_of_patient(engine, patient)
        ]
        seen = (each for each in patients if may(identity, Action.VIEW, Thing(ObjectKind.REPORT, patient=each)))
        reports = [_report(each) for patient in seen for each in released_reports(engine, patient)]
        return render_template("me.html", patients=patients, rows=rows, reports=reports, login=current_login())

    app.add_url_rule("/me", "me", mine)


def _row(engine: Engine, recording: RecordingView) -> tuple[str, str, str]:
    seconds = stored_until(engine, recording.id) / recording.rate
    return moment(recording.started_ms), duration(seconds), recording.lead


def _report(version: ReportVersion) -> tuple[str, str]:
    """Where it is, and when it was signed by whom."""
    words = t("me.report", when=moment(version.signed_ms or 0), who=version.signer or "")
    return f"/recording/{version.recording_id}/report?version={version.version}", words
