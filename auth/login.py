"""The gate: every route of the application needs a login, except the few that make one."""

from typing import cast
from urllib.parse import urlencode

from flask import Flask, Request, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from sqlalchemy import Engine

from auth.door import Door, LoginOptions, door, hang_door
from auth.headers import add_headers, content_security_policy
from auth.language import add_language
from auth.logins import ActiveLogin, active_login, note_use
from auth.origin import is_foreign
from auth.pairing import add_pairing
from auth.roles import Action, ObjectKind, may
from auth.views import OPEN_ENDPOINTS, login_pages
from auth.walls import Wall, note_wall, wall_of_token

MAX_FORM_BYTES = 64 * 1024


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


def init_login(app: Flask, engine: Engine, options: LoginOptions) -> None:
    """Close all routes, those of Dash too, and add /login, /logout, /setup/<token>, /live/ticket and the headers.

    Call it after all scripts are known, because the policy names their hashes. The schema must be migrated.
    """
    app.secret_key = options.secret
    add_language(app)
    # Flask-Login's remember cookie is not used; a stray one of another program on this host must not shut people out.
    app.config["REMEMBER_COOKIE_NAME"] = "wardbeat-unused"
    hang_door(app, Door(engine, options))
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_user_of_request)
    pages = login_pages()
    add_pairing(pages)
    app.register_blueprint(pages)
    app.before_request(_gate)
    add_headers(app, content_security_policy(options.script_hashes, options.connect_src))


def current_login() -> ActiveLogin | None:
    """Who makes the current request; None on the open pages without a login."""
    user = current_user
    return cast(ActiveLogin, user.login) if user.is_authenticated else None


def current_wall() -> Wall | None:
    """The wall that makes the current request; None where it is a person's or a stranger's."""
    here = door()
    token = request.cookies.get(here.options.cookie("wall"))
    return wall_of_token(here.engine, token, here.now_ms()) if token and current_login() is None else None


def require_login() -> ActiveLogin:
    """Who makes the current request; answers 401 where nobody is logged in. For callbacks that act on an object."""
    login = current_login()
    if login is None:
        abort(401)
    return login


def _user_of_request(incoming: Request) -> HouseUser | None:
    here = door()
    token = incoming.cookies.get(here.options.cookie("login"))
    login = active_login(here.engine, token, here.now_ms()) if token else None
    return HouseUser(login) if login else None


def _gate() -> ResponseReturnValue | None:
    """Before every request: nothing forged, and nothing without a login."""
    here = door()
    if is_foreign(request.method, request.headers.get("Origin"), {here.options.origin, request.host_url.rstrip("/")}):
        abort(403)
    if request.path in here.options.open_paths or request.endpoint in OPEN_ENDPOINTS:
        return None
    login = current_login()
    if login is not None:
        note_use(here.engine, login, here.now_ms())
        return None
    wall = current_wall()
    if wall is None:
        return _refusal()
    _wall_gate(wall)
    return None


def _wall_gate(wall: Wall) -> None:
    """A wall may see its ward. Whatever is not known to show a ward only is taken for a patient's."""
    here = door()
    kind = ObjectKind.WARD if request.endpoint in here.options.wall_endpoints else ObjectKind.PATIENT
    action = Action.VIEW if request.method in ("GET", "HEAD") else Action.CHANGE
    if not may(wall.role, action, kind):
        abort(403)
    note_wall(here.engine, wall, here.now_ms())


def _refusal() -> ResponseReturnValue:
    """A person is led to the login page and back; a program gets 401."""
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", ""):
        target = request.full_path.rstrip("?")
        return redirect(f"/login?{urlencode({'next': target})}" if target != "/" else "/login", 303)
    answer: Response = jsonify(error="Log in first.")
    return answer, 401
