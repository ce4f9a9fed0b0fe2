"""Acknowledging: who may, what is answered, and what is kept of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from auth.audit import AuditAction, audit_actions
from auth.roles import Role
from dashboard.app import create_app
from db.alerts import acts_after, store_alerts
from db.engine import open_engine, writing
from db.rows import alert_row
from ecg.alert_rules import AlertName, Priority
from ecg.alert_states import Happening
from ecg.types import Alert, Evidence
from settings import Settings
from tests.dashboard.test_limits import become
from tests.db import hearts
from tests.migrated import migrated_sqlite
from tests.people import BASE, FORM, first_administrator

PATH = "/alerts/1/acts"
HIGH = Alert(hearts.RECORDING, AlertName.TACHYCARDIA, Priority.HIGH, 400, None, Evidence(), "c0ffee")
PAUSE = replace(HIGH, rule=AlertName.PAUSE, priority=Priority.MEDIUM, end=900)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("acts")
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"))
    opened = open_engine(settings.database_url)
    hearts.store(opened, [HIGH, PAUSE])
    yield create_app(settings, opened)
    opened.dispose()


@pytest.fixture(scope="module")
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["wardbeat-door"].engine
    return found


@pytest.fixture(scope="module")
def person(app: Flask) -> FlaskClient:
    """The first administrator."""
    return first_administrator(app)


def act(browser: FlaskClient, origin: str | None = BASE, **changed: str) -> TestResponse:
    sent = {"recording": hearts.RECORDING, "rule": "vt", "start": "400", "what": "acknowledge"} | changed
    headers = {} if origin is None else {"Origin": origin}
    return browser.post(PATH, data=sent, base_url=BASE, headers=headers)


def test_an_alert_is_acknowledged_once_taken_back_and_acknowledged_again(person: FlaskClient, engine: Engine) -> None:
    answers = [act(person), act(person), act(person, what="withdraw"), act(person, what="withdraw"), act(person)]
    assert [answer.status_code for answer in answers] == [200, 409, 200, 200, 200]
    assert [answer.json["answer"] for answer in answers if answer.json] == ["done", "twice", "done", "nothing", "done"]
    assert answers[1].json is not None
    assert "has acknowledged this alert before" in answers[1].json["sentence"]
    kept = [(one.what, one.person) for one in acts_after(engine, 0)]
    assert [what for what, _ in kept] == [Happening.ACKNOWLEDGE, Happening.WITHDRAW, Happening.ACKNOWLEDGE]
    assert {name for _, name in kept} == {FORM["full_name"]}
    audited = [action for action, subject in audit_actions(engine) if "vt" in subject]
    wanted = [AuditAction.ALERT_ACKNOWLEDGED, AuditAction.ALERT_ACT_REFUSED, AuditAction.ALERT_WITHDRAWN]
    assert audited == [*wanted, AuditAction.ALERT_ACT_REFUSED, AuditAction.ALERT_ACKNOWLEDGED]


def test_one_that_is_over_is_said_to_be_over_and_one_that_waits_is_closed(person: FlaskClient, engine: Engine) -> None:
    over = act(person, rule="pause")
    assert (over.status_code, (over.json or {})["answer"]) == (410, "over")
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(replace(HIGH, start=2000, end=2500))])
    assert [act(person, start="2000").status_code for _ in range(2)] == [200, 409]


def test_strangers_other_roles_other_wards_and_nonsense_are_refused(
    app: Flask, person: FlaskClient, engine: Engine
) -> None:
    before = len(acts_after(engine, 0))
    assert act(app.test_client()).status_code == 401
    assert act(person, origin=None).status_code == 400
    assert act(person, origin="https://elsewhere.test").status_code == 403
    nonsense = [{"rule": "flu"}, {"what": "escalate"}, {"start": "-1"}, {"start": "1e9"}, {"recording": ""}]
    assert {act(person, **changed).status_code for changed in nonsense} == {400}
    assert act(person, start="401").status_code == 404
    other = {"recording": hearts.RECORDING, "rule": "vt", "start": "400", "what": "withdraw"}
    assert person.post("/alerts/2/acts", data=other, base_url=BASE, headers={"Origin": BASE}).status_code == 404
    listed = person.get("/alerts/1/list", base_url=BASE).text
    assert "Ventricular tachycardia" in listed and "Seen by" in listed and f"{hearts.RECORDING}/400" in listed
    become(engine, Role.PATIENT)
    assert act(person).status_code == 403
    become(engine, Role.NURSE)  # who works in no ward: nobody's alerts are there
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM ward_member"))
    assert act(person).status_code == 404
    become(engine, Role.ADMINISTRATOR)
    assert len(acts_after(engine, 0)) == before
    assert (AuditAction.REFUSED, f"POST {PATH}") in audit_actions(engine)
