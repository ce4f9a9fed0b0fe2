"""Where the audit trail ends, kept outside of the database, so that a cut tail is found.

The file is written after the commit and only from what is committed: after a crash it may lag behind the trail, it
never leads. It moves on only along the chain: where the entry that it knows is gone, it stays as it is, as evidence.
"""

import fcntl
import hashlib
import logging
import os
import tempfile
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

from db.audit_views import Head
from db.trail import head, mac_of
from ecg.errors import DamagedError

log = logging.getLogger(__name__)


def head_place(folder: Path, url: URL) -> Path:
    """The file for this database: named after its server, port and name, so that two databases share none."""
    whose = hashlib.sha256(f"{url.host}:{url.port}/{url.database}".encode()).hexdigest()[:12]
    return folder / f"audit-{whose}.head"


def read_head(place: Path) -> Head | None:
    """The head that is kept there; None where there is none. Raises DamagedError for a file that says nothing."""
    try:
        words = place.read_text("ascii").split()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        words = []
    if len(words) != 2 or not words[0].isdigit():
        raise DamagedError(f"{place} is not what was written: nobody can say where the audit trail ended.")
    return Head(int(words[0]), words[1])


def keep_head(engine: Engine, folder: Path) -> None:
    """Let the file follow the trail. What goes wrong is said in the log and stops nobody: the entry is committed."""
    place = head_place(folder, engine.url)
    try:
        with place.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _follow(engine, place)
    except (OSError, SQLAlchemyError, DamagedError) as error:
        log.warning("The end of the audit trail could not be kept in %s: %s", place, error)


def _follow(engine: Engine, place: Path) -> None:
    known, now = read_head(place), head(engine)
    if known is not None and (known.number > now.number or mac_of(engine, known.number) != known.mac):
        log.error("The audit trail was changed: entry %d is gone. Run wardbeat audit verify.", known.number)
    elif known is None or known.number < now.number:
        _write(place, now)


def _write(place: Path, now: Head) -> None:
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=".head-")
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{now.number} {now.mac}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(place)
