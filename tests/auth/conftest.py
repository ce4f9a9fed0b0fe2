"""A small application behind the login, and a clock that is set by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from auth.door import LoginOptions
from auth.login import init_login
from auth.needs import FILES, Need
from auth.passwords import _hash_of_nobody
from auth.requests import current_login
from auth.roles import Action, ObjectKind
from auth.setup import first_admin_link
from db.engine import open_engine

PATIENT = Need(Action.VIEW, ObjectKind.PATIENT)
NEEDS = {"static": FILES, "wall": PATIENT, "callback": PATIENT}
ASSETS = Path(__file__).parents[2] / "assets"
BASE = "http://localhost"
PASSWORD = "correct horse battery"
ADMINISTRATOR = {
    "full_name": "Ada Vogel",
    "name": "Ada.V",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@dataclass(slots=True)
class Clock:
    """Wall ms that only a test moves."""

    ms: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture(scope="session")
def _quick() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def cheap_passwords(_quick: PasswordHasher) -> Iterator[None]:
    """Hashes that cost next to nothing; what they cost in earnest is asked by tests/auth/test_rules.py."""
    with patch("auth.passwords._hasher", lambda: _quick):
        _hash_of_nobody.cache_clear()
        yield
    _hash_of_nobody.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(database_url: str, cheap_passwords: None) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def options(clock: Clock) -> LoginOptions:
    policy = (("'sha256-abc='",), ("ws://localhost:8051",))
    return LoginOptions("a secret of this test", BASE, *policy, NEEDS, clock_ms=clock)


@pytest.fixture
def app(engine: Engine, options: LoginOptions) -> Flask:
    return ward_app(engine, options)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def administrator(app: Flask, engine: Engine) -> FlaskClient:
    """The first administrator's browser, logged in."""
    browser = app.test_client()
    link = first_admin_link(engine, BASE)
    assert link is not None
    assert send(browser, link.removeprefix(BASE), ADMINISTRATOR).status_code == 303
    return browser


def ward_app(engine: Engine, options: LoginOptions) -> Flask:
    """Routes of the kinds that the real application has."""
    app = Flask("ward", static_folder=str(ASSETS), static_url_path="/assets")
    app.add_url_rule("/", "wall", lambda: f"wall of {getattr(current_login(), 'name', None)}")
    app.add_url_rule("/forgotten", "forgotten", lambda: "everything")
    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/_dash-update-component", "callback", _callback, methods=["POST"])
    init_login(app, engine, options)
    return app


def _callback() -> Response:
    return jsonify(heart_rate=72)


def form_token_of(page: TestResponse) -> str:
    """The hidden field of the page's form."""
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found[1]


def send(browser: FlaskClient, path: str, fields: dict[str, str]) -> TestResponse:
    """Open the page, fill in its form and send it, as a person does."""
    token = form_token_of(browser.get(path))
    return browser.post(path, data={**fields, "form_token": token}, headers={"Origin": BASE})


def log_in(browser: FlaskClient, name: str = "ada.v", password: str = PASSWORD, target: str = "") -> TestResponse:
    """Send the login page's form."""
    return send(browser, f"/login{target}", {"name": name, "password": password})
