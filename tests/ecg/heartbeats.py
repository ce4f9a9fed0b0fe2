"""Beats for tests, written as words: one letter a beat, RR in seconds."""

from collections.abc import Iterable, Sequence

from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.rates import to_samples
from ecg.types import Beat

RECORDING = "r"


def beat(index: int, rr: int | None, beat_class: BeatClass, rhythm: Rhythm) -> Beat:
    """A beat that the network is sure about."""
    sure_class = tuple(float(one is beat_class) for one in BEAT_CLASSES)
    sure_rhythm = tuple(float(one is rhythm) for one in RHYTHMS)
    return Beat(RECORDING, index, rr, beat_class, rhythm, sure_class, sure_rhythm)


def beats(classes: str, rr: float | Sequence[float], rhythm: str = "N", start: int = 100) -> list[Beat]:
    """A beat for each letter of `classes`; `rr` in s and `rhythm` (a letter): one for all or one each."""
    intervals = [rr] * len(classes) if isinstance(rr, int | float) else list(rr)
    rhythms = rhythm * len(classes) if len(rhythm) == 1 else rhythm
    made, index = [], start
    for position, letter in enumerate(classes):
        interval = to_samples(intervals[position])
        index += interval if position else 0
        made.append(beat(index, interval if position else None, BeatClass(letter), Rhythm(rhythms[position])))
    return made


def from_samples(samples: Iterable[int], classes: Iterable[BeatClass], rhythm: Rhythm = Rhythm.NORMAL) -> list[Beat]:
    """Beats at house indices."""
    made: list[Beat] = []
    for index, beat_class in zip(samples, classes, strict=True):
        made.append(beat(index, index - made[-1].index if made else None, beat_class, rhythm))
    return made
