"""What a wall costs its browser: frames a second and how busy its main thread is, in software rendering.

    python -m tests.bench wall [--seconds 20]

Real Chromium, gateway, web application and Valkey; the beds are played beside them on the same cores, in four chunks a
second.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.endless import fill
from tests.browser import be_patient, running_chromium
from tests.dashboard.feeder import Feeder
from tests.dashboard.house import House, running_house
from tests.servers import running_valkey

SETTLE_S = 8.0
"""Left out: the page is built, its scripts are compiled, the last seconds are drawn."""
COUNT_FRAMES = """(seconds) => new Promise((done) => {
  const began = performance.now(), times = [];
  const step = (now) => {
    times.push(now);
    if (now - began < 1000 * seconds) requestAnimationFrame(step); else done(times);
  };
  requestAnimationFrame(step);
})"""
ALIVE = "(beds) => document.querySelectorAll('.tile:not([hidden])[data-state=live]').length >= beds"


@dataclass(frozen=True, slots=True)
class Setup:
    """A wall: `beds` in the house, and its settings in the address."""

    beds: int
    query: str
    words: str


SETUPS = (
    Setup(8, "", "8 beds"),
    Setup(16, "", "16 beds"),
    Setup(64, "", "64 beds, 32 a page"),
    Setup(64, "mode=scroll", "64 beds, 32 a page, scroll"),
)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench wall")
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args(arguments).seconds
    print(
        "| wall, 1920 × 1080 | frames/s | slowest 1 % of frames, ms | main thread, % CPU | usable after, s | heap, MB |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    with running_chromium() as chromium:
        for setup in SETUPS:
            measure(setup, chromium, seconds)


def measure(setup: Setup, chromium: Browser, seconds: float) -> None:
    """One row, in a house of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, setup.beds) as house,
        Feeder(valkey.url) as feeder,
    ):
        fill(house, feeder)
        print(row(setup, house, chromium, seconds), flush=True)


def row(setup: Setup, house: House, chromium: Browser, seconds: float) -> str:
    """Open the wall, let it settle, count."""
    window = house.admit(be_patient(chromium.new_context(viewport={"width": 1920, "height": 1080})))
    page = window.new_page()
    shown = min(setup.beds, 32)
    began = time.perf_counter()
    page.goto(f"{house.url}/wall?{setup.query}")
    page.wait_for_function(ALIVE, arg=shown)
    usable = time.perf_counter() - began
    page.wait_for_timeout(SETTLE_S * 1000)
    cdp = window.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = metrics(cdp)
    times = page.evaluate(COUNT_FRAMES, seconds)
    after = metrics(cdp)
    lasted = (times[-1] - times[0]) / 1000
    gaps = sorted(later - sooner for sooner, later in pairwise(times))
    busy = 100 * (after["TaskDuration"] - before["TaskDuration"]) / lasted
    heap = collected(cdp, page) / 2**20
    window.close()
    slow = gaps[int(len(gaps) * 0.99)]
    return f"| {setup.words} | {len(gaps) / lasted:.1f} | {slow:.0f} | {busy:.0f} | {usable:.1f} | {heap:.1f} |"


def metrics(cdp: CDPSession) -> dict[str, float]:
    """Chromium's own counters of the page."""
    return {one["name"]: float(one["value"]) for one in cdp.send("Performance.getMetrics")["metrics"]}


def collected(cdp: CDPSession, page: Page) -> float:
    """Bytes of script heap in use after a collection."""
    cdp.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(200)
    return metrics(cdp)["JSHeapUsedSize"]
