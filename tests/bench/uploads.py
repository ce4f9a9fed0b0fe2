"""From an uploaded file to its result: half an hour of a real record, and a day of one lead; seconds and memory.

    taskset -c 0 python -m tests.bench uploads [--hours 24]

Synthetic hearts at 250 Hz; the record is the first of WARDBEAT_DATA_DIR/mitdb. Seconds on the clock and of a core: what
else the machine does makes the clock's longer. Memory is the most that the process that takes in and analyses held
while it did this file, and what it held before.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from classifier.engine import shipped_model
from classifier.networks import Networks
from db.analyses import ask_analysis
from db.engine import writing
from db.upload_views import UploadState
from ecg.readiness import compile_loops
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from streaming.files.questions import Typed
from streaming.files.sandbox import Sandbox
from streaming.slow_work import labeller
from tests.streaming.uploading import GAIN, NOW, RATE, Desk, open_desk

NETWORKS, MODEL = Networks(Path("/nowhere")), shipped_model()


def main(arguments: Sequence[str]) -> None:
    """Print one line for each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench uploads")
    parser.add_argument("--hours", type=float, default=24.0)
    options = parser.parse_args(arguments)
    data = Path(os.environ.get("WARDBEAT_DATA_DIR", "data")) / "mitdb"
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        folder = Path(name)
        alone(make, folder / "warm", 60)
        alone(make, folder / "day", 3600 * options.hours)
        alone(measure, folder, options.hours, data)


def alone(work: Callable[..., None], *facts: object) -> None:
    """In a process of its own, without what the other benches hold."""
    worker = get_context("spawn").Process(target=work, args=facts)
    worker.start()
    worker.join()


def measure(folder: Path, hours: float, data: Path) -> None:
    """Print the lines, after a minute that warms everything up."""
    sandbox = Sandbox()
    labeller(NETWORKS, MODEL)
    with open_desk(folder, partial(labeller, NETWORKS), sandbox) as desk:
        result_of(desk, of(folder / "warm"))
        record = next(iter(sorted(data.glob("*.hea"))), None)
        if record is not None:
            told(f"{record.stem}, {half_hour(record)}", result_of(desk, [record, record.with_suffix(".dat")]))
        told(f"{hours:g} h at {RATE} Hz", result_of(desk, of(folder / "day")))
    sandbox.close()


def of(folder: Path) -> list[Path]:
    """The files of a record made here."""
    return [folder / "heart.hea", folder / "heart.dat"]


def make(folder: Path, seconds: float) -> None:
    """Write a record of so many seconds, where everything is compiled."""
    from tests.streaming.file_writers import write_wfdb  # noqa: PLC0415  what it loads is not measured

    compile_loops()  # as an installation does it: compiling takes more memory than all that is measured
    folder.mkdir()
    write_wfdb(folder, hearts(seconds))


def half_hour(record: Path) -> str:
    """How the record is called in a line."""
    return " ".join(record.read_text().split()[1:4])


def hearts(seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    """The demo ward's hearts, an hour after the other."""
    parts = []
    for number in range(max(1, round(seconds / 3600))):
        part = min(3600.0, seconds)
        ecg = synthesise(DEMO_SCRIPTS[number % len(DEMO_SCRIPTS)], RATE, seed=number, seconds=part)
        parts.append(np.nan_to_num(np.rint(ecg.samples * GAIN)).clip(-32000, 32000).astype(np.int16))
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one file took: seconds on the clock and of a core, MB before it and at most."""

    seconds: float
    worked: float
    before: float
    peak: float


def result_of(desk: Desk, paths: list[Path]) -> Taken:
    """From the first byte to the result."""
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark of memory begins anew
    before, began, worked = megabytes("VmRSS"), time.perf_counter(), time.process_time()
    seen = desk.bring(paths, piece=1 << 20)
    if seen.state is UploadState.ASKING:
        seen = desk.reception.choose(seen, Typed(), 1, desk.deed)
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None, seen.refusal
    with writing(desk.engine) as connection:
        asked = ask_analysis(connection, made, MODEL, desk.user, NOW)
    desk.analyst.run(asked)
    return Taken(time.perf_counter() - began, time.process_time() - worked, before, megabytes("VmHWM"))


def megabytes(name: str) -> float:
    """A figure of this process that Linux keeps in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def told(what: str, taken: Taken) -> None:
    """One line."""
    print(
        f"{what}: {taken.seconds:.1f} s from the first byte to the result, {taken.worked:.1f} s of a core; "
        f"at most {taken.peak:.0f} MB, {taken.before:.0f} before",
        flush=True,
    )
