"""Random tokens, of which only the digest is ever kept."""

import hashlib
import secrets

TOKEN_BYTES = 32
"""256 bits."""


def new_token() -> str:
    """43 letters, digits, - and _ from the machine's own source of randomness; the first is no "-".

    A token is typed behind an option of a command (`--token TOKEN`), where a leading "-" reads as another option.
    """
    while (token := secrets.token_urlsafe(TOKEN_BYTES)).startswith("-"):
        pass
    return token


def sha256(token: str) -> str:
    """Hexadecimal SHA-256 of a token. Tokens are random, so a fast digest without salt is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
