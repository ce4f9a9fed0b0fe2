"""The administrators' pages about people: /people and below it."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.deeds import Deed
from auth.door import door
from auth.forms import complaints
from auth.invitations import invite as new_invitation
from auth.pages import form_is_ours, once, page, typed_fields
from auth.people import add as add_person
from auth.people import change as change_person
from auth.people import delete as delete_person
from auth.people import reset_password as reset
from auth.people_forms import NewPersonForm, PersonForm, ResetForm
from auth.permission import require
from auth.requests import address_of_request
from auth.roles import TREATING, Action, ObjectKind, Role, Thing
from auth.tokens import new_token
from db.people import PersonView, patients_in_care, people, people_with, person, wards_with_member
from words import t

PERSON = "/people/<int(max=2147483647):user_id>"
_FIELDS = ("full_name", "name", "role", "email", "phone", "patients")


def people_pages() -> Blueprint:
    """All of it needs the right to see or change people."""
    pages = Blueprint("people", __name__, template_folder="templates")
    pages.add_url_rule("/people", "show_people", show_people, methods=["GET"])
    pages.add_url_rule("/people/new", "show_new", show_new, methods=["GET"])
    pages.add_url_rule("/people/new", "add", add, methods=["POST"])
    pages.add_url_rule("/people/invite", "invite", invite, methods=["POST"])
    pages.add_url_rule(PERSON, "show_person", show_person, methods=["GET"])
    pages.add_url_rule(PERSON, "change", change, methods=["POST"])
    pages.add_url_rule(f"{PERSON}/password", "reset_password", reset_password, methods=["POST"])
    pages.add_url_rule(f"{PERSON}/delete", "show_delete", show_delete, methods=["GET"])
    pages.add_url_rule(f"{PERSON}/delete", "delete", delete, methods=["POST"])
    return pages


def show_people() -> Response:
    """The list; with `part` only its rows, for assets/people.js, which asks while somebody types."""
    search = request.args.get("q", "")[:128]
    found = people(door().engine, search)
    if "part" in request.args:
        return make_response(render_template("people_rows.html", people=found))
    return page("people.html", 200, people=found, search=search, roles=list(Role), told=request.args.get("told", ""))


def show_new() -> Response:
    """An empty form."""
    return _form(None, 200, {"role": Role.DOCTOR.value})


def add() -> ResponseReturnValue:
    """Add a person, once however often the form is sent."""
    if not form_is_ours():
        return _form(None, 400, typed_fields(_FIELDS), error=t("login.stale_form"))
    try:
        form = NewPersonForm.model_validate(_typed() | typed_fields(("name", "password")))
    except ValidationError as error:
        return _form(None, 400, typed_fields(_FIELDS), complaints=complaints(error))
    wrong = once(lambda: add_person(door().engine, form, _deed()))
    if wrong:
        return _form(None, 400, typed_fields(_FIELDS), complaints=wrong)
    return redirect("/people?told=added", 303)


def show_person(user_id: int) -> Response:
    """One person's form."""
    known = _person(user_id)
    return _form(known, 200, _stored(known))


def change(user_id: int) -> ResponseReturnValue:
    """Change a person, unless somebody else did so meanwhile."""
    known, version = _person(user_id), request.form.get("version", 0, type=int)
    if not form_is_ours():
        return _form(known, 400, typed_fields(_FIELDS), error=t("login.stale_form"))
    try:
        form = PersonForm.model_validate(_typed())
    except ValidationError as error:
        return _form(known, 400, typed_fields(_FIELDS), complaints=complaints(error), version=version)
    wrong = once(lambda: change_person(door().engine, known, version, form, _deed()))
    if "version" in wrong:
        return _form(known, 409, typed_fields(_FIELDS), error=wrong["version"], now=_stored(known))
    if wrong:
        return _form(known, 400, typed_fields(_FIELDS), complaints=wrong, version=version)
    return redirect("/people?told=changed", 303)


