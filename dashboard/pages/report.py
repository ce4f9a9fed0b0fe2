"""The report of a recording: read, written, pre-approved, signed, released, retracted.

GET /recording/<name>/report and …/report.pdf, both ?version=; POST /recording/<name>/report begins one,
…/report/<version>/write, approve, sign, release, retract, withdraw.
"""

from dataclasses import dataclass

from flask import Flask, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.forms import complaints
from auth.identities import recording_thing
from auth.language import ZONE_COOKIE
from auth.permission import deed_of, require
from auth.report_deeds import ReportAnswer, approve, begin, release, retract, seen_versions, sign, withdraw, write
from auth.roles import Action, Identity, ObjectKind, may
from auth.tokens import new_token
from dashboard.report_course import course_drawing
from dashboard.report_marks import svg
from dashboard.report_shown import ShownReport, paper_palette, shown_report
from dashboard.report_strip import strip_drawing
from dashboard.report_text import state_words
from dashboard.report_written import ConclusionForm
from db.queries import recording_shown
from db.report_views import MOST_CONCLUSION, ReportState, ReportVersion
from db.views import RecordingView
from words import language, t
from written import instant

TOLD = ("begun", "saved", "approved", "signed", "released", "retracted", "withdrawn")
PAST = dict(zip(("write", "approve", "sign", "release", "retract", "withdraw"), TOLD[1:], strict=True))
_VERSION = "<int(max=2147483647):version>"


def add_report(app: Flask, engine: Engine) -> None:
    """Add the routes."""
    pages, base = ReportPages(engine), "/recording/<name>/report"
    app.add_url_rule(base, "report", pages.show)
    app.add_url_rule(f"{base}.pdf", "report_pdf", pages.pdf)
    app.add_url_rule(base, "begin_report", pages.begin, methods=["POST"])
    for act in PAST:
        app.add_url_rule(f"{base}/{_VERSION}/{act}", f"{act}_report", getattr(pages, act), methods=["POST"])


