"""What people say of beats, as it holds now: for whoever shows or counts beats. What they do: `db.edits`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, case, func, or_, select
from sqlmodel import col

from db.edits import Act, Doer, letter_of, say
from db.engine import fetch_all
from db.findings import beats, gaps, settled_rhythms
from db.models import BeatRow, User
from db.models_corrections import Correction, NoiseRow
from db.views import NO_BEAT, Said
from ecg.corrections import BeatCorrection, Edits, NoiseStretch, with_edits
from ecg.labels import BEAT_CLASSES, CLASS_SURE, BeatClass
from ecg.rates import to_samples
from ecg.settled import with_settled_rhythms
from ecg.types import Beat

NEIGHBOURS = to_samples(30.0)
"""Beats before those that are asked for are looked at too: a deleted one changes the RR interval of the next."""


def correct_beat(
    connection: Connection, recording: str, index: int, beat_class: BeatClass | None, user_id: int, at_ms: int
) -> None:
    """Say what the beat is, or give it back to the network (None). The beat must be there. See `db.edits.say`."""
    say(connection, Doer(recording, user_id, at_ms), Act.CLASS, {index: letter_of(beat_class)})


def said_of_beat(engine: Engine, recording: str, index: int) -> list[Said]:
    """All that was said of one beat, the newest first."""
    facts = select(col(Correction.beat_class), col(User.full_name), col(Correction.at_ms))
    known = facts.join_from(Correction, User, col(Correction.user_id) == col(User.id))
    mine = known.where(col(Correction.recording_id) == recording, col(Correction.index) == index)
    rows = fetch_all(engine, mine.order_by(col(Correction.id).desc()))
    return [Said(*row) for row in rows]


def _class(letter: str | None) -> BeatClass | None:
    return None if letter is None or letter == NO_BEAT else BeatClass(letter)


def corrections(engine: Engine, recording: str, start: int, end: int) -> list[BeatCorrection]:
    """What holds of the beats in [start, end), in order of time."""
    held = in_force(recording).subquery()
    inside = select(held.c.index, held.c.beat_class).where(held.c.index >= start, held.c.index < end)
    found = fetch_all(engine, inside.order_by(held.c.index))
    return [BeatCorrection(recording, index, _class(letter)) for index, letter in found]


def in_force(recording: str) -> Select[int, str | None]:
    """Index and class, or `NO_BEAT`, of each beat of a recording of which a person's word holds."""
    newest = select(func.max(col(Correction.id))).where(col(Correction.recording_id) == recording)
    each = newest.group_by(col(Correction.index))
    held = select(col(Correction.index), col(Correction.beat_class)).where(col(Correction.id).in_(each))
    return held.where(col(Correction.beat_class).is_not(None))


def noise_stretches(engine: Engine, recording: str) -> list[NoiseStretch]:
    """What people have marked as noise, in order of time."""
    newest = select(func.max(col(NoiseRow.id))).where(col(NoiseRow.recording_id) == recording)
    each = newest.group_by(col(NoiseRow.start), col(NoiseRow.end))
    held = select(col(NoiseRow.start), col(NoiseRow.end)).where(col(NoiseRow.id).in_(each), col(NoiseRow.holds))
    return [NoiseStretch(*row) for row in fetch_all(engine, held.order_by(col(NoiseRow.start)))]


def edits_of(engine: Engine, recording: str, start: int, end: int) -> Edits:
    """All that holds of what people said of [start, end), with the gaps there."""
    noise = (each for each in noise_stretches(engine, recording) if each.start < end and start < each.end)
    absent = ((each.start, each.end) for each in gaps(engine, recording, start, end))
    return Edits(tuple(corrections(engine, recording, start, end)), tuple(noise), tuple(absent))


def as_said(engine: Engine, recording: str, found: Sequence[Beat], start: int, end: int) -> list[Beat]:
    """`found`, all beats with their R peak in [start, end), as people have said they are."""
    edits = edits_of(engine, recording, start, end)
    return with_edits(found, edits)


def shown_beats(engine: Engine, recording: str, start: int, end: int) -> list[Beat]:
    """Beats with their R peak in [start, end) as people are shown them: settled, and as people have said. Those added
    are there, those that were deleted or lie in marked noise are not.
    """
    stretch = (recording, start - NEIGHBOURS, end)
    settled = with_settled_rhythms(beats(engine, *stretch), settled_rhythms(engine, *stretch))
    return [beat for beat in as_said(engine, recording, settled, *stretch[1:]) if beat.index >= start]


def beat_counts(engine: Engine, recording: str) -> dict[BeatClass, int]:
    """How many beats of each class the whole recording has, as people have said where they have; those that the network
    is not sure of under Q. Every class is named, with 0 where there is none.
    """
    index, named, share = col(BeatRow.index), col(BeatRow.beat_class), col(BeatRow.class_probability)
    said, noise = in_force(recording).subquery(), noise_stretches(engine, recording)
    kind = case((said.c.beat_class.is_not(None), said.c.beat_class), (share < CLASS_SURE, "Q"), else_=named)
    every = select(kind.label("kind")).outerjoin_from(BeatRow, said, index == said.c.index)
    mine = every.where(col(BeatRow.recording_id) == recording, named.is_not(None), *_outside(index, noise)).subquery()
    found = _counted(engine, select(mine.c.kind, func.count()).group_by(mine.c.kind))
    seen = select(index).where(col(BeatRow.recording_id) == recording, named.is_not(None), index == said.c.index)
    missed = select(said.c.beat_class, func.count()).where(~seen.exists(), *_outside(said.c.index, noise))
    added = _counted(engine, missed.group_by(said.c.beat_class))
    return {kind: found.get(kind, 0) + added.get(kind, 0) for kind in BEAT_CLASSES}


def _outside(index: Any, noise: Sequence[NoiseStretch]) -> list[ColumnElement[bool]]:  # noqa: ANN401  a column
    return [or_(index < each.start, index >= each.end) for each in noise]


def _counted(engine: Engine, question: Select[str, int]) -> dict[BeatClass, int]:
    return {BeatClass(letter): count for letter, count in fetch_all(engine, question) if letter != NO_BEAT}
