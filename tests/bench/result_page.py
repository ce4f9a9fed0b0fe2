"""The result page of an uploaded day in Chromium: the first one of a web process, usable, panned, zoomed, elsewhere.

    python -m tests.bench result-page [--hours 24] [--times 7]

Server and browser on the same machine. After a key, pressed `PAUSE_MS` after the last picture was whole: how long until
what is here is drawn, and until all that the picture asked the server for has come and is drawn. A place in the middle
that was never shown has to ask. The charts of the minutes around follow when the strip has stood still: not counted.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Page

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
from tests.dashboard.house import House, running_house
from tests.streaming.uploading import NOW, open_desk

PANS, ZOOMS, ENDS = ("PageDown", "ArrowRight", "PageUp"), ("-", "+"), ("End", "Home")
DAY = ("-",) * 8 + ("+",) * 8
"""From the speed of paper to the whole of it, and back."""
PAUSE_MS = 300
READY_S = 5.0
"""After it listens a web process makes itself ready; the first page is opened then."""
FOLLOW = """([key, place]) => new Promise((done) => {
  const began = performance.now(), passed = () => performance.now() - began;
  let drawn = 0;
  if (key) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: key, bubbles: true, cancelable: true }));
  else dispatchEvent(new CustomEvent('wardbeat:moment', { detail: place }));
  const look = () => {
    drawn = drawn || passed();
    if (document.body.dataset.complete !== 'yes') requestAnimationFrame(look);
    else requestAnimationFrame(() => done([drawn, passed()]));
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
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
            window = doctors_window(house, chromium, "dora weiss")
            first(house, window, recording, options.times)
            look(window.new_page(), house, recording, options)


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


def first(house: House, window: BrowserContext, recording: str, times: int) -> None:
    """The first page of a web process that has just begun, each time in a new tab of the same browser."""
    with window.new_page() as page:
        opening(page, house, recording)  # the browser's own first
    listening, opened = list[float](), list[float]()
    for _ in range(times):
        house.kill("web")
        began = time.perf_counter()
        house.start("web")
        servers.wait_until(house.answers, "the web application answers")
        listening.append(1000 * (time.perf_counter() - began))
        time.sleep(READY_S)
        with window.new_page() as page:
            opened.append(opening(page, house, recording))
    told("the web process answers", listening)
    told("first page of it", opened)


def look(page: Page, house: House, recording: str, options: argparse.Namespace) -> None:
    """All figures of one recording."""
    times = options.times
    told("strip, numbers and lists stand", [opening(page, house, recording) for _ in range(times + 1)][1:])
    page.wait_for_timeout(2000)
    for what, keys in (
        ("panned", PANS),
        ("zoomed", ZOOMS),
        ("zoomed to all and back", DAY),
        ("at the other end", ENDS),
    ):
        followed(page, what, [(key, "") for _ in range(times) for key in keys])
    last, chance = round(options.hours * 3600 * 250), random.Random(7)
    places = [chance.randrange(last) for _ in range(3 * times)]
    followed(page, "elsewhere", [("", f"{recording}/{place}") for place in places])


def followed(page: Page, what: str, deeds: Sequence[tuple[str, str]]) -> None:
    """Two lines: what is here, and the whole."""
    pictures = list[tuple[float, float]]()
    for deed in deeds:
        pictures.append(page.evaluate(FOLLOW, deed))
        page.wait_for_timeout(PAUSE_MS)
    for name, figures in zip(("what is here", "whole"), zip(*pictures, strict=True), strict=True):
        told(f"{what}, {name}", figures)


def opening(page: Page, house: House, recording: str) -> float:
    """Milliseconds until the strip is whole and the list of beats is there."""
    began = time.perf_counter()
    page.goto(f"{house.url}/recording/{recording}")
    page.wait_for_selector("body[data-complete=yes]")
    page.locator("tr[data-at]").first.wait_for()
    return 1000 * (time.perf_counter() - began)


def told(what: str, milliseconds: Sequence[float]) -> None:
    """One line."""
    print(f"{what}: {median(milliseconds):.0f} ms, at most {max(milliseconds):.0f}", flush=True)
