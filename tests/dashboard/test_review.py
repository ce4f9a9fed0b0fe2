"""The review of alerts: what the queue shows to whom, one case in full, and what is done about it."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from auth.audit import AuditAction, audit_actions
from dashboard.app import create_app
from db.alert_queue import Wanted, count, queue
from db.alerts import store_alerts
from db.engine import open_engine, writing
from db.provision import admit
from db.review_views import Sight
from db.rows import alert_row
from db.store import store_batch
from ecg.alert_rules import RULES, AlertName
from ecg.types import Alert, Evidence
from settings import Settings
from tests.db import hearts
from tests.migrated import migrated_sqlite
from tests.people import browser_with, login_token, new_person

BASE = "http://127.0.0.1:8050"
ELSEWHERE = "r-elsewhere"
NOW = time.time_ns() // 1_000_000


def alert(rule: AlertName, start: int, end: int | None, value: float | None = None, **more: Any) -> Alert:
    made = Evidence(value, RULES[rule].begins, 84.0, (300, 500))
    return replace(Alert(hearts.RECORDING, rule, RULES[rule].priority, start, end, made, "c0ffee" * 8), **more)


ALERTS = [
    alert(AlertName.TACHYCARDIA, 300, 3800, 186.0),
    alert(AlertName.ASYSTOLE, 400, 1900, 6.2),
    alert(AlertName.AF_ONSET, 500, None, 30.0),
    *(alert(AlertName.BIGEMINY, 600 + 100 * number, 650 + 100 * number, 6.0) for number in range(5)),
    alert(AlertName.LEAD_OFF, 1200, 1500),
]
BEGAN = {one: NOW - 40_000 + one.start for one in ALERTS}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("review") / "w.db"
    engine = open_engine(migrated_sqlite(place))
    hearts.store(engine, hearts.EVENTS)
    admit(engine, "Elsewhere", "01", "EL")
    store_batch(engine, {}, [hearts.announced(3, ELSEWHERE)], [], [])
    with writing(engine) as connection:
        store_alerts(connection, [alert_row(one, BEGAN[one]) for one in ALERTS])
        store_alerts(connection, [alert_row(alert(AlertName.PAUSE, 70, 90, 2.4, recording=ELSEWHERE), NOW - 5000)])
    engine.dispose()
    return place


@pytest.fixture
def engine(filled: Path, tmp_path: Path) -> Iterator[Engine]:
    copied = shutil.copy(filled, tmp_path)
    engine = open_engine(f"sqlite:///{copied}")
    yield engine
    engine.dispose()


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    return create_app(Settings(var_dir=tmp_path, database_url=str(engine.url)), engine)


@pytest.fixture
def ada(app: Flask, engine: Engine) -> FlaskClient:
    return browser_with(app, login_token(engine, new_person(engine, "ada", "doctor", ["Demo ward"])))


@pytest.fixture
def eve(app: Flask, engine: Engine) -> FlaskClient:
    return browser_with(app, login_token(engine, new_person(engine, "eve", "doctor", ["Demo ward"])))


def act(browser: FlaskClient, what: str, rule: str = "vt", starts: tuple[int, ...] = (300,), **more: str) -> Any:
    form = {"rule": rule, "what": what, "recording": [hearts.RECORDING] * len(starts), "start": list(starts), **more}
    return browser.post("/alerts/1/acts", data=form, base_url=BASE, headers={"Origin": BASE})


def case(browser: FlaskClient, rule: str = "vt", start: int = 300, patient: int = 1) -> Any:
    asked = {"recording": hearts.RECORDING, "rule": rule, "start": str(start)}
    return browser.get(f"/alerts/{patient}/case", query_string=asked, base_url=BASE)


def listed(browser: FlaskClient, **asked: str) -> str:
    return str(browser.get("/alerts/queue", query_string=asked, base_url=BASE).text)


def names(html: str) -> list[str]:
    return [part.split("</strong>")[0] for part in html.split("<strong>")[1:]]


def test_the_worst_comes_first_and_the_same_comes_together(ada: FlaskClient) -> None:
    html = listed(ada)
    assert names(html) == ["Asystole 6.2 s", "Ventricular tachycardia", "AF onset 30.0 s", "Lead off", "Bigeminy ×5"]
    assert "Bed 01 · BD · 5 alike" in html or "5 alike" in html
    assert '"unreviewed": 9' in html and '"mine": 0' in html
    assert "ended, latched" in html and "active" in html
    assert names(listed(ada, priority="high")) == ["Asystole 6.2 s", "Ventricular tachycardia"]
    assert names(listed(ada, kind="technical")) == ["Lead off"]
    assert names(listed(ada, kind="rhythm", priority="low")) == ["Bigeminy ×5"]
    assert "Pause" not in html


def test_a_case_tells_all_that_is_needed_to_judge_it(ada: FlaskClient, engine: Engine) -> None:
    html = case(ada).text
    for words in (
        *("Ventricular tachycardia", "lasted 14 s", "ended, waits for a person", "V beats in a row at 186 /min."),
        *("The rule asks for 5 in a row at 100/min or faster.", "Labels: network c0ffeec0ffee", "HR 74"),
        *("Heart rate when it was told", "84 /min", "Asystole 6.2 s", "Bigeminy ×5", 'data-strip="0 5300"'),
    ):
        assert words in html, words
    views = [subject for action, subject in audit_actions(engine) if action is AuditAction.VIEWED]
    assert any(subject.startswith("alert /alerts/") for subject in views)
    assert case(ada, start=301).status_code == 404
    assert case(ada, rule="flu").status_code == 400
    assert case(ada, patient=3).status_code == 404


def test_a_verdict_acknowledges_leaves_the_list_and_is_undone_at_once(ada: FlaskClient, eve: FlaskClient) -> None:
    done = act(ada, "verdict", value="true").json
    assert done["sentence"] == "Judged: true."
    assert names(listed(eve)) == [
        "Asystole 6.2 s",
        "AF onset 30.0 s",
        "Lead off",
        "Bigeminy ×5",
        "Ventricular tachycardia",
    ]
    assert "true, Ada" in listed(eve)
    assert "Seen by" not in case(eve).text and "Ada saw it" in case(eve).text
    assert act(eve, "undo", value=str(done["deed"])).json["answer"] == "nothing"
    assert act(ada, "undo", value=str(done["deed"])).json["sentence"] == "Undone."
    assert act(ada, "undo", value=str(done["deed"])).json["answer"] == "nothing"
    assert "Ventricular tachycardia" in names(listed(eve))[:2]
    assert "Ada took that back" in case(eve).text and 'data-seen=""' in case(eve).text


def test_a_run_is_judged_at_once_and_whoever_comes_second_is_told(ada: FlaskClient, eve: FlaskClient) -> None:
    starts = tuple(600 + 100 * number for number in range(5))
    assert act(ada, "verdict", "bigeminy", starts, value="noise", version="0").json["sentence"] == "5 judged: noise."
    second = act(eve, "verdict", "bigeminy", (1000,), value="true", version="0")
    assert (second.status_code, second.json["answer"]) == (409, "changed")
    assert second.json["sentence"].startswith("Ada has changed this meanwhile.")
    assert "Bigeminy" not in " ".join(names(listed(eve))[:4]) and "Bigeminy ×5" in names(listed(eve))
    version = case(eve, "bigeminy", 1000).text.split('data-version="')[1].split('"')[0]
    assert act(eve, "verdict", "bigeminy", (1000,), value="true", version=version).status_code == 200


def test_comments_tasks_and_hand_over(ada: FlaskClient, eve: FlaskClient, engine: Engine, app: Flask) -> None:
    me = int(ada.get("/alerts", base_url=BASE).text.split('data-me="')[1].split('"')[0])
    other = int(eve.get("/alerts", base_url=BASE).text.split('data-me="')[1].split('"')[0])
    assert act(ada, "comment", value="  ").status_code == 400
    assert act(ada, "comment", value="x" * 1001).status_code == 400
    for _ in range(2):
        assert act(ada, "comment", value="<b>salvos</b>", once="c1").status_code == 200
    assert case(eve).text.count("&lt;b&gt;salvos&lt;/b&gt;") == 1
    assert act(ada, "assign", value=str(me)).status_code == 200
    assert act(ada, "assign", "af_onset", (500,), value=str(me)).status_code == 200
    assert names(listed(ada, view="mine")) == ["Ventricular tachycardia", "AF onset 30.0 s"]
    stranger = new_person(engine, "sam", "doctor", ["Elsewhere"])
    assert act(ada, "assign", value=str(stranger)).json["sentence"].startswith("Sam may not see this patient.")
    assert act(ada, "assign", value="999").status_code == 400
    given = ada.post("/alerts/handover", data={"to": str(other)}, base_url=BASE, headers={"Origin": BASE}).json
    assert given == {"given": 2, "kept": 0}
    assert '"mine": 2' in listed(eve) and '"mine": 0' in listed(ada)
    assert "for Eve" in listed(ada)
    assert {AuditAction.ALERT_COMMENTED, AuditAction.ALERT_ASSIGNED, AuditAction.ALERTS_HANDED_OVER} <= {
        action for action, _ in audit_actions(engine)
    }


def test_only_what_one_may_see_is_counted(engine: Engine) -> None:
    assert count(engine, Wanted(Sight(True))) == 10
    assert count(engine, Wanted(Sight(False, frozenset({"Elsewhere"})))) == 1
    assert count(engine, Wanted(Sight(False, patients=frozenset({1})))) == 9
    assert count(engine, Wanted(Sight(False))) == 0
    assert [run.place.ward for run in queue(engine, Wanted(Sight(True), ward="Elsewhere"))] == ["Elsewhere"]
    assert queue(engine, Wanted(Sight(True), since_ms=NOW)) == []
