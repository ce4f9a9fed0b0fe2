"""What experts marked on a record: WFDB annotations read as beats, episodes, and stretches that are not scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecg.episodes import Span
from ecg.labels import AAMI_OF_WFDB, BeatClass

FLUTTER_ON, FLUTTER_OFF = "[", "]"
"""Symbols around ventricular flutter or fibrillation."""
FIBRILLATION = "(AFIB"
ATRIAL_FLUTTER = "(AFL"
PACED = "/f"
PACED_SHARE = 0.1
"""From this share of paced or pacemaker fusion beats on, a record is a paced one: 102, 104, 107 and 217 of MIT-BIH have
more than 0.8, all others none."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Beats in rising order and spans, in samples of the record."""

    samples: tuple[int, ...]
    classes: tuple[BeatClass, ...]
    ventricular_flutter: tuple[Span, ...]
    fibrillation: tuple[Span, ...]
    atrial_flutter: tuple[Span, ...]
    is_paced: bool


def read_marks(samples: Sequence[int], symbols: Sequence[str], notes: Sequence[str], end: int) -> Reference:
    """Annotations in rising order, `notes` being their aux notes; what is open at the end lasts until `end`."""
    beats = [(at, AAMI_OF_WFDB[symbol]) for at, symbol in zip(samples, symbols, strict=True) if symbol in AAMI_OF_WFDB]
    rhythms = [(at, note) for at, note in zip(samples, notes, strict=True) if note.startswith("(")]
    paced = sum(symbol in PACED for symbol in symbols)
    return Reference(
        tuple(at for at, _ in beats),
        tuple(beat_class for _, beat_class in beats),
        tuple(_between(samples, symbols, end)),
        tuple(_rhythm(rhythms, FIBRILLATION, end)),
        tuple(_rhythm(rhythms, ATRIAL_FLUTTER, end)),
        bool(beats) and paced >= PACED_SHARE * len(beats),
    )


def _between(samples: Sequence[int], symbols: Sequence[str], end: int) -> Iterator[Span]:
    """From each opening bracket to its closing one, both included."""
    start: int | None = None
    for at, symbol in zip(samples, symbols, strict=True):
        if symbol == FLUTTER_ON and start is None:
            start = at
        elif symbol == FLUTTER_OFF and start is not None:
            yield start, at + 1
            start = None
    if start is not None:
        yield start, end


def _rhythm(rhythms: Sequence[tuple[int, str]], name: str, end: int) -> Iterator[Span]:
    """From a note that begins with `name` to the next that does not."""
    start: int | None = None
    for at, note in rhythms:
        if note.startswith(name):
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
    if start is not None and start < end:
        yield start, end
