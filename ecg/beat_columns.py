"""The beats of a whole recording as columns, with what people said: the one truth that numbers are made of."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg.corrections import Edits, intervals
from ecg.ectopy import VOUCHED
from ecg.labels import BEAT_CLASSES, CLASS_SURE, RHYTHM_SURE, RHYTHMS, BeatClass, Rhythm

NOT_SURE = -1
NORMAL, VENTRICULAR, SUPRAVENTRICULAR, UNKNOWN = (
    BEAT_CLASSES.index(kind)
    for kind in (BeatClass.NORMAL, BeatClass.VENTRICULAR, BeatClass.SUPRAVENTRICULAR, BeatClass.UNKNOWN)
)
FIBRILLATION, OTHER, NOISE = (
    RHYTHMS.index(rhythm) for rhythm in (Rhythm.ATRIAL_FIBRILLATION, Rhythm.OTHER, Rhythm.NOISE)
)
_NO_RHYTHM = RHYTHMS.index(Rhythm.NORMAL)


@dataclass(frozen=True, slots=True)
class BeatColumns:
    """Of one recording, each of shape (n,), in order of time.

    index: R peaks. rr: samples, `UNKNOWN_RR` for none. kind: place in `BEAT_CLASSES`, of Q where not sure. rhythm:
    place in `RHYTHMS`, `NOT_SURE`; the one the beat came with. settled: the one it is shown with. vouched: ventricular
    in a poor signal too. said: a person has said its class. missed: the network did not see it.
    """

    index: NDArray[np.int64]
    rr: NDArray[np.int64]
    kind: NDArray[np.int8]
    rhythm: NDArray[np.int8]
    settled: NDArray[np.int8]
    vouched: NDArray[np.bool_]
    said: NDArray[np.bool_]
    missed: NDArray[np.bool_]

    def counts(self) -> dict[BeatClass, int]:
        """How many of each class."""
        found = np.bincount(self.kind, minlength=len(BEAT_CLASSES))
        return {kind: int(found[place]) for place, kind in enumerate(BEAT_CLASSES)}

    def signs(self) -> str:
        """One letter each, as `ecg.types.Beat` and `ecg.corrections.CorrectedBeat` have them."""
        rhythms = np.frombuffer("".join(RHYTHMS).encode() + b"Q", np.uint8)[self.settled]  # NOT_SURE is the last
        normal = np.where(self.said & ((self.settled == NOT_SURE) | (self.settled == NOISE)), ord("N"), rhythms)
        classes = np.frombuffer("".join(BEAT_CLASSES).encode(), np.uint8)[self.kind]
        letters = np.where(self.kind == NORMAL, normal, classes)
        letters = np.where((self.settled == NOISE) & ~self.said, ord("~"), letters)
        return letters.astype(np.uint8).tobytes().decode()


@dataclass(frozen=True, slots=True)
class NetworkBeats:
    """What the network said of each beat. kind, rhythm, settled: places; settled: -1 for none. shares: (n, 9),
    `BEAT_CLASSES` then `RHYTHMS`. settled_shares: (n, 4), of anything where there is none.
    """

    index: NDArray[np.int64]
    rr: NDArray[np.int64]
    kind: NDArray[np.int8]
    rhythm: NDArray[np.int8]
    shares: NDArray[np.float32]
    settled: NDArray[np.int8]
    settled_shares: NDArray[np.float32]

    def columns(self) -> BeatColumns:
        """Unsure answers as such."""
        best = self.shares[:, : len(BEAT_CLASSES)].max(axis=1, initial=0)
        rhythm = _sure(self.rhythm, self.shares[:, len(BEAT_CLASSES) :])
        return BeatColumns(
            self.index,
            self.rr,
            np.where(best >= CLASS_SURE, self.kind, UNKNOWN).astype(np.int8),
            rhythm,
            np.where(self.settled >= 0, _sure(self.settled, self.settled_shares), rhythm).astype(np.int8),
            (self.kind == VENTRICULAR) & (best >= VOUCHED) & (self.rhythm != NOISE),
            np.zeros(len(self.index), np.bool_),
            np.zeros(len(self.index), np.bool_),
        )


def _sure(rhythm: NDArray[np.int8], shares: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.where(shares.max(axis=1, initial=0) >= RHYTHM_SURE, rhythm, NOT_SURE).astype(np.int8)


def edited(found: BeatColumns, edits: Edits) -> BeatColumns:
    """`found` as people have said it is. What the network takes for noise is none where a person names the beat."""
    if not edits.any:
        return found
    letters = sorted((each.index, _place(each.beat_class)) for each in edits.said)
    at, kinds = np.array(letters, np.int64).reshape(-1, 2).T
    places = np.searchsorted(found.index, at)
    known = np.concatenate((found.index, [NOT_SURE]))[places] == at
    named, gone = places[known & (kinds >= 0)], places[known & (kinds < 0)]
    kind, rhythm = found.kind.copy(), found.rhythm.copy()
    vouched, said = found.vouched.copy(), found.said.copy()
    kind[named], said[named] = kinds[known & (kinds >= 0)], True
    vouched[named] = kind[named] == VENTRICULAR
    rhythm[named] = np.where(rhythm[named] == NOISE, _NO_RHYTHM, rhythm[named])
    kept = np.ones(len(found.index), np.bool_)
    kept[gone] = False
    told = replace(found, kind=kind, rhythm=rhythm, vouched=vouched, said=said)
    missed = ~known & (kinds >= 0)
    return _joined(told, kept, at[missed], kinds[missed].astype(np.int8), edits)


def _place(kind: BeatClass | None) -> int:
    return -1 if kind is None else BEAT_CLASSES.index(kind)


def _joined(
    found: BeatColumns, kept: NDArray[np.bool_], missed: NDArray[np.int64], kinds: NDArray[np.int8], edits: Edits
) -> BeatColumns:
    """With the beats that were missed, each in the rhythm of the one before it, and without those in noise."""
    before = np.clip(np.searchsorted(found.index, missed) - 1, 0, None)
    index = np.concatenate((found.index[kept], missed))
    order = np.argsort(index, kind="stable")
    order = order[~edits.noisy(index[order])]

    def column(of: NDArray[np.int8], added: NDArray[np.int8]) -> NDArray[np.int8]:
        joined: NDArray[np.int8] = np.concatenate((of[kept], added)).astype(of.dtype)[order]
        return joined

    near = np.concatenate((found.rhythm, [NOT_SURE]))[before].astype(np.int8)
    shown = np.concatenate((found.settled, [NOT_SURE]))[before].astype(np.int8)
    new = np.ones(len(missed), np.bool_)
    flags = ((found.vouched, kinds == VENTRICULAR), (found.said, new), (found.missed, new))
    return BeatColumns(
        index[order],
        intervals(index[order], found.index, found.rr, edits),
        column(found.kind, kinds),
        column(found.rhythm, np.where(near == NOISE, _NO_RHYTHM, near)),
        column(found.settled, shown),
        *(np.concatenate((of[kept], added))[order] for of, added in flags),
    )
