"""`wardbeat admit`: a patient in a bed with a device of their own; prints the device's token, once.

wardbeat admit --ward 4B --bed 07 --initials LM
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction
from auth.deeds import Deed, deed_of_shell
from db.engine import open_engine
from db.provision import Note, admit
from ecg.errors import ConfigurationError
from settings import load_settings
from streaming.outage import first_line


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError when the bed is taken or there is no database."""
    wanted = options_of(arguments)
    settings = load_settings()
    try:
        note = _note(deed_of_shell(time.time_ns() // 1_000_000), wanted)
        token = admit(open_engine(settings.database_url), wanted.ward, wanted.bed, wanted.initials, note)
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    sys.stderr.write(f"Device token of bed {wanted.bed}, {wanted.ward}. It is shown this once:\n")
    sys.stdout.write(f"{token}\n")
    return 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for; texts are as long as the screens have room for."""
    parser = argparse.ArgumentParser(prog="wardbeat admit", description="Put a patient with a device into a bed.")
    parser.add_argument("--ward", type=_text(64), required=True, help="name of the ward; it is made if it is new")
    parser.add_argument("--bed", type=_text(16), required=True, help="label of the bed; it is made if it is new")
    parser.add_argument("--initials", type=_text(8), required=True, help="the patient's, as the wall shows them")
    return parser.parse_args(arguments)


def _note(deed: Deed, wanted: argparse.Namespace) -> Note:
    place = f"{wanted.ward} {wanted.bed}"

    def note(connection: Connection, patient_id: int, device_id: int) -> None:
        deed.tell(connection, AuditAction.PATIENT_ADDED, wanted.initials, patient_id)
        deed.tell(connection, AuditAction.PATIENT_ADMITTED, place, patient_id)
        deed.tell(connection, AuditAction.DEVICE_ADDED, f"{device_id}: {place}", patient_id)
        deed.tell(connection, AuditAction.DEVICE_GIVEN, f"{device_id}: {place}", patient_id)

    return note


def _text(longest: int) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if not 1 <= len(text) <= longest or not text.isprintable() or text != text.strip():
            raise argparse.ArgumentTypeError(f"{text!r} must have 1 to {longest} printable characters")
        return text

    return checked
