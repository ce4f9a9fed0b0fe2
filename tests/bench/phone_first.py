"""From scanning the code to the first trace on the wall: what of it is ours, and not the person's.

    python -m tests.bench phone-first [--times 5] [--slower 4]

A new phone each time, nothing in its cache, over the loopback interface; nobody waits at any button. The page's thread
is slowed by `--slower`.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from db.engine import open_engine
from db.provision import admit
from tests.browser import be_patient, running_chromium
from tests.live_page import wait_for_state
from tests.phone_page import SMALL, code_for, held_to_stop
from tests.ward import PASSWORD, PERSON, Ward, running_ward

DRAWN = """(bed) => Number(document.querySelector(`.tile[data-bed='${bed}']`)?.dataset.samples) > 0"""


def main(arguments: Sequence[str] = ()) -> None:
    """Print a row."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench phone-first")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--slower", type=float, default=4.0)
    given = parser.parse_args(arguments)
    print("| page to be used, s | recording, s | first trace on the wall, s: median | longest |")
    print("| --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_ward(Path(folder)) as ward,
        running_chromium() as chromium,
    ):
        engine = open_engine(ward.database_url)
        wall = looked_at(chromium, ward)
        times = []
        for turn in range(given.times):
            bed = f"{turn + 1:02d}"
            admit(engine, "4B", bed, f"P{turn + 1}")
            wall.wait_for_selector(f".tile[data-bed='{bed}']")
            address = f"{ward.address}/phone#pair={code_for(engine, turn + 1)}"
            times.append(one(chromium, address, wall, bed, given.slower))
        used, records, seen = zip(*times, strict=True)
        print(f"| {median(used):.1f} | {median(records):.1f} | {median(seen):.1f} | {max(seen):.1f} |")


def looked_at(chromium: Browser, ward: Ward) -> Page:
    """A wall, by the first administrator."""
    wall = be_patient(chromium.new_context()).new_page()
    wall.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        wall.fill(f"[name={name}]", text)
    wall.click("button[type=submit]")
    return wall


def one(chromium: Browser, address: str, wall: Page, bed: str, slower: float) -> tuple[float, float, float]:
    """Seconds from the code: until Start can be pressed, until the phone records, until the wall draws it."""
    window = be_patient(chromium.new_context(**SMALL))
    page = window.new_page()
    look = window.new_cdp_session(page)
    look.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("[data-state=ready]")
    used = time.monotonic() - began
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-state=recording][data-lives=yes]")
    records = time.monotonic() - began
    wait_for_state(wall, bed, "live")
    wall.wait_for_function(DRAWN, arg=bed)
    seen = time.monotonic() - began
    held_to_stop(page)
    window.close()
    return used, records, seen
