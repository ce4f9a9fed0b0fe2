"""Devices through their pages and the exchange of a code: each act, who may, and what is written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from auth.devices import free_over
from db.engine import writing
from db.queries import bed_of_patient, device, device_by_token
from db.tokens import sha256
from tests.dashboard.admitted import BASE, Ward, hidden, running


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    yield from running(tmp_path)


def pair(ward: Ward, code: object) -> TestResponse:
    return ward.app.test_client().post("/devices/pair", json={"code": code}, base_url=BASE)


def shown_code(page: TestResponse) -> str:
    (code,) = re.findall(r">([2-9A-Z]{5}-[2-9A-Z]{5})<", page.text)
    return str(code)


def test_a_phone_is_connected_by_a_code_that_is_good_once(ward: Ward) -> None:
    once = hidden(ward.get("nia", "/patients/1"), "once")
    page = ward.post("nia", "/patients/1/device", label="Phone of LM", once=once)
    assert bed_of_patient(ward.engine, 1).device_id == 1  # type: ignore[union-attr]  # what waits to be paired shows nothing yet
    code = shown_code(page)
    assert "<svg" in page.text
    assert ward.post("nia", "/patients/1/device", label="Phone of LM", once=once).status_code == 303
    answer = pair(ward, code.lower())
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    got = answer.json or {}
    assert (got["device"], got["label"], got["ingest"]) == (3, "Phone of LM", ward.settings.ingest_url)
    known = device_by_token(ward.engine, sha256(got["token"]), 0)
    assert known is not None and (known.id, known.patient_id) == (3, 1)
    assert bed_of_patient(ward.engine, 1).device_id == 3  # type: ignore[union-attr]
    refusals = [pair(ward, wrong) for wrong in (code, "ABCDE-FGHJK", 7, "", "x" * 33)]
    assert [each.status_code for each in refusals] == [410, 404, 400, 400, 400]
    assert [(each.json or {})["error"] for each in refusals][:3] == ["used", "unknown", "form"]
    assert "used already" in (refusals[0].json or {})["sentence"]
    assert ward.told(1) == [
        *("device added", "device given", "device code offered"),
        "device paired",
        "device code refused",
    ]
    with writing(ward.engine) as connection:
        connection.exec_driver_sql("UPDATE device_code SET used_ms = NULL, until_ms = 1")
    assert (pair(ward, code).json or {})["error"] == "expired"
    guesses = [pair(ward, "ABCDE-FGHJK").status_code for _ in range(32)]
    assert (guesses[0], guesses[-1]) == (404, 429)


def test_a_device_is_registered_given_rotated_revoked_and_taken_away(ward: Ward) -> None:
    assert "Write what is on the device" in ward.post("ada", "/devices", label=" ").text
    made = ward.post("ada", "/devices", label="Strap 7", once="1")
    assert made.headers["Location"] == "/devices/3?told=added"
    assert ward.get("bo", "/devices/3").status_code == 404 and "Strap 7" not in ward.get("bo", "/devices").text
    assert "Give the device to a patient first." in ward.post("ada", "/devices/3/code").text
    assert ward.post("bo", "/devices/3/give", patient="1").status_code == 403
    assert "There is no patient 77." in ward.post("ada", "/devices/3/give", patient="77", since="", until="").text
    wrong = {"since": "2999-01-01T00:00", "until": "yesterday"}
    answer = ward.post("ada", "/devices/3/give", patient="x", **wrong)
    for words in ("Type the patient&#39;s number", "Choose now or an earlier time.", "Type day and time"):
        assert words in answer.text
    assert 'value="2999-01-01T00:00"' in answer.text
    assert ward.post("ada", "/devices/3/give", patient="1", since="", until="").status_code == 303
    clash = ward.post("ada", "/devices/3/give", patient="2", since="", until="")
    assert clash.status_code == 409 and "LM wears it" in clash.text
    token = (pair(ward, shown_code(ward.post("bo", "/devices/3/code"))).json or {})["token"]
    page = ward.post("bo", "/devices/3/rotate")
    (newer,) = re.findall(r"<code>([\w-]{43})</code>", page.text)
    now_ms = 1
    assert {device_by_token(ward.engine, sha256(each), now_ms).id for each in (token, newer)} == {3}  # type: ignore[union-attr]
    assert ward.post("bo", "/devices/3/rename", label="Strap <7>").status_code == 303
    assert "Strap &lt;7&gt;" in ward.get("nia", "/devices").text
    assert ward.post("cy", "/devices/3/revoke").status_code == 404
    assert ward.post("nia", "/devices/3/revoke").status_code == 303
    assert device_by_token(ward.engine, sha256(newer), now_ms).revoked  # type: ignore[union-attr]
    assert ward.post("nia", "/devices/3/free").headers["Location"] == "/patients/1?told=freed"
    assert device_by_token(ward.engine, sha256(newer), now_ms) is None
    assert ward.post("ada", "/devices/3/explode").status_code == 404
    told = ["device given", "device code offered", "device paired", "token rotated", "device renamed"]
    assert ward.told(1) == [*told, "device revoked", "device freed"]


def test_a_time_that_is_over_ends_by_itself(ward: Ward) -> None:
    ward.post("ada", "/devices", label="Holter", once="1")
    assert (
        ward.post("ada", "/devices/3/give", patient="2", since="2026-01-01T10:00", until="2999-01-01T10:00").status_code
        == 303
    )
    page = ward.get("ada", "/devices/3").text
    assert "1 Jan" in page and "KS" in page
    free_over(ward.engine, 40_000_000_000_000)
    assert device(ward.engine, 3).patient_id is None  # type: ignore[union-attr]
    assert ward.told(2) == ["device given", "device freed"]
