"""`wardbeat walls`: pair a big screen with a ward, list the walls, revoke one.

wardbeat walls pair --ward 4B --name "Corridor east"
wardbeat walls list
wardbeat walls revoke 3
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.deeds import deed_of_shell
from auth.walls import CODE_MS, Wall, offer_wall, revoke_wall, walls
from db.engine import open_engine
from ecg.errors import ConfigurationError
from settings import Settings, load_settings

MAX_NAME = 64


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError for what a person has to put right."""
    wanted = options_of(arguments)
    settings = load_settings()
    engine = open_engine(settings.database_url)
    try:
        _perform(wanted, settings, engine, time.time_ns() // 1_000_000)
    except SQLAlchemyError as error:
        raise ConfigurationError("The database cannot be used. Run wardbeat migrate.") from error
    finally:
        engine.dispose()
    return 0


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat walls", description="Screens that show a ward without a person.")
    commands = parser.add_subparsers(dest="command", required=True)
    pair = commands.add_parser("pair", help="print a code that makes a screen a wall of a ward")
    pair.add_argument("--ward", required=True, help="name of the ward whose beds it may show")
    pair.add_argument("--name", required=True, type=_name, help="where it hangs, for the list")
    commands.add_parser("list", help="all walls")
    commands.add_parser("revoke", help="end a wall").add_argument("id", type=int, help="its number in the list")
    return parser.parse_args(arguments)


def _name(text: str) -> str:
    if not 1 <= len(text) <= MAX_NAME or not text.isprintable() or text != text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} must have 1 to {MAX_NAME} printable characters")
    return text


def _perform(wanted: argparse.Namespace, settings: Settings, engine: Engine, now_ms: int) -> None:
    if wanted.command == "pair":
        code = offer_wall(engine, wanted.ward, wanted.name, deed_of_shell(now_ms))
        minutes = CODE_MS // 60_000
        sys.stderr.write(f"Open {settings.public_url}/wall/pair on the screen and type, within {minutes} minutes:\n")
        sys.stdout.write(f"{code[:4]}-{code[4:]}\n")
    elif wanted.command == "revoke":
        wall = revoke_wall(engine, wanted.id, deed_of_shell(now_ms))
        sys.stderr.write(f"Wall {wall.id}, {wall.name}, is revoked: it goes dark within five seconds.\n")
    else:
        for wall in walls(engine):
            sys.stdout.write(f"{wall.id}\t{wall.ward}\t{wall.name}\t{_state(wall)}\n")


def _state(wall: Wall) -> str:
    if wall.revoked_ms is not None:
        return f"revoked {_moment(wall.revoked_ms)}"
    return "not paired" if wall.seen_ms is None else f"on {_moment(wall.seen_ms)}"


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
