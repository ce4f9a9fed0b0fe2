"""What holds for alerts in a ward: set by administrators, judged by, shown with who, when and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from auth.audit import AuditAction, audit_actions
from dashboard.app import create_app
from db.engine import open_engine, writing
from db.limits import limits_of_patients, revert_limits, set_limit
from db.provision import admit, provision_demo
from db.ward_plans import ward_plans
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.people import browser_with, login_token, new_person

BASE = "http://127.0.0.1:8050"
PAGE = "/alerts/wards/1"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    url = migrated_sqlite(tmp_path / "w.db")
    engine = open_engine(url)
    provision_demo(engine, 2)
    admit(engine, "Elsewhere", "01", "EL")
    yield create_app(Settings(var_dir=tmp_path, database_url=url), engine)
    engine.dispose()


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["wardbeat-door"].engine
    return found


@pytest.fixture
def ada(app: Flask, engine: Engine) -> FlaskClient:
    return browser_with(app, login_token(engine, new_person(engine, "ada", "administrator")))


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    return browser.post(PAGE + path, data=form, base_url=BASE, headers={"Origin": BASE})


def test_a_patients_own_limit_comes_before_the_wards_and_that_before_the_houses(
    ada: FlaskClient, engine: Engine, app: Flask
) -> None:
    assert limits_of_patients(engine) == {}
    assert post(ada, "/limits/hr_high", value="140", reason="post-op ward").status_code == 303
    assert post(ada, "/limits/hr_low", value="45").status_code == 303
    of_ward = {"hr_high": 140.0, "hr_low": 45.0}
    assert limits_of_patients(engine) == {1: of_ward, 2: of_ward, 3: {}}
    with writing(engine) as connection:
        set_limit(connection, 2, "hr_high", 180.0, 1, 5, "sepsis")
    assert limits_of_patients(engine)[2] == {"hr_high": 180.0, "hr_low": 45.0}
    page = ada.get(PAGE, base_url=BASE).text
    assert "140 /min" in page and "default of the house 120 /min" in page and "post-op ward" in page and "Ada" in page
    own = ada.get("/limits/2/hr_high", base_url=BASE).text
    assert "<b>180 /min</b>, default 140 /min" in own
    assert "Now <b>140 /min</b>, the default" in ada.get("/limits/1/hr_high", base_url=BASE).text
    with writing(engine) as connection:
        assert revert_limits(connection, 2, 1, 9, "discharged") == ["hr_high"]
        assert revert_limits(connection, 2, 1, 9, "discharged") == []
    assert limits_of_patients(engine)[2] == of_ward
    assert post(ada, "/limits/hr_high", usual="yes").status_code == 303
    assert limits_of_patients(engine)[1] == {"hr_low": 45.0}
    told = [subject for action, subject in audit_actions(engine) if action is AuditAction.WARD_LIMIT_SET]
    assert told == [
        *("Demo ward: hr_high 140 /min", "Demo ward: hr_low 45 /min", "Demo ward: hr_high back to the default"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("hr_high", "900", "Type 60 to 250 /min."),
        ("hr_low", "120", "The upper limit is 120 /min: this one must be below it."),
        ("pause", "two", "Type a number, as 2.0."),
        ("hr_low", "95", "It contradicts the limits set for the patient in bed 02."),
    ],
)
def test_what_contradicts_is_refused_at_its_field(
    ada: FlaskClient, engine: Engine, name: str, value: str, words: str
) -> None:
    with writing(engine) as connection:
        set_limit(connection, 2, "hr_high", 90.0, 1, 5, "")
    answer = post(ada, f"/limits/{name}", value=value, reason="kept words")
    assert answer.status_code == 400
    assert words in answer.text and f'value="{value}"' in answer.text and "kept words" in answer.text
    assert limits_of_patients(engine) == {2: {"hr_high": 90.0}}


def test_after_a_move_the_patients_own_limit_counts_whatever_the_new_ward_has(ada: FlaskClient, engine: Engine) -> None:
    with writing(engine) as connection:
        set_limit(connection, 3, "hr_low", 100.0, 1, 5, "")
    assert post(ada, "/limits/hr_high", value="90").status_code == 303
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE bed SET patient_id = NULL WHERE label = '01'")
        connection.exec_driver_sql("UPDATE bed SET patient_id = 3 WHERE ward_id = 1 AND label = '01'")
    assert limits_of_patients(engine)[3] == {"hr_low": 100.0}


def test_a_plan_is_kept_checked_and_not_overwritten_unseen(ada: FlaskClient, engine: Engine) -> None:
    nurse = new_person(engine, "nina", "nurse", ["Demo ward"])
    version = ada.get(PAGE, base_url=BASE).text.split('name="version" value="')[1].split('"')[0]
    wrong = post(ada, "/plan", person=["Nina", "Doctor on call", ""], after_s=["60", "30", "5"], version=version)
    assert wrong.status_code == 400
    assert "Type more than 60 s" in wrong.text and "Write who is called" in wrong.text and 'value="30"' in wrong.text
    kept = {"person": ["Nina", "Doctor on call"], "after_s": ["60", "180"], "version": version}
    assert post(ada, "/plan", **kept).status_code == 303
    assert post(ada, "/plan", **kept).status_code == 303  # sent twice: it is so already
    plan = ward_plans(engine)["Demo ward"]
    told = [(step.person, step.after_s, step.user_id) for step in plan]
    assert told == [("Nina", 60, nurse), ("Doctor on call", 180, None)]
    stale = post(ada, "/plan", person=["Somebody"], after_s=["20"], version=version)
    assert stale.status_code == 409 and "Somebody has changed this plan meanwhile." in stale.text
    assert 'value="Somebody"' in stale.text
    assert [subject for action, subject in audit_actions(engine) if action is AuditAction.WARD_PLAN_SET] == [
        "Demo ward: Nina 60 s, Doctor on call 180 s"
    ]
    assert ada.get("/alerts/wards/77", base_url=BASE).status_code == 404
