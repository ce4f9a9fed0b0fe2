"""The gate: every route of the application needs a login and a right, except the few that make one."""

import logging
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from sqlalchemy import Engine

from auth.door import Door, LoginOptions, door, hang_door
from auth.headers import add_headers, content_security_policy
from auth.language import add_language
from auth.logins import note_use
from auth.needs import NEEDS, OPEN_ENDPOINTS
from auth.origin import is_foreign
from auth.pairing import add_pairing
from auth.permission import current_identity, refuse
from auth.requests import current_login, current_wall, user_of_request
from auth.roles import Identity, Verdict, role_may
from auth.views import login_pages
from auth.walls import note_wall

log = logging.getLogger(__name__)


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
    manager.request_loader(user_of_request)
    pages = login_pages()
    add_pairing(pages)
    app.register_blueprint(pages)
    app.before_request(_gate)
    add_headers(app, content_security_policy(options.script_hashes, options.connect_src))


def _gate() -> ResponseReturnValue | None:
    """Before every request: nothing forged, nothing without a login, nothing that the role may never do."""
    here = door()
    if is_foreign(request.method, request.headers.get("Origin"), {here.options.origin, request.host_url.rstrip("/")}):
        abort(403)
    if request.path in here.options.open_paths or request.endpoint in OPEN_ENDPOINTS:
        return None
    identity = current_identity()
    if identity is None:
        return _refusal()
    _note_use()
    _check_need(identity)
    return None


def _check_need(identity: Identity) -> None:
    """A route that no need is written down for is shut to everybody; one that does not exist is answered 404 later."""
    if request.endpoint is None:
        return
    need = (NEEDS | dict(door().options.needs)).get(request.endpoint)
    if need is None:
        log.error("The route %s has no need (auth.needs) and is shut.", request.endpoint)
        abort(403)
    if not role_may(identity.role, need.action, need.kind):
        refuse(identity, Verdict.REFUSED)


def _note_use() -> None:
    here = door()
    login, wall = current_login(), current_wall()
    if login is not None:
        note_use(here.engine, login, here.now_ms())
    elif wall is not None:
        note_wall(here.engine, wall, here.now_ms())


def _refusal() -> ResponseReturnValue:
    """A person is led to the login page and back; a program gets 401."""
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", ""):
        target = request.full_path.rstrip("?")
        return redirect(f"/login?{urlencode({'next': target})}" if target != "/" else "/login", 303)
    answer: Response = jsonify(error="Log in first.")
    return answer, 401
