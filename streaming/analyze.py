"""`wardbeat analyze`: the live pipeline on records on disk. A file gives the beats that its stream would give.

The beats of the last 0.4 s have no complete window and are not told, as in a stream that goes on.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from classifier.engine import GraphLabeller, shipped_labeller, shipped_model
from ecg.errors import RecordError, WardbeatError
from ecg.limits import USUAL, Limits, limits_of
from ecg.pipeline import Labeller, Pipeline
from ecg.types import DeviceChunk, SampleChunk
from streaming.analysis_file import Analysis, write_annotations, write_json
from streaming.crew import extension, job_count, say, show_progress, work_through
from streaming.records import RecordedLead, list_records, read_record

CHUNK_SECONDS = 30.0
"""Signal in one step of the pipeline: the beats of a step are labelled together."""

FAILED = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One record to analyse. atr: extension of the annotation file, None for none. limits: of this record."""

    path: Path
    lead: int
    folder: Path
    atr: str | None
    limits: Limits


def main(arguments: Sequence[str]) -> int:
    """Analyse the records that `arguments` name; 0, or 2 when one of them could not be read."""
    return run(arguments, shipped)


def run(arguments: Sequence[str], labeller: Callable[[], Labeller]) -> int:
    """`main` with a network of one's own; with several jobs each process calls `labeller` once for itself."""
    options = _parser().parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        say(f"{options.out}: {error.strerror or error}")
        return FAILED
    records, failures = _listed(options.record)
    tasks, twins = _without_twins(records, options)
    failures += twins
    for failure in failures:
        say(failure)
    model = shipped_model() if labeller is shipped else ""
    work = partial(_analyse_file, labeller=labeller, model=model)
    failures += _told(work_through(tasks, work, _lost, options.jobs), len(tasks))
    return FAILED if failures else 0


def _told(answers: Iterable[str | None], total: int) -> list[str]:
    """Tell the person how it goes; returns the lines of the records that failed. One bad record is one line."""
    failures: list[str] = []
    for done, failed in enumerate(answers, start=1):
        if failed is not None:
            failures.append(failed)
            say(failed)
        show_progress(done, total)
    if total > len(failures):
        say(f"{total - len(failures)} of {total} records analysed")
    return failures


def analyse(lead: RecordedLead, labeller: Labeller, limits: Limits = USUAL, model: str = "") -> Analysis:
    """Everything that the pipeline tells of a lead; model: by which the network is known.

    Raises SignalError when its rate cannot be used.
    """
    pipeline = Pipeline(labeller, model)
    step = round(CHUNK_SECONDS * lead.rate)
    told = [
        item
        for start in range(0, len(lead.samples), step)
        for item in pipeline.receive(
            [DeviceChunk(lead.name, start, lead.samples[start : start + step], lead.rate, lead.gain, limits)]
        )
    ]
    told += pipeline.finish(lead.name)
    events = [item for item in told if not isinstance(item, SampleChunk)]
    return Analysis(lead.name, lead.rate, len(lead.samples), lead.lead_name, events, model)


@cache
def shipped() -> Labeller:
    """The network that comes with Wardbeat, loaded once in a process."""
    return shipped_labeller()


@cache
def loaded(folder: Path) -> Labeller:
    """The network in a folder, loaded once in a process. Raises ArtifactError."""
    return GraphLabeller.load(folder)


def _analyse_file(task: Task, labeller: Callable[[], Labeller], model: str) -> str | None:
    """Read, analyse, write; a line for the person if that cannot be done."""
    try:
        analysis = analyse(read_record(task.path, task.lead), labeller(), task.limits, model)
        write_json(analysis, task.folder / f"{analysis.record}.json")
        if task.atr is not None:
            write_annotations(analysis, task.folder, task.atr)
    except RecordError as error:
        return str(error)
    except WardbeatError as error:
        return f"{task.path}: {error}"
    except OSError as error:
        return f"{error.filename or task.path}: {error.strerror or error}"
    return None


def _lost(task: Task) -> str:
    return f"{task.path}: the process that analysed it, or one beside it, was killed"


def _listed(named: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """All records that the names mean, and a line for each name that means none."""
    records: list[Path] = []
    failures: list[str] = []
    for path in named:
        try:
            records += list_records(path)
        except RecordError as error:
            failures.append(str(error))
    return records, failures


def _without_twins(records: Sequence[Path], options: argparse.Namespace) -> tuple[list[Task], list[str]]:
    """Two records of one name would overwrite each other's answer: the second is refused."""
    first: dict[str, Path] = {}
    twins: list[str] = []
    for path in dict.fromkeys(records):
        if path.name in first:
            twins.append(f"{path}: a record {path.name} was already named, {first[path.name]}; use another --out")
        else:
            first[path.name] = path
    tasks = [Task(path, options.lead, options.out, options.atr, options.pause) for path in first.values()]
    return tasks, twins


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wardbeat analyze", description="Find and label the beats of WFDB records.")
    parser.add_argument(
        "record", nargs="+", type=Path, help="path without extension, or a folder of records with a file RECORDS"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where record.json is written")
    parser.add_argument("--lead", type=int, default=0, metavar="N", help="which lead, from 0 (default: 0)")
    parser.add_argument("--atr", type=extension, metavar="EXT", help="write a WFDB annotation file record.EXT too")
    parser.add_argument(
        "--pause", type=_pause, default=USUAL, metavar="SECONDS", help="a pause is longer than this (default: 2.0)"
    )
    parser.add_argument("--jobs", type=job_count, default=1, metavar="N", help="processes (default: 1)")
    return parser


def _pause(text: str) -> Limits:
    try:
        return limits_of({"pause": float(text)})
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no pause: seconds above 0 and below 4") from error
