"""Opening the database: SQLite for one machine, PostgreSQL for more. And the two ways to use it: reading and writing.

SQLite runs with a rollback journal and full synchronisation. The write-ahead log is used only from SQLite 3.51.3 on:
before it a file can be corrupted when two connections write and checkpoint at once
(sqlite.org/wal.html#walresetbug).
Writing transactions begin with BEGIN IMMEDIATE, because a transaction that reads first and writes later fails at
once with "database is locked", whatever the busy time-out.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 30
DOWN = (OperationalError, InterfaceError, ProgrammingError, NoFreeConnection)
"""What passes when the database comes back, is free again, or has been migrated."""
WAL_SAFE_SINCE = (3, 51, 3)
_AFTER_COMMIT = "wardbeat after commit"


def open_engine(database_url: str) -> Engine:
    """Engine for `sqlite:///path`, `postgresql://…` or `postgresql+psycopg://…`. Connects only when used."""
    url = house_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def house_url(database_url: str) -> URL:
    """The URL with the driver that Wardbeat installs (psycopg 3) for PostgreSQL."""
    url = make_url(database_url)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent read; takes no write lock. Keep it short: on SQLite a long read holds up the writer's commit."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed at the end, rolled back when an exception leaves the block.

    What the block left with `after_commit` is done once it is committed and the connection free again.
    """
    with engine.connect() as connection:
        writer = connection.execution_options(wardbeat_begin="BEGIN IMMEDIATE")
        acts: dict[str, Callable[[], None]] = {}
        writer.info[_AFTER_COMMIT] = acts
        with writer.begin():
            yield writer
    for act in acts.values():
        act()


def after_commit(connection: Connection, name: str, act: Callable[[], None]) -> None:
    """Do `act` when the transaction of `writing` is committed; once, however often it was left under this name."""
    connection.info.setdefault(_AFTER_COMMIT, {})[name] = act


def fetch_all(engine: Engine, question: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """All rows that answer a question, each as a plain tuple."""
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(question)]


def fetch_parts(engine: Engine, question: Select[*tuple[Any, ...]], most: int) -> Iterator[Sequence[Sequence[Any]]]:
    """The same in parts of at most so many rows: who turns each into arrays keeps no 100,000 tuples, which the garbage
    collector would go through again and again.
    """
    with reading(engine) as connection:
        yield from connection.execute(question).partitions(most)


def fetch_first(engine: Engine, question: Select[*tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """The first row that answers a question, None where there is none."""
    with reading(engine) as connection:
        row = connection.execute(question).first()
    return None if row is None else tuple(row)


def journal_mode(version: tuple[int, int, int]) -> str:
    """SQLite's journal for this library version: WAL where it is safe, else the rollback journal."""
    return "WAL" if version >= WAL_SAFE_SINCE else "DELETE"


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Per connection: the driver leaves BEGIN to us (SQLAlchemy's documented pysqlite recipe), then the pragmas."""
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows ASCII only
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    if _is_new(connection):
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that `db.purge` can give space back
    wanted = journal_mode(sqlite3.sqlite_version_info)
    if connection.execute("PRAGMA journal_mode").fetchone() != (wanted.lower(),):
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _lower(text: str | float | None) -> str | float | None:
    return text.lower() if isinstance(text, str) else text


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether the file has nothing in it yet. Takes no lock, as any other question would."""
    place = connection.execute("PRAGMA database_list").fetchone()[2]
    return bool(place) and not Path(place).stat().st_size


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("wardbeat_begin", "BEGIN"))
