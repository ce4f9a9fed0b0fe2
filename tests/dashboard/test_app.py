"""The web application's routes: closed without a login, and with the headers that keep scripts out."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.deeds import Deed
from auth.walls import offer_wall, pair_wall, revoke_wall, walls
from dashboard.app import create_app
from dashboard.pages.charts import patient_of
from db.engine import open_engine
from db.provision import DEMO_WARD, provision_demo
from settings import Settings
from tests.authorisation import OPEN
from tests.migrated import migrated_sqlite
from tests.people import BASE, first_administrator


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("app")
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"))
    engine = open_engine(settings.database_url)
    provision_demo(engine, 2)
    yield create_app(settings, engine)
    engine.dispose()


@pytest.fixture(scope="module")
def person(app: Flask) -> FlaskClient:
    """Somebody who is logged in."""
    return first_administrator(app)


def test_every_route_but_the_open_ones_needs_a_login(app: Flask) -> None:
    stranger = app.test_client()
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    assert {"/", "/wall", "/patient/<path:path>", "/patient/_dash-layout", "/patient/_dash-update-component"} <= rules
    open_to_all = {rule for _, rule in OPEN}
    for rule in rules - open_to_all:
        path = re.sub(r"<[^>]+>", "1", rule)
        methods = {method for each in app.url_map.iter_rules() if str(each) == rule for method in each.methods or ()}
        for method in methods & {"GET", "POST"}:
            assert stranger.open(path, method=method).status_code == 401, (method, path)


def test_a_wall_opens_the_wall_of_its_ward_and_nothing_else(app: Flask) -> None:
    engine, screen = app.extensions["wardbeat-door"].engine, app.test_client()
    now_ms = time.time_ns() // 1_000_000
    token = pair_wall(engine, offer_wall(engine, DEMO_WARD, "Corridor", Deed(None, now_ms, "here")), now_ms, "here")
    assert token is not None
    screen.set_cookie("wardbeat-wall", token, domain="127.0.0.1")
    page = screen.get("/wall", base_url=BASE)
    assert page.status_code == 200
    assert "/logout" not in page.text
    opened = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", str(rule)) if "filename" not in str(rule) else str(rule)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = screen.open(path, method=method, base_url=BASE, headers={"Origin": BASE})
            if answer.status_code not in (401, 403):
                opened.add((method, str(rule)))
            answer.close()
    seen = {"/", "/wall", "/wall/edition", "/live/ticket", "/assets/<path:filename>"}
    doors = {entry for entry in OPEN if entry[0] == "GET"}
    assert {entry for entry in opened if entry[0] == "GET"} == doors | {("GET", path) for path in seen}
    assert {entry for entry in opened if entry[0] == "POST"} <= OPEN
    assert screen.get("/patient/1", base_url=BASE).status_code == 403
    revoke_wall(engine, walls(engine)[0].id, Deed(None, now_ms, "here"))
    assert screen.get("/wall", base_url=BASE).status_code == 401


def test_home_leads_to_the_wall(person: FlaskClient) -> None:
    assert person.get("/", base_url=BASE).headers["Location"] == "/wall"
    assert person.get("/wall", base_url=BASE).status_code == 200


def test_scripts_come_from_here_only(person: FlaskClient) -> None:
    for path in ("/wall", "/patient/1"):
        answer = person.get(path, base_url=BASE)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "connect-src 'self' ws://127.0.0.1:8051" in policy
        assert "unsafe-eval" not in policy
        assert not re.search(r"\son[a-z]+=", answer.text)


def test_an_unknown_patient_and_an_unknown_page_are_said_to_be(person: FlaskClient) -> None:
    for path, words in (
        ("/patient/77", "No such patient"),
        ("/patient/", "No such patient"),
        ("/nowhere", "No such page"),
    ):
        answer = person.get(path, base_url=BASE)
        assert (answer.status_code, words in answer.text) == (404, True)


def test_what_fails_is_said_in_the_readers_language_and_keeps_its_status(person: FlaskClient) -> None:
    answer = person.get("/people/invite", base_url=BASE, headers={"Accept-Language": "zh"})
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "无法执行此操作" in answer.text


def test_a_stranger_reads_a_page_that_is_not_there_in_the_houses_style_and_may_log_in(app: Flask) -> None:
    stranger = app.test_client()
    page = stranger.get("/register", base_url=BASE)
    assert page.status_code == 404
    assert 'href="/login"' in page.text
    for sheet in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text):
        with stranger.get(sheet, base_url=BASE) as answer:
            assert answer.status_code == 200, sheet


@pytest.mark.parametrize(
    ("path", "patient"),
    [
        ("/patient/12", 12),
        ("/patient/", None),
        ("/patient/-1", None),
        ("/patient/1/2", None),
        ("/patient/²", None),
        ("/x/1", None),
    ],
)
def test_the_patient_is_read_from_the_address(path: str, patient: int | None) -> None:
    assert patient_of(path) == patient
