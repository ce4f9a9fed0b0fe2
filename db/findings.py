"""What hearts did, between two house samples of a recording, in the words of `ecg.types`. All in order of time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, or_, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import AfBurdenRow, BeatRow, EpisodeRow, GapRow, QualityRow, VitalSignsRow
from db.models_networks import NetworkRow
from db.packing import unpack_probabilities, unpack_rhythms
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import (
    VITAL_NUMBERS,
    AfBurden,
    Beat,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)


def beats(engine: Engine, recording: str, start: int, end: int, most: int | None = None) -> list[Beat]:
    """Beats with their R peak in [start, end), each with the rhythm it was given when it came; the first `most`."""
    index, beat_class = col(BeatRow.index), col(BeatRow.beat_class)
    facts = (
        col(BeatRow.rr),
        beat_class,
        col(BeatRow.rhythm),
        col(BeatRow.probabilities),
    )
    known = select(index, *facts).where(col(BeatRow.recording_id) == recording, beat_class.is_not(None))
    inside = known.where(index >= start, index < end)
    return [_beat(recording, row) for row in fetch_all(engine, inside.order_by(index).limit(most))]


def settled_rhythms(engine: Engine, recording: str, start: int, end: int) -> list[SettledRhythm]:
    """Settled rhythms of the beats in [start, end); the newest beats have none yet."""
    index, rhythm = col(BeatRow.index), col(BeatRow.settled_rhythm)
    of_recording = select(index, rhythm, col(BeatRow.settled_probabilities)).where(
        col(BeatRow.recording_id) == recording, rhythm.is_not(None)
    )
    inside = of_recording.where(index >= start, index < end).order_by(index)
    return [
        SettledRhythm(recording, row[0], Rhythm(row[1]), unpack_rhythms(row[2])) for row in fetch_all(engine, inside)
    ]


def vitals(engine: Engine, recording: str, start: int, end: int, most: int | None = None) -> list[VitalSigns]:
    """Vital signs with their index in [start, end); the first `most`."""
    index = col(VitalSignsRow.index)
    numbers = select(index, col(VitalSignsRow.finding), *(getattr(VitalSignsRow, name) for name in VITAL_NUMBERS))
    inside = numbers.where(col(VitalSignsRow.recording_id) == recording, index >= start, index < end)
    return [_vital_signs(recording, row) for row in fetch_all(engine, inside.order_by(index).limit(most))]


def episodes(engine: Engine, recording: str, start: int, end: int) -> list[RhythmEpisode]:
    """Episodes that reach into [start, end), those that still go on included."""
    first, last = col(EpisodeRow.start), col(EpisodeRow.end)
    of_recording = select(col(EpisodeRow.finding), first, last).where(col(EpisodeRow.recording_id) == recording)
    reaching = of_recording.where(first < end, or_(last.is_(None), last > start)).order_by(first, last)
    return [RhythmEpisode(recording, Finding(row[0]), row[1], row[2]) for row in fetch_all(engine, reaching)]


def af_burdens(engine: Engine, recording: str, start: int, end: int) -> list[AfBurden]:
    """Burdens of atrial fibrillation with their index in [start, end)."""
    index = col(AfBurdenRow.index)
    shares = (col(AfBurdenRow.hour), col(AfBurdenRow.day), col(AfBurdenRow.whole))
    inside = select(index, *shares).where(col(AfBurdenRow.recording_id) == recording, index >= start, index < end)
    return [AfBurden(recording, *row) for row in fetch_all(engine, inside.order_by(index))]


def gaps(engine: Engine, recording: str, start: int, end: int) -> list[SignalGap]:
    """Gaps that reach into [start, end)."""
    first, last = col(GapRow.start), col(GapRow.end)
    reaching = select(first, last).where(col(GapRow.recording_id) == recording, first < end, last > start)
    return [SignalGap(recording, row[0], row[1]) for row in fetch_all(engine, reaching.order_by(first))]


def network_changes(engine: Engine, recording: str) -> list[NetworkChange]:
    """Which network labelled the beats from where on, in order; empty: there is no beat, or nobody wrote it down."""
    index, mine = col(NetworkRow.index), col(NetworkRow.recording_id) == recording
    rows = fetch_all(engine, select(index, col(NetworkRow.model)).where(mine).order_by(index))
    return [NetworkChange(recording, *row) for row in rows]


def network_at(changes: Sequence[NetworkChange], index: int) -> str | None:
    """SHA-256 of the network that labelled the beat at `index`, by `network_changes`; None: nobody wrote it down."""
    known = [each.model for each in changes if each.index <= index] or [each.model for each in changes[:1]]
    return known[-1] if known else None


def quality_changes(engine: Engine, recording: str, start: int, end: int) -> list[QualityChange]:
    """Changes in [start, end), and before them the one that holds at `start`, where there is one."""
    index = col(QualityRow.index)
    of_recording = select(index, col(QualityRow.quality), col(QualityRow.reason)).where(
        col(QualityRow.recording_id) == recording
    )
    before = fetch_all(engine, of_recording.where(index < start).order_by(index.desc()).limit(1))
    inside = fetch_all(engine, of_recording.where(index >= start, index < end).order_by(index))
    rows = [*before, *inside]
    return [QualityChange(recording, row[0], Quality(row[1]), QualityReason(row[2])) for row in rows]


def _vital_signs(recording: str, row: tuple[Any, ...]) -> VitalSigns:
    index, finding, *numbers = row
    return VitalSigns(recording, index, finding=Finding(finding), **dict(zip(VITAL_NUMBERS, numbers, strict=True)))


def _beat(recording: str, row: tuple[Any, ...]) -> Beat:
    index, rr, beat_class, rhythm, blob = row
    classes, rhythms = unpack_probabilities(blob)
    return Beat(recording, index, rr, BeatClass(beat_class), Rhythm(rhythm), classes, rhythms)
