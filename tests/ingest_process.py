"""A real `wardbeat ingest` in a process of its own, with its log and its memory to look at."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from db.engine import open_engine
from db.provision import provision_demo
from streaming.own_place import free_port
from tests.migrated import migrated_sqlite
from tests.servers import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ingest:
    """port: where phones connect. tokens: of its devices."""

    port: int
    tokens: list[str]
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def memory_mb(self) -> float:
        """Resident set."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)

    @property
    def log(self) -> str:
        """All that it said so far."""
        return self.log_file.read_text()

    def is_sound(self) -> bool:
        """Whether it runs, and nothing unexpected is in its log."""
        return self.process.poll() is None and not any(word in self.log for word in ("Traceback", "ERROR", "CRITICAL"))


@contextmanager
def running_ingest(redis_url: str, folder: Path, devices: int, **settings: str) -> Iterator[Ingest]:
    """Ingest on a free port with an SQLite database in `folder`; it is stopped afterwards."""
    database_url, port = migrated_sqlite(folder / "ingest.db"), free_port()
    engine = open_engine(database_url)
    tokens = [device.token for device in provision_demo(engine, devices)]
    engine.dispose()
    own = {"REDIS_URL": redis_url, "DATABASE_URL": database_url, "WARDBEAT_INGEST_PORT": str(port), **settings}
    place = folder / "ingest.log"
    with place.open("wb") as log:
        words = [sys.executable, "-m", "cli", "ingest"]
        process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **own}, stdout=log, stderr=log)
    ingest = Ingest(port, tokens, process, place)
    try:
        wait_until(lambda: "phones connect to" in ingest.log, "ingest listens")
        yield ingest
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
