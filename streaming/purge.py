"""`wardbeat purge`: delete what is older than the settings keep it, and what somebody deleted 30 days ago.

The recorder does the same by itself.

wardbeat purge [--dry-run]
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction, write_audit
from auth.deeds import deed_of_shell
from db.engine import open_engine
from db.purge import Due, Retention, due, purge_some
from db.purge_deleted import deleted_due, purge_deleted
from db.purge_patients import patients_due, purge_patients
from ecg.errors import ConfigurationError
from settings import Settings, load_settings
from streaming.outage import first_line
from streaming.process import nap

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
"""Between two transactions, so that the recorder gets its turn."""
EVERY_SECONDS = 3600.0


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError when there is no database."""
    parser = argparse.ArgumentParser(prog="wardbeat purge", description="Delete what is too old, by the settings.")
    parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")
    wanted = parser.parse_args(arguments)
    settings = load_settings()
    engine = open_engine(settings.database_url)
    retention = retention_of(settings)
    try:
        sys.stdout.write(told(due(engine, retention, wall_ms()), retention) + _gone(engine, wall_ms()))
        if not wanted.dry_run:
            sys.stdout.write(f"{purge(engine, retention)} rows deleted.\n")
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    finally:
        engine.dispose()
    return 0


def retention_of(settings: Settings) -> Retention:
    """How long things are kept."""
    return Retention(settings.keep_samples_days, settings.keep_events_days)


def told(found: Sequence[Due], retention: Retention) -> str:
    """What is too old, table by table."""
    if not found:
        return "Everything is kept for ever. See WARDBEAT_KEEP_SAMPLES_DAYS and WARDBEAT_KEEP_EVENTS_DAYS.\n"
    kept = (
        f"Kept: raw samples {_days(retention.samples_days)}, events {_days(retention.events_days)}. Older than that:\n"
    )
    lines = [
        f"{each.table:<12} {each.rows:>10} rows of {each.recordings:>6} recordings{_size(each)}\n" for each in found
    ]
    return kept + "".join(lines)


def _gone(engine: Engine, now_ms: int) -> str:
    """What people deleted, and can bring back no more."""
    counts = f"{deleted_due(engine, now_ms)} recordings and {patients_due(engine, now_ms)} patients"
    return f"Deleted by people more than 30 days ago: {counts}, with all that belongs to them.\n"


def purge(engine: Engine, retention: Retention) -> int:
    """Delete all that is too old, in small steps; how many rows."""
    rows = 0
    while some := _purge_some(engine, retention, deed_of_shell(wall_ms()).address):
        rows += some
        time.sleep(PAUSE_SECONDS)
    return rows


async def purge_for_ever(engine: Engine, retention: Retention, stop: asyncio.Event) -> None:
    """Delete what is too old as it gets too old, until `stop`. A database that is away is tried again in an hour."""
    while not stop.is_set():
        try:
            rows = await asyncio.to_thread(_purge_some, engine, retention, "recorder")
        except SQLAlchemyError as error:
            log.warning("Nothing was purged: %s", first_line(error))
            rows = 0
        await nap(stop, PAUSE_SECONDS if rows else EVERY_SECONDS)


def _purge_some(engine: Engine, retention: Retention, who: str) -> int:
    note = partial(_note, who)
    now_ms = wall_ms()
    purged = purge_some(engine, retention, now_ms, note) or purge_deleted(engine, now_ms, note)
    return purged or purge_patients(engine, now_ms, note)


def wall_ms() -> int:
    """Wall milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _note(who: str, connection: Connection, sentence: str, patient_id: int | None) -> None:
    write_audit(connection, wall_ms(), AuditAction.PURGED, None, sentence, who, patient_id)


def _days(days: int | None) -> str:
    return "for ever" if days is None else f"{days} days"


def _size(each: Due) -> str:
    return f", {each.bytes / 1e6:.1f} MB" if each.bytes else ""
