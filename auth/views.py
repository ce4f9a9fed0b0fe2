"""The pages that make and end a login, as plain HTML without scripts of their own (one line picks dark or light)."""

from flask import Blueprint, Response, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.audit import AuditAction, write_audit
from auth.browsers import browser_key
from auth.door import door
from auth.forms import FirstAdministratorForm, LoginForm, complaints
from auth.logins import check_password, end_login, start_login
from auth.origin import is_local_path
from auth.pages import enter, form_is_ours, page
from auth.passwords import MIN_PASSWORD
from auth.requests import address_of_request, agent_of_request, current_login, current_wall
from auth.setup import link_is_open, make_first_administrator
from auth.tickets import issue_ticket, issue_wall_ticket
from db.engine import writing
from db.queries import has_users
from words import t


def login_pages() -> Blueprint:
    """The routes /login, /logout, /setup/<token> and /live/ticket, and the pages' own style under /auth."""
    pages = Blueprint("auth", __name__, template_folder="templates", static_folder="static", static_url_path="/auth")
    pages.add_url_rule("/login", "show_login", show_login, methods=["GET"])
    pages.add_url_rule("/login", "log_in", log_in, methods=["POST"])
    pages.add_url_rule("/logout", "show_logout", show_logout, methods=["GET"])
    pages.add_url_rule("/logout", "log_out", log_out, methods=["POST"])
    pages.add_url_rule("/setup/<token>", "show_setup", show_setup, methods=["GET"])
    pages.add_url_rule("/setup/<token>", "set_up", set_up, methods=["POST"])
    pages.add_url_rule("/live/ticket", "live_ticket", live_ticket, methods=["GET"])
    return pages


def show_login() -> Response:
    """The login page; before there is any user it says where to begin."""
    if not has_users(door().engine):
        return page("notice.html", 200, title=t("login.nobody"), sentence=t("login.begin"))
    return _login_page(200)


def log_in() -> ResponseReturnValue:
    """Check name and password, slower and slower when they are wrong, and set the cookie."""
    if not form_is_ours():
        return _login_page(400, error=t("login.stale_form"))
    form = LoginForm(name=request.form.get("name", ""), password=request.form.get("password", ""))
    if not form.answerable:
        return _login_page(400, error=t("login.type_both"))
    options = door().options
    known = browser_key(options.secret, request.cookies.get(options.cookie("browser")), form.name)
    wait_ms = door().wait_ms(form.name, address_of_request(), known)
    if wait_ms:
        seconds = -(-wait_ms // 1000)
        return _login_page(429, error=t("login.too_many", seconds=seconds))
    return _log_in(form, known)


def show_logout() -> Response:
    """A page with one button, so that a link alone cannot log anyone out."""
    return page("logout.html", 200)


def log_out() -> ResponseReturnValue:
    """End the login on the server. Takes our form, or a request that our own page's script makes."""
    if not form_is_ours() and request.headers.get("Origin") is None:
        return page("logout.html", 400, error=t("login.stale_form"))
    here, login = door(), current_login()
    if login is not None:
        end_login(here.engine, login, here.now_ms(), address_of_request())
    response = redirect("/login", 303)
    response.delete_cookie(here.options.cookie("login"), secure=here.options.secure, httponly=True, samesite="Lax")
    return response


def show_setup(token: str) -> Response:
    """The first administrator's page, as long as its link is open."""
    if not link_is_open(door().engine, token):
        return _used_up()
    return page("first_administrator.html", 200, min_password=MIN_PASSWORD)


def set_up(token: str) -> ResponseReturnValue:
    """Make the first administrator and log in. What was typed stays, except the passwords."""
    here = door()
    if not link_is_open(here.engine, token):
        return _used_up()
    if not form_is_ours():
        return page("first_administrator.html", 400, error=t("login.stale_form"), min_password=MIN_PASSWORD)
    fields = {name: request.form.get(name, "") for name in FirstAdministratorForm.model_fields}
    try:
        form = FirstAdministratorForm(**fields)
    except ValidationError as error:
        return page("first_administrator.html", 400, complaints=complaints(error), min_password=MIN_PASSWORD)
    login_token = make_first_administrator(here.engine, token, form, here.now_ms(), address_of_request())
    return enter(login_token, form.name, "/") if login_token else show_setup(token)


def live_ticket() -> Response:
    """{"ticket": …} for the gateway's WebSocket; good for a minute and as long as this login or wall holds."""
    secret, login, wall = door().options.secret, current_login(), current_wall()
    if login is not None:
        return jsonify(ticket=issue_ticket(secret, login.user_id, login.id))
    if wall is not None:
        return jsonify(ticket=issue_wall_ticket(secret, wall.id))
    return make_response(jsonify(error="Log in first."), 401)


def _log_in(form: LoginForm, known: str | None) -> ResponseReturnValue:
    here = door()
    user_id = check_password(here.engine, form.name, form.password)
    with writing(here.engine) as connection:
        if user_id is None:
            write_audit(connection, here.now_ms(), AuditAction.LOGIN_REFUSED, None, form.name, address_of_request())
        else:
            token = start_login(connection, user_id, here.now_ms(), address_of_request(), agent_of_request())
    if user_id is None:
        return _login_page(401, error=t("login.wrong"))
    if known is None:
        here.accounts.take_back(form.name)  # and no more: who guesses gets no new tries by the owner's coming in
    else:
        here.browsers.forget(known)
    target = request.args.get("next", "/")
    return enter(token, form.name, target if is_local_path(target) else "/")


def _login_page(status: int, **more: object) -> Response:
    return page("login.html", status, registration=door().options.registration, **more)


def _used_up() -> Response:
    sentence, next_step = t("setup.used_why"), t("login.title")
    return page("notice.html", 404, title=t("setup.used"), sentence=sentence, next_step=next_step)
