"""What people say of single beats: kept, taken back, and told to whoever shows or counts beats."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Select, case, func, insert, select
from sqlmodel import col

from db.engine import fetch_all, fetch_first
from db.findings import beats, settled_rhythms
from db.models import BeatRow, User
from db.models_corrections import Correction
from db.store import table_of
from db.views import Said
from ecg.corrections import BeatCorrection, with_corrections
from ecg.labels import BEAT_CLASSES, CLASS_SURE, BeatClass
from ecg.settled import with_settled_rhythms
from ecg.types import Beat

MOST_NEWS = 1000
"""Of one question for what is new."""


@dataclass(frozen=True, slots=True)
class CorrectionNews:
    """A deed on a beat, with the sign that the beat is drawn with now. number: rises with each deed."""

    number: int
    recording: str
    index: int
    sign: str
    by_person: bool


def correct_beat(
    connection: Connection, recording: str, index: int, beat_class: BeatClass | None, user_id: int, at_ms: int
) -> None:
    """Say what the beat is, or give it back to the network (None). The beat must be there.

    Write the audit entry of the deed before it: who holds the trail's end is alone, and so the numbers rise in the
    order in which they can be seen (`correction_news`).
    """
    letter = beat_class.value if beat_class else None
    row = {"recording_id": recording, "index": index, "beat_class": letter, "user_id": user_id, "at_ms": at_ms}
    connection.execute(insert(table_of(Correction)).values(row))


def said_of_beat(engine: Engine, recording: str, index: int) -> list[Said]:
    """All that was said of one beat, the newest first."""
    facts = select(col(Correction.beat_class), col(User.full_name), col(Correction.at_ms))
    known = facts.join_from(Correction, User, col(Correction.user_id) == col(User.id))
    mine = known.where(col(Correction.recording_id) == recording, col(Correction.index) == index)
    rows = fetch_all(engine, mine.order_by(col(Correction.id).desc()))
    return [Said(BeatClass(letter) if letter else None, person, at_ms) for letter, person, at_ms in rows]


def corrections(engine: Engine, recording: str, start: int, end: int) -> list[BeatCorrection]:
    """What holds of the beats in [start, end), in order of time."""
    held = in_force(recording).subquery()
    inside = select(held.c.index, held.c.beat_class).where(held.c.index >= start, held.c.index < end)
    found = fetch_all(engine, inside.order_by(held.c.index))
    return [BeatCorrection(recording, index, BeatClass(letter)) for index, letter in found]


def in_force(recording: str) -> Select[int, str | None]:
    """Index and class of each beat of a recording of which a person's word holds."""
    newest = select(func.max(col(Correction.id))).where(col(Correction.recording_id) == recording)
    each = newest.group_by(col(Correction.index))
    held = select(col(Correction.index), col(Correction.beat_class)).where(col(Correction.id).in_(each))
    return held.where(col(Correction.beat_class).is_not(None))


def shown_beats(engine: Engine, recording: str, start: int, end: int) -> list[Beat]:
    """Beats with their R peak in [start, end) as people are shown them: settled, and as a person has said."""
    stretch = (recording, start, end)
    settled = with_settled_rhythms(beats(engine, *stretch), settled_rhythms(engine, *stretch))
    return with_corrections(settled, corrections(engine, *stretch))


def beat_counts(engine: Engine, recording: str) -> dict[BeatClass, int]:
    """How many beats of each class the whole recording has, as people have said where they have; those that the network
    is not sure of under Q. Every class is named, with 0 where there is none.
    """
    index, named, share = col(BeatRow.index), col(BeatRow.beat_class), col(BeatRow.class_probability)
    said = in_force(recording).subquery()
    kind = case((said.c.beat_class.is_not(None), said.c.beat_class), (share < CLASS_SURE, "Q"), else_=named)
    every = select(kind.label("kind")).outerjoin_from(BeatRow, said, index == said.c.index)
    mine = every.where(col(BeatRow.recording_id) == recording, named.is_not(None)).subquery()
    question = select(mine.c.kind, func.count()).group_by(mine.c.kind)
    found = {BeatClass(letter): count for letter, count in fetch_all(engine, question)}
    return {beat_class: found.get(beat_class, 0) for beat_class in BEAT_CLASSES}


def newest_number(engine: Engine, before_ms: int) -> int:
    """The number of the last deed before wall `before_ms`; 0 for none."""
    newest = fetch_first(engine, select(func.max(col(Correction.id))).where(col(Correction.at_ms) < before_ms))
    return int(newest[0] or 0) if newest else 0


def correction_news(engine: Engine, after: int) -> list[CorrectionNews]:
    """The first `MOST_NEWS` deeds after the one with the number `after`, each as its beat stands now."""
    facts = select(col(Correction.id), col(Correction.recording_id), col(Correction.index))
    rows = fetch_all(engine, facts.where(col(Correction.id) > after).order_by(col(Correction.id)).limit(MOST_NEWS))
    return [_news(engine, *row) for row in rows]


def _news(engine: Engine, number: int, recording: str, index: int) -> CorrectionNews:
    beat = next(iter(shown_beats(engine, recording, index, index + 1)), None)
    said = bool(corrections(engine, recording, index, index + 1))
    return CorrectionNews(number, recording, index, beat.sign if beat else "", said)
