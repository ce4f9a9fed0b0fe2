"""The two answers given for every beat, and the one sign drawn for both.

Beat classes follow ANSI/AAMI EC57; rhythms follow the PhysioNet/CinC Challenge 2017.
"""

from collections.abc import Sequence
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


CLASS_SURE = 0.6
RHYTHM_SURE = 0.5
"""An answer whose highest probability is lower is "not sure": it is drawn as such, and no finding is built on it."""


def class_is_sure(probabilities: Sequence[float]) -> bool:
    """Whether the network is sure what beat it is; probabilities in the order of `BEAT_CLASSES`."""
    return max(probabilities) >= CLASS_SURE


def rhythm_is_sure(probabilities: Sequence[float]) -> bool:
    """Whether the network is sure in what rhythm a beat stands; probabilities in the order of `RHYTHMS`."""
    return max(probabilities) >= RHYTHM_SURE


def shown_class(beat_class: BeatClass, probabilities: Sequence[float]) -> BeatClass:
    """The class as people are told it: Q where the network is not sure."""
    return beat_class if class_is_sure(probabilities) else BeatClass.UNKNOWN


def sign(
    beat_class: BeatClass, rhythm: Rhythm, class_probabilities: Sequence[float], rhythm_probabilities: Sequence[float]
) -> str:
    """The one letter a beat is drawn with: noise first, then its class if not N, then its rhythm.

    Noise has to be sure. A class (N too) or a rhythm that is not sure is drawn as Q.
    """
    rhythm_sure = rhythm_is_sure(rhythm_probabilities)
    if rhythm is Rhythm.NOISE and rhythm_sure:
        return Rhythm.NOISE.value
    shown = shown_class(beat_class, class_probabilities)
    if shown is not BeatClass.NORMAL:
        return shown.value
    return rhythm.value if rhythm_sure else BeatClass.UNKNOWN.value
