"""Tickets: how a page that is logged in proves itself to the gateway's WebSocket. Signed, and good for a minute."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine

from auth.identities import identity_of_login, identity_of_wall
from auth.logins import login_that_holds, note_use
from auth.roles import Identity
from auth.walls import note_wall, wall_that_holds

TICKET_SECONDS = 60
_SALT = "wardbeat live ticket 1"
_WALL = "wall"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose page it is, and by which login."""

    user_id: int
    login_id: int


@dataclass(frozen=True, slots=True)
class WallTicket:
    """Which wall it is."""

    wall_id: int


def issue_ticket(secret: str, user_id: int, login_id: int) -> str:
    """Signed text for the page of a person. It grants nothing by itself once the login is over."""
    return URLSafeTimedSerializer(secret, salt=_SALT).dumps([user_id, login_id])


def issue_wall_ticket(secret: str, wall_id: int) -> str:
    """Signed text for the page of a wall. It grants nothing by itself once the wall is revoked."""
    return URLSafeTimedSerializer(secret, salt=_SALT).dumps([_WALL, wall_id])


def read_ticket(secret: str, text: str) -> Ticket | WallTicket | None:
    """The ticket in `text`; None when it is not ours or older than a minute."""
    try:
        whose, number = URLSafeTimedSerializer(secret, salt=_SALT).loads(text, max_age=TICKET_SECONDS)
        return WallTicket(int(number)) if whose == _WALL else Ticket(int(whose), int(number))
    except (BadData, ValueError, TypeError):
        return None


def identity_of_ticket(engine: Engine, ticket: Ticket | WallTicket, now_ms: int) -> Identity | None:
    """Who it is to `auth.roles` at `now_ms`; None when the ticket's login or wall does not hold.

    Ask again while the connection lasts: logins end, and people leave wards.
    """
    if isinstance(ticket, WallTicket):
        wall = wall_that_holds(engine, ticket.wall_id, now_ms)
        return identity_of_wall(wall) if wall else None
    login = login_that_holds(engine, ticket.login_id, now_ms)
    return identity_of_login(engine, login) if login else None


def note_ticket(engine: Engine, ticket: Ticket | WallTicket, now_ms: int) -> None:
    """An open live page is use of its login or wall: write it down, once a minute at most."""
    if isinstance(ticket, WallTicket):
        wall = wall_that_holds(engine, ticket.wall_id, now_ms)
        if wall is not None:
            note_wall(engine, wall, now_ms)
        return
    login = login_that_holds(engine, ticket.login_id, now_ms)
    if login is not None:
        note_use(engine, login, now_ms)
