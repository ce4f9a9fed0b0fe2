"""The pages for those who have no login yet: registration, invitations, a forgotten password."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.codes import Purpose
from auth.deeds import Complaints
from auth.door import door
from auth.forms import JoinForm, PasswordForm, complaints
from auth.invitations import invited_as
from auth.joining import Joined, Origin, join, register, reset_forgotten, send_code
from auth.pages import enter, form_is_ours, page
from auth.people_forms import CodeForm
from auth.requests import address_of_request, agent_of_request
from words import t

MAX_CODE = 32
Do = Callable[[], Joined | Complaints]


def join_pages() -> Blueprint:
    """/register and /forgot, each with a page for the code, and /join/<token>."""
    pages = Blueprint("join", __name__, template_folder="templates")
    pages.add_url_rule("/register", "show_register", lambda: _ask(Purpose.REGISTER), methods=["GET"])
    pages.add_url_rule("/register", "ask_code", lambda: _send(Purpose.REGISTER), methods=["POST"])
    pages.add_url_rule("/register/code", "show_confirm", lambda: _code(Purpose.REGISTER, 200), methods=["GET"])
    pages.add_url_rule("/register/code", "confirm", confirm, methods=["POST"])
    pages.add_url_rule("/forgot", "show_forgot", lambda: _ask(Purpose.RESET), methods=["GET"])
    pages.add_url_rule("/forgot", "ask_reset", lambda: _send(Purpose.RESET), methods=["POST"])
    pages.add_url_rule("/forgot/code", "show_reset", lambda: _code(Purpose.RESET, 200), methods=["GET"])
    pages.add_url_rule("/forgot/code", "reset", reset, methods=["POST"])
    pages.add_url_rule("/join/<token>", "show_invitation", show_invitation, methods=["GET"])
    pages.add_url_rule("/join/<token>", "accept", accept, methods=["POST"])
    return pages


def confirm() -> ResponseReturnValue:
    """The code and the new account's details."""
    _refuse_when_off(Purpose.REGISTER)

    def do() -> Joined | Complaints:
        contact, form = _contact(), JoinForm.model_validate(request.form.to_dict())
        return register(door().engine, contact, _typed_code(), form, _origin())

    return _finish(do, lambda **more: _code(Purpose.REGISTER, 400, **more))


def reset() -> ResponseReturnValue:
    """The code and a new password."""

    def do() -> Joined | Complaints:
        contact, form = _contact(), PasswordForm.model_validate(request.form.to_dict())
        return reset_forgotten(door().engine, contact, _typed_code(), form, _origin())

    return _finish(do, lambda **more: _code(Purpose.RESET, 400, **more))


def show_invitation(token: str) -> Response:
    """The form behind an administrator's link, as long as it holds."""
    if invited_as(door().engine, token, door().now_ms()) is None:
        return page("notice.html", 404, title=t("setup.used"), sentence=t("join.used"), next_step=t("login.title"))
    return page("join.html", 200)


def accept(token: str) -> ResponseReturnValue:
    """Make the account that the link is for."""
    role = invited_as(door().engine, token, door().now_ms())
    if role is None:
        return show_invitation(token)

    def do() -> Joined | Complaints:
        return join(door().engine, token, role, JoinForm.model_validate(request.form.to_dict()), _origin())

    return _finish(do, lambda **more: page("join.html", 400, **more))


def _finish(do: Do, again: Callable[..., Response]) -> ResponseReturnValue:
    """Log in with what was made, or show the form again with what is wrong at its fields."""
    if not form_is_ours():
        return again(error=t("login.stale_form"))
    wait_ms = door().addresses.receive(address_of_request(), door().now_ms())
    if wait_ms:
        return again(error=t("login.too_many", seconds=-(-wait_ms // 1000)))
    try:
        made = do()
    except ValidationError as error:
        return again(complaints=complaints(error))
    return enter(made.token, made.name, "/") if isinstance(made, Joined) else again(complaints=made)


def _ask(purpose: Purpose) -> Response:
    _refuse_when_off(purpose)
    return page("ask_code.html", 200, purpose=purpose.value)


def _send(purpose: Purpose) -> ResponseReturnValue:
    """The same answer whether there is such an account or not."""
    _refuse_when_off(purpose)
    if not form_is_ours():
        return page("ask_code.html", 400, purpose=purpose.value, error=t("login.stale_form"))
    wait_ms = door().addresses.receive(address_of_request(), door().now_ms())
    if wait_ms:
        error = t("login.too_many", seconds=-(-wait_ms // 1000))
        return page("ask_code.html", 429, purpose=purpose.value, error=error)
    try:
        contact = _contact()
    except ValidationError as error:
        return page("ask_code.html", 400, purpose=purpose.value, complaints=complaints(error))
    send_code(door(), contact, purpose, _origin())
    return _code(purpose, 200, contact=contact)


def _code(purpose: Purpose, status: int, **more: object) -> Response:
    _refuse_when_off(purpose)
    contact = more.pop("contact", request.form.get("contact", ""))
    return page("code.html", status, purpose=purpose.value, contact=contact, **more)


def _refuse_when_off(purpose: Purpose) -> None:
    if purpose is Purpose.REGISTER and not door().options.registration:
        abort(404)


def _contact() -> str:
    return CodeForm(contact=request.form.get("contact", "")[:254]).contact


def _typed_code() -> str:
    return request.form.get("code", "")[:MAX_CODE]


def _origin() -> Origin:
    return Origin(door().now_ms(), address_of_request(), agent_of_request())
