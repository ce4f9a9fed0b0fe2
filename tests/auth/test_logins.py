"""A login begins with a password and ends at logout, after a quiet shift, after a week, or with its user."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from auth.audit import AuditAction, audit_actions
from auth.logins import ABSOLUTE_MS, IDLE_MS, active_login, check_password, login_that_holds
from auth.roles import Role
from auth.tokens import sha256
from db.engine import reading, writing
from tests.auth.conftest import BASE, PASSWORD, Clock, log_in, send
from tests.people import login_token, new_person

COOKIE = "wardbeat-login"
IDLE, ABSOLUTE = IDLE_MS[Role.ADMINISTRATOR], ABSOLUTE_MS[Role.ADMINISTRATOR]


def token_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_name_and_password_open(administrator: FlaskClient, app: Flask) -> None:
    browser = app.test_client()
    assert log_in(browser, " Ada.V ").headers["Location"] == "/"
    assert browser.get("/").text == "wall of ada.v"


@pytest.mark.parametrize(("name", "password"), [("ada.v", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 500, "y")])
def test_anything_else_does_not(administrator: FlaskClient, app: Flask, name: str, password: str) -> None:
    browser = app.test_client()
    answer = log_in(browser, name, password)
    assert answer.status_code in (400, 401)
    assert browser.get_cookie(COOKIE) is None


def test_an_unknown_name_reads_like_a_wrong_password(administrator: FlaskClient, app: Flask) -> None:
    pages = [log_in(app.test_client(), name, "wrong password").text for name in ("ada.v", "eve.w")]
    assert "The user name or the password is wrong." in pages[0]
    assert 'value="ada.v"' in pages[0]
    assert pages[0].count("<p") == pages[1].count("<p")


def test_a_copied_cookie_is_dead_after_logout(administrator: FlaskClient, app: Flask) -> None:
    thief = app.test_client()
    thief.set_cookie(COOKIE, token_of(administrator))
    assert thief.get("/").status_code == 200
    assert send(administrator, "/logout", {}).headers["Location"] == "/login"
    assert administrator.get_cookie(COOKIE) is None
    assert thief.get("/").status_code == 401


def test_a_script_of_our_page_may_log_out(administrator: FlaskClient) -> None:
    assert administrator.post("/logout", headers={"Origin": BASE}).status_code == 303
    assert administrator.get("/").status_code == 401


def test_a_form_without_our_token_changes_nothing(administrator: FlaskClient, app: Flask) -> None:
    assert administrator.post("/logout", data={"form_token": "0" * 64}).status_code == 400
    assert administrator.get("/").status_code == 200
    assert app.test_client().post("/login", data={"name": "ada.v", "password": PASSWORD}).status_code == 400


def test_each_login_has_a_token_of_its_own_and_only_its_digest_is_kept(
    administrator: FlaskClient, engine: Engine
) -> None:
    first = token_of(administrator)
    log_in(administrator)
    second = token_of(administrator)
    assert first != second
    with reading(engine) as connection:
        rows = str(connection.execute(text("SELECT * FROM login")).all())
    assert sha256(second) in rows
    assert second not in rows


def test_a_quiet_shift_ends_a_login(administrator: FlaskClient, clock: Clock) -> None:
    clock.ms += IDLE - 1
    assert administrator.get("/").status_code == 200
    clock.ms += IDLE - 1
    assert administrator.get("/").status_code == 200
    clock.ms += IDLE
    assert administrator.get("/").status_code == 401


def test_a_day_ends_even_a_busy_login_of_an_administrator(administrator: FlaskClient, clock: Clock) -> None:
    for _ in range(ABSOLUTE // (IDLE // 2) - 1):
        clock.ms += IDLE // 2
        assert administrator.get("/").status_code == 200
    clock.ms += IDLE // 2
    assert administrator.get("/").status_code == 401


def test_a_user_who_is_switched_off_is_out_at_once(administrator: FlaskClient, engine: Engine, clock: Clock) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE user_account SET active = false"))
    assert administrator.get("/").status_code == 401
    assert login_that_holds(engine, 1, clock.ms) is None
    assert check_password(engine, "ada.v", PASSWORD) is None


def test_guessing_gets_slow_and_says_so(administrator: FlaskClient, app: Flask, clock: Clock) -> None:
    browser = app.test_client()
    assert [log_in(browser, password="wrong").status_code for _ in range(5)] == [401] * 5
    refused = log_in(browser)
    assert refused.status_code == 429
    assert "Too many attempts. Try again in 30 s." in refused.text
    clock.ms += 30_000
    assert log_in(browser).status_code == 303


def test_what_happened_is_written_down(administrator: FlaskClient, engine: Engine) -> None:
    log_in(administrator, "eve", "wrong")
    send(administrator, "/logout", {})
    assert audit_actions(engine) == [
        (AuditAction.FIRST_ADMINISTRATOR, "ada.v"),
        (AuditAction.LOGIN, ""),
        (AuditAction.LOGIN_REFUSED, "eve"),
        (AuditAction.LOGOUT, ""),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_own_quiet_and_longest_time(engine: Engine, role: Role) -> None:
    user = new_person(engine, "bo", role.value)
    assert IDLE_MS[role] <= ABSOLUTE_MS[role]
    token = login_token(engine, user, 1_000)
    assert active_login(engine, token, 1_000 + IDLE_MS[role] - 1) is not None
    assert active_login(engine, token, 1_000 + IDLE_MS[role]) is None
    with writing(engine) as connection:
        connection.execute(text("UPDATE login SET seen_ms = :now"), {"now": 1_000 + ABSOLUTE_MS[role] - 1})
    assert active_login(engine, token, 1_000 + ABSOLUTE_MS[role] - 1) is not None
    assert active_login(engine, token, 1_000 + ABSOLUTE_MS[role]) is None
