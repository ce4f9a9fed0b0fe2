"""The expected answer for every entry of the web application and every identity: written by hand, beside the code.

A new route or callback has to get a row here; `tests/test_authorisation.py` fails until it has one.
"""

from dataclasses import dataclass

from tests.identities import ADMINISTRATOR, DOCTORS, EDITORS, EVERYBODY, PEOPLE, PHYSICIANS, SEES, STAFF, STRANGERS


@dataclass(frozen=True, slots=True)
class Row:
    """Who may enter, and where: {patient}, {recording} stand for the object; a path without them is of no object."""

    who: frozenset[str]
    path: str

    @property
    def is_of_an_object(self) -> bool:
        return "{" in self.path

    def expected(self, identity: str, which: str) -> int:
        """401, 403, 404, or 200 for any answer of the page itself."""
        if identity in STRANGERS:
            return 401
        if identity not in self.who:
            return 403
        return 200 if not self.is_of_an_object or which in SEES[identity] else 404


OPEN = {
    ("GET", "/health"),
    ("GET", "/favicon.ico"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/setup/<token>"),
    ("POST", "/setup/<token>"),
    ("GET", "/wall/pair"),
    ("POST", "/wall/pair"),
    ("GET", "/auth/<path:filename>"),
    ("GET", "/register"),
    ("POST", "/register"),
    ("GET", "/register/code"),
    ("POST", "/register/code"),
    ("GET", "/forgot"),
    ("POST", "/forgot"),
    ("GET", "/forgot/code"),
    ("POST", "/forgot/code"),
    ("GET", "/join/<token>"),
    ("POST", "/join/<token>"),
    ("POST", "/devices/pair"),
    ("GET", "/phone"),
    ("GET", "/phone/manifest.webmanifest"),
    ("GET", "/phone/metronome_worker.js"),
    ("GET", "/phone/phone_drawing.js"),
    ("GET", "/phone/worker.js"),
    ("POST", "/phone/marks"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/docs"),
}
"""What strangers need to come in; everybody may."""
ASKS_FOR_A_DEVICE = ("POST", "/phone/marks")
"""Of these the one that wants the token of a device, which it asks for by itself: 401 without."""

_PERSON = "/people/<int(max=2147483647):user_id>"
_TOKEN = "<int(max=2147483647):token_id>"
_ID, _INDEX = "<int(max=2147483647):patient>", "<int(max=1000000000000):index>"
_WALL, _WARD = "<int(max=2147483647):wall>", "<int(max=2147483647):ward>"
_SCRIPT = "/patient/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"

_PATIENT, _DEVICE = "/patients/<int(max=2147483647):patient_id>", "/devices/<int(max=2147483647):device_id>"

ROUTES: dict[tuple[str, str], Row] = {
    ("GET", "/"): Row(EVERYBODY, "/"),
    ("GET", "/assets/<path:filename>"): Row(EVERYBODY, "/assets/wall.css"),
    ("GET", "/live/ticket"): Row(EVERYBODY, "/live/ticket"),
    ("GET", "/wall"): Row(STAFF | {"wall"}, "/wall"),
    ("GET", "/wall/edition"): Row(STAFF | {"wall"}, "/wall/edition"),
    ("GET", "/logout"): Row(PEOPLE, "/logout"),
    ("POST", "/logout"): Row(PEOPLE, "/logout"),
    ("GET", "/me"): Row(PEOPLE, "/me"),
    ("GET", "/account"): Row(PEOPLE, "/account"),
    ("POST", "/account"): Row(PEOPLE, "/account"),
    ("GET", "/account/password"): Row(PEOPLE, "/account/password"),
    ("POST", "/account/password"): Row(PEOPLE, "/account/password"),
    ("GET", "/account/contact"): Row(PEOPLE, "/account/contact"),
    ("POST", "/account/contact"): Row(PEOPLE, "/account/contact"),
    ("GET", "/account/contact/code"): Row(PEOPLE, "/account/contact/code"),
    ("POST", "/account/contact/code"): Row(PEOPLE, "/account/contact/code"),
    ("POST", "/account/logins/<int(max=2147483647):login_id>/end"): Row(PEOPLE, "/account/logins/99/end"),
    ("POST", "/account/logins/end"): Row(PEOPLE, "/account/logins/end"),
    ("GET", "/account/tokens"): Row(PEOPLE, "/account/tokens"),
    ("POST", "/account/tokens"): Row(PEOPLE, "/account/tokens"),
    ("POST", f"/account/tokens/{_TOKEN}/revoke"): Row(PEOPLE, "/account/tokens/99/revoke"),
    ("GET", "/tokens"): Row(ADMINISTRATOR, "/tokens"),
    ("POST", "/tokens"): Row(ADMINISTRATOR, "/tokens"),
    ("POST", f"/tokens/{_TOKEN}/revoke"): Row(ADMINISTRATOR, "/tokens/99/revoke"),
    ("GET", "/people"): Row(ADMINISTRATOR, "/people"),
    ("GET", "/people/new"): Row(ADMINISTRATOR, "/people/new"),
    ("POST", "/people/new"): Row(ADMINISTRATOR, "/people/new"),
    ("POST", "/people/invite"): Row(ADMINISTRATOR, "/people/invite"),
    ("GET", _PERSON): Row(ADMINISTRATOR, "/people/{patient}"),
    ("POST", _PERSON): Row(ADMINISTRATOR, "/people/{patient}"),
    ("POST", f"{_PERSON}/password"): Row(ADMINISTRATOR, "/people/{patient}/password"),
    ("GET", f"{_PERSON}/delete"): Row(ADMINISTRATOR, "/people/{patient}/delete"),
    ("POST", f"{_PERSON}/delete"): Row(ADMINISTRATOR, "/people/{patient}/delete"),
    ("POST", "/analyses"): Row(PHYSICIANS, "/analyses"),
    ("GET", f"/why/{_ID}/<name>/{_INDEX}"): Row(PEOPLE, "/why/{patient}/{recording}/5"),
    ("GET", f"/why/{_ID}/<name>/from/{_INDEX}"): Row(PEOPLE, "/why/{patient}/{recording}/from/5"),
    ("GET", f"/why/{_ID}/newest"): Row(PEOPLE, "/why/{patient}/newest"),
    ("POST", f"/why/{_ID}/<name>/{_INDEX}/class"): Row(DOCTORS, "/why/{patient}/{recording}/5/class"),
    ("GET", f"/overview/{_ID}/<name>"): Row(PEOPLE, "/overview/{patient}/{recording}?start=0&end=10"),
    ("GET", f"/strip/{_ID}"): Row(PEOPLE, "/strip/{patient}"),
    ("GET", f"/strip/{_ID}/<name>/<int(max=10000000):number>"): Row(PEOPLE, "/strip/{patient}/{recording}/0"),
    ("GET", f"/signs/{_ID}/<name>"): Row(PEOPLE, "/signs/{patient}/{recording}?start=0&end=10"),
    ("GET", f"/marks/{_ID}"): Row(PEOPLE, "/marks/{patient}"),
    ("POST", f"/marks/{_ID}"): Row(STAFF, "/marks/{patient}"),
    ("POST", f"/marks/{_ID}/<int(max=2147483647):mark>/delete"): Row(STAFF, "/marks/{patient}/1/delete"),
    ("POST", f"/marks/{_ID}/<int(max=2147483647):mark>/restore"): Row(STAFF, "/marks/{patient}/1/restore"),
    ("GET", f"/limits/{_ID}/<name>"): Row(STAFF, "/limits/{patient}/pause"),
    ("POST", f"/limits/{_ID}/<name>"): Row(STAFF, "/limits/{patient}/pause"),
    ("POST", f"/alerts/{_ID}/acts"): Row(STAFF, "/alerts/{patient}/acts"),
    ("GET", "/alerts"): Row(STAFF, "/alerts"),
    ("GET", "/alerts/queue"): Row(STAFF, "/alerts/queue"),
    ("POST", "/alerts/handover"): Row(STAFF, "/alerts/handover"),
    ("GET", "/alerts/statistics"): Row(STAFF, "/alerts/statistics"),
    ("GET", "/alerts/statistics/today"): Row(STAFF, "/alerts/statistics/today"),
    ("GET", "/alerts/notices"): Row(STAFF, "/alerts/notices"),
    ("POST", "/alerts/notices"): Row(STAFF, "/alerts/notices"),
    ("POST", "/alerts/notices/test"): Row(STAFF, "/alerts/notices/test"),
    ("GET", f"/alerts/{_ID}/case"): Row(STAFF, "/alerts/{patient}/case"),
    ("GET", f"/alerts/{_ID}/list"): Row(PEOPLE, "/alerts/{patient}/list"),
    ("GET", "/upload"): Row(PEOPLE, "/upload"),
    ("POST", "/upload"): Row(PEOPLE, "/upload"),
    ("GET", "/upload/list"): Row(PEOPLE, "/upload/list"),
    ("PUT", "/upload/<name>"): Row(PEOPLE, "/upload/upload-{recording}"),
    ("POST", "/upload/<name>/add"): Row(PEOPLE, "/upload/upload-{recording}/add"),
    ("POST", "/upload/<name>/finish"): Row(PEOPLE, "/upload/upload-{recording}/finish"),
    ("POST", "/upload/<name>/choose"): Row(PEOPLE, "/upload/upload-{recording}/choose"),
    ("POST", "/upload/<name>/remove"): Row(PEOPLE, "/upload/upload-{recording}/remove"),
    ("GET", "/recording/<name>"): Row(PEOPLE, "/recording/{recording}"),
    ("GET", "/recording/<name>/facts"): Row(PEOPLE, "/recording/{recording}/facts"),
    ("GET", "/recording/<name>/timeline"): Row(PEOPLE, "/recording/{recording}/timeline"),
    ("GET", "/recording/<name>/beats"): Row(PEOPLE, "/recording/{recording}/beats"),
    ("GET", "/recording/<name>/figures"): Row(PEOPLE, "/recording/{recording}/figures?whole=1"),
    ("GET", "/recording/<name>/difference"): Row(
        PEOPLE, "/recording/{recording}/difference?first=analysis-{recording}&second=analysis-{recording}"
    ),
    ("GET", "/recording/<name>/edits"): Row(PEOPLE, "/recording/{recording}/edits"),
    ("GET", "/recording/<name>/shapes"): Row(PEOPLE, "/recording/{recording}/shapes"),
    ("POST", "/recording/<name>/edits"): Row(DOCTORS, "/recording/{recording}/edits"),
    ("POST", "/recording/<name>/analyses"): Row(PHYSICIANS, "/recording/{recording}/analyses"),
    ("POST", "/recording/<name>/analyses/<run>/cancel"): Row(
        PHYSICIANS, "/recording/{recording}/analyses/analysis-{recording}/cancel"
    ),
    ("GET", "/walls"): Row(ADMINISTRATOR, "/walls"),
    ("POST", "/walls"): Row(ADMINISTRATOR, "/walls"),
    ("POST", f"/walls/{_WALL}/rename"): Row(ADMINISTRATOR, "/walls/1/rename"),
    ("POST", f"/walls/{_WALL}/<deed_name>"): Row(ADMINISTRATOR, "/walls/1/allow-names"),
    ("GET", "/recordings"): Row(PEOPLE, "/recordings"),
    ("GET", "/recordings/"): Row(PEOPLE, "/recordings/"),
    ("GET", "/recordings/_dash-layout"): Row(PEOPLE, "/recordings/_dash-layout"),
    ("GET", "/recordings/_dash-dependencies"): Row(PEOPLE, "/recordings/_dash-dependencies"),
    ("GET", "/recordings/_reload-hash"): Row(PEOPLE, "/recordings/_reload-hash"),
    ("GET", "/recordings/_favicon.ico"): Row(PEOPLE, "/recordings/_favicon.ico"),
    ("GET", _SCRIPT.replace("/patient/", "/recordings/")): Row(
        PEOPLE, "/recordings/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js"
    ),
    ("GET", f"/patients/{_ID}/recordings"): Row(PEOPLE, "/patients/{patient}/recordings"),
    ("GET", "/recording/<name>/report"): Row(PEOPLE, "/recording/{recording}/report"),
    ("GET", "/recording/<name>/report.pdf"): Row(PEOPLE, "/recording/{recording}/report.pdf?version=1"),
    ("POST", "/recording/<name>/report"): Row(DOCTORS, "/recording/{recording}/report"),
    **{
        ("POST", f"/recording/<name>/report/<int(max=2147483647):version>/{act}"): Row(
            PHYSICIANS if act == "withdraw" else DOCTORS, f"/recording/{{recording}}/report/2/{act}"
        )
        for act in ("write", "approve", "sign", "release", "retract", "withdraw")
    },
    ("GET", "/recording/<name>/export"): Row(PEOPLE, "/recording/{recording}/export"),
    ("GET", "/recording/<name>/export.zip"): Row(PEOPLE, "/recording/{recording}/export.zip?kind=json&kind=csv"),
    ("GET", "/exports"): Row(PEOPLE, "/exports"),
    ("POST", "/exports"): Row(PEOPLE, "/exports"),
    ("GET", "/exports/<name>.zip"): Row(PEOPLE, "/exports/export-{recording}.zip"),
    ("POST", "/exports/<name>/remove"): Row(PEOPLE, "/exports/export-{recording}/remove"),
    ("GET", "/recording/<name>/details"): Row(PEOPLE, "/recording/{recording}/details"),
    ("POST", "/recording/<name>/details"): Row(EDITORS, "/recording/{recording}/details"),
    ("POST", "/recording/<name>/delete"): Row(EDITORS, "/recording/{recording}/delete"),
    ("POST", "/recording/<name>/restore"): Row(EDITORS, "/recording/{recording}/restore"),
    ("GET", "/audit"): Row(ADMINISTRATOR, "/audit"),
    ("GET", "/audit/export"): Row(ADMINISTRATOR, "/audit/export"),
    ("POST", "/audit/check"): Row(ADMINISTRATOR, "/audit/check"),
    ("GET", f"/walls/order/{_WARD}"): Row(ADMINISTRATOR, "/walls/order/1"),
    ("POST", f"/walls/order/{_WARD}"): Row(ADMINISTRATOR, "/walls/order/1"),
    ("GET", "/patients"): Row(STAFF, "/patients"),
    ("GET", "/patients/new"): Row(ADMINISTRATOR, "/patients/new"),
    ("POST", "/patients/new"): Row(ADMINISTRATOR, "/patients/new"),
    ("GET", "/patients/deleted"): Row(ADMINISTRATOR, "/patients/deleted"),
    ("GET", _PATIENT): Row(STAFF, "/patients/{patient}"),
    ("POST", _PATIENT): Row(STAFF - {"nurse"}, "/patients/{patient}"),
    ("POST", f"{_PATIENT}/bed"): Row(STAFF - {"nurse"}, "/patients/{patient}/bed"),
    ("POST", f"{_PATIENT}/discharge"): Row(STAFF - {"nurse"}, "/patients/{patient}/discharge"),
    ("POST", f"{_PATIENT}/consent"): Row(STAFF - {"nurse"}, "/patients/{patient}/consent"),
    ("POST", f"{_PATIENT}/device"): Row(STAFF, "/patients/{patient}/device"),
    ("POST", f"{_PATIENT}/care"): Row(ADMINISTRATOR, "/patients/{patient}/care"),
    ("POST", f"{_PATIENT}/care/end"): Row(ADMINISTRATOR, "/patients/{patient}/care/end"),
    ("GET", f"{_PATIENT}/delete"): Row(ADMINISTRATOR, "/patients/{patient}/delete"),
    ("POST", f"{_PATIENT}/delete"): Row(ADMINISTRATOR, "/patients/{patient}/delete"),
    ("POST", f"{_PATIENT}/restore"): Row(ADMINISTRATOR, "/patients/{patient}/restore"),
    ("GET", "/devices"): Row(STAFF, "/devices"),
    ("POST", "/devices"): Row(ADMINISTRATOR, "/devices"),
    ("GET", _DEVICE): Row(STAFF, "/devices/{patient}"),
    ("POST", f"{_DEVICE}/give"): Row(ADMINISTRATOR, "/devices/{patient}/give"),
    ("POST", f"{_DEVICE}/<deed_name>"): Row(STAFF, "/devices/{patient}/code"),
    ("GET", f"/alerts/wards/{_WARD}"): Row(ADMINISTRATOR, "/alerts/wards/1"),
    ("POST", f"/alerts/wards/{_WARD}/limits/<name>"): Row(ADMINISTRATOR, "/alerts/wards/1/limits/pause"),
    ("POST", f"/alerts/wards/{_WARD}/plan"): Row(ADMINISTRATOR, "/alerts/wards/1/plan"),
    ("GET", "/patient/<path:path>"): Row(PEOPLE, "/patient/{patient}"),
    ("GET", "/patient/_dash-layout"): Row(PEOPLE, "/patient/_dash-layout"),
    ("GET", "/patient/_dash-dependencies"): Row(PEOPLE, "/patient/_dash-dependencies"),
    ("GET", "/patient/_reload-hash"): Row(PEOPLE, "/patient/_reload-hash"),
    ("GET", "/patient/_favicon.ico"): Row(PEOPLE, "/patient/_favicon.ico"),
    ("GET", _SCRIPT): Row(PEOPLE, "/patient/_dash-component-suites/dash/dcc/dash_core_components.js"),
}
"""(method, rule) -> who may enter."""

NOWHERE = {
    ("GET", "/patient/"),
    ("GET", "/patient/assets/<path:filename>"),
    ("GET", "/recordings/<path:path>"),
    ("GET", "/recordings/assets/<path:filename>"),
}
"""What Dash adds and nobody needs: 404 for everybody who is somebody."""

CALLBACK_ROUTE = ("POST", "/patient/_dash-update-component")
LIST_ROUTE = ("POST", "/recordings/_dash-update-component")
CALLBACKS = {"trends-made.data": PEOPLE, "templates-made.data": PEOPLE}
"""First output of each callback on the server -> who may call it, for a patient that he or she may see."""
