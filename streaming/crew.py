"""Many records, several processes, one line on the screen: what `wardbeat analyze` and `wardbeat evaluate` share."""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_BEGIN_OF_LINE = "\r\x1b[K"  # and wipe what is there


def work_through(
    tasks: Sequence[Task], work: Callable[[Task], Answer], lost: Callable[[Task], Answer], jobs: int
) -> Iterator[Answer]:
    """`work` of each task as it is done, in `jobs` processes; `lost` of a task whose process was killed.

    With several processes `work` and its answers have to be picklable.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    # Spawned: a forked copy of a process in which the network's threads run may hang.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(work, task): task for task in tasks}
        for future in as_completed(waiting):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield lost(waiting[future])


def say(line: str) -> None:
    """A line for the person, on standard error."""
    sys.stderr.write(f"{_BEGIN_OF_LINE if sys.stderr.isatty() else ''}{line}\n")


def show_progress(done: int, total: int) -> None:
    """On a screen one line that counts; in a log file nothing."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{_BEGIN_OF_LINE}{done} of {total} records" if done < total else _BEGIN_OF_LINE)
        sys.stderr.flush()


def extension(text: str) -> str:
    """An argument that is an annotator's name."""
    if not (text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError(f"{text!r} is not an extension: letters only")
    return text


def job_count(text: str) -> int:
    """An argument that is a number of processes."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes, 1 or more")
    return int(text)
