"""`wardbeat ledger`: how much of each recording was received, as the recorder counted it.

wardbeat ledger [RECORDING]
"""

import argparse
import sys
import time
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction
from auth.deeds import deed_of_shell
from db.engine import open_engine, writing
from db.ledger import ledger, ledgers
from db.views import LedgerView
from ecg.errors import ConfigurationError
from settings import load_settings
from streaming.outage import first_line

COLUMNS = ("received", "missing", "late", "repeated", "purged")
HEAD = f"{'recording':<36} {'share %':>8}" + "".join(f" {f'{name} s':>13}" for name in COLUMNS)


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError when there is no database or no such recording."""
    parser = argparse.ArgumentParser(prog="wardbeat ledger", description="How much of each recording was received.")
    parser.add_argument("recording", nargs="?", help="one recording, with a line for each stretch that is missing")
    wanted = parser.parse_args(arguments).recording
    engine = open_engine(load_settings().database_url)
    try:
        with writing(engine) as connection:
            subject = f"ledger {wanted or ''}".strip()
            deed_of_shell(time.time_ns() // 1_000_000).tell(connection, AuditAction.VIEWED, subject)
        lines = [line(view) for view in ledgers(engine)] if wanted is None else whole(ledger(engine, wanted), wanted)
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    finally:
        engine.dispose()
    sys.stdout.write("\n".join([HEAD, *lines]) + "\n")
    return 0


def line(view: LedgerView) -> str:
    """A recording: percent received, cut and not rounded, and seconds of each kind to the millisecond."""
    share = int(10_000 * view.received / view.until) / 100 if view.until else 0.0
    seconds = "".join(f" {getattr(view, name) / view.rate:>13.3f}" for name in COLUMNS)
    return f"{view.recording:<36} {share:>8.2f}{seconds}"


def whole(view: LedgerView | None, name: str) -> list[str]:
    """A recording with everything that is missing of it."""
    if view is None:
        raise ConfigurationError(f"Nothing is stored of a recording {name}. See wardbeat ledger.")
    rate = view.rate
    gaps = [f"missing from {a / rate:.3f} s to {b / rate:.3f} s: {(b - a) / rate:.3f} s" for a, b in view.gaps]
    return [line(view), *gaps]
