"""Forged requests: a form or script of another site must not act with our cookie.

Three locks: cookies are SameSite=Lax, a request that changes something must come from our own origin, and our forms
carry a token that only a page of ours can know.
"""

import hashlib
import hmac
from collections.abc import Collection

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def form_token(secret: str, cookie: str) -> str:
    """What a form carries, for the browser that holds this random cookie."""
    return hmac.new(secret.encode(), b"wardbeat form 1\0" + cookie.encode(), hashlib.sha256).hexdigest()


def form_token_fits(secret: str, cookie: str | None, token: str | None) -> bool:
    """Whether the form was made for this cookie."""
    if not cookie or not token:
        return False
    return hmac.compare_digest(form_token(secret, cookie).encode(), token.encode())


def is_foreign(method: str, origin: str | None, ours: Collection[str]) -> bool:
    """Whether the request would change something and says that it comes from another site."""
    return method not in SAFE_METHODS and origin is not None and origin not in ours


def is_local_path(target: str) -> bool:
    """Whether a redirect to `target` stays here: one leading slash, no second one in any disguise, no control signs."""
    return target.startswith("/") and target[1:2] not in ("/", "\\") and target.isprintable() and "\\" not in target
