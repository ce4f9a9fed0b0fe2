"""Administrators look after people: added, changed by two at once, given a new password, deleted with a handover."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, text
from werkzeug.test import TestResponse

from auth.audit import AuditAction, audit_actions
from db import people
from db.care import care_of
from db.engine import writing
from db.models import Patient, Ward
from db.store import table_of
from tests.auth.conftest import BASE, PASSWORD, form_token_of, log_in, send
from tests.people import new_person

DOCTOR = {
    "full_name": "Bo Lind",
    "name": "bo",
    "role": "doctor",
    "email": "Bo@Ward.org",
    "phone": "+46 8 123 456 78",
}
FIRST, OWN = "first password of bo", "what only bo knows"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The statements are those of other tests, which run on both kinds of database."""
    return sqlite_url


@pytest.fixture(autouse=True)
def ward(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(table_of(Ward)), [{"name": "4B"}, {"name": "5C"}])
        connection.execute(insert(table_of(Patient)), [{"initials": "LM", "name": ""}, {"initials": "KS", "name": ""}])


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def submit(browser: FlaskClient, path: str, page: TestResponse, **fields: object) -> TestResponse:
    """Send the form of `page`, with its hidden fields."""
    kept = {name: hidden(page, name) for name in ("once", "version") if f'name="{name}"' in page.text}
    data = {**kept, **fields, "form_token": form_token_of(page)}
    return browser.post(path, data=data, headers={"Origin": BASE})


def add_doctor(browser: FlaskClient, **fields: object) -> TestResponse:
    page = browser.get("/people/new")
    return submit(
        browser, "/people/new", page, **{**DOCTOR, "patients": "1", "wards": "1", "password": FIRST, **fields}
    )


def test_a_doctor_is_added_once_and_sees_what_was_named(administrator: FlaskClient, engine: Engine) -> None:
    page = administrator.get("/people/new")
    fields = {**DOCTOR, "patients": "1", "wards": "1", "password": FIRST}
    answers = [submit(administrator, "/people/new", page, **fields) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/people?told=added"] * 2
    (bo,) = people.people(engine, "lind")
    assert (bo.email, bo.phone, bo.must_change, bo.patients) == ("bo@ward.org", "+46812345678", True, 1)
    assert care_of(engine, bo.id).wards == {"4B"}
    assert [action for action, _ in audit_actions(engine)].count(AuditAction.PERSON_ADDED) == 1
    rows = administrator.get("/people?part=1&q=%2B4681").text
    assert "Bo Lind" in rows and "<html" not in rows
    assert "Nobody is found" in administrator.get("/people?part=1&q=%25").text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "bo@", "Type an e-mail address"),
        ("phone", "08 123", "Type a phone number with +"),
        ("patients", "1, x", "Type the patients&#39; numbers"),
        ("patients", "1 77", "There is no patient 77."),
        ("password", "password123456", "This is a password that everybody tries first"),
        ("name", "Ada.V", "Somebody has this user name"),
        ("role", "patient", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    administrator: FlaskClient, engine: Engine, field: str, typed: str, words: str
) -> None:
    answer = add_doctor(administrator, **{field: typed, **({"patients": ""} if field == "role" else {})})
    assert answer.status_code == 400
    at = "patients" if field == "role" else field
    assert f'class="complaint" id="{at}-note">{words}' in answer.text
    assert 'value="Bo Lind"' in answer.text and FIRST not in answer.text
    assert not people.people(engine, "lind")


def test_two_people_who_edit_at_once_see_it_and_nothing_is_lost(administrator: FlaskClient, engine: Engine) -> None:
    bo = new_person(engine, "bo", "doctor", ["4B"])
    pages = [administrator.get(f"/people/{bo}") for _ in range(2)]
    fields = {"role": "doctor", "email": "", "phone": "", "patients": "", "wards": "1"}
    assert submit(administrator, f"/people/{bo}", pages[0], full_name="Bo First", **fields).status_code == 303
    second = submit(administrator, f"/people/{bo}", pages[1], full_name="Bo Second", **fields)
    assert second.status_code == 409
    assert "Somebody else changed this meanwhile" in second.text
    assert "Stored now: Bo First" in second.text and 'value="Bo Second"' in second.text
    assert people.people(engine)[-1].full_name == "Bo First"
    assert submit(administrator, f"/people/{bo}", second, full_name="Bo Second", **fields).status_code == 303
    assert people.person(engine, bo) is not None and people.people(engine, "second")


