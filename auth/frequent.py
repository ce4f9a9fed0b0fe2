"""Passwords that everybody tries first. The list: the 20,000 most frequent of published breaches, compiled by Royce
Williams, as Django ships it (django/contrib/auth/common-passwords.txt.gz, BSD-3-Clause).
"""

import gzip
from functools import cache
from importlib.resources import files

_EDGES = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_OURS = frozenset({"wardbeat", "heartbeat", "electrocardiogram", "hospital", "administrator"})
"""What somebody tries first who knows where the password is asked for."""


def is_common(password: str) -> bool:
    """Whether the password is in the list, or is one of it with digits and signs around it or said several times."""
    lower = password.lower()
    return any(form in _frequent() or form in _OURS for form in (lower, lower.strip(_EDGES), _once(lower)) if form)


def _once(text: str) -> str:
    """The shortest text of which `text` is a repetition: "abc" for "abcabcabc"."""
    return text[: (text + text).find(text, 1)]


@cache
def _frequent() -> frozenset[str]:
    packed = files("auth").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))
