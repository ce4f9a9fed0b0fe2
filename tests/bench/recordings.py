"""How long the list of recordings takes to answer, and a patient's page, with a hundred thousand of them.

python -m tests.bench recordings [--recordings 100000]
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, insert, text

from db.engine import open_engine, writing
from db.models import Bed, Device, Patient, Recording, Ward
from db.models_alerts import AlertRow
from db.models_recorder import LedgerRow, MissingRow
from db.models_recordings import RecordingDetails
from db.patient_timeline import patient_timeline, recorded_between
from db.recording_views import Among, Asked, RecordingOrder, RecordingState
from db.recordings import recording_page
from db.schema import migrate
from db.store import table_of
from tests.bench.storage import databases

PATIENTS, BEDS, TIMES = 10_000, 200, 7
HOUR_MS = 3_600_000
START_MS = 1_700_000_000_000
AT_ONCE = 20_000


def fill(engine: Engine, count: int) -> None:
    """So many recordings of 10,000 patients; 200 of these lie in beds of ten wards, one of them has a tenth of all."""
    with writing(engine) as connection:
        named = [{"id": n, "name": f"Patient {n:05d}", "initials": "PX"} for n in range(1, PATIENTS + 1)]
        phones = [{"id": n, "label": f"Phone {n}", "token_sha256": f"{n}", "revoked": False} for n in range(1, 501)]
        connection.execute(insert(table_of(Ward)), [{"id": n, "name": f"Ward {n}"} for n in range(1, 11)])
        connection.execute(insert(table_of(Patient)), named)
        beds = [{"ward_id": n % 10 + 1, "label": f"{n}", "patient_id": n} for n in range(1, BEDS + 1)]
        connection.execute(insert(table_of(Bed)), beds)
        connection.execute(insert(table_of(Device)), phones)
    for first in range(0, count, AT_ONCE):
        _add(engine, range(first, min(first + AT_ONCE, count)))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _add(engine: Engine, numbers: range) -> None:
    facts = {"rate": 250.0, "gain": 200.0, "lead": "I"}
    rows = [
        {
            "id": f"recording-{n:07d}",
            "device_id": n % 500 + 1,
            "patient_id": 1 if n % 10 == 0 else n % PATIENTS + 1,
            "started_ms": START_MS + n * HOUR_MS // 10,
            **facts,
        }
        for n in numbers
    ]
    ledgers = [
        {"recording_id": row["id"], "until": 250 * (600 + n % 7000), "missing": 250, "late": 0, "repeated": 0}
        | {"purged": 0, "settled": 0}
        for n, row in zip(numbers, rows, strict=True)
    ]
    gaps = [{"recording_id": row["id"], "start": 250 * k, "end": 250 * k + 125} for row in rows for k in (100, 300)]
    with writing(engine) as connection:
        connection.execute(insert(table_of(Recording)), rows)
        connection.execute(insert(table_of(LedgerRow)), [row for row in ledgers if int(str(row["until"])) % 11])
        connection.execute(insert(table_of(MissingRow)), gaps)
        connection.execute(insert(table_of(RecordingDetails)), [_details(n) for n in numbers if n % 20 == 0])
        alerts = {"rule": "vt", "start": 5000, "priority": "high", "end": 6000, "evidence": "{}", "model": "m"}
        connection.execute(insert(table_of(AlertRow)), [{"recording_id": row["id"], **alerts} for row in rows])


def _details(number: int) -> dict[str, object]:
    gone = number % 200 == 0
    told = {"recording_id": f"recording-{number:07d}", "title": f"Night {number}", "note": "", "version": 1}
    return told | {"deleted_ms": 1 if gone else None, "deleted_until": 1 << 40 if gone else None}


def questions(count: int) -> dict[str, tuple[Asked, int]]:
    """Name -> what is asked for, and from which place on."""
    mine = Among(frozenset({"Ward 3", "Ward 4"}), frozenset({7, 8, 9}))
    return {
        "the newest 100": (Asked(Among()), 0),
        "100 in the middle": (Asked(Among()), count // 2),
        "the last 100": (Asked(Among()), count - count // 50),
        "of two wards and three patients": (Asked(mine), 0),
        "a name that few have": (Asked(Among(), search="Patient 00042"), 0),
        "a word that nobody wrote": (Asked(Among(), search="nowhere"), 0),
        "a title": (Asked(Among(), search="night 4"), 0),
        "the failed": (Asked(Among(), state=RecordingState.FAILED), 0),
        "the complete": (Asked(Among(), state=RecordingState.COMPLETE), 0),
        "the deleted": (Asked(Among(), state=RecordingState.DELETED), 0),
        "by patient": (Asked(Among(), order=RecordingOrder.PATIENT), 0),
        "by device": (Asked(Among(), order=RecordingOrder.DEVICE), 0),
        "by length": (Asked(Among(), order=RecordingOrder.LENGTH), 0),
    }


def timed(act: Callable[[], object]) -> str:
    """Median and slowest, ms."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    return f"{statistics.median(took):.0f} | {max(took):.0f}"


def measure(kind: str, count: int) -> None:
    """The rows of one database."""
    with databases(kind) as url:
        migrate(url)
        engine = open_engine(url)
        fill(engine, count)
        now_ms = START_MS + count * HOUR_MS
        for name, (asked, first) in questions(count).items():
            found = timed(lambda asked=asked, first=first: recording_page(engine, asked, first, 100, now_ms))  # type: ignore[misc]
            total = recording_page(engine, asked, first, 100, now_ms)[1]
            print(f"| {kind} | {name} ({total:,} in all) | {found} |")
        begin, end = recorded_between(engine, 1) or (0, 1)
        whole = timed(lambda: (recorded_between(engine, 1), patient_timeline(engine, 1, begin, end)))
        print(f"| {kind} | a patient's timeline, {count // 10:,} recordings | {whole} |")
        engine.dispose()


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench recordings")
    parser.add_argument("--recordings", type=int, default=100_000)
    options = parser.parse_args(arguments)
    print("\n| database | question | median ms | slowest ms |\n| --- | --- | --- | --- |")
    for kind in ("SQLite", "PostgreSQL"):
        measure(kind, options.recordings)
