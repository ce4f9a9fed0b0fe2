"""The audit trail in the database: linear whoever writes, sealed against hands in the table, its end kept outside."""

import csv
import io
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, make_url, text

from auth.audit import AuditAction, audit_actions, write_audit
from auth.audit_csv import FORMULA, as_csv
from auth.audit_keys import place_of_process
from auth.audit_tool import main
from auth.head_file import head_place, read_head
from db.audit_views import AuditLine
from db.engine import open_engine, writing
from db.schema import migrate, migration_config
from db.trail import Wanted, newest_lines

HERE = "10.0.0.7"
Told = Callable[[], tuple[int, str]]


def write(engine: Engine, *subjects: str) -> None:
    for subject in subjects:
        with writing(engine) as connection:
            write_audit(connection, 1000, AuditAction.LOGIN, None, subject, HERE)


def do(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def told(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """What `wardbeat audit verify` answers: exit code and sentence."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def ask() -> tuple[int, str]:
        capsys.readouterr()
        return main(["verify"]), capsys.readouterr().out

    return ask


def place_of(engine: Engine) -> Path:
    return head_place(place_of_process().folder, engine.url)


def test_processes_that_write_at_once_make_one_chain(engine: Engine, told: Told) -> None:
    def some(who: str) -> None:
        own = open_engine(engine.url.render_as_string(hide_password=False))
        write(own, *(f"{who} {number}" for number in range(8)))
        own.dispose()

    writers = [threading.Thread(target=some, args=[name]) for name in "abcd"]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert sorted(subject for _, subject in audit_actions(engine)) == sorted(
        f"{w} {n}" for w in "abcd" for n in range(8)
    )
    assert told() == (0, "The audit trail is whole: 32 entries.\n")
    known = read_head(place_of(engine))
    assert known is not None and known.number == 32


def test_hands_in_the_table_are_found(engine: Engine, told: Told) -> None:
    write(engine, *"abcdefgh")
    assert told()[0] == 0
    do(engine, "UPDATE audit SET subject = 'x' WHERE id = 3")
    assert told() == (
        1,
        "The audit trail was changed. Entry 3 is not what was written, or not where it was written.\n",
    )
    do(engine, "UPDATE audit SET subject = 'c' WHERE id = 3")
    assert told()[0] == 0
    do(engine, "DELETE FROM audit WHERE id = 5")
    assert told() == (1, "The audit trail was changed. Entry 5 is missing: 6 comes after 4.\n")


def test_a_cut_tail_stays_found_whatever_is_written_after_it(engine: Engine, told: Told) -> None:
    write(engine, *"abcdefgh")
    cut = "UPDATE audit_head SET number = 5, mac = (SELECT mac FROM audit WHERE id = 5)"
    do(engine, cut, "DELETE FROM audit WHERE id > 5")
    code, sentence = told()
    assert code == 1 and "The trail ends at 5" in sentence and "knows entry 8: it was cut off." in sentence
    write(engine, *"ijklmnop")
    code, sentence = told()
    assert code == 1 and "Entry 8 is not the one that" in sentence
    known = read_head(place_of(engine))
    assert known is not None and known.number == 8


def test_the_end_outside_may_lag_may_not_be_gone_and_follows_again(engine: Engine, told: Told) -> None:
    write(engine, *"abc")
    place = place_of(engine)
    before = place.read_text()
    write(engine, *"de")
    place.write_text(before)  # as after a crash between commit and file
    code, sentence = told()
    assert code == 0 and "5 entries" in sentence and "stands at 3" in sentence
    write(engine, "f")
    assert place.read_text().startswith("6 ")
    place.unlink()
    code, sentence = told()
    assert code == 1 and "is missing" in sentence
    place.write_text("")
    assert told()[0] == 1
    write(engine, "g")
    assert (told()[0], place.read_text()) == (1, "")


def test_what_is_rolled_back_is_in_no_chain(engine: Engine, told: Told) -> None:
    write(engine, "a")
    with pytest.raises(KeyError), writing(engine) as connection:
        write_audit(connection, 1000, AuditAction.LOGIN, None, "never", HERE)
        raise KeyError
    with writing(engine) as connection:
        nested = connection.begin_nested()
        write_audit(connection, 1000, AuditAction.LOGIN, None, "taken back", HERE)
        nested.rollback()
        write_audit(connection, 1000, AuditAction.LOGIN, None, "b", HERE)
    assert [subject for _, subject in audit_actions(engine)] == ["a", "b"]
    assert told() == (0, "The audit trail is whole: 2 entries.\n")


def test_entries_from_before_the_chain_are_sealed_by_the_first_one_after(
    empty_database_url: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    engine = open_engine(empty_database_url)
    with writing(engine) as connection:
        command.upgrade(migration_config(connection), "0013")
        row = text("INSERT INTO audit (id, at_ms, action, subject, address) VALUES (:id, 5, 'login', 'old', 'here')")
        for number in (1, 2, 4):  # a transaction that was rolled back took number 3 with it
            connection.execute(row, {"id": number})
    migrate(empty_database_url)
    assert told() == (0, "The audit trail is whole: 4 entries, 3 of them from before the chain.\n")
    write(engine, "new")
    assert told() == (0, "The audit trail is whole: 5 entries, 3 of them from before the chain.\n")
    do(engine, "UPDATE audit SET subject = 'x' WHERE id = 2")
    code, sentence = told()
    assert code == 1 and "from before the chain" in sentence
    engine.dispose()


def test_the_export_is_in_the_trail_and_no_cell_is_a_formula(
    engine: Engine,
    tmp_path: Path,
    told: Told,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(engine, "=1+1", 'a,"b"\nc', "药")
    file = tmp_path / "audit.csv"
    assert main(["export", "--output", str(file)]) == 0
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert rows[0][:2] == ["number", "at_ms"]
    assert [row[6] for row in rows[1:]] == ["'=1+1", 'a,"b"\nc', "药", "audit"]
    assert rows[-1][5] == AuditAction.EXPORTED
    for sign in FORMULA:
        line = AuditLine(1, 2, None, f"{sign}cmd", sign, sign, f"{sign}1", sign, None, "00")
        cells = next(csv.reader(io.StringIO("".join(list(as_csv([line]))[1:]), newline="")))
        assert all(not cell.startswith(FORMULA) for cell in cells)


def test_the_trail_is_looked_through_by_who_what_whom_where_and_when(engine: Engine) -> None:
    with writing(engine) as connection:
        for number in range(1, 8):
            where = f"10.0.{number % 2}.7"
            write_audit(connection, 1000 * number, AuditAction.VIEWED, None, f"100% of {number}", where, number % 3)
        write_audit(connection, 9000, AuditAction.LOGIN, None, "100 of 7", HERE)

    def found(before: int | None = None, count: int = 9, **wanted: int | str) -> list[int]:
        return [line.number for line in newest_lines(engine, Wanted(**wanted), before, count)]  # type: ignore[arg-type]

    assert found(count=3) == [8, 7, 6] and found(6, 2) == [5, 4]
    assert found(patient_id=1) == [7, 4, 1] and found(action="login") == [8]
    assert found(from_ms=3000, to_ms=5000) == [4, 3]
    assert found(subject="0% OF") == [7, 6, 5, 4, 3, 2, 1] and found(subject="_") == []
    assert found(address="10.0.1.") == [7, 5, 3, 1] and found(address="%") == []
    assert found(person="x") == []


def test_the_key_is_outside_of_the_database_and_for_this_user_alone(engine: Engine) -> None:
    write(engine, "a")
    key = place_of_process().folder / "audit.key"
    assert key.stat().st_mode & 0o077 == 0 and place_of(engine).stat().st_mode & 0o077 == 0
    if make_url(str(engine.url)).get_backend_name() == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as file:
            assert place_of_process().key.decode() not in "\n".join(file.iterdump())
