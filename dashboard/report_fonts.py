"""The type of reports on paper: Noto Sans SC, which has Latin, Cyrillic and the Chinese of GB 2312 (assets/fonts).

Only the letters that a report has go into its file. A letter that the type does not have is no letter of a report:
forms refuse it (`unprintable`).
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from dashboard.edition import ASSETS
from dashboard.report_marks import POINT

REGULAR, BOLD = "NotoSansSC-Regular", "NotoSansSC-SemiBold"
NARROW_SPACES = str.maketrans({"\u2009": " ", "\u202f": " ", "\u00a0": " "})
_UNBROKEN = "，。；：、）》”’！？%°"
"""What no line begins with."""


@cache
def letters_of(font: str) -> frozenset[int]:
    """The code points that a font has; the first call reads it."""
    made = TTFont(font, str(ASSETS / "fonts" / f"{font}.ttf"))
    registerFont(made)
    return frozenset(made.face.charToGlyph)


def unprintable(text: str) -> str:
    """The letters of a text that reports cannot print, each once."""
    known = letters_of(REGULAR)
    strange = (each for each in text.translate(NARROW_SPACES) if ord(each) not in known and each != "\n")
    return "".join(dict.fromkeys(strange))


def runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """(font, piece) one after the other: where the bold font has no letter, the regular one has it."""
    known = letters_of(font)
    letters_of(REGULAR)
    printed = text.translate(NARROW_SPACES)
    for is_known, piece in groupby(printed, lambda letter: ord(letter) in known):
        yield (font if is_known else REGULAR), "".join(piece)


def width(text: str, font: str, size: float) -> float:
    """Millimetres of a line of text of `size` points."""
    return sum(stringWidth(piece, name, size) for name, piece in runs(text, font)) * POINT


def wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """Lines of at most `room` millimetres: broken at spaces, between Chinese letters, and where a word is too long."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width((line + piece).rstrip(), font, size) > room:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            while width(line.rstrip(), font, size) > room and len(line) > 1:
                cut = _longest(line, font, size, room)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _longest(line: str, font: str, size: float, room: float) -> int:
    return next((n for n in range(len(line), 1, -1) if width(line[:n], font, size) <= room), 1)


def _pieces(paragraph: str) -> Iterator[str]:
    """What is not broken: words with the space behind them, and Chinese letters with the signs that follow."""
    piece = ""
    for letter in paragraph:
        chinese = ord(letter) > 0x2E80
        breaks = piece and ((chinese and letter not in _UNBROKEN) or piece[-1] == " " or ord(piece[-1]) > 0x2E80)
        if breaks and letter != " " and letter not in _UNBROKEN:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece
