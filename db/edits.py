"""Deeds on a recording's beats: done, taken back, done again, each person their own.

A deed is a row and the rows of what it says; nothing is changed or deleted. Taking a deed back adds a deed that says of
its beats what holds without it, so what others said since stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, func, insert, select
from sqlmodel import col

from db.engine import reading
from db.models_corrections import Correction, EditDeed, NoiseRow
from db.upserts import table_of
from ecg.labels import BeatClass

ROWS_AT_ONCE = 5000


class Act(StrEnum):
    """What a deed does."""

    CLASS = "class"
    ADD = "add"
    DELETE = "delete"
    NOISE = "noise"
    UNDO = "undo"
    REDO = "redo"


_BACK = (Act.UNDO.value, Act.REDO.value)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who, in which recording, at which wall ms."""

    recording: str
    user_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class KeptDeed:
    """A row of `edit_deed`."""

    id: int
    act: str
    withdraws: int | None
    user_id: int


@dataclass(frozen=True, slots=True)
class Way:
    """The deed that a person's next undo takes back, and the undo that their next redo takes back; None for none."""

    undo: int | None
    redo: int | None


def say(connection: Connection, doer: Doer, act: Act, letters: Mapping[int, str | None]) -> int:
    """Say of beats, by their index, what they are: the letter of a class, `NO_BEAT`, None for what the network says.

    Write the audit entry of the deed before it: who holds the trail's end is alone, and so numbers rise in the order in
    which they can be seen. The deed's id.
    """
    deed = _deed(connection, doer, act, None)
    _keep(connection, doer, deed, letters)
    return deed


def mark_noise(connection: Connection, doer: Doer, start: int, end: int) -> int:
    """Say that [start, end) is noise. The deed's id."""
    return _say_of_noise(connection, doer, [(start, end, True)])


def lift_noise(connection: Connection, doer: Doer, stretches: Sequence[tuple[int, int]]) -> int:
    """Say that stretches, [start, end) as they were marked, are no noise. The deed's id."""
    return _say_of_noise(connection, doer, [(start, end, False) for start, end in stretches])


def _say_of_noise(connection: Connection, doer: Doer, said: Sequence[tuple[int, int, bool]]) -> int:
    deed = _deed(connection, doer, Act.NOISE, None)
    rows = [
        {"recording_id": doer.recording, "start": start, "end": end, "holds": holds, "deed_id": deed}
        for start, end, holds in said
    ]
    connection.execute(insert(table_of(NoiseRow)), rows)
    return deed


def way_of(deeds: Sequence[KeptDeed], user_id: int) -> Way:
    """What a person can take back. An undo can be taken back until they do something new."""
    dead = withdrawn(deeds)
    mine = [each for each in deeds if each.user_id == user_id and each.id not in dead]
    done = [each.id for each in mine if each.act not in _BACK]
    undone = [each.id for each in mine if each.act == Act.UNDO]
    last = max((each.id for each in deeds if each.user_id == user_id and each.act not in _BACK), default=0)
    return Way(done[-1] if done else None, undone[-1] if undone and undone[-1] > last else None)


def withdrawn(deeds: Sequence[KeptDeed]) -> set[int]:
    """The deeds, in order, that another one in force takes back."""
    dead: set[int] = set()
    for each in reversed(deeds):
        if each.id not in dead and each.withdraws is not None:
            dead.add(each.withdraws)
    return dead


def take_back(connection: Connection, doer: Doer, act: Act) -> int | None:
    """Undo or redo (`act`) of the person's newest; the id of the deed that it was about, None where there is none."""
    deeds = deeds_of(connection, doer.recording)
    way = way_of(deeds, doer.user_id)
    target = way.undo if act is Act.UNDO else way.redo
    if target is None:
        return None
    about = target if act is Act.UNDO else next(each.withdraws for each in deeds if each.id == target)
    assert about is not None
    deed = _deed(connection, doer, act, target)
    alive = {each.id for each in deeds if each.act not in _BACK}
    alive -= withdrawn([*deeds, KeptDeed(deed, act.value, target, doer.user_id)])
    _settle_beats(connection, doer, deed, about, alive)
    _settle_noise(connection, doer, deed, about, alive)
    return about


