"""A desk that takes files in, with all behind it but the queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

from sqlalchemy import Engine

from auth.deeds import Deed
from db.engine import open_engine
from db.provision import admit
from db.upload_views import NewFile, UploadView
from ecg.pipeline import Labeller
from streaming.analysing import Analyst
from streaming.depot import Depot
from streaming.files.sandbox import Sandbox
from streaming.importing import Importer
from streaming.uploads import Reception
from tests.migrated import migrated_sqlite
from tests.people import new_person

NOW = 1_900_000_000_000
RATE, GAIN = 250, 200
WARD = "Ward 1"


@dataclass(slots=True)
class Desk:
    """The desk, who reads in, who analyses, and the person who brings files for patient 1."""

    folder: Path
    engine: Engine
    reception: Reception
    importer: Importer
    analyst: Analyst
    user: int

    @property
    def deed(self) -> Deed:
        return Deed(self.user, NOW, "here")

    def bring(self, paths: list[Path], patient: int | None = 1, piece: int = 100_000) -> UploadView:
        """All bytes of the files, in pieces; as the desk sees them then."""
        files = [NewFile(path.name, path.stat().st_size, 1) for path in paths]
        known = self.reception.begin(files, patient, self.deed)
        for path in paths:
            with path.open("rb") as content:
                for at in range(0, path.stat().st_size, piece):
                    self.reception.depot.append(known, path.name, at, content.read(piece))
        return self.reception.finish(known, self.deed)


@contextmanager
def open_desk(folder: Path, labeller: Callable[[str], Labeller], sandbox: Sandbox) -> Iterator[Desk]:
    """A desk over a database of its own."""
    url = migrated_sqlite(folder / "w.db")
    engine = open_engine(url)
    admit(engine, WARD, "01", "AB")
    user = new_person(engine, "dora", "doctor", [WARD])
    depot = Depot(folder / "uploads", 1 << 30, 0)
    depot.folder.mkdir()
    reception = Reception(engine, depot, sandbox, Mock(), _utc_ms)
    yield Desk(folder, engine, reception, Importer(engine, depot, sandbox), Analyst(engine, labeller), user)
    engine.dispose()


def _utc_ms(clock: datetime) -> int:
    return round(1000 * clock.replace(tzinfo=UTC).timestamp())
