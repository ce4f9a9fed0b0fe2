"""Ten thousand guesses a minute: few are looked at, and the real user still gets in at once."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from auth.browsers import MOST_NAMES, browser_cookie, browser_key
from auth.door import Door, LoginOptions
from auth.frequent import is_common
from tests.auth.conftest import BASE, PASSWORD, Clock, form_token_of, log_in, send

QUARTER_MS = 15 * 60_000
SECRET = "a secret of this test"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the kind of database."""
    return sqlite_url


def test_of_ten_thousand_guesses_a_minute_ten_are_looked_at_in_a_quarter_of_an_hour(
    engine: Engine, options: LoginOptions, clock: Clock
) -> None:
    here, began, looked_at = Door(engine, options), clock.ms, 0
    for number in range(150_000):
        clock.ms = began + number * QUARTER_MS // 150_000
        looked_at += here.wait_ms("ada.v", f"10.0.{number % 250}.{number // 250 % 250}") == 0
    assert 1 <= looked_at <= 10
    assert here.wait_ms("eve.w", "10.9.9.9") == 0


def test_the_real_user_is_in_within_five_seconds_while_strangers_guess(administrator: FlaskClient, app: Flask) -> None:
    send(administrator, "/logout", {})
    stranger = app.test_client()
    token, codes = form_token_of(stranger.get("/login")), []
    for number in range(200):
        fields = {"name": "ada.v", "password": f"guess number {number}", "form_token": token}
        codes.append(stranger.post("/login", data=fields, headers={"Origin": BASE}).status_code)
    assert codes.count(401) <= 10 and codes.count(429) >= 190
    assert log_in(stranger).status_code == 429
    began = time.monotonic()
    assert log_in(administrator).status_code == 303
    assert time.monotonic() - began < 5
    fields = {"name": "ada.v", "password": "one more guess", "form_token": token}
    again = [stranger.post("/login", data=fields, headers={"Origin": BASE}).status_code for _ in range(5)]
    assert again == [429] * 5, "the owner's coming in gives nobody new tries"


def test_a_known_browser_may_not_guess_for_ever_and_knows_its_own_names_only(
    administrator: FlaskClient, app: Flask
) -> None:
    codes = [log_in(administrator, password="wrong password").status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    mark = browser_cookie(SECRET, None, "ada.v")
    assert browser_key(SECRET, mark, "ada.v") and not browser_key(SECRET, mark, "eve.w")
    assert browser_key("another secret", mark, "ada.v") is None
    for number in range(MOST_NAMES):
        mark = browser_cookie(SECRET, mark, f"person{number}")
    assert browser_key(SECRET, mark, "ada.v") is None and browser_key(SECRET, mark, "person0")


@pytest.mark.parametrize("password", ["qwerty123456", "1qaz2wsx3edc", "Password!2026", "dragondragon", "WardBeat 26!!"])
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", [PASSWORD, "日出东方红胜火 春来江水", "7391-8264-9173", "hx0 kettle under rain"])
def test_what_nobody_tries_first_is_not(password: str) -> None:
    assert not is_common(password)
