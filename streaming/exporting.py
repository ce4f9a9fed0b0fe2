"""Archives of recordings: asked for, written recording by recording, deleted after a day. Who may is asked before."""

import logging
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from db.engine import writing
from db.exports import ExportState, ExportView, ask_export, drop_export, export, old_exports, turn_export
from db.queries import recording_shown
from db.uploads import upload_of_recording
from db.views import RecordingView
from ecg.errors import ConfigurationError
from streaming.export_files import ExportKind, write_files
from streaming.slow_queue import ask_archive

MOST_RECORDINGS = 500
LEVEL = 1
"""Of compression: half the bytes at a fifth of the time of the usual one."""
log = logging.getLogger(__name__)


def start_export(
    engine: Engine, redis: Redis, recordings: Sequence[RecordingView], kinds: Sequence[ExportKind], deed: Deed
) -> str:
    """Ask for an archive of these recordings; its id. Raises ConfigurationError where there is no queue."""
    assert deed.user_id is not None
    with writing(engine) as connection:
        names = [kind.value for kind in kinds]
        asked = ask_export(connection, [of.id for of in recordings], names, deed.user_id, deed.at_ms)
        for patient in {of.patient_id for of in recordings}:
            deed.tell(connection, AuditAction.EXPORT_ASKED, f"{asked}: {' '.join(names)}", patient)
    try:
        ask_archive(redis, asked)
    except RedisError as error:
        with writing(engine) as connection:
            drop_export(connection, asked)
        raise ConfigurationError("The queue of jobs does not answer.") from error
    return asked


def archive_one(engine: Engine, of: RecordingView, kinds: frozenset[ExportKind], target: Path) -> None:
    """One recording as an archive at once."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        add_recording(engine, of, kinds, archive, "")


def add_recording(
    engine: Engine, of: RecordingView, kinds: frozenset[ExportKind], archive: zipfile.ZipFile, inside: str
) -> None:
    """Write a recording's files into a folder of an archive."""
    source = upload_of_recording(engine, of.id)
    dated = source is None or source.start_known
    with TemporaryDirectory(prefix="wardbeat-export-", dir=Path(str(archive.filename)).parent) as folder:
        write_files(engine, of, dated, kinds, Path(folder))
        for path in sorted(Path(folder).iterdir()):
            archive.write(path, f"{inside}{path.name}")


@dataclass(frozen=True, slots=True)
class Exporter:
    """folder: of all archives."""

    engine: Engine
    folder: Path

    def place(self, export_id: str) -> Path:
        """Where an archive is when it is done."""
        return self.folder / f"{export_id}.zip"

    def run(self, export_id: str, now_ms: int) -> None:
        """Write an archive that waits, or was being written when its process died; and delete old ones."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.tidy(now_ms)
        asked = export(self.engine, export_id)
        if asked is None or asked.state not in (ExportState.WAITING, ExportState.RUNNING):
            return
        part = self.folder / f"{export_id}.part"
        try:
            left_out = self._write(asked, part)
        except OSError as error:
            log.warning("An export could not be written: %s", error)
            part.unlink(missing_ok=True)
            self._turn(export_id, state=ExportState.FAILED.value)
            return
        size = part.stat().st_size
        part.replace(self.place(export_id))
        done = {"state": ExportState.DONE.value, "progress": 1000, "size": size, "left_out": left_out}
        if not self._turn(export_id, **done):
            self.place(export_id).unlink(missing_ok=True)

    def tidy(self, now_ms: int) -> None:
        """Delete archives whose time is over, and what died while it was written."""
        for each in old_exports(self.engine, now_ms):
            self.drop(each.id)
        for left in self.folder.glob("wardbeat-export-*"):
            shutil.rmtree(left, ignore_errors=True)

    def drop(self, export_id: str) -> None:
        """Delete an archive."""
        with writing(self.engine) as connection:
            drop_export(connection, export_id)
        self.place(export_id).unlink(missing_ok=True)

    def _write(self, asked: ExportView, part: Path) -> int:
        kinds, left_out = frozenset(map(ExportKind, asked.kinds)), 0
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for done, name in enumerate(asked.recordings):
                progress = 1000 * done // len(asked.recordings)
                if not self._turn(asked.id, state=ExportState.RUNNING.value, progress=progress):
                    break  # removed meanwhile
                of = recording_shown(self.engine, name)
                if of is None:
                    left_out += 1
                else:
                    add_recording(self.engine, of, kinds, archive, f"{done + 1:03d}/")
        return left_out

    def _turn(self, export_id: str, **values: object) -> bool:
        with writing(self.engine) as connection:
            return turn_export(connection, export_id, **values)
