"""What the patient's page costs its phone while it records: its thread's share of a core that is slowed down.

    python -m tests.bench phone [--seconds 60] [--slower 4]

A whole ward, the made-up heart, 390 × 844 in mobile emulation; Chromium slows the page's thread by `--slower`, as a
phone's would be.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.devices import register_for
from db.engine import open_engine
from db.patients import patient
from db.provision import admit
from tests.bench.wall import metrics
from tests.browser import be_patient, running_chromium
from tests.ward import Ward, running_ward

RATES = ("130", "250")
SIZE: Any = {"width": 390, "height": 844}
SETTLES_S = 5.0


def main(arguments: Sequence[str] = ()) -> None:
    """Print a row for each rate."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench phone")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--slower", type=float, default=4.0)
    given = parser.parse_args(arguments)
    print("| samples a second | on screen, % of the slowed core | waits unsent, s |\n| --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_ward(Path(folder)) as ward,
        running_chromium() as chromium,
    ):
        engine = open_engine(ward.database_url)
        for number, rate in enumerate(RATES, 1):
            admit(engine, "4B", f"{number:02d}", f"P{number}")
            print(row(chromium, ward, code_for(engine, number), rate, given.seconds, given.slower), flush=True)


def code_for(engine: Engine, patient_id: int) -> str:
    """A code with which a phone of this patient connects."""
    known = patient(engine, patient_id)
    assert known is not None
    return register_for(engine, "Phone", known, Deed(None, time.time_ns() // 1_000_000, "bench"))[1]


def row(chromium: Browser, ward: Ward, code: str, rate: str, seconds: float, slower: float) -> str:
    """Record for some time at this rate."""
    window = be_patient(chromium.new_context(viewport=SIZE, is_mobile=True, has_touch=True, locale="en"))
    page = recording(window, f"{ward.address}/phone#pair={code}", rate)
    look = window.new_cdp_session(page)
    look.send("Performance.enable")
    look.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.wait_for_timeout(1000 * SETTLES_S)
    share = busy(page, look, seconds)
    waits = page.get_attribute("body", "data-waits")
    window.close()
    return f"| {rate} | {share:.1f} | {waits} |"


def recording(window: BrowserContext, address: str, rate: str) -> Page:
    """The page, connected and alive."""
    page = window.new_page()
    page.goto(address)
    page.wait_for_selector("[data-state=ready]")
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=rateHz]").select_option(rate)
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-state=recording][data-lives=yes]")
    return page


def busy(page: Page, look: CDPSession, seconds: float) -> float:
    """Percent of the time in which the page's thread has work."""
    before, began = metrics(look)["TaskDuration"], time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    return 100 * (metrics(look)["TaskDuration"] - before) / (time.monotonic() - began)
