"""`wardbeat dataset`: a training set from what doctors said of the beats of patients who consent.

wardbeat dataset build FOLDER
wardbeat dataset list
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from auth.deeds import deed_of_shell
from db.consent import training_consent
from db.datasets import Build, builds
from db.engine import open_engine
from ecg.errors import ConfigurationError
from settings import Settings, kept_secret, load_settings
from streaming.crew import show_progress
from streaming.outage import first_line
from training.ward.build import Built, build, withdrawn
from training.ward.pseudonyms import Pseudonyms


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit code. Raises ConfigurationError for what a person has to put right."""
    wanted = _parser().parse_args(arguments)
    settings = load_settings()
    engine, names = open_engine(settings.database_url), Pseudonyms(key_of(settings))
    try:
        if wanted.command == "build":
            deed = deed_of_shell(time.time_ns() // 1_000_000)
            out = wanted.folder.expanduser().absolute()
            made = build(engine, out, names, deed, show_progress)
            sys.stdout.write("".join(f"{line}\n" for line in (*told(made, out), *_to_delete(builds(engine), made))))
        else:
            known = builds(engine)
            gone = withdrawn(known, training_consent(engine), names)
            sys.stdout.write("".join(f"{_line(each, gone)}\n" for each in known))
    except SQLAlchemyError as error:
        raise ConfigurationError(f"The database cannot be used ({first_line(error)}). Run wardbeat migrate.") from error
    finally:
        engine.dispose()
    return 0


def key_of(settings: Settings) -> bytes:
    """From which pseudonyms are made: without it nobody can tell who is who."""
    return (settings.dataset_key or kept_secret(settings.var_dir, "dataset.key")).get_secret_value().encode()


def told(made: Built, out: Path) -> Iterator[str]:
    """What was built, what was left out, and what is different from the build before."""
    manifest = made.manifest
    yield f"Data set {made.version[:12]} in {out}: {manifest.patients} patients, {manifest.recordings} recordings."
    for how, counts in manifest.labels.items():
        yield f"  {how}: {sum(counts.values())} beats" + "".join(f", {kind} {n}" for kind, n in counts.items())
    if not manifest.recordings:
        yield "  Nobody consents, or nobody judged a beat: there is nothing to learn from."
    for why, count in manifest.left_out.items():
        yield f"  left out: {count} {why}"
    if made.before is not None:
        yield from _changes(made, made.before)


def _changes(made: Built, before: Build) -> Iterator[str]:
    if made.version == before.version:
        yield f"Nothing has changed since the build before ({_when(before)})."
        return
    now, then = made.content, before.content
    yield f"Since the build before ({_when(before)}, {before.version[:12]}):"
    yield f"  added: {_joined(now.keys() - then.keys())}"
    yield f"  removed, consent withdrawn or patient deleted: {_joined((then.keys() - now.keys()) & made.withdrawn)}"
    yield f"  removed, nothing judged any more: {_joined(then.keys() - now.keys() - made.withdrawn)}"
    changed = {patient for patient in now.keys() & then.keys() if now[patient] != then[patient]}
    yield f"  other recordings or labels: {_joined(changed)}"


def _to_delete(known: Sequence[Build], made: Built) -> Iterator[str]:
    """The earlier builds that hold somebody who may not be learnt from any more."""
    concerned = {each.folder: each for each in known if made.withdrawn & each.content.keys()}
    now = {each.folder: each.version for each in known}
    left = [one for folder, one in concerned.items() if now[folder] == one.version and Path(folder).exists()]
    if left:
        yield "These hold patients who have withdrawn. Delete them, and every copy:"
        yield from (f"  {one.folder} ({_when(one)}, {one.version[:12]})" for one in left)
    if concerned:
        yield "Networks that learnt from them still know what they learnt: `wardbeat network` says which they are."


def _line(each: Build, gone: frozenset[str]) -> str:
    labels = sum(sum(recordings.values()) for recordings in each.content.values())
    facts = f"{_when(each)}\t{each.version[:12]}\t{len(each.content)} patients\t{labels} beats\t{each.folder}"
    held = sorted(gone & each.content.keys())
    there = "" if Path(each.folder).exists() else "\tgone"
    return facts + (f"\tDELETE: withdrawn {', '.join(held)}" if held and not there else there)


def _joined(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"


def _when(each: Build) -> str:
    return datetime.fromtimestamp(each.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wardbeat dataset", description="Training sets from this house (docs/DATASET.md)."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("build", help="write a training set into a folder")
    making.add_argument("folder", type=Path, help="new, empty, or an earlier data set")
    commands.add_parser("list", help="all that were built, and which of them have to be deleted")
    return parser