def test_a_reset_ends_logins_and_must_be_changed_first(administrator: FlaskClient, app: Flask, engine: Engine) -> None:
    add_doctor(administrator)
    bo, browser, other = people.people(engine, "lind")[0].id, app.test_client(), app.test_client()
    for each in (browser, other):
        assert log_in(each, "bo", FIRST).status_code == 303
    html = {"Accept": "text/html"}
    assert browser.get("/", headers=html).headers["Location"] == "/account/password"
    assert browser.get("/live/ticket").status_code == 403
    again = {"password": OWN, "password_again": OWN}
    assert "not your current password" in send(browser, "/account/password", {"current": "guessed", **again}).text
    assert (
        send(browser, "/account/password", {"current": FIRST, **again}).headers["Location"] == "/account?told=password"
    )
    assert browser.get("/").status_code == 200 and other.get("/").status_code == 401
    page = administrator.get(f"/people/{bo}")
    common = submit(administrator, f"/people/{bo}/password", page, password="qwerty123456")
    assert "everybody tries first" in common.text
    assert submit(administrator, f"/people/{bo}/password", page, password=FIRST).status_code == 303
    assert browser.get("/").status_code == 401
    assert log_in(browser, "bo", FIRST).status_code == 303
    assert browser.get("/live/ticket").status_code == 403
    told = [subject for action, subject in audit_actions(engine) if action is AuditAction.PASSWORD_RESET]
    assert told == ["bo"]
    mine = submit(administrator, "/people/1/password", administrator.get("/people/1"), password="another long one")
    assert "Change your own password on your account" in mine.text


def test_a_new_role_ends_the_logins(administrator: FlaskClient, app: Flask, engine: Engine) -> None:
    bo = new_person(engine, "bo", "doctor")
    page = administrator.get(f"/people/{bo}")
    administrator_login = administrator.get("/account").text
    assert "this browser" in administrator_login
    fields = {"full_name": "Bo", "email": "", "phone": "", "patients": "2", "wards": "1"}
    assert submit(administrator, f"/people/{bo}", page, role="patient", **fields).status_code == 303
    assert not care_of(engine, bo).wards and care_of(engine, bo).patients == {2}


def test_the_last_administrator_stays(administrator: FlaskClient, engine: Engine) -> None:
    fields = {"full_name": "Ada", "email": "", "phone": "", "patients": ""}
    demoted = submit(administrator, "/people/1", administrator.get("/people/1"), role="doctor", **fields)
    deleted = submit(administrator, "/people/1/delete", administrator.get("/people/1/delete"))
    for answer in (demoted, deleted):
        assert answer.status_code == 400
        assert "This is the last administrator." in answer.text
    new_person(engine, "eve", "administrator")
    assert submit(administrator, "/people/1/delete", administrator.get("/people/1/delete")).status_code == 303
    assert administrator.get("/").status_code == 401


def test_who_is_deleted_hands_patients_over_and_stays_in_the_trail(administrator: FlaskClient, engine: Engine) -> None:
    bo, cy = new_person(engine, "bo", "doctor", patients=[1, 2]), new_person(engine, "cy", "nurse", patients=[2])
    page = administrator.get(f"/people/{bo}/delete")
    assert "1 LM, 2 KS" in page.text
    assert "Say who takes the patients over." in submit(administrator, f"/people/{bo}/delete", page).text
    assert submit(administrator, f"/people/{bo}/delete", page, successor=str(cy)).status_code == 303
    assert care_of(engine, cy).patients == {1, 2} and not care_of(engine, bo).patients
    assert administrator.get(f"/people/{bo}").status_code == 404
    assert people.person(engine, bo) is None
    with writing(engine) as connection:
        told = connection.execute(text("SELECT role, subject FROM audit WHERE action = 'person deleted'")).all()
    assert told == [("administrator", f"bo, patients to {cy}")]


def test_own_details_and_logins(administrator: FlaskClient, app: Flask, engine: Engine) -> None:
    other = app.test_client()
    log_in(other)
    page = administrator.get("/account")
    assert 'name="name"' not in page.text
    wish = {"full_name": "Ada V. <b>", "language": "zh", "name": "eve", "role": "nurse"}
    assert submit(administrator, "/account", page, **wish).status_code == 303
    assert "我的账号" in administrator.get("/account").text
    me = people.person(engine, 1)
    assert me is not None and (me.name, me.full_name, me.role) == ("ada.v", "Ada V. <b>", "administrator")
    page = administrator.get("/account?lang=en")
    assert "Ada V. &lt;b&gt;" in page.text
    (number,) = re.findall(r"/account/logins/(\d+)/end", page.text)
    assert submit(administrator, f"/account/logins/{number}/end", page).status_code == 303
    assert other.get("/").status_code == 401
    assert submit(administrator, "/account/logins/999/end", page).status_code == 404
    log_in(other, password=PASSWORD)
    assert submit(administrator, "/account/logins/end", page).status_code == 303
    assert other.get("/").status_code == 401 and administrator.get("/").status_code == 200
