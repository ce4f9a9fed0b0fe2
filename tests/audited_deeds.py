"""What everything that can be sent leaves in the audit trail: written by hand, beside the code.

A new POST route has to get a row here; `tests/test_audited.py` fails until it has one.
"""

from dataclasses import dataclass, field
from typing import Any

from auth.audit import AuditAction
from tests.identities import MINE, WARD

_PERSON = "/people/<int(max=2147483647):user_id>"
_ID = "<int(max=2147483647):patient>"
_MARK = "<int(max=2147483647):mark>"
_INDEX, _TOKEN = "<int(max=1000000000000):index>", "<int(max=2147483647):token_id>"
_PATIENT, _DEVICE = "/patients/<int(max=2147483647):patient_id>", "/devices/<int(max=2147483647):device_id>"
_REPORT, _VERSION, REPORT = "/recording/<name>/report", "<int(max=2147483647):version>", f"/recording/{MINE}/report"
_WALL, _WARD = "<int(max=2147483647):wall>", "<int(max=2147483647):ward>"


@dataclass(frozen=True, slots=True)
class Deed:
    """What `who` sends to `path`: what the form of `page` holds, and `typed` in its fields. action: what it leaves.

    about: the patient of the entry, where the address does not say.
    """

    action: AuditAction
    path: str
    typed: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    who: str = "administrator"
    about: int | None = None
    json: dict[str, Any] | None = None


