"""The two answers given for every beat, and the one sign drawn for both.

Beat classes follow ANSI/AAMI EC57; rhythms follow the PhysioNet/CinC Challenge 2017.
"""

from enum import StrEnum


class BeatClass(StrEnum):
    """AAMI EC57 beat classes."""

    NORMAL = "N"
    SUPRAVENTRICULAR = "S"
    VENTRICULAR = "V"
    FUSION = "F"
    UNKNOWN = "Q"


class Rhythm(StrEnum):
    """CinC2017 rhythm classes."""

    NORMAL = "N"
    ATRIAL_FIBRILLATION = "A"
    OTHER = "O"
    NOISE = "~"


BEAT_CLASSES = tuple(BeatClass)
RHYTHMS = tuple(Rhythm)

AAMI_OF_WFDB: dict[str, BeatClass] = {
    **dict.fromkeys("NLRBej", BeatClass.NORMAL),
    **dict.fromkeys("AaJSn", BeatClass.SUPRAVENTRICULAR),
    **dict.fromkeys("VEr", BeatClass.VENTRICULAR),
    "F": BeatClass.FUSION,
    **dict.fromkeys("/fQ?", BeatClass.UNKNOWN),
}
"""WFDB annotation symbol of a beat -> AAMI class (ANSI/AAMI EC57, table 3). Symbols not here are no beats."""


def sign(beat_class: BeatClass, rhythm: Rhythm) -> str:
    """The one letter a beat is drawn with: noise first, then the beat's own class, then its rhythm."""
    if rhythm is Rhythm.NOISE:
        return Rhythm.NOISE.value
    if beat_class is not BeatClass.NORMAL:
        return beat_class.value
    return rhythm.value
