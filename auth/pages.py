"""What all pages with forms share: the form's token, what was typed, the cookies after a login."""

from collections.abc import Callable, Iterable

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auth.browsers import browser_cookie
from auth.door import door
from auth.origin import form_token, form_token_fits
from auth.requests import current_login
from auth.tokens import new_token

BROWSER_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie."""


def enter(token: str, name: str, target: str) -> ResponseReturnValue:
    """Go on with a fresh cookie, and know the browser again when `name` logs in with it.

    The cookie ends with the browser; the server ends it earlier when it lies idle.
    """
    options = door().options
    response, known = redirect(target, 303), request.cookies.get(options.cookie("browser"))
    mark = browser_cookie(options.secret, known, name)
    for kind, value, age in (("login", token, None), ("browser", mark, BROWSER_SECONDS)):
        response.set_cookie(
            options.cookie(kind), value, age, httponly=True, samesite="Lax", secure=options.secure, path="/"
        )
    return response


def page(template: str, status: int, **values: object) -> Response:
    """A page whose forms carry the token of this browser's form cookie."""
    options = door().options
    cookie = request.cookies.get(options.cookie("form")) or new_token()
    facts = {"typed": typed_fields(("name", "full_name", "contact", "code")), "login": current_login(), **values}
    html = render_template(template, form_token=form_token(options.secret, cookie), **facts)
    response = make_response(html, status)
    response.set_cookie(options.cookie("form"), cookie, httponly=True, samesite="Lax", secure=options.secure, path="/")
    return response


def form_is_ours() -> bool:
    """Whether the request carries a form of a page that this browser got from us."""
    options = door().options
    cookie = request.cookies.get(options.cookie("form"))
    return form_token_fits(options.secret, cookie, request.form.get("form_token"))


def typed_fields(names: Iterable[str]) -> dict[str, str]:
    """What was typed into these fields, to be shown again."""
    return {name: request.form.get(name, "") for name in names}


def once(deed: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `deed` complains of; a form that was sent before within the minute does it no second time."""
    here, key = door(), request.form.get("once", "")
    if key and not here.sent.is_new(key, here.now_ms()):
        return {}
    done = False
    try:
        complaints = deed()
        done = not complaints
        return complaints
    finally:
        if not done:
            here.sent.forget(key)
