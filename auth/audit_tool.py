"""`wardbeat audit`: find out whether the audit trail is what was written, and take it out of the house.

wardbeat audit verify
wardbeat audit export [--output FILE]
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction
from auth.audit_check import check_trail
from auth.audit_csv import as_csv
from auth.audit_keys import AuditPlace, audit_place
from auth.deeds import deed_of_shell
from auth.head_file import head_place
from db.engine import open_engine, writing
from db.trail import all_lines
from ecg.errors import ConfigurationError
from settings import load_settings

CHANGED = 1
"""Exit code of `verify` for a trail that is not what was written."""


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError when there is no database."""
    wanted = options_of(arguments)
    settings = load_settings()
    engine = open_engine(settings.database_url)
    try:
        return verify(engine, audit_place(settings)) if wanted.what == "verify" else export(engine, wanted.output)
    except SQLAlchemyError as error:
        raise ConfigurationError("The database cannot be used. Run wardbeat migrate.") from error
    finally:
        engine.dispose()


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat audit", description="Who did what, and whether that was changed.")
    deeds = parser.add_subparsers(dest="what", metavar="DEED", required=True)
    deeds.add_parser("verify", help="find any entry that was edited, deleted, moved or cut off; exit code 1 if one was")
    export = deeds.add_parser("export", help="all entries as CSV")
    export.add_argument("--output", type=Path, metavar="FILE", help="where to; standard output if not given")
    return parser.parse_args(arguments)


def verify(engine: Engine, place: AuditPlace) -> int:
    """Say whether the trail is whole, and where it is not first."""
    found = check_trail(engine, place, _now_ms())
    if found.flaw is not None:
        sys.stdout.write(f"The audit trail was changed. {found.flaw}\n")
        return CHANGED
    unsealed = f", {found.unsealed} of them from before the chain" if found.unsealed else ""
    sys.stdout.write(f"The audit trail is whole: {found.entries} entries{unsealed}.\n")
    if found.lags_at is not None:
        file = head_place(place.folder, engine.url)
        sys.stdout.write(
            f"{file} stands at {found.lags_at}: a process ended before it could write it, or others wrote.\n"
        )
    return 0


def export(engine: Engine, output: Path | None) -> int:
    """Write all entries as CSV; the export is in the trail itself, and in the export."""
    with writing(engine) as connection:
        deed_of_shell(_now_ms()).tell(connection, AuditAction.EXPORTED, "audit")
    if output is None:
        sys.stdout.writelines(as_csv(all_lines(engine)))
        return 0
    with output.open("w", encoding="utf-8", newline="") as file:
        file.writelines(as_csv(all_lines(engine)))
    return 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
