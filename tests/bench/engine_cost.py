"""What an engine costs a process that has the pipeline already; in a process of its own, so that nothing is there yet.

python -m tests.bench.engine_cost NAME FOLDER
"""

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

import ecg.pipeline  # noqa: F401  the worker has it: what an engine shares with it costs nothing
from tests.bench.reader_graphs import BFLOAT16, PLAIN, Engine, example

TIMES = 3
"""Fresh processes, whose medians count."""


class Cost(NamedTuple):
    """Seconds of a core to import the library and to load the graph; MB (resident) more after that, after a batch."""

    import_seconds: float
    load_seconds: float
    loaded_mb: float
    running_mb: float


def cost(engine: Engine, folder: Path) -> Cost:
    """Medians over some fresh processes. folder holds the forms of the graph."""
    command = [sys.executable, "-m", "tests.bench.engine_cost", engine.name, str(folder)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(TIMES)]
    return Cost(*(median(column) for column in zip(*(map(float, run.split()[-4:]) for run in runs), strict=True)))


def measured(engine: Engine, folder: Path) -> Cost:
    """The cost in this process, which is spoilt by it."""
    batch, before, begin = example(), _resident_mb(), time.process_time()
    import_module(engine.package)
    imported = time.process_time()
    graph = engine.load(folder / engine.form)
    loaded, after = time.process_time(), _resident_mb()
    graph.run(batch)
    return Cost(imported - begin, loaded - imported, after - before, _resident_mb() - before)


def _resident_mb() -> float:
    # Not the proportional size: that would depend on who else on the machine has the library open.
    return float(psutil.Process().memory_info().rss) / 2**20


def main(name: str, folder: str) -> None:
    """Print the four numbers of `Cost`."""
    [engine] = [engine for engine in (*PLAIN, *BFLOAT16) if engine.name == name]
    print(*measured(engine, Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
