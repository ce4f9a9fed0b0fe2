"""Tickets: how a page that is logged in proves itself to the gateway's WebSocket. Signed, and good for a minute."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine

from auth.logins import login_holds

TICKET_SECONDS = 60
_SALT = "wardbeat live ticket 1"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose page it is, and by which login."""

    user_id: int
    login_id: int


def issue_ticket(secret: str, user_id: int, login_id: int) -> str:
    """Signed text for the page. It grants nothing by itself once the login is over."""
    return URLSafeTimedSerializer(secret, salt=_SALT).dumps([user_id, login_id])


def read_ticket(secret: str, text: str) -> Ticket | None:
    """The ticket in `text`; None when it is not ours or older than a minute."""
    try:
        user_id, login_id = URLSafeTimedSerializer(secret, salt=_SALT).loads(text, max_age=TICKET_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return Ticket(int(user_id), int(login_id))


def admit_ticket(engine: Engine, secret: str, text: str, now_ms: int) -> Ticket | None:
    """The ticket, if its login still holds at `now_ms`. Ask `login_holds` again while the connection lasts."""
    ticket = read_ticket(secret, text)
    if ticket is None or not login_holds(engine, ticket.login_id, now_ms):
        return None
    return ticket