def reset_password(user_id: int) -> ResponseReturnValue:
    """Set another's password; one's own is changed on /account, with the one before."""
    known = _person(user_id)
    if not form_is_ours():
        return _form(known, 400, _stored(known), error=t("login.stale_form"))
    try:
        form = ResetForm(password=request.form.get("password", ""))
    except ValidationError as error:
        return _form(known, 400, _stored(known), complaints=complaints(error))
    deed = _deed()
    if deed.user_id == known.id:
        return _form(known, 400, _stored(known), complaints={"password": t("people.own_password")})
    reset(door().engine, known, form.password, deed)
    return redirect("/people?told=reset", 303)


def show_delete(user_id: int) -> Response:
    """What deleting means, and to whom the patients shall go."""
    return _delete_page(_person(user_id), 200)


def delete(user_id: int) -> ResponseReturnValue:
    """Delete, once it is said who takes the patients over."""
    known = _person(user_id)
    if not form_is_ours():
        return _delete_page(known, 400, error=t("login.stale_form"))
    wish = request.form.get("successor", "")
    successor = int(wish) if wish.isascii() and wish.isdigit() and int(wish) in _successors(known) else None
    if known.patients and known.role != Role.PATIENT and successor is None and wish != "nobody":
        return _delete_page(known, 400, complaints={"successor": t("people.choose_successor")})
    wrong = delete_person(door().engine, known, successor, _deed())
    if wrong:
        return _delete_page(known, 400, error=next(iter(wrong.values())))
    return redirect("/people?told=deleted", 303)


def invite() -> ResponseReturnValue:
    """Show a link that makes one account with the chosen role. It is told once."""
    role = request.form.get("role", "")
    if not form_is_ours() or role not in set(Role):
        return redirect("/people", 303)
    here = door()
    link = f"{here.options.origin}/join/{new_invitation(here.engine, Role(role), _deed())}"
    return page("invitation.html", 200, link=link, role=role)


def _person(user_id: int) -> PersonView:
    known = person(door().engine, user_id)
    require(Action.CHANGE, ObjectKind.USER, Thing(ObjectKind.USER, user=user_id) if known else None)
    if known is None:
        abort(404)
    return known


def _deed() -> Deed:
    identity = require(Action.CHANGE, ObjectKind.USER, Thing(ObjectKind.USER))
    return Deed(identity.user_id, door().now_ms(), address_of_request())


def _typed() -> dict[str, Any]:
    wards = request.form.getlist("wards", type=int)
    return {**{name: request.form.get(name, "") for name in _FIELDS if name != "name"}, "wards": wards}


def _stored(known: PersonView) -> dict[str, str]:
    mine = patients_in_care(door().engine, known.id)
    texts = {"full_name": known.full_name, "name": known.name, "role": known.role}
    contact = {"email": known.email or "", "phone": known.phone or ""}
    return {**texts, **contact, "patients": ", ".join(str(number) for number, _ in mine)}


def _form(known: PersonView | None, status: int, typed: dict[str, str], **more: object) -> Response:
    wards = wards_with_member(door().engine, known.id if known else 0)
    if request.method == "POST" and "role" in request.form:
        chosen = set(request.form.getlist("wards", type=int))
        wards = [(ward, name, ward in chosen) for ward, name, _ in wards]
    version = more.pop("version", known.version if known else 0)
    facts = {"known": known, "wards": wards, "roles": list(Role), "version": version, "once": new_token()}
    return page("person.html", status, typed=typed, **facts, **more)


def _successors(known: PersonView) -> dict[int, str]:
    able = people_with(door().engine, TREATING)
    return {each.id: each.full_name for each in able if each.id != known.id}


def _delete_page(known: PersonView, status: int, **more: object) -> Response:
    mine = patients_in_care(door().engine, known.id)
    return page("delete_person.html", status, known=known, mine=mine, successors=_successors(known), **more)
