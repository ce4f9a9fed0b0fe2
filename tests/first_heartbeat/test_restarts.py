"""The server is stopped at night and started again with a new edition of the pages: walls come back without a hand."""

import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from auth.deeds import Deed
from auth.walls import offer_wall
from db.engine import open_engine
from db.provision import DEMO_WARD
from tests.browser import be_patient
from tests.live_page import wait_for_life
from tests.servers import PATIENCE_S, wait_until
from tests.ward import READY_S, ROOT, Ward
from tests.witness import Witness

pytestmark = pytest.mark.timeout(600)

SOME_SECONDS_MS = 3000
MARK = "() => { window.ofTheEvening = true; }"
RENEWED = "() => !window.ofTheEvening"


def new_edition(folder: Path) -> Path:
    """The program's files again, one more among those that pages are made of."""
    not_run = shutil.ignore_patterns(".*", "data", "docs", "tests", "var")
    program = shutil.copytree(ROOT, folder / "program", ignore=not_run)
    (program / "assets" / "tonight.css").write_text("/* Written by a test. */\n")
    return program


@contextmanager
def kiosk(chromium: Browser, ward: Ward) -> Iterator[Page]:
    """A screen that was paired by its code, alive."""
    engine = open_engine(ward.database_url)
    code = offer_wall(engine, DEMO_WARD, "Corridor", Deed(None, time.time_ns() // 1_000_000, "here"))
    engine.dispose()
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    page = window.new_page()
    page.goto(f"{ward.address}/wall/pair")
    page.fill("[name=code]", code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    wait_for_life(page)
    yield page
    window.close()


def test_a_restart_at_night_needs_no_hand(wall: Page, witness: Witness, ward: Ward, chromium: Browser) -> None:
    witness.outage = True
    with kiosk(chromium, ward) as screen:
        for page in (wall, screen):
            page.evaluate(MARK)
        assert ward.process is not None
        ward.process.send_signal(signal.SIGTERM)
        assert ward.process.wait(timeout=PATIENCE_S) == 0
        for page in (wall, screen):
            page.wait_for_selector("[data-part=cut]:not([hidden])")
        wall.wait_for_timeout(SOME_SECONDS_MS)
        started = ward.said.count("Wardbeat is ready")
        ward.program = new_edition(ward.folder)
        ward.process = ward.command()
        wait_until(lambda: ward.said.count("Wardbeat is ready") > started, "it is ready again", READY_S)
        for page in (wall, screen):
            page.wait_for_function(RENEWED)
            wait_for_life(page)
            page.wait_for_selector("[data-part=cut]", state="hidden")
    witness.outage = False
