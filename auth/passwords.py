"""Passwords: Argon2id (RFC 9106), and the same time for a name that nobody has."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_PASSWORD = 12
MAX_PASSWORD = 256
"""Longer input is refused before it is hashed."""


def hash_password(password: str) -> str:
    """Argon2id hash with its own salt and cost, as text."""
    return _hasher().hash(_normal(password))


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Without a hash: False, after just as much work."""
    try:
        _hasher().verify(password_hash or _hash_of_nobody(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether the hash was made with a cost that is no longer ours."""
    return _hasher().check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    """Two keyboards may send the same letter as different code points (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("nobody has this password")
