"""Who may set a patient's limit, what is refused, and what is kept of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from auth.audit import AuditAction
from auth.roles import STAFF, Role
from dashboard.app import create_app
from db.engine import open_engine
from db.limits import limit_history, limits_of_patients
from db.provision import provision_demo
from db.trail import Wanted, head, lines
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.people import BASE, first_administrator

PATH = "/limits/1/pause"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("limits")
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"))
    opened = open_engine(settings.database_url)
    provision_demo(opened, 2)
    yield create_app(settings, opened)
    opened.dispose()


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    """The application's database, without limits and with an administrator again afterwards. Its trail stays."""
    engine: Engine = app.extensions["wardbeat-door"].engine
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM patient_limit"))
    become(engine, Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def person(app: Flask) -> FlaskClient:
    """The first administrator."""
    return first_administrator(app)


def bring_back(browser: FlaskClient) -> TestResponse:
    return browser.post(PATH, data={"usual": ""}, base_url=BASE, headers={"Origin": BASE})


def send(browser: FlaskClient, value: str, reason: str = "", path: str = PATH, **headers: str) -> TestResponse:
    form = {"value": value, "reason": reason}
    return browser.post(path, data=form, base_url=BASE, headers={"Origin": BASE} | headers)


def told_since(engine: Engine, number: int) -> list[str]:
    """What of limits the audit trail tells after its entry `number`."""
    found = lines(engine, Wanted(action=AuditAction.LIMIT_SET.value))
    return [line.subject for line in found if line.number > number]


def become(engine: Engine, role: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET role = :role"), {"role": role})
        connection.execute(text("INSERT OR IGNORE INTO ward_member SELECT id, 1 FROM user_account"))


def test_strangers_neither_see_nor_set_it(app: Flask, engine: Engine) -> None:
    stranger = app.test_client()
    assert stranger.get(PATH, base_url=BASE).status_code == 401
    assert send(stranger, "2.5").status_code == 401
    assert limits_of_patients(engine) == {}


@pytest.mark.parametrize("role", sorted(STAFF))
def test_everyone_who_treats_patients_sets_it(person: FlaskClient, engine: Engine, role: Role) -> None:
    become(engine, role)
    before = head(engine).number
    answer = send(person, "2.5", " <b>AV block</b> ")
    assert answer.status_code == 200
    assert "From now on <b>2.5 s</b>, default 2.0 s" in answer.text
    assert "&lt;b&gt;AV block&lt;/b&gt;" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (kept,) = limit_history(engine, 1, "pause", 9)
    assert (kept.value, kept.person, kept.reason) == (2.5, "Ada Vogel", "<b>AV block</b>")
    assert "From now on <b>2.0 s</b>, the default" in bring_back(person).text
    assert limits_of_patients(engine) == {1: {}}
    assert told_since(engine, before) == ["patient 1: pause 2.5 s", "patient 1: pause back to the default"]


def test_whoever_has_no_right_is_refused(person: FlaskClient, engine: Engine) -> None:
    become(engine, "visitor")
    assert person.get(PATH, base_url=BASE).status_code == 403
    assert send(person, "2.5").status_code == 403
    assert limits_of_patients(engine) == {}


def test_other_sites_and_forms_without_an_origin_are_refused(person: FlaskClient, engine: Engine) -> None:
    assert send(person, "2.5", Origin="https://elsewhere.example").status_code == 403
    assert person.post(PATH, data={"value": "2.5", "reason": ""}, base_url=BASE).status_code == 400
    assert limits_of_patients(engine) == {}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "Type 0.1 to 3.9 s."),
        ("4", "Type 0.1 to 3.9 s."),
        ("-1", "Type 0.1 to 3.9 s."),
        ("nan", "Type 0.1 to 3.9 s."),
        ("1e999", "Type 0.1 to 3.9 s."),
        ("2.55", "Type it in steps of 0.1 s."),
        ("two", "Type a number, as 2.0."),
        ("", "Type a number, as 2.0."),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    person: FlaskClient, engine: Engine, value: str, words: str
) -> None:
    before = head(engine).number
    answer = send(person, value, "kept")
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="kept"' in answer.text
    assert f'value="{value}"' in answer.text
    assert limits_of_patients(engine) == {}
    assert told_since(engine, before) == []


def test_a_comma_is_a_point_and_a_long_reason_is_refused(person: FlaskClient, engine: Engine) -> None:
    assert send(person, " 3,9 ", "x" * 200).status_code == 200
    assert limits_of_patients(engine) == {1: {"pause": 3.9}}
    assert "Use at most 200 letters." in send(person, "2.5", "x" * 201).text
    assert limits_of_patients(engine) == {1: {"pause": 3.9}}


def test_a_low_limit_stays_below_the_high_one(person: FlaskClient, engine: Engine) -> None:
    low, high = "/limits/1/hr_low", "/limits/1/hr_high"
    answer = send(person, "120", "kept", low)
    assert answer.status_code == 400
    assert "The upper limit is 120 /min: this one must be below it." in answer.text
    assert 'value="120"' in answer.text and 'value="kept"' in answer.text and 'aria-invalid="true"' in answer.text
    assert "Type 20 to 150 /min." in send(person, "19", path=low).text
    assert "Type it in steps of 1 /min." in send(person, "50.5", path=low).text
    assert "Type a number, as 50." in send(person, "slow", path=low).text
    assert limits_of_patients(engine) == {}
    assert "From now on <b>180 /min</b>, default 120 /min" in send(person, "180", path=high).text
    assert send(person, "130", path=low).status_code == 200
    assert "The lower limit is 130 /min: this one must be above it." in send(person, "130", path=high).text
    back = person.post(high, data={"usual": ""}, base_url=BASE, headers={"Origin": BASE})
    assert back.status_code == 400 and "The lower limit is 130 /min" in back.text
    assert limits_of_patients(engine) == {1: {"hr_high": 180.0, "hr_low": 130.0}}
    assert send(person, "110", path="/limits/2/hr_high").status_code == 200  # whatever the neighbour's are


@pytest.mark.parametrize(
    "path", ["/limits/77/pause", "/limits/1/heart", "/limits/x/pause", "/limits/99999999999/pause"]
)
def test_what_is_not_there_is_not_found(person: FlaskClient, path: str) -> None:
    assert person.get(path, base_url=BASE).status_code == 404
    assert send(person, "2.5", path=path).status_code in (404, 405)
