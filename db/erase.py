"""Erasing a row with all that belongs to it, in small steps: whatever tables the database has, by its foreign keys."""

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Column, ColumnElement, Connection, Engine, MetaData, Table, delete, null, select, tuple_, update

ROWS_AT_ONCE = 1000
KEPT = frozenset({"bed", "device"})
"""They outlive whoever lay in them or wore them."""


@lru_cache(maxsize=4)
def tables_of(engine: Engine) -> MetaData:
    """The tables that this database has; asked once in a process, for it changes only while none runs."""
    there = MetaData()
    there.reflect(engine)
    return there


def erase_some(
    connection: Connection, there: MetaData, name: str, key: str | int, spared: frozenset[str] = frozenset()
) -> int:
    """Delete some of what belongs to the row of table `name` with this primary key, the deepest first; rows deleted.

    0 when nothing is left that belongs to it but rows of the tables `spared`: then delete these and the row itself.
    there: of `tables_of`.
    """
    table = there.tables[name]
    (own,) = table.primary_key.columns
    return _below(connection, there, table, own == key, spared)


def _below(
    connection: Connection, there: MetaData, table: Table, mine: ColumnElement[bool], spared: frozenset[str]
) -> int:
    for child, columns, references in _children(there, table):
        if child.name in spared:
            continue
        theirs = tuple_(*columns).in_(select(*references).where(mine))
        if child.name in KEPT:
            connection.execute(update(child).where(theirs).values({column.name: null() for column in columns}))
        elif rows := _below(connection, there, child, theirs, spared) or _some(connection, child, theirs):
            return rows
    return 0


def _children(there: MetaData, table: Table) -> Iterator[tuple[Table, list[Column[object]], list[Column[object]]]]:
    """Tables whose rows belong to rows of this one, with the columns that say so. A recording's need no foreign key."""
    for child in there.tables.values():
        keys = [each for each in child.foreign_key_constraints if each.referred_table is table]
        for key in keys:
            yield child, list(key.columns), [each.column for each in key.elements]
        if table.name == "recording" and "recording_id" in child.c and not keys:
            yield child, [child.c.recording_id], [table.c.id]


def _some(connection: Connection, table: Table, mine: ColumnElement[bool]) -> int:
    keys = tuple(table.primary_key.columns)
    some = select(*keys).where(mine).limit(ROWS_AT_ONCE)
    return int(connection.execute(delete(table).where(tuple_(*keys).in_(some))).rowcount)
