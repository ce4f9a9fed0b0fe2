"""`wardbeat soak`: a ward of its own, phones on a bad way, processes killed at random; then the database is judged.

wardbeat soak --patients 200 --minutes 10 --kill ingest,worker,redis,recorder,alerts,gateway,web --every 10 \
    --network drop,delay,dup,reorder,cut
"""

import argparse
import logging
import os
import random
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import uvloop

from ecg.errors import ConfigurationError
from streaming.crew import job_count, work_through
from streaming.soak.check import Group, Verdict, check_group, groups_of
from streaming.soak.report import report_of, told
from streaming.soak.run import PAUSED_S, Plan, Run, soak
from streaming.soak.ward import PAUSE
from streaming.soak.way import Faults

KILLABLE = ("ingest", "worker", "redis", "recorder", "alerts", "gateway", "web", PAUSE)
USUAL = Faults(drop=0.002, delay=0.1, dup=0.3, reorder=0.3, cuts=10.0)
"""Shares of the frames, and lines cut in a minute, where the command line names no number."""
FAULT_OF = {"cut": "cuts"}
PATIENCE_S = 60.0
"""For rows that are still on their way into the database when the pipeline has been run again."""


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat soak", description="Kill, cut and jumble; then look for losses.")
    parser.add_argument("--patients", type=job_count, default=20, help="simulated phones (default 20)")
    parser.add_argument("--minutes", type=float, default=2.0, help="of streaming (default 2)")
    parser.add_argument(
        "--kill",
        type=_processes,
        default=(),
        help=f"any of {','.join(KILLABLE)} (default none; {PAUSE} stops a worker for {PAUSED_S:.0f} s)",
    )
    parser.add_argument("--every", type=float, default=10.0, help="seconds between kills (default 10)")
    words = ",".join(["drop", "delay", "dup", "reorder", "cut"])
    parser.add_argument("--network", type=faults_of, default=Faults(), help=f"any of {words}, each may have =SHARE")
    parser.add_argument("--workers", type=job_count, default=2, help="workers of the ward (default 2)")
    parser.add_argument("--speed", type=float, default=1.0, help="phones play so many times faster (default 1)")
    parser.add_argument("--seed", type=int, help="of signals, kills and faults (default: a new one, which is printed)")
    parser.add_argument("--jobs", type=job_count, default=os.cpu_count() or 1, help="processes that judge")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="use this empty folder for the ward, and keep it")
    options = parser.parse_args(arguments)
    if options.minutes <= 0 or options.every <= 0 or not 0 < options.speed <= 100:
        raise ConfigurationError("--minutes, --every and --speed must be above 0, and --speed at most 100")
    return options


def _processes(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    if not set(words) <= set(KILLABLE):
        raise argparse.ArgumentTypeError(f"{text!r}: choose from {', '.join(KILLABLE)}")
    return words


def faults_of(text: str) -> Faults:
    """`drop,dup=0.5,cut=3` as faults. Raises ArgumentTypeError."""
    chosen = Faults()
    known = {field.name for field in fields(Faults)}
    for word in filter(None, text.split(",")):
        name, _, share = word.partition("=")
        field = FAULT_OF.get(name, name)
        try:
            value = float(share) if share else float(getattr(USUAL, field))
        except (ValueError, AttributeError):
            raise argparse.ArgumentTypeError(f"{word!r}: choose from drop, delay, dup, reorder, cut") from None
        if field not in known or value < 0 or (value > 1 and field != "cuts"):
            raise argparse.ArgumentTypeError(f"{word!r}: a share is 0 to 1")
        chosen = replace(chosen, **{field: value})
    return chosen


def _lost_judge(group: Group) -> list[Verdict]:
    raise ConfigurationError(f"a process that judged {len(group.phones)} recordings was killed")


def _judged(run: Run, database_url: str, jobs: int) -> list[Verdict]:
    groups = groups_of(run.logs, database_url, PATIENCE_S)
    return [verdict for verdicts in work_through(groups, check_group, _lost_judge, jobs) for verdict in verdicts]


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """The command: 0 when nothing is wrong, else 1. Raises ConfigurationError when there is no ward to judge."""
    options = options_of(arguments)
    seed = random.randrange(1 << 31) if options.seed is None else options.seed
    logging.getLogger("wardbeat.phone").setLevel(logging.ERROR)  # a lost connection is what is asked for here
    command = shlex.join(["wardbeat", "soak", *arguments])
    say(f"{command}\nseed {seed}")
    plan = Plan(
        options.patients, 60 * options.minutes, options.kill, options.every, options.network, options.speed, seed
    )
    with tempfile.TemporaryDirectory(prefix="wb-") as temporary:
        folder: Path = options.keep or Path(temporary)
        run = uvloop.run(soak(plan, folder, options.workers, say))
        try:
            say("judging: the same samples through one pipeline without a break, against the database")
            verdicts = _judged(run, run.ward.database_url, options.jobs)
        finally:
            run.ward.stop()
    report = report_of(command, plan, run, verdicts)
    say("\n" + told(report))
    if options.json:
        options.json.write_bytes(report.as_json())
    return 0 if report.clean else 1
