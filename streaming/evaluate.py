"""`wardbeat evaluate`: an EC57-style report of a folder of annotated records, scored through the live pipeline.

Records with beats annotated (`--ref`) are scored beat by beat and for atrial fibrillation; records of a folder with
REFERENCE*.csv and no annotations for their one rhythm. docs/EVALUATION.md tells the rules.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from classifier.artifact import read_description
from classifier.engine import SHIPPED
from ecg.ec57 import LEARNING_SECONDS
from ecg.errors import RecordError
from ecg.pipeline import Labeller
from streaming.analyze import FAILED, loaded, shipped
from streaming.crew import extension, job_count, say, show_progress, work_through
from streaming.marks import annotation_path, rhythm_labels
from streaming.records import list_records
from streaming.report import BeatScore, Method, Report, StripScore, build_report
from streaming.report_picture import draw
from streaming.report_text import markdown
from streaming.score_record import Failure, Score, Task, lost, score_record

PICTURE = "report.svg"


def main(arguments: Sequence[str]) -> int:
    """Score the folder that `arguments` name; 0, or 2 when something could not be scored."""
    return run(arguments, shipped, read_description(SHIPPED).version)


def run(arguments: Sequence[str], labeller: Callable[[], Labeller], network: str) -> int:
    """`main` with a network of one's own, called `network`; each process calls `labeller` once for itself."""
    options = _parser().parse_args(arguments)
    if options.network is not None:
        labeller, network = partial(loaded, options.network), read_description(options.network).version
    try:
        tasks, failures = tasks_of(options)
        options.out.mkdir(parents=True, exist_ok=True)
    except RecordError as error:
        say(str(error))
        return FAILED
    except OSError as error:
        say(f"{options.out}: {error.strerror or error}")
        return FAILED
    for failure in failures:
        say(failure)
    answers = work_through(tasks, partial(score_record, labeller=labeller), lost, options.jobs)
    scores = _told(answers, len(tasks))
    failures += [score.line for score in scores if isinstance(score, Failure)]
    return _concluded(scores, failures, Method(options.folder.name, network, options.lead, options.learning), options)


def _concluded(scores: Sequence[Score], failures: Sequence[str], method: Method, options: argparse.Namespace) -> int:
    beats = [score for score in scores if isinstance(score, BeatScore)]
    strips = [score for score in scores if isinstance(score, StripScore)]
    if not beats and not strips:
        say(f"{options.folder}: no record could be scored, so there is no report")
        return FAILED
    try:
        write(build_report(method, beats, strips, failures), options.out)
    except OSError as error:
        say(f"{error.filename or options.out}: {error.strerror or error}")
        return FAILED
    unscored = f", {len(failures)} not" if failures else ""
    say(f"{len(beats) + len(strips)} records scored{unscored}; the report is {options.out / 'report.md'}")
    return FAILED if failures else 0


def write(report: Report, out: Path) -> None:
    """Write report.json, report.md and the picture. Each file is whole or not there."""
    contents = {
        "report.json": msgspec.json.format(msgspec.json.encode(report), indent=1),
        "report.md": markdown(report, PICTURE).encode(),
        PICTURE: draw(report),
    }
    for name, content in contents.items():
        part = out / f"{name}.part"
        part.write_bytes(content)
        part.replace(out / name)


def tasks_of(options: argparse.Namespace) -> tuple[list[Task], list[str]]:
    """What is to be scored, and a line for each record that has no truth. Raises RecordError when there is none."""
    folder = options.folder
    if not folder.is_dir():
        raise RecordError(f"{folder}: there is no such folder")
    records, rhythms = list_records(folder), rhythm_labels(folder)
    annotated = {record for record in records if annotation_path(record, options.ref).is_file()}
    if not annotated and not rhythms:
        raise RecordError(f"{folder}: no record has an annotation file .{options.ref}, and there is no REFERENCE.csv")
    if not (folder / "RECORDS").is_file():
        records = [record for record in records if record in annotated or record.name in rhythms]
    chosen, failures = _chosen(records, folder, options.names)
    tasks = []
    for record in chosen:
        truth = options.ref if record in annotated else rhythms.get(record.name)
        if truth is None:
            failures.append(f"{annotation_path(record, options.ref)}: this annotation file is missing")
        else:
            tasks.append(Task(record, options.lead, truth, options.learning))
    return tasks, failures


def _chosen(records: Sequence[Path], folder: Path, names: list[str] | None) -> tuple[list[Path], list[str]]:
    """The records that `names` ask for, all if None, and a line for each name without a record."""
    if names is None:
        return list(dict.fromkeys(records)), []
    by_name = {record.name: record for record in records}
    by_name |= {str(record.relative_to(folder)): record for record in records}
    unknown = [f"{folder}: no record {name}, which --names asks for" for name in names if name not in by_name]
    return list(dict.fromkeys(by_name[name] for name in names if name in by_name)), unknown


def _told(answers: Iterable[Score], total: int) -> list[Score]:
    """All scores; meanwhile tell the person how it goes."""
    scores: list[Score] = []
    for done, score in enumerate(answers, start=1):
        scores.append(score)
        if isinstance(score, Failure):
            say(score.line)
        show_progress(done, total)
    return scores


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wardbeat evaluate", description="Score annotated WFDB records through the live pipeline (ANSI/AAMI EC57)."
    )
    parser.add_argument("folder", type=Path, help="a folder of records")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the report is written")
    parser.add_argument("--ref", type=extension, default="atr", metavar="EXT", help="annotation files (default: atr)")
    parser.add_argument("--lead", type=int, default=0, metavar="N", help="which lead, from 0 (default: 0)")
    parser.add_argument(
        "--learning", type=_seconds, default=LEARNING_SECONDS, metavar="SECONDS", help="not scored (default: 300)"
    )
    parser.add_argument("--names", type=_names, metavar="NAMES", help="only these: a file of names, or a,b,c")
    parser.add_argument("--network", type=Path, metavar="DIR", help="another network than the shipped one")
    parser.add_argument("--jobs", type=job_count, default=1, metavar="N", help="processes (default: 1)")
    return parser


def _seconds(text: str) -> float:
    if not text.replace(".", "", 1).isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 0 or more")
    return float(text)


def _names(text: str) -> list[str]:
    """Names between commas, or one name, or the words of a file of that name."""
    try:
        words = text if "," in text or not Path(text).is_file() else Path(text).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be read as a list of names") from error
    names = words.replace(",", " ").split()
    if not names:
        raise argparse.ArgumentTypeError(f"{text!r} names no record")
    return names
