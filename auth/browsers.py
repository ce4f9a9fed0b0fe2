"""Browsers that somebody has logged in with before: strangers who guess that account's password do not slow them down.

The cookie is signed and says for which user names this browser is known. It opens nothing.
"""

from itsdangerous import BadData, URLSafeSerializer

from auth.tokens import new_token

MOST_NAMES = 8
"""People who share a browser; of more the ones that came first are strangers again."""
_SALT = "wardbeat known browser 1"


def browser_key(secret: str, cookie: str | None, name: str) -> str | None:
    """By what this browser's attempts for `name` are counted; None where nobody logged in here with it before."""
    number, names = _read(secret, cookie)
    return f"{number} {name}" if name in names else None


def browser_cookie(secret: str, cookie: str | None, name: str) -> str:
    """The cookie of this browser once `name` has logged in."""
    number, names = _read(secret, cookie)
    kept = [*(each for each in names if each != name), name][-MOST_NAMES:]
    return str(URLSafeSerializer(secret, salt=_SALT).dumps([number or new_token()[:16], kept]))


def _read(secret: str, cookie: str | None) -> tuple[str, list[str]]:
    try:
        number, names = URLSafeSerializer(secret, salt=_SALT).loads(cookie or "")
        return str(number), [str(name) for name in names]
    except (BadData, ValueError, TypeError):
        return "", []
