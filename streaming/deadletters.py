"""`wardbeat deadletters`: what could not be used, to look at, to put back and to throw away.

wardbeat deadletters list | retry NUMBER… | drop NUMBER…      (or --all in the place of numbers)
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction
from auth.deeds import deed_of_shell
from db.engine import open_engine, writing
from db.letters import StoredLetter, dead_letters, forget_dead_letter
from db.queries import recording
from ecg.errors import ConfigurationError
from settings import load_settings
from streaming.bus import Bus
from streaming.letters import fields_of, fields_size
from streaming.outage import first_line

HEAD = f"{'number':>6}  {'stream':<12} {'recording':<36} {'when (UTC)':<19} {'bytes':>6}  reason"


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError when there is no database or no such letter."""
    wanted = options_of(arguments)
    settings = load_settings()
    engine = open_engine(settings.database_url)
    try:
        letters = chosen(engine, wanted)
        if wanted.what == "list":
            with writing(engine) as connection:
                deed_of_shell(_now_ms()).tell(connection, AuditAction.VIEWED, "dead letters")
            sys.stdout.write("\n".join([HEAD, *map(line, letters)]) + "\n")
        elif wanted.what == "retry":
            asyncio.run(retry(engine, Bus.open(settings.redis_url, settings.shards), letters))
        elif wanted.yes or agreed(len(letters)):
            drop(engine, letters)
        else:
            return 1
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    finally:
        engine.dispose()
    return 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat deadletters", description="Entries that could not be used.")
    deeds = parser.add_subparsers(dest="what", metavar="DEED", required=True)
    deeds.add_parser("list", help="all of them, with their reasons")
    again = deeds.add_parser("retry", help="put them back into their streams, when the reason is gone")
    away = deeds.add_parser("drop", help="delete them for good")
    for deed in (again, away):
        which = deed.add_mutually_exclusive_group(required=True)
        which.add_argument("numbers", nargs="*", type=int, default=[], metavar="NUMBER", help="as the list has them")
        which.add_argument("--all", action="store_true", help="every one")
    away.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def chosen(engine: Engine, wanted: argparse.Namespace) -> list[StoredLetter]:
    """The letters that the command line names. Raises ConfigurationError for a number that is not there."""
    if wanted.what == "list" or wanted.all:
        return dead_letters(engine)
    found = dead_letters(engine, wanted.numbers)
    absent = set(wanted.numbers) - {letter.id for letter in found}
    if absent:
        raise ConfigurationError(f"There is no dead letter {min(absent)}. See wardbeat deadletters list.")
    return found


def line(stored: StoredLetter) -> str:
    """A letter in the list."""
    letter = stored.letter
    when = datetime.fromtimestamp(letter.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"{stored.id:>6}  {letter.stream:<12} {letter.recording or '?':<36} {when} {fields_size(letter):>6}  "
        f"{letter.reason}"
    )


async def retry(engine: Engine, bus: Bus, letters: Sequence[StoredLetter]) -> None:
    """Put letters back; each is forgotten only when its entry is on disk again.

    Broken off in between, a letter is put back twice, and that changes nothing: samples and events are stored once.
    """
    try:
        for stored in letters:
            await bus.put_back(stored.letter.stream, fields_of(stored.letter))
            _forget(engine, stored, AuditAction.DEAD_LETTER_RETRIED)
    finally:
        await bus.close()
    sys.stderr.write(f"{len(letters)} put back. What still cannot be used comes back into the list.\n")


def drop(engine: Engine, letters: Sequence[StoredLetter]) -> None:
    """Delete letters for good."""
    for stored in letters:
        _forget(engine, stored, AuditAction.DEAD_LETTER_DROPPED)
    sys.stderr.write(f"{len(letters)} deleted.\n")


def agreed(count: int) -> bool:
    """Whether the person at the keyboard wants to lose these."""
    if not sys.stdin.isatty():
        raise ConfigurationError("Nobody can be asked here. Say --yes if these are to be deleted for good.")
    sys.stderr.write(f"Delete {count} dead letters for good? What is in them is lost. Type yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


def _forget(engine: Engine, stored: StoredLetter, action: AuditAction) -> None:
    of = recording(engine, stored.letter.recording)
    with writing(engine) as connection:
        if forget_dead_letter(connection, stored.id):
            subject = f"{stored.id}, recording {stored.letter.recording or '?'}: {stored.letter.reason}"
            deed_of_shell(_now_ms()).tell(connection, action, subject, of.patient_id if of else None)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
