"""The gate: every route of the application needs a login and a right, except the few that make one."""

import logging
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from sqlalchemy import Engine
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from auth.account_views import account_pages
from auth.api_tokens import note_token_use
from auth.contact_views import contact_pages
from auth.device_pairing import add_device_pairing
from auth.door import Door, LoginOptions, door, hang_door
from auth.headers import add_headers, content_security_policy
from auth.join_views import join_pages
from auth.language import add_language
from auth.logins import note_use
from auth.menu import menu
from auth.needs import NEEDS, OPEN_ENDPOINTS, WITH_AN_OLD_PASSWORD
from auth.origin import is_foreign
from auth.pairing import add_pairing
from auth.people_views import people_pages
from auth.permission import READING, current_identity, note_view, refuse
from auth.requests import API, current_login, current_token, current_wall, user_of_request
from auth.roles import Identity, ObjectKind, Verdict, may_ever
from auth.token_views import token_pages
from auth.views import login_pages
from auth.walls import note_wall
from words import catalogue, t
from written import moment

log = logging.getLogger(__name__)

NOTED = (ObjectKind.USER, ObjectKind.DEVICE, ObjectKind.WALL, ObjectKind.AUDIT)
OF_PATIENTS = (ObjectKind.PATIENT, ObjectKind.RECORDING, ObjectKind.LIMIT, ObjectKind.ALERT, ObjectKind.MARK)
"""Who looks at lists of these is written down; of one patient's things `auth.permission` does."""


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
    add_device_pairing(pages)
    for each in (pages, people_pages(), account_pages(), contact_pages(), join_pages(), token_pages()):
        app.register_blueprint(each)
    app.jinja_env.globals |= {
        "menu": menu,
        "moment": moment,
        "role_words": _role_words,
        "language_words": _language_words,
    }
    app.before_request(_gate)
    add_headers(app, content_security_policy(options.script_hashes, options.connect_src))


def _role_words(roles: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(role), t(f"role.{role}")) for role in roles]


def _language_words(languages: Iterable[str]) -> list[tuple[str, str]]:
    return [(each, catalogue(each)["language.name"]) for each in languages]


def _gate() -> ResponseReturnValue | None:
    """Before every request: nothing forged, nothing without a login, nothing that the role may never do."""
    here = door()
    if is_foreign(request.method, request.headers.get("Origin"), {here.options.origin, request.host_url.rstrip("/")}):
        abort(403)
    if _holds_nul():
        abort(400)
    if request.path in here.options.open_paths or request.endpoint in OPEN_ENDPOINTS:
        return None
    identity = current_identity()
    if identity is None:
        return _refusal()
    _note_use()
    _limit_rate()
    _check_need(identity)
    login = current_login()
    if login is not None and login.must_change and request.endpoint not in WITH_AN_OLD_PASSWORD:
        return _change_first()
    return None


def _holds_nul() -> bool:
    """Whether something in the request holds a zero byte: nobody types one, and PostgreSQL takes none."""
    typed = [request.args] + ([request.form] if request.mimetype == "application/x-www-form-urlencoded" else [])
    fields = [text for each in typed for pair in each.items(multi=True) for text in pair]
    return any("\0" in text for text in (request.path, *fields))


def _check_need(identity: Identity) -> None:
    """A route that no need is written down for is shut to everybody; one that does not exist is answered 404 later."""
    if request.endpoint is None:
        return
    need = (NEEDS | dict(door().options.needs)).get(request.endpoint)
    if need is None:
        log.error("The route %s has no need (auth.needs) and is shut.", request.endpoint)
        abort(403)
    if not may_ever(identity, need.action, need.kind):
        refuse(identity, Verdict.REFUSED)
    if request.method in READING and _is_list(need.kind):
        note_view(identity, need.kind)


def _is_list(kind: ObjectKind) -> bool:
    """Whether what is asked for lists objects of this kind: no address of one of them, and no part of Dash."""
    return kind in NOTED or (kind in OF_PATIENTS and not request.view_args and "/_" not in request.path)


def _note_use() -> None:
    here = door()
    login, wall, token = current_login(), current_wall(), current_token()
    if login is not None:
        note_use(here.engine, login, here.now_ms())
    elif wall is not None:
        note_wall(here.engine, wall, here.now_ms())
    elif token is not None:
        note_token_use(here.engine, token, here.now_ms())


def _limit_rate() -> None:
    """429 for a token that asks too often; what is left is told with every answer (`dashboard.api`)."""
    here, token = door(), current_token()
    if token is None:
        return
    g.allowance = allowance = here.requests.receive(token.id, here.now_ms())
    if allowance.wait_ms:
        raise TooManyRequests(retry_after=-(-allowance.wait_ms // 1000))


def _change_first() -> ResponseReturnValue:
    """Whoever logs in with a password that another has set chooses one first."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return redirect("/account/password", 303)
    answer: Response = jsonify(error="Change your password first.")
    return answer, 403


def _refusal() -> ResponseReturnValue:
    """A person is led to the login page and back; a program gets 401."""
    if request.path.startswith(API):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "Wardbeat"}))
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", ""):
        target = request.full_path.rstrip("?")
        return redirect(f"/login?{urlencode({'next': target})}" if target != "/" else "/login", 303)
    answer: Response = jsonify(error="Log in first.")
    return answer, 401
