"""Every identity at every operation with every object; every scope alone; and no way in but a token."""

import pytest
from sqlalchemy import text

from auth.scopes import Scope
from db.engine import writing
from tests.api.authorisation import DONE, ROWS, SEES, STRANGERS, Row
from tests.api.house import ApiHouse, token_for
from tests.authorised_house import OBJECTS
from tests.people import HOST, browser_with, login_token

UNDONE = (
    "UPDATE event_mark SET deleted_ms = NULL",
    "UPDATE upload SET removed_ms = NULL",
    "UPDATE device SET patient_id = id, revoked = false WHERE id < 3",
)
"""What a request did that needs no body."""


def undo(house: ApiHouse) -> None:
    with writing(house.engine) as connection:
        for undone in UNDONE:
            connection.execute(text(undone))


def status(house: ApiHouse, who: str, method: str, row: Row, which: str) -> int:
    """200 for any answer of the operation itself."""
    patient, recording = OBJECTS[which]
    answer = house.ask(who, method, row.path.format(patient=patient, recording=recording))
    if answer.status_code not in DONE:
        assert answer.mimetype == "application/problem+json"
        return answer.status_code
    return 200


@pytest.mark.parametrize("identity", [*STRANGERS, *SEES])
def test_operations(house: ApiHouse, identity: str) -> None:
    wrong = []
    for (method, rule), row in ROWS.items():
        for which in OBJECTS:
            if method != "GET":
                undo(house)
            got = status(house, identity, method, row, which)
            if got != row.expected(identity, which):
                wrong.append((method, rule, which, got))
    assert wrong == []


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_opens_what_it_says_and_nothing_else(house: ApiHouse, scope: Scope) -> None:
    person = 1 if scope in (Scope.REPORTS_WRITE, Scope.BEATS_WRITE) else 6  # it takes a doctor
    house.tokens["one scope"] = token_for(house.engine, person, (scope,))
    opened = {
        entry for entry, row in ROWS.items() if status(house, "one scope", entry[0], row, "own") == 200 and row.scope
    }
    assert opened == {entry for entry, row in ROWS.items() if row.scope == scope}


def test_cookies_open_nothing_here(house: ApiHouse) -> None:
    browser = browser_with(house.app, login_token(house.engine, 6))
    assert browser.get("/people", base_url=f"http://{HOST}").status_code == 200
    assert browser.get("/api/v1/users", base_url=f"http://{HOST}").status_code == 401


def test_a_page_of_another_site_may_not_even_use_a_token(house: ApiHouse) -> None:
    answer = house.ask("nurse", "POST", "/recordings/own-recording-1/marks", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "change", ["UPDATE user_account SET active = false", "UPDATE user_account SET must_change = true"]
)
def test_a_token_is_worth_what_its_person_is(house: ApiHouse, change: str) -> None:
    house.tokens["leaving"] = token_for(house.engine, 3)
    assert house.ask("leaving", "GET", "/me").status_code == 200
    with writing(house.engine) as connection:
        connection.execute(text(f"{change} WHERE id = 3"))
    assert house.ask("leaving", "GET", "/me").status_code == 401
    with writing(house.engine) as connection:
        connection.execute(text("UPDATE user_account SET active = true, must_change = false WHERE id = 3"))
