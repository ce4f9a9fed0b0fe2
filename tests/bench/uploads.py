"""From an uploaded file to its result: half an hour of a real record, and a day of one lead; seconds and memory.

    taskset -c 0 python -m tests.bench uploads [--hours 24]

Synthetic hearts at 250 Hz; the record is the first of WARDBEAT_DATA_DIR/mitdb. Seconds on the clock and of a core: what
else the machine does makes the clock's longer. Memory is that of the process that takes in and analyses.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from db.analyses import ask_analysis
from db.engine import writing
from db.upload_views import UploadState
from ecg.readiness import compile_loops
from ecg.scripts import DEMO_SCRIPTS
from ecg.synthetic import synthesise
from streaming.analyses import networks
from streaming.files.questions import Typed
from streaming.files.sandbox import Sandbox
from streaming.slow_work import labeller
from tests.streaming.uploading import GAIN, NOW, RATE, Desk, open_desk


def main(arguments: Sequence[str]) -> None:
    """Print one line for each file, from a process that has loaded nothing but what the slow lane loads."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench uploads")
    parser.add_argument("--hours", type=float, default=24.0)
    in_its_own_process(measure, parser.parse_args(arguments).hours)


def in_its_own_process(work: Callable[..., None], *given: object) -> None:
    """Do it, and wait."""
    worker = get_context("spawn").Process(target=work, args=given)
    worker.start()
    worker.join()


def measure(hours: float) -> None:
    """All files, one after the other."""
    data = Path(os.environ.get("WARDBEAT_DATA_DIR", "data")) / "mitdb"
    with tempfile.TemporaryDirectory(prefix="wb-") as name:
        folder, sandbox = Path(name), Sandbox()
        warm, day = written(folder / "warm", 60), written(folder / "day", 3600 * hours)
        labeller(networks()[0])
        with open_desk(folder, labeller, sandbox) as desk:
            result_of(desk, warm)
            record = next(iter(sorted(data.glob("*.hea"))), None)
            if record is not None:
                told(f"{record.stem}, {half_hour(record)}", result_of(desk, [record, record.with_suffix(".dat")]))
            told(f"{hours:g} h at {RATE} Hz", result_of(desk, day))
        sandbox.close()


def written(folder: Path, seconds: float) -> list[Path]:
    """A record of so many seconds, made in a process of its own: what that takes is not measured."""
    folder.mkdir()
    in_its_own_process(make, folder, seconds)
    return [folder / "heart.hea", folder / "heart.dat"]


def make(folder: Path, seconds: float) -> None:
    """Write it, where everything is compiled."""
    from tests.streaming.file_writers import write_wfdb  # noqa: PLC0415  what it loads is not measured

    compile_loops()  # as an installation does it: compiling takes more memory than all that is measured
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


def result_of(desk: Desk, paths: list[Path]) -> tuple[float, float]:
    """Seconds from the first byte to the result: on the clock, and of a core."""
    began, worked = time.perf_counter(), time.process_time()
    seen = desk.bring(paths, piece=1 << 20)
    if seen.state is UploadState.ASKING:
        seen = desk.reception.choose(seen, Typed(), 1, desk.deed)
    made = desk.importer.take_in(seen.id, NOW)
    assert made is not None, seen.refusal
    with writing(desk.engine) as connection:
        asked = ask_analysis(connection, made, networks()[0], desk.user, NOW)
    desk.analyst.run(asked)
    return time.perf_counter() - began, time.process_time() - worked


def told(what: str, seconds: tuple[float, float]) -> None:
    """One line."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024  # getrusage counts what the process was forked from, too
    took, worked = seconds
    print(
        f"{what}: {took:.1f} s from the first byte to the result, {worked:.1f} s of a core; {peak:.0f} MB", flush=True
    )
