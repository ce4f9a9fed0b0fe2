"""What people say of a recording's beats, in the place of what the network said: classes, beats that were missed or are
none, stretches that are noise.

No beat is shown in a stretch of noise, and no RR interval crosses one. An RR interval that an added or deleted beat
changes is taken anew between neighbours, where nothing is missing between them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.types import Beat

UNKNOWN_RR = -1


@dataclass(frozen=True, slots=True)
class CorrectedBeat(Beat):
    """A beat whose class a person has said: for certain. Its rhythm is the network's; that of the beat before where the
    network did not see it.
    """

    @property
    def sign(self) -> str:
        """The one letter it is drawn with: the class; of a normal beat the rhythm, if it is a sure finding."""
        found = self.rhythm_sure and self.rhythm in (Rhythm.ATRIAL_FIBRILLATION, Rhythm.OTHER)
        return self.rhythm.value if found and self.beat_class is BeatClass.NORMAL else self.beat_class.value


@dataclass(frozen=True, slots=True)
class BeatCorrection:
    """A person's class of the beat at `index`, whether the network saw one there or not; None: there is no beat.
    Key: (recording, index).
    """

    recording: str
    index: int
    beat_class: BeatClass | None

    def of(self, beat: Beat) -> CorrectedBeat:
        """`beat`, which has this index, as people take it from now on; not where there is none."""
        assert self.beat_class is not None
        facts = {each.name: getattr(beat, each.name) for each in fields(Beat)}
        certain = tuple(float(kind is self.beat_class) for kind in BEAT_CLASSES)
        return CorrectedBeat(**facts | {"beat_class": self.beat_class, "class_probabilities": certain})


@dataclass(frozen=True, slots=True)
class NoiseStretch:
    """[start, end) is noise, as a person has said."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edits:
    """All that holds of what people said. said: of each beat once; gaps: [start, end) where nothing was received."""

    said: Sequence[BeatCorrection] = ()
    noise: Sequence[NoiseStretch] = ()
    gaps: Sequence[tuple[int, int]] = ()

    @property
    def any(self) -> bool:
        """Whether somebody said anything."""
        return bool(self.said or self.noise)

    def noisy(self, indices: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the rising `indices` lie in noise."""
        inside = np.zeros(len(indices), np.bool_)
        for each in self.noise:
            first, last = np.searchsorted(indices, (each.start, each.end))
            inside[first:last] = True
        return inside


def intervals(
    shown: NDArray[np.int64], network: NDArray[np.int64], rr: NDArray[np.int64], edits: Edits
) -> NDArray[np.int64]:
    """The RR intervals before the beats `shown`, house samples, `UNKNOWN_RR` where none is known.

    network, rr: the beats that the network saw and the intervals before them. All indices rise.
    """
    if not len(shown):
        return np.zeros(0, np.int64)
    breaks = np.sort(np.concatenate((
        network[rr == UNKNOWN_RR],
        np.array([end for _, end in edits.gaps], np.int64),
        np.array([each.start for each in edits.noise], np.int64),
    )))  # fmt: skip
    passed = np.searchsorted(breaks, shown, "right")
    made = np.diff(shown, prepend=shown[0])
    made[1:][passed[1:] != passed[:-1]] = UNKNOWN_RR
    made[0] = _first_interval(int(shown[0]), network, rr, edits)
    return made


def _first_interval(index: int, network: NDArray[np.int64], rr: NDArray[np.int64], edits: Edits) -> int:
    """As the network has it, if it saw both this beat and the one before, and nobody said otherwise of that."""
    place = int(np.searchsorted(network, index))
    if place == len(network) or network[place] != index or rr[place] == UNKNOWN_RR:
        return UNKNOWN_RR
    before = index - int(rr[place])
    touched = any(before <= each.index < index and _moves(each, before) for each in edits.said)
    return (
        UNKNOWN_RR
        if touched or any(before < each.end and each.start < index for each in edits.noise)
        else int(rr[place])
    )


def _moves(said: BeatCorrection, before: int) -> bool:
    """Whether it takes the beat at `before` away, or puts one behind it."""
    return said.beat_class is None if said.index == before else said.beat_class is not None


def with_corrections(beats: Sequence[Beat], corrections: Iterable[BeatCorrection]) -> list[Beat]:
    """`beats` of one recording as people have said they are, where they have said so of beats."""
    return with_edits(beats, Edits(list(corrections)))


def with_edits(beats: Sequence[Beat], edits: Edits) -> list[Beat]:
    """`beats` of one recording as people have said they are, with those that were missed."""
    said = {each.index: each for each in edits.said}
    seen = {beat.index for beat in beats}
    named = [said[beat.index].of(beat) if _is_named(said.get(beat.index)) else beat for beat in beats]
    if not edits.noise and all(_is_named(each) and each.index in seen for each in edits.said):
        return named
    known = {beat.index: beat for beat in named if beat.index not in said or _is_named(said[beat.index])}
    missed = [each for each in edits.said if _is_named(each) and each.index not in seen]
    known |= {each.index: each.of(_missed(each, beats)) for each in missed}
    order = np.array(sorted(known), np.int64)
    kept = order[~edits.noisy(order)]
    network = np.array([beat.index for beat in beats], np.int64)
    rr = np.array([UNKNOWN_RR if beat.rr is None else beat.rr for beat in beats], np.int64)
    made = zip(kept.tolist(), intervals(kept, network, rr, edits).tolist(), strict=True)
    return [replace(known[index], rr=None if gap == UNKNOWN_RR else gap) for index, gap in made]


def _is_named(said: BeatCorrection | None) -> bool:
    return said is not None and said.beat_class is not None


def _missed(said: BeatCorrection, beats: Sequence[Beat]) -> Beat:
    """A beat that the network did not see, in the rhythm of the one before it."""
    before = [beat for beat in beats if beat.index < said.index] or list(beats)
    near = before[-1] if before else None
    rhythm = near.rhythm if near else Rhythm.NORMAL
    shares = near.rhythm_probabilities if near else tuple(1 / len(RHYTHMS) for _ in RHYTHMS)
    unsaid = tuple(1 / len(BEAT_CLASSES) for _ in BEAT_CLASSES)
    return Beat(said.recording, said.index, None, BeatClass.UNKNOWN, rhythm, unsaid, shares)
