"""Every field of a page into which people type: written by hand, beside the pages.

A new page has to get a row here, and so has a new form or field; `tests/test_corpora.py` fails until it has one.
"""

from tests.identities import MINE

JOIN = ("full_name", "name", "password", "password_again")
GOOD = "correct horse battery"

CASE = f"/alerts/1/case?recording={MINE}&rule=vt&start=400"

PAGES: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
    "/people": {("get", "/people"): ("q",)},
    "/people/new": {("post", "/people/new"): ("full_name", "name", "email", "phone", "patients", "password")},
    "/people/3": {
        ("post", "/people/3"): ("full_name", "email", "phone", "patients"),
        ("post", "/people/3/password"): ("password",),
    },
    "/people/3/delete": {},
    "/account": {("post", "/account"): ("full_name",)},
    "/account/password": {("post", "/account/password"): ("current", "password", "password_again")},
    "/account/contact": {("post", "/account/contact"): ("contact", "current")},
    "/account/contact/code": {("post", "/account/contact/code"): ("contact", "code")},
    "/walls": {("post", "/walls"): ("name",), ("post", "/walls/1/rename"): ("name",)},
    "/walls/order/1": {},
    "/wall": {},
    "/logout": {},
    "/audit": {("get", "/audit"): ("person", "subject", "patient", "address", "since", "until")},
    "/recordings/": {("get", "/recordings/"): ("q", "since", "until")},
    f"/recording/{MINE}/details": {("post", f"/recording/{MINE}/details"): ("title", "note")},
    "/patients/1/recordings": {},
    "/patients": {("get", "/patients"): ("q",)},
    "/patients/new": {("post", "/patients/new"): ("name", "initials", "number", "born")},
    "/patients/deleted": {},
    "/patients/1": {
        ("post", "/patients/1"): ("name", "initials", "number", "born"),
        ("post", "/patients/1/bed"): ("bed", "new_ward"),
        ("post", "/patients/1/device"): ("label",),
    },
    "/patients/1/delete": {},
    "/devices": {("get", "/devices"): ("q",), ("post", "/devices"): ("label",)},
    "/devices/1": {
        ("post", "/devices/1/rename"): ("label",),
        ("post", "/devices/1/give"): ("patient", "since", "until"),
    },
    "/limits/1/pause": {("script", "/limits/1/pause"): ("value", "reason")},
    "/patient/1": {("script", "/patient/1"): ("jumpAt", "words")},
    "/alerts/1/list": {},
    "/account/tokens": {("post", "/account/tokens"): ("name",)},
    "/tokens": {("post", "/tokens"): ("name",)},
    "/upload": {},
    f"/recording/{MINE}": {("script", f"/recording/{MINE}"): ("jumpAt", "words")},
    f"/recording/{MINE}/report": {},
    "/alerts": {},
    "/alerts/queue": {},
    "/alerts/statistics": {},
    "/alerts/statistics/today": {},
    "/alerts/notices": {("post", "/alerts/notices"): ("after_s", "quiet_from", "quiet_to")},
    "/alerts/wards/1": {
        **{("post", f"/alerts/wards/1/limits/{name}"): ("value", "reason") for name in ("pause", "hr_low", "hr_high")},
        ("post", "/alerts/wards/1/plan"): ("person", "after_s"),
    },
    CASE: {("script", CASE): ("comment",)},
}
"""Page -> its forms (method, where it is sent) with the fields that somebody who is logged in may fill in."""

OPEN_PAGES: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
    "/login": {("post", "/login"): ("name", "password")},
    "/wall/pair": {("post", "/wall/pair"): ("code",)},
    "/register": {("post", "/register"): ("contact",)},
    "/register/code": {("post", "/register/code"): ("contact", "code", *JOIN)},
    "/forgot": {("post", "/forgot"): ("contact",)},
    "/forgot/code": {("post", "/forgot/code"): ("contact", "code", "password", "password_again")},
    "/join/{token}": {("post", "/join/{token}"): JOIN},
}
"""The same for strangers; {token} of an invitation. The first administrator's page is that of an invitation."""

BESIDE: dict[str, dict[str, str]] = {
    "/people/new": {"full_name": "Bo Lind", "name": "bo{n}", "role": "nurse", "password": GOOD},
    "/people/3": {"full_name": "New Doctor", "role": "doctor"},
    "/patients/new": {"initials": "N{n}"},
    "/patients/1": {"initials": "DP"},
    "/patients/1/bed": {"ward": "", "new_ward": "Somewhere", "bed": "{n}"},
    "/account/password": {"current": "wrong", "password": GOOD, "password_again": GOOD},
    "/limits/1/pause": {"value": "2.5"},
    "/alerts/wards/1/limits/pause": {"value": "2.5"},
    "/account/tokens": {"scopes": "recordings:read"},
    "/tokens": {"scopes": "recordings:read", "wards": "1"},
    "/alerts/wards/1/plan": {"person": "doctor A", "after_s": "60"},
}
"""Where it is sent -> what stands in the other fields, so that what is typed gets as far as it can. {n}: a number."""

BY_SCRIPTS: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("/limits/1/pause", "value"): ("/limits/1/pause", {"value": "{typed}"}),
    ("/limits/1/pause", "reason"): ("/limits/1/pause", {"value": "2.5", "reason": "{typed}"}),
    ("/patient/1", "words"): ("/marks/1", {"recording": MINE, "index": "5", "words": "{typed}"}),
    (f"/recording/{MINE}", "words"): ("/marks/1", {"recording": MINE, "index": "5", "words": "{typed}"}),
    (CASE, "comment"): (
        "/alerts/1/acts",
        {"recording": MINE, "rule": "vt", "start": "400", "what": "comment", "value": "{typed}"},
    ),
}
"""(page, field) that a script reads -> where and how it sends it; a field that is not here stays there."""
