"""What people do with the report of a recording: begin, write, pre-approve, sign, release, retract, withdraw.

For pages and programs; who may is asked before. Each is one transaction with its entry of the audit trail. Whoever
approves or signs says which content was seen, by its sum: another one is not signed.
"""

from enum import StrEnum

from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.roles import STAFF, Identity, Role
from db.engine import writing
from db.people import person
from db.report_views import ReportState, ReportVersion, sum_of, written_content
from db.reports import begin_report, release_report, report_versions, retract_report, write_report
from db.views import RecordingView
from ecg.report_content import ReportContent


class ReportAnswer(StrEnum):
    """How it went. CHANGED: somebody was quicker. MOVED: the content is not the one that was seen. NOT_OPEN: signed or
    withdrawn already. NO_CONCLUSION: nothing is concluded yet.
    """

    DONE = "done"
    CHANGED = "changed"
    MOVED = "moved"
    NOT_OPEN = "not_open"
    NO_CONCLUSION = "no_conclusion"


def may_see(identity: Identity, version: ReportVersion) -> bool:
    """Whether somebody who may see reports of this patient may see this version: staff all of them, patients what was
    released to them, services what was signed.
    """
    if identity.role in STAFF:
        return True
    return version.released_ms is not None if identity.role == Role.PATIENT else version.state is ReportState.SIGNED


def seen_versions(engine: Engine, identity: Identity, recording_id: str) -> list[ReportVersion]:
    """The versions of a recording's report that `identity` may see, the newest first."""
    return [each for each in report_versions(engine, recording_id) if may_see(identity, each)]


def begin(engine: Engine, of: RecordingView, zone: str, deed: Deed) -> int:
    """The open version of the report, begun now where there is none, with the conclusion that was signed last."""
    signed = [each for each in report_versions(engine, of.id) if each.state is ReportState.SIGNED]
    conclusion = signed[0].conclusion if signed else ""
    with writing(engine) as connection:
        version, is_new = begin_report(connection, of.id, conclusion, zone, deed.user_id, deed.at_ms)
        if is_new:
            deed.tell(connection, AuditAction.REPORT_BEGUN, _subject(of, version), of.patient_id)
    return version


def write(
    engine: Engine, of: RecordingView, version: ReportVersion, revision: int, conclusion: str, deed: Deed
) -> ReportAnswer:
    """Write the conclusion; what was pre-approved is a draft again."""
    values = {"conclusion": conclusion, "state": ReportState.DRAFT.value}
    unapproved = {"approved_by": None, "approved_ms": None, "approved_sha256": None}
    return _change(engine, of, version, revision, AuditAction.REPORT_WRITTEN, deed, **values, **unapproved)


def approve(
    engine: Engine,
    of: RecordingView,
    version: ReportVersion,
    revision: int,
    seen_sha256: str,
    content: ReportContent,
    deed: Deed,
) -> ReportAnswer:
    """Say that it is right so far; somebody else, or the same doctor, signs it."""
    if sum_of(content) != seen_sha256:
        return ReportAnswer.MOVED
    who = {"approved_by": deed.user_id, "approved_ms": deed.at_ms, "approved_sha256": seen_sha256}
    values = {"state": ReportState.APPROVED.value, **who}
    return _change(engine, of, version, revision, AuditAction.REPORT_APPROVED, deed, **values)


def sign(
    engine: Engine,
    of: RecordingView,
    version: ReportVersion,
    revision: int,
    seen_sha256: str,
    content: ReportContent,
    deed: Deed,
) -> ReportAnswer:
    """Sign `content`, which is frozen with this."""
    if not content.conclusion:
        return ReportAnswer.NO_CONCLUSION
    if sum_of(content) != seen_sha256:
        return ReportAnswer.MOVED
    signer = person(engine, deed.user_id) if deed.user_id is not None else None
    who = {"signed_by": deed.user_id, "signed_ms": deed.at_ms, "signer": signer.full_name if signer else ""}
    values = {"state": ReportState.SIGNED.value, "content": written_content(content), "sha256": seen_sha256, **who}
    return _change(engine, of, version, revision, AuditAction.REPORT_SIGNED, deed, **values)


def withdraw(engine: Engine, of: RecordingView, version: ReportVersion, revision: int, deed: Deed) -> ReportAnswer:
    """Nobody goes on with this draft; it stays to be seen."""
    values = {"state": ReportState.WITHDRAWN.value}
    return _change(engine, of, version, revision, AuditAction.REPORT_WITHDRAWN, deed, **values)


def release(engine: Engine, of: RecordingView, version: ReportVersion, deed: Deed) -> ReportAnswer:
    """Let the patient see a signed version. Doing it again does nothing."""
    if version.state is not ReportState.SIGNED:
        return ReportAnswer.NOT_OPEN
    with writing(engine) as connection:
        if release_report(connection, of.id, version.version, deed.user_id, deed.at_ms):
            deed.tell(connection, AuditAction.REPORT_RELEASED, _subject(of, version.version), of.patient_id)
    return ReportAnswer.DONE


def retract(engine: Engine, of: RecordingView, version: ReportVersion, deed: Deed) -> ReportAnswer:
    """Take a released version back from the patient; `release` undoes it. Doing it again does nothing."""
    if version.state is not ReportState.SIGNED:
        return ReportAnswer.NOT_OPEN
    with writing(engine) as connection:
        if retract_report(connection, of.id, version.version):
            deed.tell(connection, AuditAction.REPORT_RETRACTED, _subject(of, version.version), of.patient_id)
    return ReportAnswer.DONE


def _change(
    engine: Engine,
    of: RecordingView,
    version: ReportVersion,
    revision: int,
    action: AuditAction,
    deed: Deed,
    **values: object,
) -> ReportAnswer:
    if not version.is_open:
        return ReportAnswer.NOT_OPEN
    with writing(engine) as connection:
        if not write_report(connection, of.id, version.version, revision, **values):
            return ReportAnswer.CHANGED
        deed.tell(connection, action, _subject(of, version.version), of.patient_id)
    return ReportAnswer.DONE


def _subject(of: RecordingView, version: int) -> str:
    return f"report {version} of {of.id}"
