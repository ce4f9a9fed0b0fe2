"""A phone whose page or whole browser is killed and opened again: a Chromium with a folder of its own."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserError

from tests.browser import be_patient
from tests.phone_page import LIVES, SMALL, STRAP
from tests.servers import chromium_executable, wait_until

STEADY = Path(__file__).with_name("steady_strap.js")


@dataclass(slots=True)
class Phone:
    """The page at `address` with a strap that began at wall time `began_ms` and has `rate` Hz."""

    playwright: Playwright
    folder: Path
    address: str
    began_ms: int
    rate: float
    window: BrowserContext | None = None
    offline: bool = False

    def open(self) -> Page:
        """The page, in the browser that runs, or in a new one that finds what the last one left."""
        if self.window is None:
            self.window = self._launch()
        page = self.window.new_page()
        page.goto(self.address)
        return page

    def _launch(self) -> BrowserContext:
        window = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=chromium_executable(), args=["--no-sandbox"], **SMALL
        )
        be_patient(window)
        facts = f"const BEGAN = {self.began_ms}, RATE = {self.rate};\n"
        window.add_init_script(STRAP.read_text("utf-8") + facts + STEADY.read_text("utf-8"))
        window.set_offline(self.offline)
        return window

    def set_offline(self, offline: bool) -> None:
        """Whether the browser has a network; also for the browsers to come."""
        self.offline = offline
        if self.window:
            self.window.set_offline(offline)

    def record(self) -> Page:
        """Open the page, choose the strap, go on recording. Returns when the trace lives."""
        page = self.open()
        page.wait_for_selector("[data-state=ready]")
        page.locator("[data-part=start]").click()
        page.wait_for_selector(LIVES)
        return page

    def kill_page(self) -> None:
        """SIGKILL to everything that draws and computes pages."""
        for process in self._family():
            if "--type=renderer" in process.cmdline():
                process.kill()
        for page in self.window.pages if self.window else ():
            with suppress(BrowserError):
                page.close()

    def kill_browser(self) -> None:
        """SIGKILL to the whole browser; the folder is what is left."""
        family = self._family()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(_lives, family)), "the browser is gone")
        if self.window:
            with suppress(BrowserError):
                self.window.close()
        self.window = None

    def _family(self) -> list[psutil.Process]:
        mark = f"--user-data-dir={self.folder}"
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if mark in process.cmdline():
                    found.append(process)
        children = [each for process in found for each in process.children(recursive=True)]
        return list({each.pid: each for each in [*found, *children]}.values())


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def now_ms() -> int:
    """Wall time."""
    return time.time_ns() // 1_000_000
