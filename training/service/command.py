"""`wardbeat network`: put another network in service, or take it back, after both were seen on the frozen records.

wardbeat network list
wardbeat network compare FOLDER
wardbeat network put-in-service FOLDER
wardbeat network take-back
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.deeds import deed_of_shell
from classifier.artifact import read_description
from classifier.networks import Act, Networks
from db.datasets import builds
from db.engine import open_engine
from ecg.errors import ArtifactError, ConfigurationError, RecordError
from settings import Settings, load_settings
from streaming.crew import job_count, say, show_progress
from streaming.outage import first_line
from training.layout import find
from training.service.change import Change, carry_out
from training.service.compare import Comparison, compare
from training.service.frozen import QUICK_STEP, frozen_set
from training.service.scores import scores_of
from training.service.table import table

DECLINED = 1
UNSEEN = "the two could not be compared"


def main(arguments: Sequence[str]) -> int:
    """The command; its exit code: 1 where the person says no. Raises ConfigurationError for what a person has to put
    right; then nothing was changed.
    """
    wanted = _parser().parse_args(arguments)
    settings = load_settings()
    networks, engine = Networks(settings.networks_dir), open_engine(settings.database_url)
    try:
        if wanted.command == "list":
            sys.stdout.write("".join(f"{line}\n" for line in _listed(networks, engine)))
            return 0
        return _change(wanted, settings, networks, engine)
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    finally:
        engine.dispose()


def _change(wanted: argparse.Namespace, settings: Settings, networks: Networks, engine: Engine) -> int:
    change = _asked(wanted, networks)
    concerns = _shown(wanted, settings, networks, change)
    if wanted.command == "compare":
        return 0
    if not _agreed(wanted, concerns):
        say("Nothing was changed.")
        return DECLINED
    carry_out(change, networks, engine, deed_of_shell(time.time_ns() // 1_000_000))
    sys.stdout.write(f"In service: {_called(change.folder)}. Running workers take it up within some seconds.\n")
    return 0


def _asked(wanted: argparse.Namespace, networks: Networks) -> Change:
    """What is to be put in the place of what. Raises ConfigurationError, ArtifactError."""
    seen, stack = len(networks.history()), networks.stack()
    if wanted.command != "take-back":
        folder = wanted.folder.expanduser().absolute()
        model = read_description(folder).graph_sha256
        if model == stack[-1]:
            raise ConfigurationError(f"The network in {folder} is in service already.")
        return Change(Act.PUT, stack[-1], model, folder, seen)
    if len(stack) < 2:
        raise ConfigurationError("The network that comes with Wardbeat is in service: there is none to go back to.")
    try:
        return Change(Act.BACK, stack[-1], stack[-2], networks.place(stack[-2]), seen)
    except KeyError:
        raise ConfigurationError(f"The network {stack[-2][:12]}, which was in service before, is gone.") from None


def _shown(wanted: argparse.Namespace, settings: Settings, networks: Networks, change: Change) -> list[str]:
    """Show both networks; what speaks against the change."""
    try:
        comparison = _compared(wanted, settings, networks, change)
    except (KeyError, ArtifactError) as error:
        say(f"The network in service cannot be loaded: {error}")
        return [UNSEEN]
    except (RecordError, ConfigurationError) as error:
        if change.act is Act.PUT:
            raise
        say(str(error))  # who goes back is in a hurry, and may be on a machine without these records
        return [UNSEEN]
    present = _called(networks.place(change.before))
    lines = [f"In service now: {present}. Candidate: {_called(change.folder)}.", ""]
    sys.stdout.write("".join(f"{line}\n" for line in (*lines, *table(comparison, "in service", "candidate"))))
    return [f"{row.name} falls by {-(row.change.percent or 0):.2f} points" for row in comparison.fallen]


def _compared(wanted: argparse.Namespace, settings: Settings, networks: Networks, change: Change) -> Comparison:
    if settings.data_dir is None:
        raise ConfigurationError("Set WARDBEAT_DATA_DIR: networks are compared on records of training2017 and mitdb.")
    data = find(settings.data_dir, settings.var_dir / "training" / "unpacked")
    frozen = frozen_set(data, QUICK_STEP if wanted.quick else 1)
    if wanted.quick:
        say(f"A quick look: one in {QUICK_STEP} of the challenge records. It shows less than all of them would.")
    say(f"Both networks on {len(frozen.tasks)} records that no network learns from (known figures are not made again).")
    both = []
    for folder in (networks.place(change.before), change.folder):
        scores = scores_of(folder, frozen, settings.networks_dir / "scores", wanted.jobs, show_progress)
        for failure in scores.failures:
            say(failure)
        both.append(scores)
    comparison = compare(*both)
    if not comparison.rows:
        raise RecordError(f"{settings.data_dir}: none of the frozen records could be scored")
    return comparison


def _agreed(wanted: argparse.Namespace, concerns: Sequence[str]) -> bool:
    """Whether the person wants it, having seen this."""
    for each in concerns:
        say(f"WARNING: {each}.")
    if concerns:
        return wanted.accept_worse or (not wanted.yes and _typed("worse", "It is worse where lives hang on it."))
    return wanted.yes or _typed("yes", "This network will name every beat of the ward.")


def _typed(word: str, why: str) -> bool:
    sys.stderr.write(f"{why} Type {word} to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == word


def _called(folder: Path) -> str:
    description = read_description(folder)
    learnt = f", learnt from data set {description.dataset[:12]} too" if description.dataset else ""
    return f"{description.version} {description.graph_sha256[:12]}{learnt}"


def _listed(networks: Networks, engine: Engine) -> list[str]:
    """What is here, and what was in service when."""
    folders = {each.version: each.folder for each in builds(engine)}
    lines, now = [], networks.in_service()
    for model in networks.here():
        dataset = read_description(networks.place(model)).dataset
        source = f"\t{folders.get(dataset, '')}" if dataset else ""
        lines.append(f"{'*' if model == now else ' '} {_called(networks.place(model))}{source}")
    for turn in networks.history():
        when = datetime.fromtimestamp(turn.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines.append(f"{when}\t{turn.version} {turn.model[:12]}\t{turn.act.value}\t{turn.by}")
    return lines


def _parser() -> argparse.ArgumentParser:
    about = "Which network names the beats (docs/DATASET.md)."
    parser = argparse.ArgumentParser(prog="wardbeat network", description=about)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the networks that are here, and which was in service when")
    for name, words in (
        ("compare", "show a network beside the one in service"),
        ("put-in-service", "show both, ask, and let it name the beats"),
        ("take-back", "show both, ask, and go back to the one before"),
    ):
        one = commands.add_parser(name, help=words)
        if name != "take-back":
            one.add_argument("folder", type=Path, help="folder of the artifact, as `make train` writes it")
        one.add_argument("--quick", action="store_true", help=f"one in {QUICK_STEP} of the challenge records only")
        one.add_argument("--jobs", type=job_count, default=1, metavar="N", help="processes (default: 1)")
        one.add_argument("--yes", action="store_true", help="do not ask, unless a figure that lives hang on fell")
        one.add_argument("--accept-worse", action="store_true", help="do not ask even then")
    return parser
