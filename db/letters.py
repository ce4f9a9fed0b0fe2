"""Dead letters in the database: what could not be used waits here for a person, and none of it is thrown away."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, func, select
from sqlmodel import col

from db.engine import fetch_all
from db.models_recorder import DeadLetterRow
from db.upserts import table_of
from db.views import DeadLetter


class StoredLetter(NamedTuple):
    """A dead letter and its number."""

    id: int
    letter: DeadLetter


def dead_letters(engine: Engine, numbers: Sequence[int] | None = None) -> list[StoredLetter]:
    """All dead letters, or those with these numbers, the oldest first."""
    facts = (
        col(DeadLetterRow.origin),
        col(DeadLetterRow.stream),
        col(DeadLetterRow.recording_id),
        col(DeadLetterRow.at_ms),
        col(DeadLetterRow.reason),
        col(DeadLetterRow.fields),
    )
    question = select(col(DeadLetterRow.id), *facts).order_by(col(DeadLetterRow.id))
    if numbers is not None:
        question = question.where(col(DeadLetterRow.id).in_(numbers))
    return [StoredLetter(row[0], DeadLetter(*row[1:])) for row in fetch_all(engine, question)]


def count_dead_letters(engine: Engine) -> int:
    """How many there are."""
    return int(fetch_all(engine, select(func.count()).select_from(DeadLetterRow))[0][0])


def forget_dead_letter(connection: Connection, number: int) -> bool:
    """Delete one; False when it is not there (any more)."""
    table = table_of(DeadLetterRow)
    return bool(connection.execute(delete(table).where(table.c.id == number)).rowcount)
