"""The rows of the audit trail: added at its end, read in pages. What seals them is `auth.chain`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, select, update
from sqlmodel import col

from db.audit_views import AuditLine, Head
from db.engine import fetch_all, fetch_first
from db.models import User
from db.models_audit import AuditEntry, AuditHead
from db.store import table_of
from ecg.errors import DamagedError

PAGE = 20_000
"""Rows that are read at once: some tenths of a second, so that a long trail holds up no writer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; None: any. Times: wall ms, [from, to).

    person: part of a name, subject: part of what it was done to, any case. address: how it begins.
    """

    person: str | None = None
    patient_id: int | None = None
    action: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    subject: str | None = None
    address: str | None = None


def lock_head(connection: Connection) -> Head:
    """Where the trail ends; nobody else adds to it until this transaction is over.

    On SQLite the transaction itself, begun by `db.engine.writing`, is the lock. Raises DamagedError without the row.
    """
    found = connection.execute(select(col(AuditHead.number), col(AuditHead.mac)).with_for_update()).first()
    if found is None:
        raise DamagedError("The table audit_head is empty: somebody has changed the audit trail.")
    return Head(*found)


def append(connection: Connection, line: AuditLine) -> None:
    """Add an entry and move the head, which the caller has locked, to it."""
    table, head = table_of(AuditEntry), table_of(AuditHead)
    row = line._asdict()
    connection.execute(insert(table).values(id=row.pop("number"), **row))
    connection.execute(update(head).values(number=line.number, mac=line.mac))


def who_is(connection: Connection, user_id: int | None) -> tuple[str | None, str | None]:
    """Name and role that a user has now."""
    if user_id is None:
        return None, None
    found = connection.execute(select(col(User.name), col(User.role)).where(col(User.id) == user_id)).first()
    return (found[0], found[1]) if found else (None, None)


def head(engine: Engine) -> Head:
    """Where the table says that the trail ends."""
    found = fetch_first(engine, select(col(AuditHead.number), col(AuditHead.mac)))
    return Head(*found) if found else Head(0, "")


def mac_of(engine: Engine, number: int) -> str | None:
    """The mac of one entry; None where it has none or is not there."""
    found = fetch_first(engine, select(col(AuditEntry.mac)).where(col(AuditEntry.id) == number))
    return found[0] if found else None


def all_lines(engine: Engine) -> Iterator[AuditLine]:
    """Every entry, oldest first. What is added meanwhile comes too: nothing before it changes."""
    return lines(engine, Wanted())


def lines(engine: Engine, wanted: Wanted) -> Iterator[AuditLine]:
    """Entries that are wanted, oldest first, read page by page."""
    number = col(AuditEntry.id)
    question = _matching(wanted).order_by(number).limit(PAGE)
    found = fetch_all(engine, question)
    while found:
        yield from (AuditLine(*row) for row in found)
        found = fetch_all(engine, question.where(number > found[-1][0]))


def newest_lines(engine: Engine, wanted: Wanted, before: int | None, count: int) -> list[AuditLine]:
    """Up to `count` of the wanted entries with numbers below `before`, newest first."""
    number = col(AuditEntry.id)
    question = _matching(wanted).order_by(number.desc()).limit(count)
    return [
        AuditLine(*row) for row in fetch_all(engine, question if before is None else question.where(number < before))
    ]


def lines_before_chain(connection: Connection) -> list[AuditLine]:
    """The entries that were there before the first one with a mac, oldest first."""
    rows = connection.execute(_matching(Wanted()).order_by(col(AuditEntry.id)))
    return [AuditLine(*row) for row in rows]


def _matching(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    table = table_of(AuditEntry)
    question: Select[*tuple[Any, ...]] = select(table.c.id, *(table.c[name] for name in AuditLine._fields[1:]))
    for name, part in (("person", wanted.person), ("subject", wanted.subject)):
        if part is not None:
            question = question.where(table.c[name].icontains(part, autoescape=True))
    if wanted.address is not None:
        question = question.where(table.c.address.startswith(wanted.address, autoescape=True))
    if wanted.from_ms is not None:
        question = question.where(table.c.at_ms >= wanted.from_ms)
    if wanted.to_ms is not None:
        question = question.where(table.c.at_ms < wanted.to_ms)
    exact = {"patient_id": wanted.patient_id, "action": wanted.action}
    return question.where(*(table.c[name] == value for name, value in exact.items() if value is not None))
