"""The colours of a theme as tokens.css names them, for figures that are drawn on the server. Pure."""

import re
from dataclasses import dataclass

from ecg.labels import BeatClass

_LIGHT = '[data-theme="light"] {'
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")
_CLASS_TOKEN = {
    BeatClass.NORMAL: "class-normal",
    BeatClass.SUPRAVENTRICULAR: "class-s",
    BeatClass.VENTRICULAR: "class-v",
    BeatClass.FUSION: "class-f",
    BeatClass.UNKNOWN: "class-q",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#RRGGBB". classes: one for each beat class."""

    ground: str
    text: str
    quiet: str
    line: str
    line_strong: str
    classes: dict[BeatClass, str]


def read_tokens(css: str, theme: str) -> dict[str, str]:
    """Token -> colour of "dark" or "light"; what light does not name again is as in dark."""
    dark, _, light = css.partition(_LIGHT)
    tokens = dict(_TOKEN.findall(dark))
    return tokens | dict(_TOKEN.findall(light)) if theme == "light" else tokens


def read_palette(css: str, theme: str) -> Palette:
    """The palette of "dark" or "light" from the text of tokens.css."""
    tokens = read_tokens(css, theme)
    classes = {beat_class: tokens[name] for beat_class, name in _CLASS_TOKEN.items()}
    return Palette(
        tokens["bg"], tokens["text"], tokens["text-3"], tokens["line"], tokens["line-strong"], classes=classes
    )
