"""Promises about time, asked of a machine that may stand still for a second or two now and then."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

ATTEMPTS = 3


class Delay(NamedTuple):
    """How long something took, and how long it may take at most."""

    what: str
    took_s: float
    most_s: float


def now_ms() -> float:
    """Wall time, on the clock that pages read too (`Date.now`)."""
    return time.time() * 1000


@dataclass(slots=True)
class Deed:
    """Something that a test did. It happened between two wall times (ms): the machine may stand still in between."""

    began_ms: float
    done_ms: float


@contextmanager
def deed() -> Iterator[Deed]:
    """Note the wall time before and after what is done inside."""
    made = Deed(now_ms(), 0.0)
    yield made
    made.done_ms = now_ms()


def broken(delays: Sequence[Delay]) -> list[Delay]:
    """Those that took too long."""
    return [delay for delay in delays if delay.took_s > delay.most_s]


def kept(measure: Callable[[], Sequence[Delay]]) -> None:
    """Measure until everything is in time at once. AssertionError after `ATTEMPTS` measurements that were not.

    The page's own standstills are not counted (`Witness.delay_s`), but a core that is taken away from ingest, or a
    disk that hangs, spoils a measurement unseen. What is too slow by itself is too slow each time.
    """
    found: list[list[Delay]] = []
    while not found or broken(found[-1]):
        assert len(found) < ATTEMPTS, f"too late each time: {[broken(delays) for delays in found]}"
        found.append(list(measure()))
