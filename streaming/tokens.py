"""`wardbeat token`: exchange the token of the device in a bed, or take it away.

wardbeat token rotate --ward 4B --bed 07
wardbeat token revoke --ward 4B --bed 07
"""

import argparse
import sys
import time
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from auth.deeds import deed_of_shell
from auth.devices import revoke, rotate
from db.device_lists import device_in_bed
from db.engine import open_engine
from ecg.errors import ConfigurationError
from settings import load_settings
from streaming.outage import first_line

OVERLAP_HOURS = 24.0
LONGEST_OVERLAP_HOURS = 24.0 * 31


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError without a device, or a database."""
    wanted = options_of(arguments)
    engine = open_engine(load_settings().database_url)
    try:
        device, deed = device_in_bed(engine, wanted.ward, wanted.bed), deed_of_shell(time.time_ns() // 1_000_000)
        if wanted.what == "revoke":
            revoke(engine, device, deed)
            sys.stderr.write(f"The device of bed {wanted.bed}, {wanted.ward}, is refused from now on.\n")
            return 0
        token = rotate(engine, device, deed, round(3_600_000 * wanted.overlap_hours))
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    sys.stderr.write(
        f"New device token of bed {wanted.bed}, {wanted.ward}. It is shown this once; the old one is good until the new"
        f" one is used, for {wanted.overlap_hours:g} h at most:\n"
    )
    sys.stdout.write(f"{token}\n")
    return 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat token", description="Exchange or revoke the token of a device.")
    parser.add_argument("what", choices=("rotate", "revoke"))
    parser.add_argument("--ward", required=True, help="name of the ward")
    parser.add_argument("--bed", required=True, help="label of the bed")
    parser.add_argument(
        "--overlap-hours",
        type=_hours,
        default=OVERLAP_HOURS,
        help=f"how long the old token stays good unless the new one is used (default {OVERLAP_HOURS:g})",
    )
    return parser.parse_args(arguments)


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= LONGEST_OVERLAP_HOURS:
        raise argparse.ArgumentTypeError(f"{text!r} must be 0 to {LONGEST_OVERLAP_HOURS:g} hours")
    return hours
