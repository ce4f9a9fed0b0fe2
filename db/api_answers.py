"""Answers of the REST API that are kept, so that a request which is repeated does nothing twice."""

from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import fetch_first, writing
from db.models_api import ApiAnswer
from db.upserts import table_of

KEPT_MS = 24 * 3_600_000
"""An answer is given again for so long."""
WORKING_MS = 120_000
"""A request that has no answer after this died with its process: it may be done again."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered; status None: it is being worked on. asked_sha256: of the request it answers."""

    asked_sha256: str
    status: int | None
    headers: str
    content: bytes


def claim(engine: Engine, token_id: int, key: str, asked_sha256: str, now_ms: int) -> KeptAnswer | None:
    """None where the request is new, and then it is this caller's to do; else what is kept of it."""
    table = table_of(ApiAnswer)
    dead = table.c.status.is_(None) & (table.c.at_ms < now_ms - WORKING_MS)
    with writing(engine) as connection:
        connection.execute(delete(table).where((table.c.at_ms < now_ms - KEPT_MS) | dead))
    row = {"token_id": token_id, "key": key, "asked_sha256": asked_sha256, "at_ms": now_ms}
    try:
        with writing(engine) as connection:
            connection.execute(insert(table).values(**row))
    except IntegrityError:
        return _kept(engine, token_id, key)
    return None


def keep_answer(engine: Engine, token_id: int, key: str, status: int, headers: str, content: bytes) -> None:
    """Keep what was answered."""
    table = table_of(ApiAnswer)
    mine = (table.c.token_id == token_id) & (table.c.key == key)
    with writing(engine) as connection:
        connection.execute(update(table).where(mine).values(status=status, headers=headers, content=content))


def drop_claim(engine: Engine, token_id: int, key: str) -> None:
    """It could not be done: it may be asked for again under the same key."""
    table = table_of(ApiAnswer)
    with writing(engine) as connection:
        connection.execute(delete(table).where(table.c.token_id == token_id, table.c.key == key))


def _kept(engine: Engine, token_id: int, key: str) -> KeptAnswer | None:
    table = table_of(ApiAnswer)
    facts = select(table.c.asked_sha256, table.c.status, table.c.headers, table.c.content)
    row = fetch_first(engine, facts.where(table.c.token_id == token_id, table.c.key == key))
    return KeptAnswer(row[0], row[1], row[2] or "", row[3] or b"") if row else None
