"""One's own account: details, password, logins."""

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.account import change_details, change_own_password, end_mine, end_other_logins
from auth.deeds import Deed
from auth.door import door
from auth.forms import PasswordForm, complaints
from auth.language import LANGUAGE_COOKIE
from auth.logins import ActiveLogin, logins_of
from auth.pages import enter, form_is_ours, once, page, typed_fields
from auth.people_forms import AccountForm
from auth.permission import require
from auth.requests import address_of_request, agent_of_request, current_login
from auth.roles import Action, ObjectKind, Thing
from auth.tokens import new_token
from db.people import PersonView, person
from words import LANGUAGES, t


def account_pages() -> Blueprint:
    """/account and below it, for every person."""
    pages = Blueprint("account", __name__, template_folder="templates")
    pages.add_url_rule("/account", "show_account", show_account, methods=["GET"])
    pages.add_url_rule("/account", "change_account", change_account, methods=["POST"])
    pages.add_url_rule("/account/password", "show_password", show_password, methods=["GET"])
    pages.add_url_rule("/account/password", "change_password", change_password, methods=["POST"])
    pages.add_url_rule("/account/logins/<int(max=2147483647):login_id>/end", "end_login", end_login, methods=["POST"])
    pages.add_url_rule("/account/logins/end", "end_others", end_others, methods=["POST"])
    return pages


def show_account() -> Response:
    """Details and logins."""
    return _account(*myself(Action.VIEW), 200)


def change_account() -> ResponseReturnValue:
    """One's own name and language; never the user name."""
    login, me = myself(Action.CHANGE)
    version = request.form.get("version", 0, type=int)
    if not form_is_ours():
        return _account(login, me, 400, error=t("login.stale_form"))
    try:
        form = AccountForm.model_validate(typed_fields(("full_name", "language")))
    except ValidationError as error:
        return _account(login, me, 400, complaints=complaints(error), version=version)
    wrong = once(lambda: change_details(door().engine, me, version, form, deed_of_login(login)))
    if wrong:
        return _account(login, me, 409, error=wrong["version"], now=me.full_name)
    response = redirect("/account?told=changed", 303)
    if form.language:
        response.set_cookie(LANGUAGE_COOKIE, form.language, httponly=True, samesite="Lax")
    return response


def show_password() -> Response:
    """The form for a new password; the current one is asked for, too."""
    login, _ = myself(Action.CHANGE)
    return page("password.html", 200, must=login.must_change)


def change_password() -> ResponseReturnValue:
    """A new password ends all logins and begins a new one here."""
    login, me = myself(Action.CHANGE)
    if not form_is_ours():
        return page("password.html", 400, must=login.must_change, error=t("login.stale_form"))
    wait_ms = door().browsers.receive(f"password {me.id}", door().now_ms())
    if wait_ms:
        error = t("login.too_many", seconds=-(-wait_ms // 1000))
        return page("password.html", 429, must=login.must_change, error=error)
    try:
        form = PasswordForm.model_validate(typed_fields(("password", "password_again")))
    except ValidationError as error:
        return page("password.html", 400, must=login.must_change, complaints=complaints(error))
    current = request.form.get("current", "")
    made = change_own_password(door().engine, me, current, form.password, deed_of_login(login), agent_of_request())
    if isinstance(made, str):
        return enter(made, me.name, "/account?told=password")
    return page("password.html", 400, must=login.must_change, complaints=made)


def end_login(login_id: int) -> ResponseReturnValue:
    """End one of one's own logins."""
    login, _ = myself(Action.CHANGE)
    if not form_is_ours():
        abort(400)
    if not end_mine(door().engine, login_id, deed_of_login(login)):
        abort(404)
    return redirect("/account?told=ended", 303)


def end_others() -> ResponseReturnValue:
    """End all of one's own logins but this one."""
    login, _ = myself(Action.CHANGE)
    if not form_is_ours():
        abort(400)
    end_other_logins(door().engine, login, deed_of_login(login))
    return redirect("/account?told=ended", 303)


def myself(action: Action) -> tuple[ActiveLogin, PersonView]:
    """The login of whoever asks, who may do this to the own account, and the person."""
    login = current_login()
    identity = require(action, ObjectKind.ACCOUNT, Thing(ObjectKind.ACCOUNT, user=login.user_id) if login else None)
    me = person(door().engine, identity.user_id or 0)
    if login is None or me is None:
        abort(404)
    return login, me


def deed_of_login(login: ActiveLogin) -> Deed:
    """What the person does with this request."""
    return Deed(login.user_id, door().now_ms(), address_of_request())


def _account(login: ActiveLogin, me: PersonView, status: int, **more: object) -> Response:
    logins = logins_of(door().engine, me.id, door().now_ms())
    typed = {"full_name": me.full_name, "language": me.language or ""}
    if request.method == "POST":
        typed |= typed_fields(("full_name", "language"))
    version = more.pop("version", me.version)
    facts = {"me": me, "logins": logins, "this": login.id, "languages": LANGUAGES, "version": version}
    told = request.args.get("told", "")
    return page("account.html", status, typed=typed, told=told, once=new_token(), **facts, **more)
