"""Who makes the current request, and from where: the cookies of logins and walls, the bearer tokens of the API."""

from typing import cast

from flask import Request, g, request
from flask_login import current_user

from auth.door import door
from auth.logins import ActiveLogin, active_login
from auth.tokens import sha256
from auth.walls import Wall, wall_of_token
from db.api_tokens import TokenView, token_by_digest

API = "/api/"
"""Below this, a token is the only way in: a browser sends cookies by itself, for other sites too."""


class HouseUser:
    """Flask-Login's user: somebody with a login that holds."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, login: ActiveLogin) -> None:
        self.login = login

    def get_id(self) -> str:
        """The user's id as text, as Flask-Login wants it."""
        return str(self.login.user_id)


def user_of_request(incoming: Request) -> HouseUser | None:
    """Flask-Login asks this once per request."""
    if incoming.path.startswith(API):
        return None
    here = door()
    token = incoming.cookies.get(here.options.cookie("login"))
    login = active_login(here.engine, token, here.now_ms()) if token else None
    return HouseUser(login) if login else None


def current_login() -> ActiveLogin | None:
    """Who makes the current request; None on the open pages without a login."""
    user = current_user
    return cast(ActiveLogin, user.login) if user.is_authenticated else None


def current_wall() -> Wall | None:
    """The wall that makes the current request; None where it is a person's or a stranger's."""
    if request.path.startswith(API):
        return None
    here = door()
    token = request.cookies.get(here.options.cookie("wall"))
    return wall_of_token(here.engine, token, here.now_ms()) if token and current_login() is None else None


def current_token() -> TokenView | None:
    """The token with which the API is asked, if it holds. Looked up once per request."""
    if "token" not in g:
        g.token = _token()
    found: TokenView | None = g.token
    return found


def _token() -> TokenView | None:
    sent = request.authorization
    if not request.path.startswith(API) or sent is None or sent.type != "bearer" or not sent.token:
        return None
    return token_by_digest(door().engine, sha256(sent.token), door().now_ms())


def address_of_request() -> str:
    """Where the request comes from, and with which token of the API, for the audit trail."""
    address, token = request.remote_addr or "unknown", current_token()
    return f"{address} token {token.id}" if token else address


def agent_of_request() -> str:
    """What the browser says it is, for the list of one's logins."""
    return request.headers.get("User-Agent", "")
