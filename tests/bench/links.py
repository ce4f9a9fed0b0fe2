"""How soon a wall says that a link is cut, how soon it sounds, and how soon it is whole again: each of the seven links.

    python -m tests.bench links [--times 3]

A real `wardbeat up` with eight beds, a wall in real Chromium; processes are stopped (SIGSTOP), the browser's
connection is cut in a line between, its main thread is kept busy.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from tests.browser import running_chromium
from tests.links import LINKS, outage, screen, standstill
from tests.promises import Delay, broken
from tests.ward import PASSWORD, PERSON, Ward, running_ward


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench links")
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args(arguments).times
    print("| link | words after, s | sound after, s | back after, s |\n| --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_ward(Path(folder), beds=8) as ward,
        running_chromium() as chromium,
    ):
        table(chromium, ward, times)


def table(chromium: Browser, ward: Ward, times: int) -> None:
    """A row for each link, the slowest of `times` outages."""
    with screen(chromium, newcomer(chromium, ward), ward) as wall:
        for link in LINKS:
            print(row(link, lambda link=link: outage(ward, wall, link), times), flush=True)  # type: ignore[misc]
        print(row("the browser's main thread", lambda: standstill(wall), times), flush=True)


def newcomer(chromium: Browser, ward: Ward) -> BrowserContext:
    """A window of the first administrator."""
    window = chromium.new_context()
    page = window.new_page()
    page.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        page.fill(f"[name={name}]", text)
    page.click("button[type=submit]")
    page.wait_for_url(f"{ward.address}/wall")
    page.close()
    return window


def row(link: str, measure: Callable[[], list[Delay]], times: int) -> str:
    """Slowest words, sound and recovery."""
    found = [measure() for _ in range(times)]
    if late := [delay for delays in found for delay in broken(delays)]:
        print(f"too late: {late}")
    slowest = [max(delays[column].took_s for delays in found) for column in range(3)]
    return f"| {link} | {' | '.join(f'{seconds:.1f}' for seconds in slowest)} |"
