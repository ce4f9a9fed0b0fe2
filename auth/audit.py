"""The audit trail: who did what, when and from where. Written in the transaction of what it tells."""

from enum import StrEnum
from functools import partial

from sqlalchemy import Connection, Engine

from auth.audit_keys import place_of_process
from auth.chain import seal, sum_before
from auth.head_file import keep_head
from db.audit_views import AuditLine
from db.engine import after_commit
from db.trail import all_lines, append, lines_before_chain, lock_head, who_is

MAX_SUBJECT = 128
MAX_ADDRESS = 64


class AuditAction(StrEnum):
    """What is written down."""

    LOGIN = "login"
    LOGIN_REFUSED = "login refused"
    LOGOUT = "logout"
    FIRST_ADMINISTRATOR = "first administrator"
    LIMIT_SET = "limit set"
    ALERT_ACKNOWLEDGED = "alert acknowledged"
    ALERT_WITHDRAWN = "acknowledgement withdrawn"
    ALERT_ACT_REFUSED = "alert act refused"
    ALERT_JUDGED = "alert judged"
    ALERT_COMMENTED = "alert commented"
    ALERT_ASSIGNED = "alert assigned"
    ALERT_UNDONE = "alert act undone"
    ALERTS_HANDED_OVER = "alerts handed over"
    WARD_LIMIT_SET = "ward limit set"
    WARD_PLAN_SET = "ward plan set"
    NOTICES_SET = "notices set"
    NOTICE_FAILED = "notice failed"
    NOTICE_TESTED = "notice tested"
    MARK_SET = "mark set"
    MARK_DELETED = "mark deleted"
    MARK_RESTORED = "mark restored"
    BEAT_CORRECTED = "beat corrected"
    DEAD_LETTER_RETRIED = "dead letter retried"
    DEAD_LETTER_DROPPED = "dead letter dropped"
    PURGED = "purged"
    WALL_OFFERED = "wall offered"
    WALL_PAIRED = "wall paired"
    WALL_REVOKED = "wall revoked"
    WALL_RENAMED = "wall renamed"
    WALL_NAMES = "wall names"
    BEDS_ARRANGED = "beds arranged"
    REFUSED = "refused"
    VIEWED = "viewed"
    WATCHED = "watched live"
    EXPORTED = "exported"
    TRAIL_CHECKED = "trail checked"
    RECORDING_CHANGED = "recording changed"
    RECORDING_DELETED = "recording deleted"
    RECORDING_RESTORED = "recording restored"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    PERSON_DELETED = "person deleted"
    PASSWORD_RESET = "password reset"
    PASSWORD_CHANGED = "password changed"
    PASSWORD_REFUSED = "password refused"
    ACCOUNT_CHANGED = "account changed"
    CONTACT_CHANGED = "contact changed"
    LOGIN_ENDED = "login ended"
    LOGINS_ENDED = "other logins ended"
    INVITED = "invited"
    CODE_SENT = "code sent"
    CODE_REFUSED = "code refused"
    REGISTERED = "registered"
    PATIENT_ADDED = "patient added"
    PATIENT_CHANGED = "patient changed"
    PATIENT_ADMITTED = "patient admitted"
    PATIENT_DISCHARGED = "patient discharged"
    PATIENT_DELETED = "patient deleted"
    PATIENT_RESTORED = "patient restored"
    CONSENT_GIVEN = "consent given"
    CONSENT_WITHDRAWN = "consent withdrawn"
    CARE_BEGUN = "care begun"
    CARE_ENDED = "care ended"
    DEVICE_ADDED = "device added"
    DEVICE_RENAMED = "device renamed"
    DEVICE_GIVEN = "device given"
    DEVICE_FREED = "device freed"
    DEVICE_OFFERED = "device code offered"
    DEVICE_PAIRED = "device paired"
    DEVICE_CODE_REFUSED = "device code refused"
    DEVICE_REVOKED = "device revoked"
    TOKEN_ROTATED = "token rotated"
    UPLOAD_BEGUN = "upload begun"
    UPLOAD_ANSWERED = "upload answered"
    UPLOAD_IMPORTED = "upload read in"
    UPLOAD_REFUSED = "upload quarantined"
    UPLOAD_REMOVED = "upload removed"
    ANALYSIS_ASKED = "analysis asked"
    ANALYSIS_CANCELLED = "analysis cancelled"
    ANALYSIS_DONE = "analysis done"
    ANALYSIS_FAILED = "analysis failed"
    REPORT_BEGUN = "report begun"
    REPORT_WRITTEN = "report written"
    REPORT_APPROVED = "report pre-approved"
    REPORT_SIGNED = "report signed"
    REPORT_RELEASED = "report released"
    REPORT_RETRACTED = "report retracted"
    REPORT_WITHDRAWN = "report withdrawn"
    EXPORT_ASKED = "export asked"
    DATASET_BUILT = "data set built"
    NETWORK_PUT = "network put in service"
    NETWORK_TAKEN_BACK = "network taken back"
    TOKEN_MADE = "token made"
    TOKEN_REVOKED = "token revoked"


def write_audit(
    connection: Connection,
    at_ms: int,
    action: AuditAction,
    user_id: int | None,
    subject: str,
    address: str,
    patient_id: int | None = None,
) -> None:
    """Add one entry, with the name and role that the user has now, and seal it. Call it within `db.engine.writing`.

    `subject` is the name or object concerned, never a secret; `patient_id` whom it is about. Long texts are cut. The
    next one who writes an entry waits until this transaction is over.
    """
    place, last = place_of_process(), lock_head(connection)
    texts = (action.value, subject[:MAX_SUBJECT], address[:MAX_ADDRESS])
    line = AuditLine(last.number + 1, at_ms, user_id, *who_is(connection, user_id), *texts, patient_id)
    before = last.mac or sum_before(lines_before_chain(connection))
    append(connection, line._replace(mac=seal(place.key, before, line)))
    after_commit(connection, "audit", partial(keep_head, connection.engine, place.folder))


def audit_actions(engine: Engine) -> list[tuple[AuditAction, str]]:
    """(action, subject) of all entries, oldest first."""
    return [(AuditAction(line.action), line.subject) for line in all_lines(engine)]
