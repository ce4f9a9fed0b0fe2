"""The pages of the API's tokens: one's own at /account/tokens, those of services and of everybody at /tokens."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from auth.api_tokens import EVERY_WARD, LIFETIMES, TokenForm, make_own, make_service, revoke, service_scopes
from auth.deeds import Deed
from auth.door import door
from auth.forms import complaints
from auth.pages import form_is_ours, page
from auth.permission import require
from auth.requests import address_of_request, current_login
from auth.roles import Action, Identity, Machine, ObjectKind, Thing
from auth.scopes import Scope, useful_scopes
from db.api_tokens import TokenView, all_tokens, tokens_of
from db.bed_order import wards
from words import t

OWN, ALL = "/account/tokens", "/tokens"
_ONE = "<int(max=2147483647):token_id>"


def token_pages() -> Blueprint:
    """Own tokens for everybody who has an account; all tokens for administrators."""
    pages = Blueprint("tokens", __name__, template_folder="templates")
    pages.add_url_rule(OWN, "show_own", show_own, methods=["GET"])
    pages.add_url_rule(OWN, "add_own", add_own, methods=["POST"])
    pages.add_url_rule(f"{OWN}/{_ONE}/revoke", "revoke_own", revoke_own, methods=["POST"])
    pages.add_url_rule(ALL, "show_all", show_all, methods=["GET"])
    pages.add_url_rule(ALL, "add_service", add_service, methods=["POST"])
    pages.add_url_rule(f"{ALL}/{_ONE}/revoke", "revoke_any", revoke_any, methods=["POST"])
    return pages


def show_own() -> Response:
    """One's own tokens, and a form for another."""
    return _own_page(_myself(Action.VIEW), 200)


def add_own() -> ResponseReturnValue:
    """Make a token with one's own rights, and show it once."""
    me = _myself(Action.CHANGE)
    if not form_is_ours():
        return _own_page(me, 400, error=t("login.stale_form"))
    try:
        form = _form(me.role)
    except ValidationError as error:
        return _own_page(me, 400, complaints=complaints(error))
    return _own_page(me, 200, made=make_own(door().engine, form, me.user_id or 0, _deed(me)))


def revoke_own(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    me = _myself(Action.CHANGE)
    return _revoked(token_id, _deed(me), OWN, me.user_id)


def show_all() -> Response:
    """Every token that holds, and a form for a service's."""
    require(Action.VIEW, ObjectKind.TOKEN, Thing(ObjectKind.TOKEN))
    return _all_page(200)


def add_service() -> ResponseReturnValue:
    """Make a token for a service, and show it once."""
    who = require(Action.CHANGE, ObjectKind.TOKEN, Thing(ObjectKind.TOKEN))
    if not form_is_ours():
        return _all_page(400, error=t("login.stale_form"))
    known, chosen = {ward.id for ward in wards(door().engine)}, request.form.getlist("wards")
    reached = known & {int(each) for each in chosen if each.isascii() and each.isdigit()}
    try:
        form = _form(Machine.SERVICE)
    except ValidationError as error:
        return _all_page(400, complaints=complaints(error))
    if not reached and EVERY_WARD not in chosen:
        return _all_page(400, complaints={"wards": t("tokens.choose_wards")})
    reach = None if EVERY_WARD in chosen else reached
    return _all_page(200, made=make_service(door().engine, form, reach, _deed(who)))


def revoke_any(token_id: int) -> ResponseReturnValue:
    """End any token."""
    who = require(Action.CHANGE, ObjectKind.TOKEN, Thing(ObjectKind.TOKEN))
    return _revoked(token_id, _deed(who), ALL)


def _revoked(token_id: int, deed: Deed, target: str, whose: int | None = None) -> ResponseReturnValue:
    if not form_is_ours():
        abort(400)
    if not revoke(door().engine, token_id, deed, whose):
        abort(404)
    return redirect(f"{target}?told=revoked", 303)


def _myself(action: Action) -> Identity:
    login = current_login()
    return require(action, ObjectKind.ACCOUNT, Thing(ObjectKind.ACCOUNT, user=login.user_id) if login else None)


def _deed(who: Identity) -> Deed:
    return Deed(who.user_id, door().now_ms(), address_of_request())


def _form(role: str) -> TokenForm:
    typed = {"name": request.form.get("name", ""), "scopes": request.form.getlist("scopes")}
    days = request.form.get("days", 0, type=int)
    return TokenForm.model_validate({**typed, "days": days}, context={"role": role})


def _own_page(me: Identity, status: int, **more: object) -> Response:
    mine = tokens_of(door().engine, me.user_id or 0, door().now_ms())
    return _page("account.tokens", OWN, mine, useful_scopes(me.role), status, **more)


def _all_page(status: int, **more: object) -> Response:
    here = door()
    reach = [(str(ward.id), ward.name) for ward in wards(here.engine)]
    known = all_tokens(here.engine, here.now_ms())
    return _page("tokens.title", ALL, known, service_scopes(), status, wards=reach, **more)


def _page(
    title: str, target: str, tokens: Sequence[TokenView], scopes: Sequence[Scope], status: int, **more: object
) -> Response:
    sent = status != 200
    chosen = {"scopes": request.form.getlist("scopes"), "wards": request.form.getlist("wards")} if sent else {}
    typed = {"name": request.form.get("name", "") if sent else "", "days": request.form.get("days", "90"), **chosen}
    facts = {"title": t(title), "target": target, "tokens": tokens, "scopes": scopes, "lifetimes": LIFETIMES}
    return page("tokens.html", status, typed=typed, told=request.args.get("told", ""), **facts, **more)