DEEDS: dict[tuple[str, str], Deed] = {
    ("POST", "/upload"): Deed(
        AuditAction.UPLOAD_BEGUN, "/upload", json={"files": [{"name": "a.csv", "size": 3}], "patient": 1}
    ),
    ("POST", "/upload/<name>/remove"): Deed(AuditAction.UPLOAD_REMOVED, f"/upload/upload-{MINE}/remove"),
    ("POST", "/recording/<name>/analyses"): Deed(AuditAction.ANALYSIS_ASKED, f"/recording/{MINE}/analyses"),
    ("POST", "/recording/<name>/analyses/<run>/cancel"): Deed(
        AuditAction.ANALYSIS_CANCELLED, f"/recording/{MINE}/analyses/analysis-{MINE}/cancel"
    ),
    ("POST", "/analyses"): Deed(AuditAction.ANALYSIS_ASKED, "/analyses", {"recording": MINE}, about=1),
    ("POST", f"/limits/{_ID}/<name>"): Deed(AuditAction.LIMIT_SET, "/limits/1/pause", {"value": "2.5", "reason": ""}),
    ("POST", f"/marks/{_ID}"): Deed(
        AuditAction.MARK_SET, "/marks/1", {"recording": MINE, "index": "5", "words": "dizzy"}
    ),
    ("POST", f"/marks/{_ID}/{_MARK}/delete"): Deed(AuditAction.MARK_DELETED, "/marks/1/1/delete"),
    ("POST", f"/marks/{_ID}/{_MARK}/restore"): Deed(AuditAction.MARK_RESTORED, "/marks/1/1/restore"),
    ("POST", f"/alerts/{_ID}/acts"): Deed(
        AuditAction.ALERT_ACKNOWLEDGED,
        "/alerts/1/acts",
        {"recording": MINE, "rule": "vt", "start": "400", "what": "acknowledge"},
    ),
    ("POST", "/recording/<name>/details"): Deed(
        AuditAction.RECORDING_CHANGED, f"/recording/{MINE}/details", {"title": "Night"}, f"/recording/{MINE}/details"
    ),
    ("POST", "/recording/<name>/delete"): Deed(
        AuditAction.RECORDING_DELETED, f"/recording/{MINE}/delete", page=f"/recording/{MINE}/details"
    ),
    ("POST", "/recording/<name>/restore"): Deed(
        AuditAction.RECORDING_RESTORED, f"/recording/{MINE}/restore", page=f"/recording/{MINE}/details"
    ),
    ("POST", "/exports"): Deed(AuditAction.EXPORT_ASKED, "/exports", {"recording": MINE, "kind": "csv"}, about=1),
    ("POST", f"{_REPORT}/{_VERSION}/withdraw"): Deed(
        AuditAction.REPORT_WITHDRAWN, f"{REPORT}/2/withdraw", page=f"{REPORT}?version=2"
    ),
    ("POST", _REPORT): Deed(AuditAction.REPORT_BEGUN, REPORT, who="doctor A"),
    ("POST", f"{_REPORT}/{_VERSION}/write"): Deed(
        AuditAction.REPORT_WRITTEN, f"{REPORT}/3/write", {"conclusion": "Sinus rhythm."}, REPORT, who="doctor A"
    ),
    ("POST", f"{_REPORT}/{_VERSION}/approve"): Deed(
        AuditAction.REPORT_APPROVED, f"{REPORT}/3/approve", page=REPORT, who="doctor A"
    ),
    ("POST", f"{_REPORT}/{_VERSION}/sign"): Deed(
        AuditAction.REPORT_SIGNED, f"{REPORT}/3/sign", page=REPORT, who="doctor A"
    ),
    ("POST", f"{_REPORT}/{_VERSION}/release"): Deed(
        AuditAction.REPORT_RELEASED, f"{REPORT}/3/release", page=REPORT, who="doctor A"
    ),
    ("POST", f"{_REPORT}/{_VERSION}/retract"): Deed(
        AuditAction.REPORT_RETRACTED, f"{REPORT}/3/retract", page=REPORT, who="doctor A"
    ),
    ("POST", "/recording/<name>/edits"): Deed(
        AuditAction.BEAT_CORRECTED,
        f"/recording/{MINE}/edits",
        who="doctor A",
        json={"act": "noise", "start": 1, "end": 2},
        about=1,
    ),
    ("POST", f"/why/{_ID}/<name>/{_INDEX}/class"): Deed(
        AuditAction.BEAT_CORRECTED, f"/why/1/{MINE}/5/class", {"class": "V"}, who="doctor A"
    ),
    ("POST", "/account/tokens"): Deed(
        AuditAction.TOKEN_MADE, "/account/tokens", {"name": "script", "scopes": "recordings:read"}, "/account/tokens"
    ),
    ("POST", f"/account/tokens/{_TOKEN}/revoke"): Deed(
        AuditAction.TOKEN_REVOKED, "/account/tokens/1/revoke", page="/account/tokens"
    ),
    ("POST", "/tokens"): Deed(
        AuditAction.TOKEN_MADE,
        "/tokens",
        {"name": "archive", "scopes": "recordings:read", "wards": "1"},
        "/tokens",
    ),
    ("POST", f"/tokens/{_TOKEN}/revoke"): Deed(AuditAction.TOKEN_REVOKED, "/tokens/2/revoke", page="/tokens"),
    ("POST", "/alerts/handover"): Deed(AuditAction.ALERTS_HANDED_OVER, "/alerts/handover", {"to": "1"}),
    ("POST", "/alerts/notices"): Deed(
        AuditAction.NOTICES_SET, "/alerts/notices", {"by_webhook": "yes"}, "/alerts/notices"
    ),
    ("POST", "/alerts/notices/test"): Deed(AuditAction.NOTICE_TESTED, "/alerts/notices/test", page="/alerts/notices"),
    ("POST", f"/alerts/wards/{_WARD}/limits/<name>"): Deed(
        AuditAction.WARD_LIMIT_SET,
        "/alerts/wards/1/limits/pause",
        {"value": "2.4"},
        "/alerts/wards/1",
    ),
    ("POST", f"/alerts/wards/{_WARD}/plan"): Deed(
        AuditAction.WARD_PLAN_SET, "/alerts/wards/1/plan", {"person": "doctor A", "after_s": "60"}, "/alerts/wards/1"
    ),
    ("POST", "/patients/new"): Deed(
        AuditAction.PATIENT_ADDED, "/patients/new", {"initials": "NP", "name": "New"}, "/patients/new", about=3
    ),
    ("POST", _PATIENT): Deed(AuditAction.PATIENT_CHANGED, "/patients/1", {"initials": "DP"}, "/patients/1"),
    ("POST", f"{_PATIENT}/consent"): Deed(AuditAction.CONSENT_GIVEN, "/patients/1/consent", {"consent": "given"}),
    ("POST", f"{_PATIENT}/care"): Deed(AuditAction.CARE_BEGUN, "/patients/1/care", {"person": "1"}),
    ("POST", f"{_PATIENT}/care/end"): Deed(AuditAction.CARE_ENDED, "/patients/1/care/end", {"person": "1"}),
    ("POST", f"{_PATIENT}/device"): Deed(AuditAction.DEVICE_OFFERED, "/patients/1/device", {"label": "Phone"}),
    ("POST", "/devices"): Deed(AuditAction.DEVICE_ADDED, "/devices", {"label": "Holter", "once": "audited"}),
    ("POST", f"{_DEVICE}/give"): Deed(AuditAction.DEVICE_GIVEN, "/devices/4/give", {"patient": "1"}, about=1),
    ("POST", f"{_DEVICE}/<deed_name>"): Deed(AuditAction.DEVICE_REVOKED, "/devices/4/revoke", about=1),
    ("POST", f"{_PATIENT}/discharge"): Deed(AuditAction.PATIENT_DISCHARGED, "/patients/1/discharge"),
    ("POST", f"{_PATIENT}/delete"): Deed(AuditAction.PATIENT_DELETED, "/patients/1/delete"),
    ("POST", f"{_PATIENT}/restore"): Deed(AuditAction.PATIENT_RESTORED, "/patients/1/restore"),
    ("POST", f"{_PATIENT}/bed"): Deed(AuditAction.PATIENT_ADMITTED, "/patients/1/bed", {"ward": WARD, "bed": "01"}),
    ("POST", "/walls"): Deed(AuditAction.WALL_OFFERED, "/walls", {"name": "Door"}, "/walls"),
    ("POST", f"/walls/{_WALL}/rename"): Deed(AuditAction.WALL_RENAMED, "/walls/1/rename", {"name": "Hall"}, "/walls"),
    ("POST", f"/walls/{_WALL}/<deed_name>"): Deed(AuditAction.WALL_NAMES, "/walls/1/allow-names", page="/walls"),
    ("POST", f"/walls/order/{_WARD}"): Deed(AuditAction.BEDS_ARRANGED, "/walls/order/1", page="/walls/order/1"),
    ("POST", "/people/new"): Deed(
        AuditAction.PERSON_ADDED,
        "/people/new",
        {"full_name": "Bo Lind", "name": "bo", "role": "nurse", "password": "correct horse battery", "patients": "1"},
        "/people/new",
    ),
    ("POST", "/people/invite"): Deed(AuditAction.INVITED, "/people/invite", page="/people"),
    ("POST", _PERSON): Deed(AuditAction.PERSON_CHANGED, "/people/4", {"full_name": "Other Name"}, "/people/4"),
    ("POST", f"{_PERSON}/password"): Deed(
        AuditAction.PASSWORD_RESET, "/people/4/password", {"password": "another horse battery"}, "/people/4"
    ),
    ("POST", f"{_PERSON}/delete"): Deed(
        AuditAction.PERSON_DELETED, "/people/4/delete", {"successor": "nobody"}, "/people/4/delete"
    ),
    ("POST", "/account"): Deed(AuditAction.ACCOUNT_CHANGED, "/account", {"full_name": "Ada Vogel"}, "/account"),
    ("POST", "/account/contact"): Deed(
        AuditAction.PASSWORD_REFUSED,
        "/account/contact",
        {"contact": "ada@ward.org", "current": "wrong"},
        "/account/contact",
    ),
    ("POST", "/account/contact/code"): Deed(
        AuditAction.CODE_REFUSED,
        "/account/contact/code",
        {"contact": "ada@ward.org", "code": "1234 5678"},
        "/account/contact/code",
    ),
    ("POST", "/account/password"): Deed(
        AuditAction.PASSWORD_REFUSED,
        "/account/password",
        {"current": "wrong", "password": "a third horse battery", "password_again": "a third horse battery"},
        "/account/password",
    ),
    ("POST", "/account/logins/<int(max=2147483647):login_id>/end"): Deed(
        AuditAction.LOGIN_ENDED, "/account/logins/{login}/end", page="/account"
    ),
    ("POST", "/account/logins/end"): Deed(AuditAction.LOGINS_ENDED, "/account/logins/end", page="/account"),
    ("POST", "/audit/check"): Deed(AuditAction.TRAIL_CHECKED, "/audit/check"),
    ("POST", "/logout"): Deed(AuditAction.LOGOUT, "/logout", page="/logout"),
}
"""(method, rule) -> what an administrator sends, in this order, and which entry that leaves."""

