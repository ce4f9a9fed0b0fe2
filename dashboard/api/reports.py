"""Reports of recordings: listed, read, as PDF, begun, written, pre-approved, signed, released, retracted, withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.exceptions import NotFound

from auth import report_deeds as deeds
from auth.door import door
from auth.needs import Need
from auth.report_deeds import ReportAnswer
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, recording_guard, stale, who_asks
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.problems import ProblemError
from dashboard.api.report_shapes import Asked, Conclusion, Report, ReportLines, Seen, line_of, report_of
from dashboard.report_shown import shown_report
from db.report_views import ReportVersion
from db.views import RecordingView
from words import speaking

SEE, WRITE = Need(Action.VIEW, ObjectKind.REPORT), Need(Action.CHANGE, ObjectKind.REPORT)
MANAGE = Need(Action.MANAGE, ObjectKind.REPORT)
PDF = "application/pdf"
REFUSALS = {
    ReportAnswer.MOVED: ("moved", "The content is not the one that was seen. Get it again, then do it."),
    ReportAnswer.NOT_OPEN: ("not-open", "This version can no longer be changed; only signed ones are released."),
    ReportAnswer.NO_CONCLUSION: ("no-conclusion", "Write a conclusion before you sign."),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A version and the recording that it is about."""

    of: RecordingView
    version: ReportVersion


def _guard(action: Action) -> Callable[[str], RecordingView]:
    def guard(recording: str) -> RecordingView:
        return recording_guard(action, ObjectKind.REPORT, recording)

    return guard


def _one(action: Action) -> Callable[[str, int], Found]:
    def guard(recording: str, version: int) -> Found:
        of = recording_guard(action, ObjectKind.REPORT, recording)
        return _found(of, version)

    return guard


def _found(of: RecordingView, version: int) -> Found:
    known = deeds.seen_versions(door().engine, who_asks(), of.id)
    found = next((each for each in known if each.version == version), None)
    if found is None:
        raise NotFound
    return Found(of, found)


def _list(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    known = deeds.seen_versions(door().engine, who_asks(), call.found.id)
    return Reply(ReportLines(items=[line_of(each) for each in known]))


def _get(call: Call[Found, Asked, Nothing]) -> Reply:
    shown = shown_report(door().engine, call.found.of, call.found.version)
    return Reply(report_of(shown, call.query.language), version=call.found.version.revision)


def _pdf(call: Call[Found, Asked, Nothing]) -> Reply:
    shown = shown_report(door().engine, call.found.of, call.found.version)
    with speaking(call.query.language):
        return Reply(shown.pdf(), media=PDF)


def _begin(call: Call[RecordingView, Nothing, Nothing]) -> Reply:
    number = deeds.begin(door().engine, call.found, "", deed())
    return _told(_found(call.found, number), 201)


def _write(call: Call[Found, Nothing, Conclusion]) -> Reply:
    found = call.found
    answer = deeds.write(door().engine, found.of, found.version, _revision(call), call.body.conclusion, deed())
    return _answered(found, answer)


def _approve(call: Call[Found, Nothing, Seen]) -> Reply:
    return _answered(call.found, _with_content(deeds.approve, call))


def _sign(call: Call[Found, Nothing, Seen]) -> Reply:
    return _answered(call.found, _with_content(deeds.sign, call))


def _with_content(act: Callable[..., ReportAnswer], call: Call[Found, Nothing, Seen]) -> ReportAnswer:
    found, engine = call.found, door().engine
    content = shown_report(engine, found.of, found.version).content
    return act(engine, found.of, found.version, _revision(call), call.body.content_sha256, content, deed())


def _release(call: Call[Found, Nothing, Nothing]) -> Reply:
    return _answered(call.found, deeds.release(door().engine, call.found.of, call.found.version, deed()))


def _retract(call: Call[Found, Nothing, Nothing]) -> Reply:
    return _answered(call.found, deeds.retract(door().engine, call.found.of, call.found.version, deed()))


def _withdraw(call: Call[Found, Nothing, Nothing]) -> Reply:
    found = call.found
    _refuse(deeds.withdraw(door().engine, found.of, found.version, _revision(call), deed()))
    return Reply(None, 204)


def _revision(
    call: Call[Found, Nothing, Nothing] | Call[Found, Nothing, Seen] | Call[Found, Nothing, Conclusion],
) -> int:
    return -1 if call.version is None else call.version


def _answered(found: Found, answer: ReportAnswer) -> Reply:
    _refuse(answer)
    return _told(_found(found.of, found.version.version))


def _refuse(answer: ReportAnswer) -> None:
    if answer is ReportAnswer.CHANGED:
        raise stale()
    if answer is not ReportAnswer.DONE:
        raise ProblemError(409, *REFUSALS[answer])


def _told(found: Found, status: int = 200) -> Reply:
    where = f"/api/v1/recordings/{found.of.id}/reports/{found.version.version}"
    headers = {"Location": where} if status == 201 else {}
    shown = shown_report(door().engine, found.of, found.version)
    return Reply(report_of(shown, "en"), status, found.version.revision, headers)


_ALL, _TAG = "/recordings/{recording}/reports", "reports"
_ONE = f"{_ALL}/{{version}}"


def _route(method: str, path: str, name: str, summary: str) -> Route:
    return Route(method, path, name, _TAG, summary)


OPERATIONS: list[AnyOperation] = [
    Operation(
        _route("GET", _ALL, "list_reports", "Versions of the report of a recording"),
        *(SEE, _guard(Action.VIEW), _list, ReportLines, Nothing, Nothing),
    ),
    Operation(
        _route("POST", _ALL, "begin_report", "Begin a report; one that is open is gone on with"),
        *(WRITE, _guard(Action.CHANGE), _begin, Report, Nothing, Nothing, 201),
    ),
    Operation(
        _route("GET", _ONE, "get_report", "One version with its content"),
        *(SEE, _one(Action.VIEW), _get, Report, Asked, Nothing),
    ),
    Operation(
        _route("GET", f"{_ONE}/pdf", "get_report_pdf", "One version as PDF"),
        *(SEE, _one(Action.VIEW), _pdf, None, Asked, Nothing),
        media=PDF,
    ),
    Operation(
        _route("PUT", f"{_ONE}/conclusion", "write_report", "Write the conclusion"),
        *(WRITE, _one(Action.CHANGE), _write, Report, Nothing, Conclusion),
        needs_version=True,
    ),
    Operation(
        _route("POST", f"{_ONE}/approve", "approve_report", "Pre-approve what was seen"),
        *(WRITE, _one(Action.CHANGE), _approve, Report, Nothing, Seen),
        needs_version=True,
    ),
    Operation(
        _route("POST", f"{_ONE}/sign", "sign_report", "Sign what was seen; it never changes after that"),
        *(WRITE, _one(Action.CHANGE), _sign, Report, Nothing, Seen),
        needs_version=True,
    ),
    Operation(
        _route("POST", f"{_ONE}/release", "release_report", "Let the patient see a signed version"),
        *(WRITE, _one(Action.CHANGE), _release, Report, Nothing, Nothing),
    ),
    Operation(
        _route("DELETE", f"{_ONE}/release", "retract_report", "Take a released version back from the patient"),
        *(WRITE, _one(Action.CHANGE), _retract, Report, Nothing, Nothing),
    ),
    Operation(
        _route("DELETE", _ONE, "withdraw_report", "Withdraw a draft"),
        *(MANAGE, _one(Action.MANAGE), _withdraw, None, Nothing, Nothing, 204),
        needs_version=True,
    ),
]
