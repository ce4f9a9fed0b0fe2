"""The migrations make what the models say, and may be started by everybody at once."""

import subprocess
import sys

import numpy as np
import pytest
import zstandard
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from db.care import care_of
from db.engine import open_engine, reading, writing
from db.findings import network_at, network_changes
from db.ledger import ledger
from db.packing import pack_probabilities
from db.queries import beat_counts, beats, segments, settled_rhythms, vitals
from db.schema import migrate, migration_config
from db.settle import settle, unsettled
from db.store import store_batch
from tests.db import hearts
from tests.servers import PATIENCE_S


def test_models_and_migrated_schema_agree(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_foreign_keys_and_order_of_rows_are_in_the_schema(engine: Engine) -> None:
    assert [key["referred_table"] for key in inspect(engine).get_foreign_keys("beat")] == ["recording"]
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            schema = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'beat'")).scalar_one()
        assert "WITHOUT ROWID" in schema


def test_migrating_twice_changes_nothing(engine: Engine, database_url: str) -> None:
    before = sorted(inspect(engine).get_table_names())
    migrate(database_url)
    assert sorted(inspect(engine).get_table_names()) == before


def test_whoever_treats_patients_already_keeps_seeing_them(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        command.upgrade(migration_config(connection), "0008")
        for number, role in enumerate(("administrator", "doctor", "nurse"), 1):
            row = text("INSERT INTO user_account VALUES (:id, :role, '', :role, '', true, 0)")
            connection.execute(row, {"id": number, "role": role})
        connection.execute(text("INSERT INTO ward (id, name) VALUES (1, '4B'), (2, '5C')"))
    migrate(empty_database_url)
    assert [care_of(engine, number).wards for number in (1, 2, 3)] == [set(), {"4B", "5C"}, {"4B", "5C"}]
    engine.dispose()


def recordings_of_then(engine: Engine, *names: str) -> None:
    """What a house of the first tables had."""
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO patient (id, initials, name) VALUES (1, 'LM', '')"))
        device = "INSERT INTO device (id, patient_id, token_sha256, label, revoked) VALUES (1, 1, 'x', 'x', false)"
        connection.execute(text(device))
        row = text(
            "INSERT INTO recording (id, device_id, patient_id, rate, gain, lead, started_ms)"
            " VALUES (:r, 1, 1, 250, 200, 'II', 1700000000000)"
        )
        connection.execute(row, [{"r": name} for name in names])


def test_beats_of_the_first_tables_stay_and_learn_their_settled_rhythm(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        command.upgrade(migration_config(connection), "0001")
    recordings_of_then(engine, hearts.RECORDING)
    old = hearts.beat(300)
    with writing(engine) as connection:
        row = text(
            'INSERT INTO beat (recording_id, "index", rr, beat_class, rhythm, probabilities)'
            " VALUES (:r, 300, 200, 'N', 'N', :p)"
        )
        probabilities = pack_probabilities(old.class_probabilities, old.rhythm_probabilities)
        connection.execute(row, {"r": hearts.RECORDING, "p": probabilities})
    migrate(empty_database_url)
    store_batch(engine, {}, [], [], [hearts.settled(300)])
    assert beats(engine, hearts.RECORDING, 0, 1000) == [old]
    assert settled_rhythms(engine, hearts.RECORDING, 0, 1000) == [hearts.settled(300)]
    assert beat_counts(engine, hearts.RECORDING)[old.beat_class] == 1
    assert (network_at(network_changes(engine, hearts.RECORDING), 300) or "").startswith("7a98cc7298d3")
    with writing(engine) as connection:
        command.downgrade(migration_config(connection), "0001")
    assert "settled_rhythm" not in [column["name"] for column in inspect(engine).get_columns("beat")]
    engine.dispose()


def test_vital_signs_of_the_tables_before_stay_and_have_no_new_numbers(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        command.upgrade(migration_config(connection), "0002")
    recordings_of_then(engine, hearts.RECORDING)
    with writing(engine) as connection:
        row = text(
            'INSERT INTO vital_signs (recording_id, "index", heart_rate, sdnn, finding)'
            " VALUES (:r, 500, 72.5, 41.5, :f)"
        )
        connection.execute(row, {"r": hearts.RECORDING, "f": "sinus rhythm"})
    migrate(empty_database_url)
    store_batch(engine, {}, [], [], [hearts.vital_signs(1000)])
    old, new = vitals(engine, hearts.RECORDING, 0, 2000)
    assert (old.heart_rate, old.sdnn, old.sd1, old.lf_hf, old.hours_24h) == (72.5, 41.5, None, None, None)
    assert new == hearts.vital_signs(1000) and new.lf_hf == 2.0
    with writing(engine) as connection:
        command.downgrade(migration_config(connection), "0002")
    assert "sd1" not in [column["name"] for column in inspect(engine).get_columns("vital_signs")]
    engine.dispose()


def test_segments_of_the_tables_before_stay_readable_are_counted_and_can_be_settled(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        command.upgrade(migration_config(connection), "0004")
    recordings_of_then(engine, hearts.RECORDING, "empty")
    samples = np.random.default_rng(1).integers(-32768, 32768, 80_000).astype(np.int16)
    old = [(start, min(start + 1250, 80_000)) for start in range(0, 80_000, 1250) if start not in (2500, 3750, 20_000)]
    with writing(engine) as connection:
        for start, end in old:
            differences = np.diff(samples[start:end].view("<u2"), prepend=np.uint16(0)).tobytes()
            row = {"r": hearts.RECORDING, "s": start, "c": end - start, "b": zstandard.compress(differences)}
            connection.execute(
                text('INSERT INTO segment (recording_id, "start", count, blob) VALUES (:r, :s, :c, :b)'), row
            )
    migrate(empty_database_url)
    view = ledger(engine, hearts.RECORDING)
    assert view is not None and view.gaps == ((2500, 5000), (20_000, 21_250))
    assert (view.until, view.received, view.late, view.repeated) == (80_000, 76_250, 0, 0)
    assert ledger(engine, "empty") is None
    ((window, _),) = unsettled(engine)
    assert settle(engine, [window]) == []
    kept = segments(engine, hearts.RECORDING, 0, 80_000)
    assert [each.start for each in kept][:3] == [0, 5000, 21_250]
    assert all(np.array_equal(each.samples, samples[each.start :][: len(each.samples)]) for each in kept)
    assert sum(len(each.samples) for each in kept) == 76_250
    with writing(engine) as connection:
        command.downgrade(migration_config(connection), "0004")
    assert "ledger" not in inspect(engine).get_table_names()
    engine.dispose()


def test_processes_that_start_together_all_find_the_schema(empty_database_url: str) -> None:
    script = "import sys; from db.schema import migrate; migrate(sys.argv[1])"
    starts = [subprocess.Popen([sys.executable, "-c", script, empty_database_url]) for _ in range(3)]
    assert [process.wait(timeout=PATIENCE_S) for process in starts] == [0, 0, 0]
    engine = open_engine(empty_database_url)
    assert "stream_position" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_failed_migration_leaves_nothing_behind(empty_sqlite_url: str) -> None:
    engine = open_engine(empty_sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE beat (x INTEGER)"))
    with pytest.raises(OperationalError, match="beat"):
        migrate(empty_sqlite_url)
    assert inspect(engine).get_table_names() == ["beat"]
    engine.dispose()
