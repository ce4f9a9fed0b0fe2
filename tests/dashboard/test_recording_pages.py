"""Recordings as people see them: one by one, of a patient in time, and all of them page by page."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.audit import AuditAction
from db.engine import writing
from db.marks import set_mark
from db.store import NewRecording, NewSegment, store_batch
from db.trail import Wanted, lines
from ecg.alert_rules import AlertName, Priority
from ecg.types import Alert, Evidence
from tests.authorisation import LIST_ROUTE
from tests.authorised_house import House, furnished_house, rows_wanted
from tests.forms import forms_of
from tests.identities import MINE

PATH = f"/recording/{MINE}/details"
HOUR_MS = 3_600_000
LONG = "long-recording"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished_house(tmp_path_factory.mktemp("recordings")) as house:
        fact = NewRecording(LONG, 1, 10.0, 200.0, "II", 5 * HOUR_MS)
        parts = [NewSegment(LONG, start, np.ones(18_000, np.int16)) for start in (0, 36_000)]
        alerts = [
            Alert(LONG, AlertName.TACHYCARDIA, Priority.HIGH, 400, 900, Evidence(), "c0ffee"),
            Alert(LONG, AlertName.PAUSE, Priority.MEDIUM, 90_000, None, Evidence(), "c0ffee"),
        ]
        store_batch(house.engine, {}, [fact], parts, alerts)
        with writing(house.engine) as connection:
            set_mark(connection, LONG, 250, "dizzy", 1, 0)
        yield house


@pytest.fixture
def doctor(house: House) -> FlaskClient:
    return house.browser("doctor A")


def form_of(house: House, browser: FlaskClient, path: str = PATH, end: str = "details") -> dict[str, str]:
    html = house.open(browser, "GET", path).text
    (found,) = [form.fields for form in forms_of(html, path) if form.method == "post" and form.action.endswith(end)]
    return found


def send(house: House, browser: FlaskClient, fields: dict[str, str], path: str = PATH) -> TestResponse:
    return house.open(browser, "POST", path, data=fields, headers={"Origin": house.base})


def told(house: House, action: AuditAction) -> list[str]:
    return [line.subject for line in lines(house.engine, Wanted(action=action.value, patient_id=1))]


def test_title_and_note_are_kept_once_and_two_who_edit_see_it(house: House, doctor: FlaskClient) -> None:
    first, second = form_of(house, doctor), form_of(house, house.browser("administrator"))
    typed = first | {"title": " Night ", "note": "slept\r\nbadly"}
    assert [send(house, doctor, typed).status_code for _ in range(2)] == [303, 303]
    assert told(house, AuditAction.RECORDING_CHANGED) == [f"recording {MINE}"]
    assert "Saved." in house.open(doctor, "GET", f"{PATH}?told=changed").text
    late = send(house, house.browser("administrator"), second | {"title": "Day"})
    assert late.status_code == 409
    assert "Somebody else has changed this" in late.text and 'value="Day"' in late.text
    assert "Now it says: Night\nslept\nbadly" in late.text
    shown = house.open(house.browser("nurse"), "GET", PATH).text
    assert '<h2 dir="auto">Night</h2>' in shown and "<form" not in shown.split("<main")[1]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "x" * 129, "Use at most 128 letters."),
        ("title", "a\tb", "Use letters that can be printed."),
        ("note", "x" * 2001, "Use at most 2000 letters."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    house: House, doctor: FlaskClient, field: str, typed: str, words: str
) -> None:
    other = {"title": "note", "note": "title"}[field]
    answer = send(house, doctor, form_of(house, doctor) | {field: typed, other: "kept words"})
    assert answer.status_code == 400
    assert words in answer.text and f'aria-describedby="{field}-note"' in answer.text
    assert "kept words" in answer.text and typed in answer.text


def test_a_deleted_recording_is_not_there_and_can_be_brought_back(house: House, doctor: FlaskClient) -> None:
    away = form_of(house, doctor, f"/recording/{LONG}/details", "delete")
    assert house.open(doctor, "POST", f"/recording/{LONG}/delete", data=away).status_code == 400
    assert send(house, doctor, away, f"/recording/{LONG}/delete").status_code == 303
    assert [
        house.open(house.browser(who), "GET", f"/overview/1/{LONG}?start=0&end=9").status_code for who in ("nurse",)
    ] == [404]
    assert house.open(house.browser("nurse"), "GET", f"/recording/{LONG}/details").status_code == 404
    assert LONG not in [row["id"] for row in rows(house, "nurse")]
    assert [row["stage"] for row in rows(house, "administrator", search="?state=deleted")] == ["Deleted"]
    page = house.open(doctor, "GET", f"/recording/{LONG}/details").text
    assert "It can be brought back until" in page
    back = form_of(house, doctor, f"/recording/{LONG}/details", "restore")
    assert send(house, doctor, back, f"/recording/{LONG}/restore").status_code == 303
    assert LONG in [row["id"] for row in rows(house, "nurse")]
    assert told(house, AuditAction.RECORDING_DELETED) == told(house, AuditAction.RECORDING_RESTORED)


def rows(house: House, identity: str, **wanted: Any) -> list[dict[str, str]]:
    answer = house.open(house.browser(identity), *LIST_ROUTE, json=rows_wanted(**wanted))
    assert answer.status_code == 200
    found: list[dict[str, str]] = (answer.json or {})["response"]["recordings"]["getRowsResponse"]["rowData"]
    return found


def test_the_grid_gets_what_it_asks_for(house: House) -> None:
    (long,) = rows(house, "administrator", search="?q=long-recording")
    assert (long["stage"], long["length"], long["missing"]) == ("Complete", "1 h 30 min", "One gap, 30 min 0 s")
    assert (long["rate"], long["device"], long["lead"], long["source"]) == ("10 Hz", "Demo device 01", "II", "Live")
    assert long["href"] == f"/recording/{LONG}/details" and long["patient_href"] == "/patients/1/recordings"
    failed = rows(house, "administrator", search="?state=failed")
    assert {row["why"] for row in failed} == {"Nothing was received."} and len(failed) == 2
    assert len(rows(house, "administrator", first=1, last=2)) == 1
    assert rows(house, "administrator", order="length")[0]["id"] == LONG
    assert len(rows(house, "administrator", search="?since=never&q=", order="odd")) == 3
    answer = house.open(house.browser("nurse"), "GET", "/recordings/?since=never&q=kept")
    assert "Type a day and a time" in answer.text and 'value="kept"' in answer.text


def test_everything_of_a_patient_is_on_one_line_of_time(house: House) -> None:
    page = house.open(house.browser("patient"), "GET", "/patients/1/recordings?span=day").text
    assert page.count('class="recorded"') == 2 and page.count('class="missing"') == 1
    assert f'href="/patient/1?at={LONG}/400"' in page and 'class="high"' in page and 'class="medium"' in page
    assert f'href="/patient/1?at={LONG}/250"' in page and 'class="mark"' in page
    assert page.count("<tr>") == 3 and "2 in all" in page
    for span in ("week", "month", "all", "odd"):
        answer = house.open(house.browser("patient"), "GET", f"/patients/1/recordings?span={span}&first=1")
        assert answer.status_code == 200 and answer.text.count("<tr>") == 2
