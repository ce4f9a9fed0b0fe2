"""How long until a page can be used after one goes to its address, on the loopback interface.

    python -m tests.bench opening [--beds 16] [--times 9]

Usable: every bed of the wall moves and has its heart rate; at the bedside the trace moves, and beside it the numbers
stand. The charts of the bedside, which are drawn after that, are told apart. Real Chromium without a GPU, 1920 × 1080;
each opening is in a new window, with nothing in its cache, and then once more with a full one.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from tests.bench.endless import fill
from tests.browser import be_patient, running_chromium
from tests.dashboard.feeder import Feeder
from tests.dashboard.house import House, running_house
from tests.servers import running_valkey

SIZE = {"width": 1920, "height": 1080}
TARGET_S = 1.5
WALL = """(beds) => document.querySelectorAll(".tile:not([hidden])[data-state=live]:not([data-hr=''])").length >= beds
  && performance.now()"""
BEDSIDE = """() => document.querySelector("body[data-state=live]:not([data-hr=''])") && performance.now()"""
CHARTS = "() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 3 && performance.now()"
"""Each answers with the ms since the navigation began once it is so; asked in every frame of the browser."""


@dataclass(slots=True)
class Opened:
    """Seconds of all openings of one page."""

    page: str
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        middle = median(self.seconds)
        kept = "kept" if middle <= TARGET_S else "not kept"
        return f"| {self.page} | {middle:.2f} | {min(self.seconds):.2f} | {max(self.seconds):.2f} | {kept} |"


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench opening")
    parser.add_argument("--beds", type=int, default=16)
    parser.add_argument("--times", type=int, default=9)
    given = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, given.beds) as house,
        Feeder(valkey.url) as feeder,
        running_chromium() as chromium,
    ):
        fill(house, feeder)
        rows = opened(house, chromium, min(given.beds, 32), given.times)
    print(f"| page, {given.times} times | usable after, median s | fastest | slowest | {TARGET_S} s |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        print(row)


def opened(house: House, chromium: Browser, beds: int, times: int) -> list[Opened]:
    """Both pages, in a new window and in the same once more."""
    house.admit(be_patient(chromium.new_context())).close()  # makes the administrator
    wall, again = Opened(f"wall of {beds} beds"), Opened(f"wall of {beds} beds, again")
    bedside, there, charts = Opened("bedside"), Opened("bedside, again"), Opened("bedside, with its charts")
    for _ in range(times):
        window = house.admit(be_patient(chromium.new_context(viewport=SIZE)))  # type: ignore[arg-type]
        page = window.new_page()
        for row in (wall, again):
            row.seconds.append(usable(page, f"{house.url}/wall", WALL, beds))
        for row in (bedside, there):
            row.seconds.append(usable(page, f"{house.url}/patient/1", BEDSIDE, 1))
            if row is bedside:
                charts.seconds.append(page.wait_for_function(CHARTS).json_value() / 1000)
        window.close()
    return [wall, again, bedside, there, charts]


def usable(page: Page, address: str, sign: str, beds: int) -> float:
    """Seconds from the navigation to the sign."""
    page.goto(address, wait_until="commit")
    return float(page.wait_for_function(sign, arg=beds).json_value()) / 1000
