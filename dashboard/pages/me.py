"""A patient's own page, read on a phone: the day in words, own recordings, what was felt, and released reports."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.permission import current_identity, require
from auth.requests import current_login
from auth.roles import Action, Identity, ObjectKind, Role, Thing, may
from dashboard.day_summary import DAY_MS, day_words, today
from db.marks import marks_of_patient
from db.queries import recordings_of_patient, stored_until
from db.report_views import ReportVersion
from db.reports import released_reports
from db.views import MarkView, RecordingView
from ecg.rates import to_milliseconds
from words import t
from written import date, duration, moment


@dataclass(frozen=True, slots=True)
class Own:
    """What templates/me.html shows of one patient; rows: texts in the order of the columns."""

    patient: int
    day: list[str]
    recordings: list[tuple[str, str, str]]
    felt: list[tuple[str, str]]
    reports: list[ReportVersion]


def add_me(app: Flask, engine: Engine) -> None:
    """Add /me. Others than patients have no page of this kind and are led to where they begin."""

    def mine() -> ResponseReturnValue:
        identity = current_identity()
        if identity is None or identity.role != Role.PATIENT:
            return redirect("/", 303)
        patients = sorted(identity.patients)
        for patient in patients:
            require(Action.VIEW, ObjectKind.RECORDING, Thing(ObjectKind.RECORDING, patient=patient))
        now_ms = time.time_ns() // 1_000_000
        own = [_own(engine, identity, patient, now_ms) for patient in patients]
        return render_template("me.html", own=own, date=date, login=current_login())

    app.add_url_rule("/me", "me", mine)


def _own(engine: Engine, identity: Identity, patient: int, now_ms: int) -> Own:
    may_read = may(identity, Action.VIEW, Thing(ObjectKind.REPORT, patient=patient))
    recordings = recordings_of_patient(engine, patient)
    felt = _felt(marks_of_patient(engine, patient), {each.id: each for each in recordings})
    of_day = sum(date(at) == date(now_ms) for at, _ in felt if now_ms - at < DAY_MS)
    return Own(
        patient,
        day_words(today(engine, patient, now_ms), of_day),
        [_row(engine, each) for each in recordings],
        [(moment(at), words) for at, words in felt],
        released_reports(engine, patient) if may_read else [],
    )


def _felt(marks: Sequence[MarkView], recordings: dict[str, RecordingView]) -> list[tuple[float, str]]:
    """(wall ms, what it was) of what the patient noted, the last first."""
    return [
        (recordings[each.recording].started_ms + to_milliseconds(each.index), t(f"phone.symptom_{each.symptom}"))
        for each in marks
        if each.symptom is not None and each.recording in recordings
    ]


def _row(engine: Engine, recording: RecordingView) -> tuple[str, str, str]:
    seconds = stored_until(engine, recording.id) / recording.rate
    return moment(recording.started_ms), duration(seconds), recording.lead
