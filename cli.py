"""The `wardbeat` command. Each command loads only what it needs: ingest knows no Dash, nothing here knows torch."""

import argparse
import contextlib
import importlib
import logging
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

from ecg.errors import ConfigurationError, WardbeatError

PROCESSES = {
    "up": ("up", "start everything and keep it running"),
    "valkey": ("streaming.server", "the stream server"),
    "jobs": ("streaming.jobs", "the slow lane: reports and uploads"),
    "recorder": ("streaming.recorder", "write what arrives to the database"),
    "alerts": ("streaming.alert_desk", "keep the alerts: who has seen them, whom they call, what falls silent"),
    "worker": ("streaming.worker", "find and label the beats"),
    "ingest": ("streaming.ingest", "receive the phones"),
    "gateway": ("dashboard.gateway", "send live pictures to the browsers"),
    "web": ("dashboard.app", "the web application"),
}
"""Command -> module with `run(settings)`."""

TOOLS = {
    "simulate": ("streaming.simulate", "stream a demo ward"),
    "replay": ("streaming.replay", "stream a record as a phone would"),
    "walls": ("auth.wall_tool", "pair, list and revoke the big screens of wards"),
    "audit": ("auth.audit_tool", "check the audit trail, or export it"),
    "admit": ("streaming.admit", "put a patient with a device into a bed"),
    "token": ("streaming.tokens", "exchange or revoke the token of a device"),
    "purge": ("streaming.purge", "delete what is older than the settings keep it"),
    "ledger": ("streaming.ledger", "how much of each recording was received"),
    "deadletters": ("streaming.deadletters", "list, put back or drop what could not be used"),
    "analyze": ("streaming.analyze", "find and label the beats of records on disk"),
    "soak": ("streaming.soak.command", "kill and disturb a ward of its own, and look for losses"),
    "evaluate": ("streaming.evaluate", "score annotated records and write a report"),
    "dataset": ("training.ward.command", "build a training set from what doctors said, with consent"),
    "network": ("training.service.command", "put another network in service, or take it back"),
}
"""Command -> module with `main(arguments)`, which has options of its own."""


def log_to_screen(level: str) -> None:
    """Log lines of `level` and above go to standard error; libraries speak only of what is wrong."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    for library in ("alembic", "matplotlib", "rq", "waitress", "websockets", "werkzeug"):
        logging.getLogger(library).setLevel("WARNING")
    logging.getLogger("waitress.queue").setLevel("ERROR")  # a request that waits for a thread is no news


def run_process(module: str) -> int:
    """Run the process in `module` with the settings of the environment."""
    from settings import load_settings  # noqa: PLC0415  (tools on files need no settings)

    settings = load_settings()
    log_to_screen(settings.log_level)
    importlib.import_module(module).run(settings)
    return 0


def run_tool(module: str, arguments: Sequence[str]) -> int:
    """Run the tool in `module`; its exit code, 0 if it names none."""
    log_to_screen("INFO")
    return int(importlib.import_module(module).main(list(arguments)) or 0)


def migrate(arguments: Sequence[str]) -> int:
    """Bring the database up to date; with --first-link print the first administrator's one-time link if needed."""
    parser = argparse.ArgumentParser(prog="wardbeat migrate", description="Bring the database up to date.")
    parser.add_argument("--first-link", action="store_true", help="print the first administrator's one-time link")
    wanted = parser.parse_args(arguments)
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    from db.engine import open_engine  # noqa: PLC0415
    from db.schema import migrate as to_latest  # noqa: PLC0415
    from settings import load_settings  # noqa: PLC0415
    from streaming.outage import first_line  # noqa: PLC0415

    settings = load_settings()
    try:
        to_latest(settings.database_url)
    except OperationalError as error:
        raise ConfigurationError(f"DATABASE_URL: the database cannot be used ({first_line(error)}).") from error
    if wanted.first_link:
        from auth.audit import AuditAction  # noqa: PLC0415
        from auth.deeds import deed_of_shell  # noqa: PLC0415
        from auth.setup import PURPOSE, first_admin_link  # noqa: PLC0415

        deed, engine = deed_of_shell(time.time_ns() // 1_000_000), open_engine(settings.database_url)
        link = first_admin_link(
            engine, settings.public_url, lambda connection: deed.tell(connection, AuditAction.INVITED, PURPOSE)
        )
        print(link or "")
    return 0


def command_line() -> argparse.ArgumentParser:
    """All commands with one line of help each; tools and migrate read their own options."""
    parser = argparse.ArgumentParser(prog="wardbeat", description="Live ECG for wards.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, help_line) in {**PROCESSES, **TOOLS}.items():
        commands.add_parser(name, help=help_line)
    commands.add_parser("migrate", help="bring the database up to date")
    return parser


def perform(arguments: Sequence[str]) -> int:
    """Do what `arguments` ask; returns the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
    if command == "migrate":
        return migrate(rest)
    if command in TOOLS:
        return run_tool(TOOLS[command][0], rest)
    wanted = command_line().parse_args(arguments)
    return run_process(PROCESSES[wanted.command][0])


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends a process as Ctrl-C does: asyncio cancels its tasks, a plain loop meets KeyboardInterrupt."""
    signal.raise_signal(signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit code 2 and one line for what a person has to put right."""
    signal.signal(signal.SIGTERM, interrupt)
    with contextlib.suppress(KeyboardInterrupt):
        try:
            sys.exit(perform(sys.argv[1:] if arguments is None else arguments))
        except WardbeatError as error:
            print(f"wardbeat: {error}", file=sys.stderr)
            sys.exit(2)


if __name__ == "__main__":
    main()
