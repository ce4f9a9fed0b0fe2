"""Databases with the newest schema, made once in each process of the suite and copied from then on."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from db.schema import migrate
from tests.servers import postgres_database

_MODEL = "migrated"


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Gone with the process."""
    folder = tempfile.TemporaryDirectory(prefix="wardbeat-schema-")
    migrate(f"sqlite:///{folder.name}/w.db")
    return folder


def migrated_sqlite(place: Path) -> str:
    """DATABASE_URL of a new SQLite file at `place`, which has all tables."""
    shutil.copyfile(Path(_folder().name) / "w.db", place)
    return f"sqlite:///{place}"


@contextmanager
def migrated_cluster(folder: str) -> Iterator[str]:
    """The PostgreSQL cluster at `folder`, with a database in it that `migrated_postgres` copies."""
    with postgres_database(folder, _MODEL) as url:
        migrate(url)
        yield folder


@contextmanager
def migrated_postgres(folder: str, name: str) -> Iterator[str]:
    """DATABASE_URL of a new database, which has all tables, in a `migrated_cluster`."""
    with postgres_database(folder, name, _MODEL) as url:
        yield url