@dataclass(frozen=True, slots=True)
class ReportPages:
    """The views; `name` is the recording's."""

    engine: Engine

    def show(self, name: str) -> ResponseReturnValue:
        """The version that is asked for, else the newest."""
        of, identity = self._of(name, Action.VIEW)
        return self._page(of, identity, self._asked(of, identity)), 200

    def pdf(self, name: str) -> ResponseReturnValue:
        """The same on paper."""
        of, identity = self._of(name, Action.VIEW)
        version = self._asked(of, identity)
        if version is None:
            abort(404)
        file = shown_report(self.engine, of, version).pdf()
        named = f'inline; filename="wardbeat-{of.id}-report-{version.version}-{language()}.pdf"'
        return Response(file, mimetype="application/pdf", headers={"Content-Disposition": named})

    def begin(self, name: str) -> ResponseReturnValue:
        """Begin a version; one that is open already is gone on with."""
        of, identity = self._of(name, Action.CHANGE)
        version = begin(self.engine, of, request.cookies.get(ZONE_COOKIE, "")[:64], deed_of(identity))
        return self._told(of, version, "begun")

    def write(self, name: str, version: int) -> ResponseReturnValue:
        """Write the conclusion."""
        of, identity, known = self._one(name, version, Action.CHANGE)
        typed = request.form.get("conclusion", "").replace("\r\n", "\n")
        try:
            form = ConclusionForm(conclusion=typed)
        except ValidationError as error:
            return self._page(of, identity, known, typed=typed, wrong=complaints(error)["conclusion"]), 400
        answer = write(self.engine, of, known, _revision(), form.conclusion, deed_of(identity))
        repeated = answer is ReportAnswer.CHANGED and known.conclusion == form.conclusion
        return self._answered(of, identity, known, "write", ReportAnswer.DONE if repeated else answer, typed)

    def approve(self, name: str, version: int) -> ResponseReturnValue:
        """Pre-approve what was seen."""
        of, identity, known = self._one(name, version, Action.CHANGE)
        content = shown_report(self.engine, of, known).content
        answer = approve(self.engine, of, known, _revision(), _seen(), content, deed_of(identity))
        repeated = answer is ReportAnswer.CHANGED and known.approved_sha256 == _seen()
        return self._answered(of, identity, known, "approve", ReportAnswer.DONE if repeated else answer)

    def sign(self, name: str, version: int) -> ResponseReturnValue:
        """Sign what was seen."""
        of, identity, known = self._one(name, version, Action.CHANGE)
        if known.state is ReportState.SIGNED and known.sha256 == _seen():  # sent twice
            return self._told(of, version, "signed")
        content = shown_report(self.engine, of, known).content
        answer = sign(self.engine, of, known, _revision(), _seen(), content, deed_of(identity))
        return self._answered(of, identity, known, "sign", answer)

    def release(self, name: str, version: int) -> ResponseReturnValue:
        """Let the patient see it."""
        of, identity, known = self._one(name, version, Action.CHANGE)
        return self._answered(of, identity, known, "release", release(self.engine, of, known, deed_of(identity)))

    def retract(self, name: str, version: int) -> ResponseReturnValue:
        """Take it back from the patient."""
        of, identity, known = self._one(name, version, Action.CHANGE)
        return self._answered(of, identity, known, "retract", retract(self.engine, of, known, deed_of(identity)))

    def withdraw(self, name: str, version: int) -> ResponseReturnValue:
        """No more of this draft."""
        of, identity, known = self._one(name, version, Action.MANAGE)
        if known.state is ReportState.WITHDRAWN:  # sent twice
            return self._told(of, version, "withdrawn")
        answer = withdraw(self.engine, of, known, _revision(), deed_of(identity))
        return self._answered(of, identity, known, "withdraw", answer)

    def _of(self, name: str, action: Action) -> tuple[RecordingView, Identity]:
        identity = require(action, ObjectKind.REPORT, recording_thing(self.engine, ObjectKind.REPORT, name))
        found = recording_shown(self.engine, name)
        if found is None:
            abort(404)
        return found, identity

    def _one(self, name: str, version: int, action: Action) -> tuple[RecordingView, Identity, ReportVersion]:
        of, identity = self._of(name, action)
        known = seen_versions(self.engine, identity, of.id)
        found = next((each for each in known if each.version == version), None)
        if found is None:
            abort(404)
        return of, identity, found

    def _asked(self, of: RecordingView, identity: Identity) -> ReportVersion | None:
        known = seen_versions(self.engine, identity, of.id)
        asked = request.args.get("version")
        if asked is not None:
            found = next((each for each in known if str(each.version) == asked), None)
            return found or abort(404)
        going = [each for each in known if each.state is not ReportState.WITHDRAWN]
        return going[0] if going else None

    def _answered(
        self,
        of: RecordingView,
        identity: Identity,
        known: ReportVersion,
        act: str,
        answer: ReportAnswer,
        typed: str | None = None,
    ) -> ResponseReturnValue:
        if answer is ReportAnswer.DONE:
            return self._told(of, known.version, PAST[act])
        now = next(each for each in seen_versions(self.engine, identity, of.id) if each.version == known.version)
        return self._page(of, identity, now, typed=typed, error=_refusal(answer)), 409

    def _told(self, of: RecordingView, version: int, told: str) -> ResponseReturnValue:
        return redirect(f"/recording/{of.id}/report?version={version}&told={told}", 303)

    def _page(self, of: RecordingView, identity: Identity, version: ReportVersion | None, **more: object) -> str:
        thing = recording_thing(self.engine, ObjectKind.REPORT, of.id)
        can = {action.value: thing is not None and may(identity, action, thing) for action in Action}
        known = seen_versions(self.engine, identity, of.id)
        others = [(each.version, state_words(each)) for each in known]
        told = request.args.get("told", "")
        facts = {
            "recording": of,
            "may": can,
            "versions": others,
            "open": next((each.version for each in known if each.is_open), None),
            "told": t(f"report.told_{told}") if told in TOLD and request.method == "GET" else None,
            "once": new_token(),
            "most": MOST_CONCLUSION,
            **({} if version is None else self._facts(shown_report(self.engine, of, version))),
        }
        return render_template("report.html", **facts, **more)

    def _facts(self, shown: ShownReport) -> dict[str, object]:
        text, content = shown.text(), shown.content
        pictures = [
            (caption, Markup(svg(strip_drawing(strip, paper_palette()), _said(caption.title, caption.note))))
            for caption, strip in zip(text.captions, content.strips, strict=True)
        ]
        course = content.course and course_drawing(content.course, content.source.started_ms, paper_palette())
        drawn = Markup(svg(course, t("report.course"))) if course else None
        released = shown.version.released_ms
        return {
            "shown": shown,
            "text": text,
            "pictures": pictures,
            "course": drawn,
            "released": instant(released) if released is not None else None,
        }


def _said(title: str, note: str) -> str:
    return t("report.drawing", title=title, note=note)


def _refusal(answer: ReportAnswer) -> str:
    keys = {
        ReportAnswer.CHANGED: "report.changed_meanwhile",
        ReportAnswer.MOVED: "report.moved",
        ReportAnswer.NO_CONCLUSION: "report.write_conclusion",
    }
    return t(keys.get(answer, "report.not_open"))


def _revision() -> int:
    return request.form.get("revision", -1, type=int)


def _seen() -> str:
    return request.form.get("sha256", "")
