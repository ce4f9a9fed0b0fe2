"""The page on which a big screen becomes a wall: a code is typed once."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from auth.door import door
from auth.pages import form_is_ours, page
from auth.requests import address_of_request
from auth.walls import pair_wall
from words import t

COOKIE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie; the server ends a wall earlier when it is revoked or lies unused."""


def add_pairing(pages: Blueprint) -> None:
    """Add /wall/pair to the login pages."""
    pages.add_url_rule("/wall/pair", "show_pairing", show_pairing, methods=["GET"])
    pages.add_url_rule("/wall/pair", "pair", pair, methods=["POST"])


def show_pairing() -> Response:
    """A form with one field."""
    return page("pair_wall.html", 200)


def pair() -> ResponseReturnValue:
    """Take the code, slower and slower when it is wrong, and set the wall's cookie."""
    here = door()
    if not form_is_ours():
        return page("pair_wall.html", 400, error=t("login.stale_form"))
    wait_ms = here.addresses.receive(address_of_request(), here.now_ms())
    if wait_ms:
        return page("pair_wall.html", 429, error=t("login.too_many", seconds=-(-wait_ms // 1000)))
    token = pair_wall(here.engine, request.form.get("code", "")[:32], here.now_ms(), address_of_request())
    if token is None:
        return page("pair_wall.html", 401, error=t("pairing.wrong"))
    options, response = here.options, redirect("/wall", 303)
    secure = options.secure
    response.set_cookie(
        options.cookie("wall"), token, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=secure, path="/"
    )
    return response
