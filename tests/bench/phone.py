"""What the patient's page costs its phone while it records, in shares of a core that is slowed down.

    python -m tests.bench phone [--seconds 25] [--slower 4] [--rates 130 250]

A whole ward, the made-up heart, 360 × 640 in mobile emulation; Chromium slows the page's thread by `--slower`, as a
phone's would be. `slowed`: that thread's tasks meanwhile, as Chromium counts them. All else is CPU time at full speed,
times `--slower`, which what else the machine does disturbs less: the page's thread; of it script, and style and layout;
the worker that draws and the line; compositor and raster, in software where there is no GPU; the browser's own.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from db.engine import open_engine
from db.provision import admit
from tests.bench.thread_cost import BROWSER, PAINTING, WORKERS, thread_seconds
from tests.bench.wall import metrics
from tests.browser import be_patient, running_chromium
from tests.phone_page import LIVES, SMALL, code_for
from tests.ward import running_ward

SETTLES_S = 5.0
HIDE = """() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
  document.dispatchEvent(new Event('visibilitychange')); return true; }"""
STATES = {
    "touched": "() => true",
    "not touched for a minute": "() => !document.querySelector('[data-part=calm]').hidden",
    "screen off": HIDE,
}
"""What has to be so; twice `--seconds` after the start the screen counts as touched. A page without a window cannot be
hidden: its scripts are told that it is, and what they then do is counted.
"""
HEAD = (
    "| samples a second | state | slowed | page | of it script | style, layout | workers, line | painting | "
    "browser | waits unsent, s |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)
PARTS = (("TaskDuration",), ("ScriptDuration",), ("LayoutDuration", "RecalcStyleDuration"))


def main(arguments: Sequence[str] = ()) -> None:
    """Print a row for each rate and state."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench phone")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--slower", type=float, default=4.0)
    parser.add_argument("--rates", nargs="+", default=["130", "250"])
    given = parser.parse_args(arguments)
    print(HEAD)
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_ward(Path(folder)) as ward,
        running_chromium() as chromium,
    ):
        engine = open_engine(ward.database_url)
        for number, rate in enumerate(given.rates, 1):
            admit(engine, "4B", f"{number:02d}", f"P{number}")
            address = f"{ward.address}/phone#pair={code_for(engine, number)}"
            for row in rows(chromium, address, rate, given.seconds, given.slower):
                print(row, flush=True)


def rows(chromium: Browser, address: str, rate: str, seconds: float, slower: float) -> list[str]:
    """Record for some time at this rate, looked at and hidden."""
    window = be_patient(chromium.new_context(**SMALL))
    page = recording(window, address, rate)
    look = window.new_cdp_session(page)
    look.send("Performance.enable", {"timeDomain": "threadTicks"})
    found = []
    page.wait_for_timeout(1000 * SETTLES_S)
    for state, change in STATES.items():
        page.wait_for_function(change)
        shares = cost(page, look, seconds, slower)
        waits = page.get_attribute("body", "data-waits")
        found.append(f"| {rate} | {state} | {' | '.join(f'{share:.1f}' for share in shares)} | {waits} |")
    window.close()
    return found


def recording(window: BrowserContext, address: str, rate: str) -> Page:
    """The page, connected and alive."""
    page = window.new_page()
    page.goto(address)
    page.wait_for_selector("[data-state=ready]")
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=rateHz]").select_option(rate)
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    return page


def cost(page: Page, look: CDPSession, seconds: float, slower: float) -> list[float]:
    """Percent of the time, in the order of `HEAD`."""
    look.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    slowed = shares(page, look, seconds)["TaskDuration"]
    look.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    threads = thread_seconds()
    quick, now = shares(page, look, seconds), thread_seconds()
    parts = [slower * sum(quick[name] for name in names) for names in PARTS]
    others = [100 * slower * (now[use] - threads[use]) / seconds for use in (WORKERS, PAINTING, BROWSER)]
    return [slowed, *parts, *others]


def shares(page: Page, look: CDPSession, seconds: float) -> dict[str, float]:
    """Percent of the next `seconds` that Chromium's counters of CPU time rise by."""
    before, began = metrics(look), time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    after, passed = metrics(look), time.monotonic() - began
    return {name: 100 * (after[name] - before[name]) / passed for name in after}
