"""What a page keeps in its browser while it streams for hours: heap after a forced collection, nodes, listeners.

    python -m tests.bench heap [--minutes 120] [--every 5] [--beds 16] [--pages wall patient/1]

Real Chromium in software rendering, gateway, web application and Valkey; four chunks a second from each bed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.endless import fill
from tests.bench.wall import metrics
from tests.browser import be_patient, running_chromium
from tests.dashboard.feeder import Feeder
from tests.dashboard.house import House, running_house
from tests.servers import running_valkey

WARM_MINUTES = 15.0
"""Readings before count for nothing: scripts are compiled, rings fill, and HRV, which is of 5 minutes, gets its
numbers, trends and spectrum.
"""
SIZE = {"width": 1366, "height": 768}
LIVE = "body[data-state=live], .tile[data-state=live]"
LIMIT = 1.10
"""What the heap may have grown to, of the first reading that counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Of `page` after `minutes` of streaming: bytes of script heap in use, nodes and listeners, the machine's load."""

    page: str
    minutes: float
    heap: float
    nodes: float
    listeners: float
    load: float

    def __str__(self) -> str:
        numbers = f"{self.heap / 2**20:.2f} | {self.nodes:.0f} | {self.listeners:.0f} | {self.load:.1f}"
        return f"| {self.page} | {self.minutes:.0f} | {numbers} |"


def main(arguments: Sequence[str] = ()) -> None:
    """Print a reading each `--every` minutes and what became of the heap."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench heap")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--beds", type=int, default=16)
    parser.add_argument("--pages", nargs="+", default=["wall", "patient/1"])
    given = parser.parse_args(arguments)
    print(
        "| page | minutes | heap, MB | nodes | listeners | load of the machine |\n| --- | --- | --- | --- | --- | --- |"
    )
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, given.beds) as house,
        Feeder(valkey.url) as feeder,
        running_chromium() as chromium,
    ):
        fill(house, feeder)
        pages = {path: opened(house, chromium, path) for path in given.pages}
        readings = list(read(pages, given.minutes, given.every))
    for path in given.pages:
        print(
            verdict([each for each in readings if each.page == path and each.minutes > WARM_MINUTES - given.every / 2])
        )


def opened(house: House, chromium: Browser, path: str) -> Page:
    """The page in a window, and so a process, of its own, with a bed alive."""
    window = house.admit(be_patient(chromium.new_context(viewport=SIZE)))  # type: ignore[arg-type]
    page = window.new_page()
    page.goto(f"{house.url}/{path}")
    page.wait_for_selector(LIVE)
    return page


def read(pages: dict[str, Page], minutes: float, every: float) -> Iterator[Reading]:
    """Readings; each is printed when it is made."""
    looks = {path: page.context.new_cdp_session(page) for path, page in pages.items()}
    for look in looks.values():
        look.send("Performance.enable")
    any_page, began = next(iter(pages.values())), time.monotonic()
    due = every
    while due <= minutes:
        any_page.wait_for_timeout(max(0.0, 60_000 * due - 1000 * (time.monotonic() - began)))
        for path, look in looks.items():
            reading = one(path, (time.monotonic() - began) / 60, look)
            print(reading, flush=True)
            yield reading
        due += every


def one(path: str, minutes: float, look: CDPSession) -> Reading:
    """Collect, and read."""
    heap, told = kept(look), metrics(look)
    return Reading(path, minutes, heap, told["Nodes"], told["JSEventListeners"], os.getloadavg()[0])


def kept(look: CDPSession) -> float:
    """Bytes in use right after a collection: the least of three, for a page that draws makes new garbage at once."""
    used: list[float] = []
    for _ in range(3):
        look.send("HeapProfiler.collectGarbage")
        used.append(float(look.send("Runtime.getHeapUsage")["usedSize"]))
    return min(used)


def verdict(readings: list[Reading]) -> str:
    """First, last and highest of those that count, and the slope of the straight line through all."""
    if not readings:
        return f"\nnothing to say before {WARM_MINUTES:.0f} minutes"
    heaps = np.array([reading.heap for reading in readings]) / 2**20
    minutes = np.array([reading.minutes for reading in readings])
    slope = 60 * np.polyfit(minutes, heaps, 1)[0] if len(readings) > 1 else 0.0
    change = 100 * (heaps[-1] / heaps[0] - 1)
    held = "kept" if heaps.max() <= LIMIT * heaps[0] else "not kept"
    grown = f"{heaps[0]:.2f} MB at first, {heaps[-1]:.2f} at last ({change:+.1f} %), {heaps.max():.2f} at most"
    return f"\n{readings[0].page}: {grown}, {slope:+.3f} MB an hour; within {100 * (LIMIT - 1):.0f} %: {held}"
