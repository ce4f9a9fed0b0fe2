"""Bringing a database to the newest schema with the scripts in `db/migrations`.

Apart from `db.engine`, because only one command needs Alembic and every process would pay its 11 MB.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from db.engine import open_engine, writing

MIGRATION_LOCK = 0x57617264
"""Key of PostgreSQL's advisory lock during migrations ("Ward")."""


def migrate(database_url: str) -> None:
    """Bring the database to the newest schema. Safe when several processes start together: one does it, all wait."""
    engine = open_engine(database_url)
    try:
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            command.upgrade(migration_config(connection), "head")
    finally:
        engine.dispose()


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for the scripts in `db/migrations`, run on this connection's open transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
