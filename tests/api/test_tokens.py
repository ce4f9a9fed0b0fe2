"""The pages where tokens are made and revoked, at the application's own door."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from auth.api_tokens import DAY_MS
from auth.audit import AuditAction, audit_actions
from db.engine import writing
from tests.api.house import ApiHouse
from tests.auth.conftest import form_token_of
from tests.identities import MINE, OTHER
from tests.people import HOST, browser_with, login_token

BASE = f"http://{HOST}:8050"
WISH: dict[str, object] = {"name": "Ward statistics", "scopes": ["recordings:read"], "days": "30"}


@pytest.fixture
def nurse(house: ApiHouse) -> FlaskClient:
    return browser_with(house.app, login_token(house.engine, 4))


@pytest.fixture
def administrator(house: ApiHouse) -> FlaskClient:
    return browser_with(house.app, login_token(house.engine, 6))


def send(browser: FlaskClient, page: str, path: str, fields: dict[str, object]) -> TestResponse:
    token = form_token_of(browser.get(page, base_url=BASE))
    return browser.post(path, data={**fields, "form_token": token}, base_url=BASE, headers={"Origin": BASE})


def made(answer: TestResponse) -> str:
    found = re.search(r'<code id="made">(wb_[\w-]{43})</code>', answer.text)
    assert found, answer.text
    return found[1]


def number_of(browser: FlaskClient, page: str, name: str) -> int:
    found = re.search(rf"{name} <small>(\d+)</small>", browser.get(page, base_url=BASE).text)
    assert found
    return int(found[1])


def test_one_makes_a_token_sees_it_once_and_revokes_it(house: ApiHouse, nurse: FlaskClient) -> None:
    token = house.tokens["made"] = made(send(nurse, "/account/tokens", "/account/tokens", WISH))
    shown = nurse.get("/account/tokens", base_url=BASE).text
    assert "Ward statistics" in shown
    assert token not in shown
    with writing(house.engine) as connection:
        row = connection.execute(text("SELECT * FROM api_token WHERE name = 'Ward statistics'")).one()
    assert token not in str(row)
    assert row.expires_ms - row.created_ms == 30 * DAY_MS
    assert house.ask("made", "GET", f"/recordings/{MINE}").status_code == 200
    assert house.ask("made", "POST", f"/recordings/{MINE}/marks", json={"index": 1, "words": "a"}).status_code == 403
    number = number_of(nurse, "/account/tokens", "Ward statistics")
    assert send(nurse, "/account/tokens", f"/account/tokens/{number}/revoke", {}).status_code == 303
    assert house.ask("made", "GET", f"/recordings/{MINE}").status_code == 401
    assert send(nurse, "/account/tokens", f"/account/tokens/{number}/revoke", {}).status_code == 404
    told = [subject for action, subject in audit_actions(house.engine) if action in TOLD]
    assert told[-2:] == [f"token {number} Ward statistics: recordings:read", f"token {number} Ward statistics"]


TOLD = (AuditAction.TOKEN_MADE, AuditAction.TOKEN_REVOKED)


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ({"name": " "}, "Write what the token is for."),
        ({"scopes": []}, "Choose what the token may do."),
        ({"scopes": ["users:read"]}, "Choose what the token may do."),
        ({"scopes": ["everything"]}, "Choose what the token may do."),
        ({"days": "4000"}, "Choose how long the token holds."),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_at_its_field(
    nurse: FlaskClient, wish: dict[str, object], complaint: str
) -> None:
    answer = send(nurse, "/account/tokens", "/account/tokens", WISH | wish)
    assert answer.status_code == 400
    assert complaint in answer.text
    assert "wb_" not in answer.text.replace("wb_…", "")


def test_a_form_that_is_not_ours_makes_nothing(nurse: FlaskClient) -> None:
    answer = nurse.post("/account/tokens", data=WISH, base_url=BASE, headers={"Origin": BASE})
    assert (answer.status_code, "wb_" in answer.text) == (400, False)


def test_a_service_reaches_its_wards_and_ends_at_once(house: ApiHouse, administrator: FlaskClient) -> None:
    wish = WISH | {"name": "Archive"}
    assert "Choose at least one ward." in send(administrator, "/tokens", "/tokens", wish).text
    house.tokens["archive"] = made(send(administrator, "/tokens", "/tokens", wish | {"wards": ["1"]}))
    house.tokens["all"] = made(send(administrator, "/tokens", "/tokens", wish | {"name": "All", "wards": ["all"]}))
    reached = {
        who: [house.ask(who, "GET", f"/recordings/{name}").status_code for name in (MINE, OTHER)]
        for who in ("archive", "all")
    }
    assert reached == {"archive": [200, 404], "all": [200, 200]}
    number = number_of(administrator, "/tokens", "Archive")
    send(administrator, "/tokens", f"/tokens/{number}/revoke", {})
    assert house.ask("archive", "GET", "/me").status_code == 401


def test_another_may_not_revoke_mine(house: ApiHouse, nurse: FlaskClient) -> None:
    mine = (house.ask("doctor A", "GET", "/me").json or {})["token"]
    assert send(nurse, "/account/tokens", f"/account/tokens/{mine}/revoke", {}).status_code == 404
    assert house.ask("doctor A", "GET", "/me").status_code == 200


def test_a_password_that_an_administrator_sets_ends_the_persons_tokens(house: ApiHouse) -> None:
    assert house.ask("new doctor", "GET", "/me").status_code == 200
    body = {"password": "many warm days in may"}
    assert house.ask("administrator", "POST", "/users/3/password", json=body).status_code == 204
    assert house.ask("new doctor", "GET", "/me").status_code == 401
