"""A ticket is ours, young, and of a login that holds."""

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import Engine

from auth.roles import Identity, Role
from auth.tickets import Ticket, WallTicket, identity_of_ticket, issue_ticket, issue_wall_ticket, read_ticket
from tests.auth.conftest import Clock, send

SECRET = "a secret of this test"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here does not depend on the kind of database."""
    return sqlite_url


def test_a_ticket_names_user_and_login() -> None:
    assert read_ticket(SECRET, issue_ticket(SECRET, 7, 12)) == Ticket(user_id=7, login_id=12)
    assert read_ticket(SECRET, issue_wall_ticket(SECRET, 12)) == WallTicket(12)


@pytest.mark.parametrize("text", ["", "x", "WzcsMTJd.abc.def", "é", "W10.a.b"])
def test_what_is_not_ours_is_refused(text: str) -> None:
    assert read_ticket(SECRET, text) is None


def test_another_key_or_a_changed_letter_is_refused() -> None:
    ticket = issue_ticket(SECRET, 7, 12)
    assert read_ticket("another secret", ticket) is None
    assert read_ticket(SECRET, "A" + ticket[1:]) is None


def test_a_ticket_lasts_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now)
    ticket = issue_ticket(SECRET, 7, 12)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + 59)
    assert read_ticket(SECRET, ticket) is not None
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + 63)
    assert read_ticket(SECRET, ticket) is None


def test_the_page_gets_a_ticket_that_dies_with_its_login(
    administrator: FlaskClient, engine: Engine, clock: Clock
) -> None:
    answer = administrator.get("/live/ticket").json
    assert answer is not None
    ticket = read_ticket(SECRET, answer["ticket"])
    assert ticket == Ticket(1, 1)
    assert identity_of_ticket(engine, ticket, clock.ms) == Identity(Role.ADMINISTRATOR, 1)
    send(administrator, "/logout", {})
    assert identity_of_ticket(engine, ticket, clock.ms) is None
