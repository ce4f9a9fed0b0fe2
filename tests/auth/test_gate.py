"""Every door is shut until somebody logs in, and every answer carries the headers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from auth.door import LoginOptions
from tests.auth.conftest import ADMINISTRATOR, BASE, NEEDS, log_in, send, ward_app

HTML = {"Accept": "text/html,*/*"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the kind of database."""
    return sqlite_url


def test_every_route_needs_a_login_but_the_few(client: FlaskClient, app: Flask) -> None:
    paths = {
        rule.rule.replace("<token>", "x").replace("<path:filename>", "wall.css") for rule in app.url_map.iter_rules()
    }
    shut = {path for path in paths if client.get(path, headers=HTML).headers.get("Location", "").startswith("/login")}
    joining = {"/register", "/register/code", "/forgot", "/forgot/code", "/join/x"}
    assert paths - shut == {"/login", "/setup/x", "/auth/wall.css", "/health", "/wall/pair"} | joining


def test_people_are_led_to_the_login_page_and_programs_get_401(client: FlaskClient) -> None:
    page = client.get("/?bed=3", headers=HTML)
    assert (page.status_code, page.headers["Location"]) == (303, "/login?next=%2F%3Fbed%3D3")
    for answer in (client.post("/_dash-update-component", json={}), client.get("/live/ticket")):
        assert answer.status_code == 401
        assert answer.json == {"error": "Log in first."}
    assert client.get("/no-such-page").status_code == 401


def test_the_login_page_gets_its_colours(client: FlaskClient) -> None:
    for path in ("/assets/tokens.css", "/assets/theme.js", "/auth/auth.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_who_is_logged_in_may_go_everywhere(administrator: FlaskClient) -> None:
    assert administrator.get("/").text == "wall of ada.v"
    assert administrator.post("/_dash-update-component", json={}, headers={"Origin": BASE}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:9999", "null"])
def test_a_request_of_another_site_is_refused(administrator: FlaskClient, origin: str) -> None:
    answer = administrator.post("/_dash-update-component", json={}, headers={"Origin": origin})
    assert answer.status_code == 403


def test_headers_are_on_pages_data_and_errors(administrator: FlaskClient) -> None:
    for path in ("/", "/live/ticket", "/no-such-page", "/login"):
        headers = administrator.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self' 'sha256-abc=';" in policy
        assert "connect-src 'self' ws://localhost:8051;" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(administrator: FlaskClient) -> None:
    cookies = "; ".join(log_in(administrator).headers.getlist("Set-Cookie"))
    assert "wardbeat-login=" in cookies
    assert "HttpOnly" in cookies
    assert "SameSite=Lax" in cookies
    assert "Secure" not in cookies


def test_with_tls_cookies_are_secure(engine: Engine, administrator: FlaskClient) -> None:
    options = LoginOptions("another secret", "https://ward.example", needs=NEEDS)
    browser = ward_app(engine, options).test_client()
    form = {name: ADMINISTRATOR[name] for name in ("name", "password")}
    page = browser.get("/login", base_url="https://ward.example")
    token = page.text.split('name="form_token" value="')[1][:64]
    answer = browser.post("/login", data={**form, "form_token": token}, base_url="https://ward.example")
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303
    assert all(cookie.startswith("__Host-wardbeat-") and "Secure" in cookie for cookie in cookies)


def test_a_stray_cookie_of_another_program_shuts_nobody_out(administrator: FlaskClient) -> None:
    administrator.set_cookie("remember_token", "1|abc")
    assert administrator.get("/").status_code == 200


def test_the_next_page_is_always_one_of_ours(administrator: FlaskClient) -> None:
    for target, reached in (
        ("/bed/3", "/bed/3"),
        ("//evil.example", "/"),
        ("http://evil.example", "/"),
        ("/%5Cevil", "/"),
    ):
        assert log_in(administrator, target=f"?next={target}").headers["Location"] == reached
    assert send(administrator, "/login", {"name": "ada.v", "password": "wrong"}).status_code == 401


def test_a_route_without_a_need_is_shut(administrator: FlaskClient) -> None:
    assert administrator.get("/forgotten").status_code == 403
