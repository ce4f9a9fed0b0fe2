"""How long lists of patients and devices take to answer.

    python -m tests.bench patients [--patients 10000]

On SQLite and on PostgreSQL, by the functions behind /patients and /devices: the slowest of nine, ms.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine, insert

from db.device_lists import listed_devices
from db.engine import open_engine, writing
from db.models import Bed, Device, Patient, Ward
from db.patients import patients
from db.schema import migrate
from db.upserts import table_of
from tests import servers

TARGET_MS = 300
TIMES = 9


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench patients")
    parser.add_argument("--patients", type=int, default=10_000)
    count = parser.parse_args(arguments).patients
    print(f"| slowest of {TIMES}, {count} patients | all | a name | ward and bed | nobody | last page | devices |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'w.db'}", count)
    initdb = servers.postgres_binary("initdb")
    if initdb is not None:
        with servers.running_postgres(initdb) as place, servers.postgres_database(place, "bench") as url:
            measure("PostgreSQL", url, count)


def measure(name: str, url: str, count: int) -> None:
    """One row."""
    migrate(url)
    engine = open_engine(url)
    fill(engine, count)
    asked: list[Callable[[], object]] = [
        lambda: patients(engine),
        lambda: patients(engine, "patient 0042"),
        lambda: patients(engine, "ward3 17"),
        lambda: patients(engine, "nobody at all"),
        lambda: patients(engine, page=count),
        lambda: listed_devices(engine, "phone 42"),
    ]
    print(f"| {name} | {' | '.join(f'{slowest(each):.0f}' for each in asked)} |")
    engine.dispose()


def fill(engine: Engine, count: int) -> None:
    """Patients, a fifth of them in beds of 20 wards, each of these with a device."""
    with writing(engine) as connection:
        connection.execute(insert(table_of(Ward)), [{"name": f"Ward{number}"} for number in range(1, 21)])
        people = [{"name": f"Patient {n:05d}", "initials": "PX", "number": f"H{n}", "version": 1} for n in range(count)]
        connection.execute(insert(table_of(Patient)), people)
        lie = range(1, count // 5)
        beds = [{"ward_id": n % 20 + 1, "label": str(n), "patient_id": n} for n in lie]
        connection.execute(insert(table_of(Bed)), beds)
        worn = [{"patient_id": n, "token_sha256": str(n), "label": f"Phone {n}", "revoked": False} for n in lie]
        connection.execute(insert(table_of(Device)), worn)


def slowest(ask: Callable[[], object]) -> float:
    """Ms of the slowest answer."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return max(took)
