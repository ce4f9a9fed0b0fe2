"""Patients and devices by the API: a hospital's own program keeps them, and people see what it did."""

from typing import Any

from auth.audit import AuditAction, audit_actions
from db.engine import writing
from db.limits import limit_history, limits_of_patients, set_limit
from db.trail import all_lines
from tests.api.house import ApiHouse
from tests.identities import WARD

NEW = {"initials": "LM", "name": "Lena Moss", "number": "H-2041", "born": "1957-03-08", "sex": "female"}


def asked(house: ApiHouse, who: str, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = house.ask(who, method, path, **more)
    return answer.status_code, answer.json or {}


def test_a_patient_comes_lies_down_goes_and_comes_back(house: ApiHouse) -> None:
    status, made = asked(house, "service", "POST", "/patients", json=NEW)
    assert (status, made["bed"]) == (201, None)
    one = f"/patients/{made['id']}"
    assert asked(house, "service", "POST", "/patients", json=NEW)[0] == 409
    assert asked(house, "doctor A", "GET", one)[0] == 404
    status, lies = asked(house, "service", "POST", f"{one}/admit", json={"ward": WARD, "bed": "02"})
    assert (status, lies["ward"], lies["bed"]) == (200, WARD, "02")
    seen = house.ask("doctor A", "GET", one)
    found = asked(house, "doctor A", "GET", "/patients?search=moss")[1]["items"]
    assert [each["number"] for each in found] == ["H-2041"]
    change = {"json": NEW | {"name": "Lena Moos"}, "headers": {"If-Match": seen.headers["ETag"]}}
    assert asked(house, "doctor A", "PUT", one, **change)[1]["name"] == "Lena Moos"
    assert asked(house, "doctor A", "PUT", one, **change)[0] == 412
    now = {"headers": {"If-Match": house.ask("doctor A", "GET", one).headers["ETag"]}}
    assert asked(house, "doctor A", "POST", f"{one}/discharge", **now)[0] == 204
    assert asked(house, "doctor A", "GET", one)[0] == 404
    now = {"headers": {"If-Match": house.ask("service", "GET", one).headers["ETag"]}}
    assert asked(house, "service", "DELETE", one, **now)[0] == 204
    assert asked(house, "service", "GET", one)[0] == 404
    assert asked(house, "service", "POST", f"{one}/restore")[1]["name"] == "Lena Moos"
    told = [line.action for line in all_lines(house.engine) if line.patient_id == made["id"]]
    for action in (AuditAction.PATIENT_ADDED, AuditAction.PATIENT_ADMITTED, AuditAction.PATIENT_RESTORED):
        assert action in told


def test_a_field_that_is_wrong_is_named(house: ApiHouse) -> None:
    wrong = NEW | {"number": "H-1", "born": "2050-01-01x", "initials": " "}
    status, told = asked(house, "service", "POST", "/patients", json=wrong)
    assert (status, {each["pointer"] for each in told["errors"]}) == (422, {"/born", "/initials"})
    status, told = asked(house, "doctor A", "POST", "/patients/1/admit", json={"ward": "Elsewhere", "bed": "09"})
    assert (status, told["errors"][0]["pointer"]) == (422, "/ward")


def test_a_device_is_given_told_its_token_once_and_ended(house: ApiHouse) -> None:
    made = asked(house, "service", "POST", "/devices", json={"label": "Patch 7"})[1]
    one = f"/devices/{made['id']}"
    assert asked(house, "service", "POST", f"{one}/token")[0] == 409
    assert asked(house, "doctor A", "GET", one)[0] == 404
    given = asked(house, "service", "POST", f"{one}/wearer", json={"patient": 1})
    assert (given[0], given[1]["patient"]) == (200, 1)
    how = {"headers": {"Idempotency-Key": "token"}}
    first, again = (asked(house, "doctor A", "POST", f"{one}/token", **how) for _ in range(2))
    assert len(first[1]["token"]) == 43
    how = {"headers": {"Idempotency-Key": "code"}}
    codes = [asked(house, "doctor A", "POST", f"{one}/code", **how)[1]["code"] for _ in range(2)]
    assert len(codes[0]) == 10 and codes[1] is None
    assert again == (200, {"device": made["id"], "token": None})
    assert asked(house, "doctor A", "POST", f"{one}/revoke")[0] == 204
    assert asked(house, "doctor A", "GET", one)[1]["revoked"] is True
    assert AuditAction.DEVICE_REVOKED in [action for action, _ in audit_actions(house.engine)]


def test_consent_and_care_are_kept_with_who_said_so(house: ApiHouse) -> None:
    consents, care = "/patients/1/consents", "/patients/1/care"
    assert asked(house, "service", "POST", consents, json={"given": True})[0] == 403
    assert asked(house, "doctor A", "GET", consents)[1]["items"] == []
    for given in (True, True, False):
        assert asked(house, "doctor A", "POST", consents, json={"given": given})[0] == 200
    told = asked(house, "service", "GET", consents)[1]["items"]
    assert [(each["given"], each["person"]) for each in told] == [(False, "Doctor A"), (True, "Doctor A")]
    other = next(
        each["id"] for each in asked(house, "administrator", "GET", "/users")[1]["items"] if each["name"] == "doctor B"
    )
    assert asked(house, "doctor B", "GET", "/patients/1")[0] == 404
    assert asked(house, "service", "PUT", f"{care}/{other}")[0] == 204
    assert asked(house, "doctor B", "GET", "/patients/1")[0] == 200
    assert [each["name"] for each in asked(house, "nurse", "GET", care)[1]["items"]] == [
        "Doctor A",
        "Doctor B",
        "Nurse",
    ]
    assert asked(house, "service", "DELETE", f"{care}/{other}")[0] == 204
    assert asked(house, "doctor B", "GET", "/patients/1")[0] == 404


def test_a_program_discharges_a_patient_who_has_limits_of_his_or_her_own(house: ApiHouse) -> None:
    with writing(house.engine) as connection:
        set_limit(connection, 2, "pause", 2.5, 1, 0, "")
    now = {"headers": {"If-Match": house.ask("service", "GET", "/patients/2").headers["ETag"]}}
    assert asked(house, "service", "POST", "/patients/2/discharge", **now)[0] == 204
    assert limits_of_patients(house.engine)[2] == {}
    assert limit_history(house.engine, 2, "pause", 1)[0].person == "–"
