"""The result page of an uploaded day in Chromium: usable, panned, zoomed, and at its other end.

    python -m tests.bench result-page [--hours 24] [--times 7]

Server and browser on the same machine. Panned and zoomed: from the key to the picture drawn after it, with what is
here; what that picture still asks the server for comes later and is not measured. The first page of the process warms
everything up and is not counted.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from classifier.engine import shipped_model
from classifier.networks import Networks
from db.analyses import ask_analysis
from db.engine import writing
from streaming.files.questions import Typed
from streaming.files.sandbox import Sandbox
from streaming.slow_work import labeller
from tests import servers
from tests.bench.uploads import alone, make, of
from tests.browser import running_chromium
from tests.dashboard.brought import doctors_window
from tests.dashboard.house import running_house
from tests.streaming.uploading import NOW, open_desk

PANS, ZOOMS, ENDS = ("PageDown", "ArrowRight", "PageUp"), ("-", "+"), ("End", "Home")
FOLLOW = """(key) => new Promise((done) => {
  const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: key, bubbles: true, cancelable: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
})"""


def main(arguments: Sequence[str]) -> None:
    """Print one line for each figure: median and longest."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench result-page")
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wb-") as name, servers.running_valkey() as valkey:
        folder = Path(name)
        alone(make, folder / "day", 3600 * options.hours)
        database, recording = analysed(folder)
        with running_house(folder, valkey.url, 1, database) as house, running_chromium() as chromium:
            page = doctors_window(house, chromium, "dora weiss").new_page()
            look(page, f"{house.url}/recording/{recording}", options.times)


def analysed(folder: Path) -> tuple[str, str]:
    """The day, brought and analysed: the database's URL and the recording."""
    sandbox, model = Sandbox(), shipped_model()
    with open_desk(folder, partial(labeller, Networks(Path("/nowhere"))), sandbox) as desk:
        seen = desk.reception.choose(desk.bring(of(folder / "day"), piece=1 << 20), Typed(), 1, desk.deed)
        made = desk.importer.take_in(seen.id, NOW)
        assert made is not None, seen.refusal
        with writing(desk.engine) as connection:
            asked = ask_analysis(connection, made, model, desk.user, NOW)
        desk.analyst.run(asked)
        found = str(desk.engine.url), made
    sandbox.close()
    return found


def look(page: Page, address: str, times: int) -> None:
    """All figures of one recording."""
    opened = [opening(page, address) for _ in range(times + 1)][1:]
    told("strip, numbers and lists stand", opened)
    page.wait_for_timeout(2000)
    for what, keys in (("panned", PANS), ("zoomed", ZOOMS), ("at the other end", ENDS)):
        told(f"{what}: drawn", [page.evaluate(FOLLOW, key) for _ in range(times) for key in keys])


def opening(page: Page, address: str) -> float:
    """Milliseconds until the strip is whole and the list of beats is there."""
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("body[data-complete=yes]")
    page.locator("tr[data-at]").first.wait_for()
    return 1000 * (time.perf_counter() - began)


def told(what: str, milliseconds: Sequence[float]) -> None:
    """One line."""
    print(f"{what}: {median(milliseconds):.0f} ms, at most {max(milliseconds):.0f}", flush=True)
