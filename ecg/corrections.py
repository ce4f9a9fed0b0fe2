"""What people say of single beats, in the place of what the network said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from ecg.labels import BEAT_CLASSES, BeatClass, Rhythm
from ecg.types import Beat


@dataclass(frozen=True, slots=True)
class CorrectedBeat(Beat):
    """A beat whose class a person has said: for certain. Its rhythm is the network's."""

    @property
    def sign(self) -> str:
        """The one letter it is drawn with: the class; of a normal beat the rhythm, if it is a sure finding."""
        found = self.rhythm_sure and self.rhythm in (Rhythm.ATRIAL_FIBRILLATION, Rhythm.OTHER)
        return self.rhythm.value if found and self.beat_class is BeatClass.NORMAL else self.beat_class.value


@dataclass(frozen=True, slots=True)
class BeatCorrection:
    """A person's class of the beat at `index`. Key: (recording, index)."""

    recording: str
    index: int
    beat_class: BeatClass

    def of(self, beat: Beat) -> CorrectedBeat:
        """`beat`, which has this index, as people take it from now on."""
        facts = {each.name: getattr(beat, each.name) for each in fields(Beat)}
        certain = tuple(float(kind is self.beat_class) for kind in BEAT_CLASSES)
        return CorrectedBeat(**facts | {"beat_class": self.beat_class, "class_probabilities": certain})


def with_corrections(beats: Sequence[Beat], corrections: Iterable[BeatCorrection]) -> list[Beat]:
    """`beats` of one recording, each as a person has said it is where somebody has."""
    said = {each.index: each for each in corrections}
    return [said[beat.index].of(beat) if beat.index in said else beat for beat in beats]
