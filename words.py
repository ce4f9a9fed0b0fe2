"""The words on the screens: one catalogue, assets/words/<language>.json, for pages made here and in the browser.

Keys say what a thing is ("wall.no_beds"), never what it says. A text may have places, `{name}`; beside a key that is
about a `count` its language may have a text for one of them, under the key with ".one" after it.
"""

import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "assets" / "words"
LANGUAGES = ("en", "zh")
"""The first is spoken where nobody asks for another."""
_PLACE = re.compile(r"\{(\w+)\}")
_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the language that is spoken now, with `values` in its places.

    A key that is not there is shown as it is, with a warning: no other language is put in its place.
    """
    texts = catalogue(_spoken.get())
    text = texts.get(f"{key}.one", texts.get(key)) if values.get("count") == 1 else texts.get(key)
    if text is None:
        warnings.warn(f"The catalogue has no {key!r} in {_spoken.get()!r}.", stacklevel=2)
        return key
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one of `LANGUAGES` by their keys; read from its file once."""
    texts: dict[str, str] = json.loads((CATALOGUE / f"{language}.json").read_text("utf-8"))
    return texts


def language() -> str:
    """The one of `LANGUAGES` that is spoken now."""
    return _spoken.get()


def speak(wanted: str) -> None:
    """Speak one of `LANGUAGES` from now on in this thread or task; a web request does it once (auth/language.py)."""
    _spoken.set(wanted if wanted in LANGUAGES else LANGUAGES[0])


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak one of `LANGUAGES` inside a `with`."""
    before = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(before)
