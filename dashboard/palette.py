"""The colours of a theme as tokens.css names them, for figures that are drawn on the server. Pure."""

import re
from dataclasses import dataclass

_LIGHT = '[data-theme="light"] {'
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")
_SIGN_TOKEN = {
    "N": "class-normal",
    "A": "class-af",
    "O": "class-other",
    "~": "class-noise",
    "S": "class-s",
    "V": "class-v",
    "F": "class-f",
    "Q": "class-q",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#RRGGBB". signs: one for each letter that a beat is drawn with (`ecg.labels.sign`)."""

    ground: str
    surface: str
    text: str
    quiet: str
    line: str
    line_strong: str
    grid_minor: str
    grid_major: str
    signs: dict[str, str]


def read_tokens(css: str, theme: str) -> dict[str, str]:
    """Token -> colour of "dark" or "light"; what light does not name again is as in dark."""
    dark, _, light = css.partition(_LIGHT)
    tokens = dict(_TOKEN.findall(dark))
    return tokens | dict(_TOKEN.findall(light)) if theme == "light" else tokens


def read_palette(css: str, theme: str) -> Palette:
    """The palette of "dark" or "light" from the text of tokens.css."""
    tokens = read_tokens(css, theme)
    signs = {letter: tokens[name] for letter, name in _SIGN_TOKEN.items()}
    named = ("bg", "surface", "text", "text-3", "line", "line-strong", "grid-minor", "grid-major")
    ground, surface, text, quiet, line, strong, minor, major = (tokens[name] for name in named)
    return Palette(ground, surface, text, quiet, line, strong, minor, major, signs)
