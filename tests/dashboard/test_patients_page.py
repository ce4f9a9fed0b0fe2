"""Patients through their pages: each act, what is said at the field, who may, and what is written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from db.care import care_of
from db.consent import training_consent
from db.engine import writing
from db.limits import limits_of_patients, set_limit
from db.models import User
from db.patients import RESTORE_MS, patient, patients
from db.queries import bed_of_patient, beds, device, device_by_token
from db.tokens import sha256
from db.upserts import table_of
from tests.dashboard.admitted import BASE, Ward, hidden, running
from tests.people import new_person

ASA = {"name": "Åsa <b>Öberg</b>", "initials": "ÅÖ", "number": "H-1", "born": "1957-03-08", "sex": "female"}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    yield from running(tmp_path)


def added(ward: Ward, **fields: str) -> int:
    page = ward.get("ada", "/patients/new")
    sent = ward.post("ada", "/patients/new", once=hidden(page, "once"), **{**ASA, **fields})
    assert sent.status_code == 303, sent.text
    return int(sent.headers["Location"].removeprefix("/patients/").removesuffix("?told=added"))


def test_a_patient_is_added_once_found_and_never_shown_as_markup(ward: Ward) -> None:
    once = hidden(ward.get("ada", "/patients/new"), "once")
    sent = [ward.post("ada", "/patients/new", once=once, **ASA) for _ in range(2)]
    assert [each.status_code for each in sent] == [303, 303]
    assert patients(ward.engine).total == 3
    rows = ward.get("ada", "/patients?part=1&q=åsa+h-1").text
    assert "Åsa &lt;b&gt;Öberg&lt;/b&gt;" in rows and "<html" not in rows and "<b>Ö" not in rows
    assert "No patient is found" in ward.get("ada", "/patients?part=1&q=%25").text
    assert ward.told(3) == ["patient added"]


WRONG = [
    ("initials", " ", "Write the initials that the wall shall show."),
    ("initials", "ABCDEFGHI", "Use at most 8 letters."),
    ("name", "x" * 129, "Use at most 128 letters."),
    ("name", "Eve \u202e", "Use letters that can be printed."),
    ("number", "H-9", "Another patient has this number."),
    ("born", "8.3.57", "Type the day as 1957-03-08."),
    ("born", "2957-03-08", "This day is still to come."),
]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(ward: Ward) -> None:
    added(ward, name="Another", number="H-9")
    for field, typed, words in WRONG:
        answer = ward.post("ada", "/patients/new", once=words, **{**ASA, field: typed})
        assert answer.status_code == 400
        assert f'id="{field}-note" role="alert">{words}' in answer.text
        assert f'value="{"H-9" if field == "number" else "H-1"}"' in answer.text
    assert patients(ward.engine).total == 3


def test_two_who_edit_the_same_patient_see_it_and_nothing_is_overwritten(ward: Ward) -> None:
    asa = added(ward)
    pages = [ward.get("ada", f"/patients/{asa}") for _ in range(2)]
    first, second = (hidden(page, "version") for page in pages)
    assert ward.post("ada", f"/patients/{asa}", version=first, **{**ASA, "name": "First"}).status_code == 303
    late = ward.post("ada", f"/patients/{asa}", version=second, **{**ASA, "name": "Second"})
    assert late.status_code == 409 and "Somebody else changed this meanwhile" in late.text
    assert '<dd dir="auto">First</dd>' in late.text and 'value="Second"' in late.text
    assert patient(ward.engine, asa).name == "First"  # type: ignore[union-attr]
    again = ward.post("ada", f"/patients/{asa}", version=hidden(late, "version"), **{**ASA, "name": "Second"})
    assert again.status_code == 303
    assert ward.told(asa) == ["patient added", "patient changed", "patient changed"]


def test_doctors_admit_and_discharge_in_their_own_wards_and_another_ones_patient_is_not_there(ward: Ward) -> None:
    asa = added(ward)
    for who in ("bo", "nia", "cy"):
        assert ward.get(who, f"/patients/{asa}").status_code == 404
    nurse = ward.get("nia", "/patients").text
    assert "LM" in nurse and "KS" not in nurse and "Öberg" not in nurse
    assert ward.post("ada", f"/patients/{asa}/bed", ward="4B", bed="07").status_code == 409
    assert ward.post("ada", f"/patients/{asa}/bed", ward="", new_ward="", bed="07").status_code == 400
    assert ward.post("ada", f"/patients/{asa}/bed", ward="", new_ward="6D", bed="1").status_code == 303
    assert ward.post("ada", f"/patients/{asa}/bed", ward="4B", bed="08").status_code == 303
    assert [(bed.ward, bed.bed, bed.patient_id) for bed in beds(ward.engine)][1:3] == [
        ("4B", "08", asa),
        ("5C", "01", 2),
    ]
    assert ward.get("nia", f"/patients/{asa}").status_code == 200
    assert ward.post("nia", f"/patients/{asa}/discharge").status_code == 403
    assert ward.post("cy", f"/patients/{asa}/discharge").status_code == 404
    assert "You do not work in this ward." in ward.post("bo", f"/patients/{asa}/bed", ward="5C", bed="02").text
    assert "4B has no bed 99." in ward.post("bo", f"/patients/{asa}/bed", ward="4B", bed="99").text
    with writing(ward.engine) as connection:
        set_limit(connection, asa, "pause", 2.5, ward.ids["bo"], 1, "")
    answer = ward.post("bo", f"/patients/{asa}/discharge")
    assert answer.headers["Location"] == "/patients?told=discharged"
    assert bed_of_patient(ward.engine, asa) is None and limits_of_patients(ward.engine)[asa] == {}
    assert ward.get("bo", f"/patients/{asa}").status_code == 404
    moves = ["patient admitted", "patient admitted", "patient discharged", "limit set"]
    assert ward.told(asa) == ["patient added", *moves]


def test_discharge_frees_the_device_and_its_token_is_void(ward: Ward) -> None:
    assert device_by_token(ward.engine, sha256(ward.token), 0) is not None
    assert ward.post("bo", "/patients/1/discharge").status_code == 303
    assert device_by_token(ward.engine, sha256(ward.token), 0) is None
    assert device(ward.engine, 1).patient_id is None  # type: ignore[union-attr]
    assert ward.told(1) == ["patient discharged", "device freed"]
    ward.post("ada", "/patients/1/discharge")  # nothing is done twice
    assert ward.told(1) == ["patient discharged", "device freed"]


def test_deleting_is_undone_within_thirty_days(ward: Ward) -> None:
    with writing(ward.engine) as connection:
        connection.exec_driver_sql("INSERT INTO care (user_id, patient_id) VALUES (2, 1)")
    assert "nobody sees him or her" in ward.get("ada", "/patients/1/delete").text
    assert ward.post("bo", "/patients/1/delete").status_code == 403
    assert ward.post("ada", "/patients/1/delete").status_code == 303
    for path in ("/patients/1", "/patient/1", "/strip/1"):
        assert ward.get("ada", path).status_code == 404
    assert ward.post("ada", "/patients/1/bed", ward="4B", bed="07").status_code == 404
    assert "30 days left" in ward.get("ada", "/patients/deleted").text
    assert ward.get("bo", "/patients/deleted").status_code == 403
    assert [ward.post("ada", "/patients/1/restore").status_code for _ in range(2)] == [303, 303]
    assert ward.get("bo", "/patients/1").status_code == 200 and care_of(ward.engine, 2).patients == {1}
    acts = ["patient discharged", "device freed", "patient deleted", "patient restored"]
    assert ward.told(1) == acts
    ward.post("ada", "/patients/1/delete")
    with writing(ward.engine) as connection:
        connection.exec_driver_sql(f"UPDATE patient SET deleted_ms = deleted_ms - {RESTORE_MS} WHERE id = 1")
    assert "It is too late" in ward.post("ada", "/patients/1/restore").text


def test_consent_and_care_are_written_down_with_who_and_when(ward: Ward) -> None:
    assert "Nobody has asked yet" in ward.get("bo", "/patients/1").text
    assert ward.post("bo", "/patients/1/consent", consent="given").status_code == 303
    assert training_consent(ward.engine) == {1}
    assert "Given, written down by Bo" in ward.get("nia", "/patients/1").text
    ward.post("bo", "/patients/1/consent", consent="withdrawn")
    assert training_consent(ward.engine) == frozenset()
    assert ward.post("bo", "/patients/1/consent", consent="perhaps").status_code == 400
    assert ward.post("bo", "/patients/1/care", person=ward.ids["cy"]).status_code == 403
    assert ward.post("ada", "/patients/1/care", person=ward.ids["cy"]).status_code == 303
    assert "Choose somebody." in ward.post("ada", "/patients/1/care", person=ward.ids["ada"]).text
    assert ward.get("cy", "/patients/1").status_code == 200
    ward.post("ada", "/patients/1/care/end", person=ward.ids["cy"])
    assert ward.get("cy", "/patients/1").status_code == 404
    assert ward.told(1) == ["consent given", "consent withdrawn", "care begun", "care ended"]


def test_whoever_comes_last_of_a_hospitals_staff_can_be_chosen_and_let_go(ward: Ward) -> None:
    blank = {"role": "nurse", "password_hash": "", "active": True, "created_ms": 0}
    with writing(ward.engine) as connection:
        staff = [{"name": f"n{at}", "full_name": f"Ann {at}", **blank} for at in range(300)]
        connection.execute(insert(table_of(User)), staff)
    last = new_person(ward.engine, "zoe", "nurse")
    assert f'<option value="{last}">' in ward.get("ada", "/patients/1").text
    assert ward.post("ada", "/patients/1/care", person=last).status_code == 303
    assert care_of(ward.engine, last).patients == {1}
    assert ward.post("ada", "/patients/1/care/end", person=last).status_code == 303
    assert care_of(ward.engine, last).patients == frozenset()


def test_no_act_without_a_page_of_ours(ward: Ward) -> None:
    for path in ("/patients/1/discharge", "/patients/1/delete", "/devices/1/revoke", "/patients/new", "/devices"):
        assert ward.of["ada"].post(path, base_url=BASE).status_code == 400
        foreign = ward.of["ada"].post(path, base_url=BASE, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
    assert ward.told(1) == []


def own_menu(browser: FlaskClient) -> list[str]:
    return re.findall(r'<a href="(/[a-z]+)"', browser.get("/account", base_url=BASE).text)


def test_the_menu_leads_where_one_may_go(ward: Ward) -> None:
    assert own_menu(ward.of["nia"])[:3] == ["/wall", "/alerts", "/patients"]
    assert {"/people", "/walls"} <= set(own_menu(ward.of["ada"])) and "/people" not in own_menu(ward.of["bo"])