def deeds_of(connection: Connection, recording: str) -> list[KeptDeed]:
    """All deeds on a recording, in order."""
    facts = (col(EditDeed.id), col(EditDeed.act), col(EditDeed.withdraws), col(EditDeed.user_id))
    mine = select(*facts).where(col(EditDeed.recording_id) == recording).order_by(col(EditDeed.id))
    return [KeptDeed(row[0] or 0, *row[1:]) for row in connection.execute(mine)]


def way(engine: Engine, recording: str, user_id: int) -> Way:
    """What a person can take back now."""
    with reading(engine) as connection:
        return way_of(deeds_of(connection, recording), user_id)


def newest_deed(engine: Engine, recording: str) -> int:
    """The number of the last deed on a recording, 0 for none: it rises with each."""
    with reading(engine) as connection:
        return newest_in(connection, recording)


def newest_in(connection: Connection, recording: str) -> int:
    """`newest_deed` within a transaction."""
    question = select(func.max(col(EditDeed.id))).where(col(EditDeed.recording_id) == recording)
    return int(connection.execute(question).scalar_one() or 0)


def others_since(connection: Connection, doer: Doer, indices: Sequence[int], seen: int) -> bool:
    """Whether somebody else said something of one of these beats after the deed `seen`."""
    deeds, said = table_of(EditDeed), table_of(Correction)
    theirs = select(said.c["index"]).join_from(deeds, said, said.c.deed_id == deeds.c.id)
    mine = (deeds.c.recording_id == doer.recording, deeds.c.id > seen, deeds.c.user_id != doer.user_id)
    return not {row[0] for row in connection.execute(theirs.where(*mine))}.isdisjoint(indices)


def _deed(connection: Connection, doer: Doer, act: Act, withdraws: int | None) -> int:
    table = table_of(EditDeed)
    row = {"recording_id": doer.recording, "act": act.value, "withdraws": withdraws}
    row |= {"user_id": doer.user_id, "at_ms": doer.at_ms}
    return int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def _keep(connection: Connection, doer: Doer, deed: int, letters: Mapping[int, str | None]) -> None:
    same = {"recording_id": doer.recording, "user_id": doer.user_id, "at_ms": doer.at_ms, "deed_id": deed}
    rows = [{"index": index, "beat_class": letter, **same} for index, letter in letters.items()]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(insert(table_of(Correction)), rows[first : first + ROWS_AT_ONCE])


def _settle_beats(connection: Connection, doer: Doer, deed: int, about: int, alive: set[int]) -> None:
    """Say of the beats of the deed `about` what holds by the deeds that are alive."""
    said = table_of(Correction)
    mine = select(said.c["index"]).where(said.c.deed_id == about)
    known = select(said.c["index"], said.c.beat_class, said.c.deed_id).where(
        said.c.recording_id == doer.recording, said.c["index"].in_(mine)
    )
    letters: dict[int, str | None] = {}
    for index, letter, by in connection.execute(known.order_by(said.c.id)):
        letters.setdefault(index, None)
        if by is None or by in alive:
            letters[index] = letter
    _keep(connection, doer, deed, letters)


def _settle_noise(connection: Connection, doer: Doer, deed: int, about: int, alive: set[int]) -> None:
    noise = table_of(NoiseRow)
    mine = select(noise.c.start, noise.c.end).where(noise.c.deed_id == about)
    for start, end in connection.execute(mine).all():
        same = (noise.c.recording_id == doer.recording, noise.c.start == start, noise.c.end == end)
        told = connection.execute(select(noise.c.holds, noise.c.deed_id).where(*same).order_by(noise.c.id))
        holds = [held for held, by in told if by in alive]
        row = {"recording_id": doer.recording, "start": start, "end": end, "deed_id": deed}
        connection.execute(insert(noise).values(row | {"holds": bool(holds and holds[-1])}))


def letter_of(kind: BeatClass | None) -> str | None:
    """As it is kept."""
    return None if kind is None else kind.value
