"""How long it takes to check the audit trail, and to open its page.

python -m tests.bench trail [--entries 1000000]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, insert, update

from auth.audit import AuditAction
from auth.audit_check import check_trail
from auth.audit_keys import AuditPlace
from auth.chain import seal, sum_before
from auth.head_file import keep_head
from db.audit_views import AuditLine
from db.engine import open_engine, writing
from db.models_audit import AuditEntry, AuditHead
from db.schema import migrate
from db.store import table_of
from db.trail import Wanted, newest_lines
from tests.bench.storage import databases

AT_ONCE = 50_000
QUESTIONS = {
    "the newest": Wanted(),
    "one patient": Wanted(patient_id=77),
    "one person, a rare deed": Wanted(person="doctor 3", action=AuditAction.LIMIT_SET.value),
    "a word that nobody wrote": Wanted(subject="nowhere"),
}


def line(number: int) -> AuditLine:
    """An entry as a busy ward makes them."""
    what = AuditAction.LIMIT_SET if number % 1000 == 0 else AuditAction.VIEWED
    patient = number % 500
    facts = (None, f"doctor {number % 40}", "doctor", what.value, f"recording /strip/{patient}", "10.0.0.7")
    return AuditLine(number, 1_700_000_000_000 + 1000 * number, *facts, patient)


def fill(engine: Engine, place: AuditPlace, entries: int) -> None:
    """A sealed trail of so many entries."""
    mac = sum_before(())
    for first in range(1, entries + 1, AT_ONCE):
        rows = []
        for number in range(first, min(first + AT_ONCE, entries + 1)):
            made = line(number)
            mac = seal(place.key, mac, made)
            row = made._replace(mac=mac)._asdict()
            rows.append({"id": row.pop("number"), **row})
        with writing(engine) as connection:
            connection.execute(insert(table_of(AuditEntry)), rows)
            connection.execute(update(table_of(AuditHead)).values(number=rows[-1]["id"], mac=mac))
    keep_head(engine, place.folder)


def measure(kind: str, entries: int) -> None:
    """The rows of one database."""
    with databases(kind) as url, tempfile.TemporaryDirectory(prefix="wb-") as folder:
        migrate(url)
        engine, place = open_engine(url), AuditPlace(b"k" * 32, Path(folder))
        fill(engine, place, entries)
        began, busy = time.perf_counter(), time.process_time()
        found = check_trail(engine, place, 0)
        spent = (time.perf_counter() - began, time.process_time() - busy)
        assert (found.flaw, found.entries, found.lags_at) == (None, entries, None)
        print(f"| {kind} | checking {entries:,} entries | {spent[0]:.1f} s, {spent[1]:.1f} s of a core |")
        for name, wanted in QUESTIONS.items():
            began = time.perf_counter()
            count = len(newest_lines(engine, wanted, None, 101))
            print(f"| {kind} | page: {name} ({count} shown) | {1000 * (time.perf_counter() - began):.0f} ms |")
        engine.dispose()


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench trail")
    parser.add_argument("--entries", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    print("\n| database | what | took |\n| --- | --- | --- |")
    for kind in ("SQLite", "PostgreSQL"):
        measure(kind, options.entries)
