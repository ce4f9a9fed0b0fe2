"""Opening, reading and writing, with several hands at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from db.engine import house_url, journal_mode, open_engine, reading, writing

READ = text("SELECT entry_id FROM stream_position WHERE stream = 'n'")
WRITE = text("UPDATE stream_position SET entry_id = :n WHERE stream = 'n'")
INSERT = text("INSERT INTO stream_position VALUES ('n', '0')")


@pytest.mark.parametrize("given", ["postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d", "postgres://u:p@h/d"])
def test_postgresql_always_means_the_driver_that_is_installed(given: str) -> None:
    assert house_url(given).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/d"


def test_the_write_ahead_log_waits_for_a_safe_sqlite() -> None:
    assert [journal_mode((3, 40, 1)), journal_mode((3, 51, 2)), journal_mode((3, 51, 3))] == ["DELETE", "DELETE", "WAL"]


def test_sqlite_is_careful(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with reading(engine) as connection:
        pragmas = ("synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas]
    assert found == [2, 1, 30_000]
    engine.dispose()


def test_what_raises_is_not_written(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.execute(INSERT)
        raise ZeroDivisionError
    with reading(engine) as connection:
        assert connection.execute(READ).first() is None


def test_rows_must_belong_to_something(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO bed (ward_id, label) VALUES (77, '01')"))


def test_reading_goes_on_while_somebody_writes(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(INSERT)
    with writing(engine) as writer:
        writer.execute(WRITE, {"n": "1"})
        with reading(engine) as reader:
            assert reader.execute(READ).scalar_one() == "0"


def test_read_then_write_never_finds_sqlite_locked(empty_sqlite_url: str) -> None:
    engine = open_engine(empty_sqlite_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE stream_position (stream TEXT, entry_id TEXT)"))
        connection.execute(INSERT)

    def count_up(_: int) -> None:
        with writing(engine) as connection:
            connection.execute(WRITE, {"n": str(int(connection.execute(READ).scalar_one()) + 1)})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, range(100)))
    with reading(engine) as connection:
        assert connection.execute(READ).scalar_one() == "100"
    engine.dispose()
