"""Statements that may be repeated, in the words of SQLite and of PostgreSQL."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from db.rows import Row


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model class."""
    return cast(Table, model.__dict__["__table__"])


def insert_into(connection: Connection, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """INSERT that knows ON CONFLICT, in the words of this database."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table_of(model))
    return sqlite.insert(table_of(model))


def insert_new(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Add the rows whose key is new."""
    if rows:
        connection.execute(insert_into(connection, model).on_conflict_do_nothing(), list(rows))


def upsert(connection: Connection, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Add the rows; where the key is there already, take the new values. All rows have the same columns."""
    if not rows:
        return
    statement = insert_into(connection, model)
    keys = [column.name for column in table_of(model).primary_key]
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), list(rows))
