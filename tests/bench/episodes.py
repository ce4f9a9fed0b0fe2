"""Rhythm episodes against experts, on MIT-BIH lead 0, through the pipeline that serves live with the shipped network.

python -m tests.bench episodes      needs WARDBEAT_DATA_DIR with mitdb/

Two kinds of truth: the experts' notes of rhythm, and what the same criteria find in the experts' own beats. Records are
scored from their beginning: five of the six episodes of flutter lie in the first five minutes.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import wfdb

from classifier.engine import shipped_labeller
from ecg.episodes import EpisodeScore, Span, score_episodes
from ecg.findings import Finding
from ecg.labels import AAMI_OF_WFDB, BEAT_CLASSES, RHYTHMS, Rhythm
from ecg.limits import Limits
from ecg.rates import SAMPLE_RATE
from ecg.rhythm import RhythmWatch
from ecg.types import Beat, RhythmEpisode
from streaming.analyze import analyse
from streaming.records import list_records, read_record

KEPT_BACK = ("106", "118", "119", "124", "223")
"""The only records that the network has not learnt from."""
NOTES = {
    "(AFIB": Finding.ATRIAL_FIBRILLATION,
    "(VFL": Finding.VENTRICULAR_FIBRILLATION,
    "(VT": Finding.VENTRICULAR_RUN,
    "(B": Finding.BIGEMINY,
    "(T": Finding.TRIGEMINY,
    "(SVTA": Finding.SUPRAVENTRICULAR_RUN,
}
BY_BEATS = (
    Finding.VENTRICULAR_RUN,
    Finding.VENTRICULAR_TACHYCARDIA,
    Finding.COUPLET,
    Finding.BIGEMINY,
    Finding.TRIGEMINY,
    Finding.SUPRAVENTRICULAR_RUN,
    Finding.PAUSE,
    Finding.BRADYCARDIA,
    Finding.TACHYCARDIA,
)
FLUTTER, ESCAPE = "(VFL", "(IVR"
ASIDE = {
    Finding.ATRIAL_FIBRILLATION: ("(AFL",),
    Finding.VENTRICULAR_RUN: (FLUTTER, ESCAPE),
}
"""What is told in stretches of these notes is neither right nor wrong: atrial flutter, ventricular flutter, whose waves
may be told as beats too, and a slow ventricular rhythm. Of the experts' beats those in ventricular flutter are none."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record at the house rate: end, spans of the experts' notes, what their beats give, and what was told."""

    name: str
    end: int
    notes: dict[str, list[Span]]
    by_beats: list[RhythmEpisode]
    told: list[RhythmEpisode]


def load(path: Path) -> Record:
    """Analyse a record and read its experts."""
    lead = read_record(path)
    end = round(len(lead.samples) / lead.rate * SAMPLE_RATE)
    annotation = wfdb.rdann(str(path), "atr")
    at = [round(sample / lead.rate * SAMPLE_RATE) for sample in annotation.sample]
    marks = list(zip(at, annotation.symbol, annotation.aux_note, strict=True))
    told = analyse(lead, shipped_labeller()).episodes
    return Record(path.name, end, dict(notes(marks, end)), from_beats(marks, end), told)


def notes(marks: Sequence[tuple[int, str, str]], end: int) -> Iterator[tuple[str, list[Span]]]:
    """Of each note the stretches from it to the next note."""
    changes = [(at, note.rstrip("\0")) for at, _, note in marks if note.startswith("(")]
    ends = [*(at for at, _ in changes[1:]), end]
    for name in (*NOTES, *{one for some in ASIDE.values() for one in some} - {*NOTES}):
        yield name, [(at, until) for (at, note), until in zip(changes, ends, strict=True) if note == name]


def from_beats(marks: Sequence[tuple[int, str, str]], end: int) -> list[RhythmEpisode]:
    """What the criteria find in the experts' beats, in the rhythm that they note; flutter begins everything anew."""
    watch, told, last, fibrillates = RhythmWatch("experts", Limits()), [], None, False
    for at, symbol, note in marks:
        fibrillates = note.startswith("(AFIB") if note.startswith("(") else fibrillates
        if symbol in "[!]":
            told += watch.interrupt(at)
            last = None
        if symbol not in AAMI_OF_WFDB:
            continue
        while watch.silence_due is not None and watch.silence_due < at:
            told += watch.stay_silent()
        told += watch.receive(_beat(at, None if last is None else at - last, symbol, fibrillates))
        last = at
    return [*told, *watch.close(last or end, end)]


def _beat(at: int, rr: int | None, symbol: str, fibrillates: bool) -> Beat:
    beat_class, rhythm = AAMI_OF_WFDB[symbol], Rhythm.ATRIAL_FIBRILLATION if fibrillates else Rhythm.NORMAL
    classes = tuple(float(one is beat_class) for one in BEAT_CLASSES)
    return Beat("experts", at, rr, beat_class, rhythm, classes, tuple(float(one is rhythm) for one in RHYTHMS))


def spans(episodes: Iterable[RhythmEpisode], finding: Finding, end: int) -> list[Span]:
    """Where `finding` was told; never empty stretches: a couplet may be shorter than its beats."""
    latest = {one.start: end if one.end is None else one.end for one in episodes if one.finding is finding}
    return [(start, max(start + 1, stop)) for start, stop in sorted(latest.items())]


def pooled(scores: Sequence[EpisodeScore]) -> str:
    """The cells of one line: episodes, sensitivity and +P by episode and by duration."""
    found, marked = sum(one.found for one in scores), sum(one.reference for one in scores)
    true, told = sum(one.true for one in scores), sum(one.told for one in scores)
    shared = sum(one.overlap_samples for one in scores)
    seconds, said = (sum(getattr(one, name) for one in scores) for name in ("reference_samples", "told_samples"))
    parts = (_percent(found, marked), _percent(true, told), _percent(shared, seconds), _percent(shared, said))
    return f"{marked} | {told} | " + " | ".join(parts) + f" | {seconds / SAMPLE_RATE:.0f}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def compare(records: Sequence[Record], title: str) -> None:
    """Print both tables."""
    heads = ("truth", "finding", "marked", "told", "Se %", "+P %", "time Se %", "time +P %", "marked s")
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n| {' | '.join('---' for _ in heads)} |")
    for note, finding in NOTES.items():
        scores = [score(one, one.notes[note], finding, ASIDE.get(finding, ())) for one in records]
        print(f"| {note} | {finding} | {pooled(scores)} |")
    for finding in BY_BEATS:
        scores = [score(one, spans(one.by_beats, finding, one.end), finding, (FLUTTER,)) for one in records]
        print(f"| beats | {finding} | {pooled(scores)} |")


def score(record: Record, marked: Sequence[Span], finding: Finding, aside_notes: Sequence[str]) -> EpisodeScore:
    """What was told of `finding` against what was marked."""
    aside = [span for note in aside_notes for span in record.notes[note]]
    return score_episodes(marked, spans(record.told, finding, record.end), (0, record.end), aside)


def main() -> None:
    """Print the tables: all records, and those that the network has not seen."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("episodes: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/")
        return
    records = [load(path) for path in list_records(Path(folder) / "mitdb")]
    compare(records, f"All {len(records)} records; the network has learnt from all but {', '.join(KEPT_BACK)}")
    compare([one for one in records if one.name in KEPT_BACK], "The records it has not learnt from")
