"""In which language, and for which time zone, a request is answered."""

from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, Response, request

from words import LANGUAGES, language, speak, t
from written import stand_in

LANGUAGE_COOKIE, ZONE_COOKIE = "wardbeat-language", "wardbeat-zone"
KEPT_SECONDS = 365 * 24 * 3600
_ASKED = "lang"


def add_language(app: Flask) -> None:
    """Speak each reader's language. Call it before anything else that answers before a request.

    First of: `?lang=` of the address, that of the page which asks, what was chosen before (a cookie), what the browser
    prefers, English. Templates get `t`, `html_lang` and `other_language`.
    """
    app.before_request(_listen)
    app.after_request(_remember)
    app.jinja_env.globals |= {"t": t, "html_lang": _html_lang, "other_language": _other_language}


def _listen() -> None:
    wishes = (
        _asked(),
        _of_page(),
        request.cookies.get(LANGUAGE_COOKIE),
        request.accept_languages.best_match(LANGUAGES),
    )
    speak(next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0]))
    stand_in(request.cookies.get(ZONE_COOKIE, ""))


def _remember(response: Response) -> Response:
    """Keep what the address asks for: pages without it, and their parts, speak the same language."""
    asked = _asked()
    if asked in LANGUAGES and asked != request.cookies.get(LANGUAGE_COOKIE):
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=KEPT_SECONDS, httponly=True, samesite="Lax")
    return response


def _asked() -> str | None:
    return request.args.get(_ASKED)


def _of_page() -> str | None:
    """What the address of our own page that sends this request asks for."""
    page = urlsplit(request.referrer or "")
    return next(iter(parse_qs(page.query).get(_ASKED, [])), None) if page.netloc == request.host else None


def _html_lang() -> str:
    """For <html lang>."""
    return t("language.tag")


def _other_language() -> str:
    """The address of this page in the other language; its name is in the catalogue."""
    other = next(each for each in LANGUAGES if each != language())
    rest = {name: value for name, value in request.args.items() if name != _ASKED}
    return f"?{urlencode({**rest, _ASKED: other})}"
