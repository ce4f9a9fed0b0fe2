"""The expected answer for every operation of the API and every identity: written by hand, beside the code.

A new operation has to get a row here; `tests/api/test_authorisation.py` fails until it has one.
"""

from dataclasses import dataclass

STRANGERS = ("none", "expired", "revoked", "never made")
SEES: dict[str, set[str]] = {
    "doctor A": {"own"},
    "doctor B": {"other"},
    "new doctor": set(),
    "nurse": {"own"},
    "patient": {"own"},
    "administrator": {"own", "other"},
    "service A": {"own"},
    "service B": {"other"},
    "service": {"own", "other"},
    "no scopes": set(),
}
"""Identity -> which of the two patients it is connected with. Every token but the last has all scopes."""
EVERYBODY = frozenset(SEES)
WITH_SCOPES = EVERYBODY - {"no scopes"}
PEOPLE = frozenset({"doctor A", "doctor B", "new doctor", "nurse", "patient", "administrator"})
WORKERS = frozenset({"doctor A", "doctor B", "new doctor", "nurse", "administrator"})
DOCTORS = frozenset({"doctor A", "doctor B", "new doctor"})
PHYSICIANS = frozenset({"doctor A", "doctor B", "new doctor", "administrator"})
SERVICES = frozenset({"service A", "service B", "service"})
MANAGERS = frozenset({"administrator", "service"})
CARERS = WORKERS | SERVICES
KEEPERS = frozenset({"doctor A", "doctor B", "new doctor", "administrator", "service A", "service B", "service"})
ADMINISTRATOR = frozenset({"administrator"})
DONE = (200, 201, 204, 400, 409, 412, 415, 422, 428)
"""What the operation itself answers: to let somebody in and then to find the request wanting is no refusal."""


@dataclass(frozen=True, slots=True)
class Row:
    """Who may ask, with the scope that is needed, and where: {patient} and {recording} stand for the object."""

    who: frozenset[str]
    scope: str
    path: str

    @property
    def is_of_an_object(self) -> bool:
        return "{" in self.path

    def expected(self, identity: str, which: str) -> int:
        """401, 403, 404, or 200 for any answer of the operation itself."""
        if identity in STRANGERS:
            return 401
        if identity not in self.who:
            return 403
        return 200 if not self.is_of_an_object or which in SEES[identity] else 404


