"""The pages on which people give themselves another e-mail address or phone number."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.account_views import deed_of_login, myself
from auth.contact import Wish, ask_for_contact, take_contact
from auth.deeds import Complaints
from auth.door import door
from auth.forms import complaints
from auth.pages import form_is_ours, page
from auth.people_forms import CodeForm
from auth.roles import Action
from db.people import PersonView
from words import t

MAX_CODE = 32


def contact_pages() -> Blueprint:
    """/account/contact, and below it the page for the code; for every person."""
    pages = Blueprint("contact", __name__, template_folder="templates")
    pages.add_url_rule("/account/contact", "show_contact", show_contact, methods=["GET"])
    pages.add_url_rule("/account/contact", "ask_for_contact", ask, methods=["POST"])
    pages.add_url_rule("/account/contact/code", "show_contact_code", show_code, methods=["GET"])
    pages.add_url_rule("/account/contact/code", "take_contact", take, methods=["POST"])
    return pages


def show_contact() -> Response:
    """What is known, and the form for a new one."""
    return _ask_page(myself(Action.CHANGE)[1], 200)


def ask() -> ResponseReturnValue:
    """Send the code; then the page for it."""
    login, me = myself(Action.CHANGE)
    error = _refused(f"password {login.user_id}")
    if error:
        return _ask_page(me, 400, error=error)
    try:
        contact = _contact()
    except ValidationError as refusal:
        return _ask_page(me, 400, complaints=complaints(refusal))
    wrong = ask_for_contact(door(), me, Wish(contact, request.form.get("current", "")[:256]), deed_of_login(login))
    if wrong:
        return _ask_page(me, 400, complaints=wrong)
    door().browsers.forget(f"password {login.user_id}")
    return _code_page(200, contact)


def show_code() -> Response:
    """The form for a code that was sent."""
    myself(Action.CHANGE)
    return _code_page(200, "")


def take() -> ResponseReturnValue:
    """The code: from now on the contact is one's own."""
    login, me = myself(Action.CHANGE)
    typed = request.form.get("contact", "")
    error = _refused(f"code {login.user_id}")
    if error:
        return _code_page(400, typed, error=error)
    try:
        contact = _contact()
    except ValidationError as refusal:
        return _code_page(400, typed, complaints=complaints(refusal))
    wrong: Complaints = take_contact(door(), me, contact, request.form.get("code", "")[:MAX_CODE], deed_of_login(login))
    if wrong:
        return _code_page(400, typed, complaints=wrong, error=wrong.get("", ""))
    return redirect("/account?told=contact", 303)


def _refused(guessed: str) -> str:
    """Why nothing is looked at: the form is stale, or somebody guesses at this."""
    if not form_is_ours():
        return t("login.stale_form")
    here = door()
    wait_ms = here.browsers.receive(guessed, here.now_ms())
    return t("login.too_many", seconds=-(-wait_ms // 1000)) if wait_ms else ""


def _contact() -> str:
    return CodeForm(contact=request.form.get("contact", "")[:254]).contact


def _ask_page(me: PersonView, status: int, **more: object) -> Response:
    return page("contact.html", status, me=me, **more)


def _code_page(status: int, contact: str, **more: object) -> Response:
    return page("contact_code.html", status, contact=contact, **more)