NO_DEEDS = {
    ("POST", "/exports/<name>/remove"),
    ("PUT", "/upload/<name>"),
    *(("POST", f"/upload/<name>/{what}") for what in ("add", "finish", "choose")),
}
"""A copy that is thrown away; what belongs to an upload that was begun (tests of uploads tell what comes of it)."""

_BED = ("--ward", "4B", "--bed", "07")
COMMANDS: dict[tuple[str, ...], set[AuditAction]] = {
    ("migrate", "--first-link"): {AuditAction.INVITED},
    ("admit", *_BED, "--initials", "LM"): {
        *(AuditAction.PATIENT_ADDED, AuditAction.PATIENT_ADMITTED),
        *(AuditAction.DEVICE_ADDED, AuditAction.DEVICE_GIVEN),
    },
    ("token", "rotate", *_BED): {AuditAction.TOKEN_ROTATED},
    ("token", "revoke", *_BED): {AuditAction.DEVICE_REVOKED},
    ("walls", "pair", "--ward", "4B", "--name", "Door"): {AuditAction.WALL_OFFERED},
    ("walls", "revoke", "1"): {AuditAction.WALL_REVOKED},
    ("ledger",): {AuditAction.VIEWED},
    ("deadletters", "list"): {AuditAction.VIEWED},
    ("deadletters", "drop", "1", "--yes"): {AuditAction.DEAD_LETTER_DROPPED},
    ("purge",): {AuditAction.PURGED},
    ("audit", "export", "--output", "/dev/null"): {AuditAction.EXPORTED},
    ("dataset", "build", "{folder}/set"): {AuditAction.DATASET_BUILT},
}
"""What is typed at the command line, in this order, and which entries that leaves."""

NO_COMMANDS = {"analyze", "evaluate", "soak", "replay", "simulate", "network"}
"""They look at files, at a house of their own, or send as a phone does. `simulate` prepares the demo ward first, and
that has a test of its own; so have `deadletters retry`, which wants a Valkey, and `network`. What is only asked (`walls
list`, `audit verify`, `purge --dry-run`, `dataset list`) shows nothing of a patient.
"""