_USER, _RECORDING = "/users/<int(max=2147483647):user>", "/recordings/<string(maxlength=64):recording>"
_MARK = f"{_RECORDING}/marks/<int(max=2147483647):mark>"
_ALERT = f"{_RECORDING}/alerts/<string(maxlength=64):rule>/<int(max=1000000000000):start>/acts"
_PATIENT, _DEVICE = "/patients/<int(max=2147483647):patient>", "/devices/<int(max=2147483647):device>"
_CARER = "<int(max=2147483647):user>"
_OF_PATIENT = "/patients/<int(max=2147483647):patient>/recordings"
_UPLOAD = "/uploads/<string(maxlength=64):upload>"
_ANALYSIS = f"{_RECORDING}/analyses/<string(maxlength=64):analysis>"
_EDITS, _INDEX = f"{_RECORDING}/edits", "<int(max=1000000000000):index>"
_SHAPE = f"{_RECORDING}/shapes/<int(max=999):shape>/beats"
_REPORTS, _REPORT = f"{_RECORDING}/reports", f"{_RECORDING}/reports/<int(max=2147483647):version>"
_ONE = "/recordings/{recording}"

ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/me"): Row(EVERYBODY, "", "/me"),
    ("GET", "/users"): Row(ADMINISTRATOR, "users:read", "/users"),
    ("POST", "/users"): Row(ADMINISTRATOR, "users:write", "/users"),
    ("GET", _USER): Row(ADMINISTRATOR, "users:read", "/users/{patient}"),
    ("PUT", _USER): Row(ADMINISTRATOR, "users:write", "/users/{patient}"),
    ("DELETE", _USER): Row(ADMINISTRATOR, "users:write", "/users/{patient}"),
    ("POST", f"{_USER}/password"): Row(ADMINISTRATOR, "users:write", "/users/{patient}/password"),
    ("GET", "/wards"): Row(WORKERS | SERVICES, "patients:read", "/wards"),
    ("GET", _OF_PATIENT): Row(WITH_SCOPES, "recordings:read", "/patients/{patient}/recordings"),
    ("GET", _RECORDING): Row(WITH_SCOPES, "recordings:read", _ONE),
    ("GET", "/recordings"): Row(WITH_SCOPES, "recordings:read", "/recordings"),
    ("PUT", f"{_RECORDING}/details"): Row(PHYSICIANS, "recordings:write", f"{_ONE}/details"),
    ("DELETE", _RECORDING): Row(PHYSICIANS, "recordings:write", _ONE),
    ("POST", f"{_RECORDING}/restore"): Row(PHYSICIANS, "recordings:write", f"{_ONE}/restore"),
    ("GET", f"{_RECORDING}/samples"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/samples"),
    ("GET", f"{_RECORDING}/marks"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/marks"),
    ("POST", f"{_RECORDING}/marks"): Row(WORKERS, "recordings:write", f"{_ONE}/marks"),
    ("DELETE", _MARK): Row(WORKERS, "recordings:write", f"{_ONE}/marks/{{patient}}"),
    ("POST", f"{_MARK}/restore"): Row(WORKERS, "recordings:write", f"{_ONE}/marks/{{patient}}/restore"),
    ("GET", f"{_RECORDING}/beats"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/beats"),
    ("GET", f"{_RECORDING}/classes"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/classes"),
    ("GET", f"{_RECORDING}/rr"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/rr"),
    ("GET", f"{_RECORDING}/heart-rate"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/heart-rate"),
    ("GET", f"{_RECORDING}/vital-signs"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/vital-signs"),
    ("GET", f"{_RECORDING}/episodes"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/episodes"),
    ("GET", f"{_RECORDING}/summary"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/summary"),
    ("GET", _EDITS): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/edits"),
    ("POST", _EDITS): Row(DOCTORS, "beats:write", f"{_ONE}/edits"),
    ("GET", f"{_RECORDING}/corrections"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/corrections"),
    ("GET", f"{_RECORDING}/corrections/{_INDEX}"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/corrections/300"),
    ("GET", f"{_RECORDING}/shapes"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/shapes"),
    ("GET", _SHAPE): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/shapes/0/beats"),
    ("GET", "/patients"): Row(WORKERS | SERVICES, "patients:read", "/patients"),
    ("POST", "/patients"): Row(MANAGERS, "patients:write", "/patients"),
    ("GET", _PATIENT): Row(WORKERS | SERVICES, "patients:read", "/patients/{patient}"),
    ("PUT", _PATIENT): Row(KEEPERS, "patients:write", "/patients/{patient}"),
    ("DELETE", _PATIENT): Row(MANAGERS, "patients:write", "/patients/{patient}"),
    ("POST", f"{_PATIENT}/admit"): Row(KEEPERS, "patients:write", "/patients/{patient}/admit"),
    ("POST", f"{_PATIENT}/discharge"): Row(KEEPERS, "patients:write", "/patients/{patient}/discharge"),
    ("POST", f"{_PATIENT}/restore"): Row(MANAGERS, "patients:write", "/patients/{patient}/restore"),
    ("GET", f"{_PATIENT}/consents"): Row(WORKERS | SERVICES, "patients:read", "/patients/{patient}/consents"),
    ("POST", f"{_PATIENT}/consents"): Row(PHYSICIANS, "patients:write", "/patients/{patient}/consents"),
    ("GET", f"{_PATIENT}/care"): Row(WORKERS | SERVICES, "patients:read", "/patients/{patient}/care"),
    ("PUT", f"{_PATIENT}/care/{_CARER}"): Row(MANAGERS, "patients:write", "/patients/{patient}/care/1"),
    ("DELETE", f"{_PATIENT}/care/{_CARER}"): Row(MANAGERS, "patients:write", "/patients/{patient}/care/2"),
    ("GET", "/devices"): Row(WORKERS | SERVICES, "devices:read", "/devices"),
    ("POST", "/devices"): Row(MANAGERS, "devices:write", "/devices"),
    ("GET", _DEVICE): Row(WORKERS | SERVICES, "devices:read", "/devices/{patient}"),
    ("PUT", _DEVICE): Row(CARERS, "devices:write", "/devices/{patient}"),
    ("POST", f"{_DEVICE}/wearer"): Row(MANAGERS, "devices:write", "/devices/{patient}/wearer"),
    ("DELETE", f"{_DEVICE}/wearer"): Row(CARERS, "devices:write", "/devices/{patient}/wearer"),
    ("POST", f"{_DEVICE}/token"): Row(CARERS, "devices:write", "/devices/{patient}/token"),
    ("POST", f"{_DEVICE}/code"): Row(CARERS, "devices:write", "/devices/{patient}/code"),
    ("POST", f"{_DEVICE}/revoke"): Row(CARERS, "devices:write", "/devices/{patient}/revoke"),
    ("GET", "/alerts"): Row(WITH_SCOPES, "alerts:read", "/alerts"),
    ("GET", f"{_RECORDING}/alerts"): Row(WITH_SCOPES, "alerts:read", f"{_ONE}/alerts"),
    ("POST", _ALERT): Row(WORKERS, "alerts:write", f"{_ONE}/alerts/asystole/500/acts"),
    ("POST", "/recordings"): Row(PEOPLE, "recordings:write", "/recordings"),
    ("GET", "/uploads"): Row(WITH_SCOPES, "recordings:read", "/uploads"),
    ("GET", _UPLOAD): Row(WITH_SCOPES, "recordings:read", "/uploads/upload-{recording}"),
    ("PUT", f"{_UPLOAD}/samples"): Row(PEOPLE, "recordings:write", "/uploads/upload-{recording}/samples"),
    ("GET", f"{_RECORDING}/analyses"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/analyses"),
    ("POST", f"{_RECORDING}/analyses"): Row(PHYSICIANS, "recordings:write", f"{_ONE}/analyses"),
    ("POST", "/analyses"): Row(PHYSICIANS, "recordings:write", "/analyses"),
    ("DELETE", _ANALYSIS): Row(PHYSICIANS, "recordings:write", f"{_ONE}/analyses/analysis-{{recording}}"),
    ("DELETE", _UPLOAD): Row(PEOPLE, "recordings:write", "/uploads/upload-{recording}"),
    ("GET", f"{_RECORDING}/export"): Row(WITH_SCOPES, "recordings:read", f"{_ONE}/export?kinds=csv"),
    ("GET", _REPORTS): Row(WITH_SCOPES, "reports:read", f"{_ONE}/reports"),
    ("GET", _REPORT): Row(WITH_SCOPES, "reports:read", f"{_ONE}/reports/1"),
    ("GET", f"{_REPORT}/pdf"): Row(WITH_SCOPES, "reports:read", f"{_ONE}/reports/1/pdf"),
    ("POST", _REPORTS): Row(DOCTORS, "reports:write", f"{_ONE}/reports"),
    ("PUT", f"{_REPORT}/conclusion"): Row(DOCTORS, "reports:write", f"{_ONE}/reports/2/conclusion"),
    ("POST", f"{_REPORT}/approve"): Row(DOCTORS, "reports:write", f"{_ONE}/reports/2/approve"),
    ("POST", f"{_REPORT}/sign"): Row(DOCTORS, "reports:write", f"{_ONE}/reports/2/sign"),
    ("POST", f"{_REPORT}/release"): Row(DOCTORS, "reports:write", f"{_ONE}/reports/1/release"),
    ("DELETE", f"{_REPORT}/release"): Row(DOCTORS, "reports:write", f"{_ONE}/reports/2/release"),
    ("DELETE", _REPORT): Row(PHYSICIANS, "reports:write", f"{_ONE}/reports/2"),
    ("GET", "/audit"): Row(ADMINISTRATOR, "audit:read", "/audit"),
}
"""(method, rule below /api/v1) -> who may ask."""

API_ENTRIES = {(method, f"/api/v1{rule}") for method, rule in ROWS}
