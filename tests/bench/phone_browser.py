"""A phone whose page or whole browser is killed and opened again: a Chromium with a folder of its own."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserError

from tests.browser import be_patient
from tests.phone_page import LIVES, SMALL, STRAP
from tests.servers import chromium_executable, wait_until

T = TypeVar("T")
HANGS_S, TRIES = 60.0, 3
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
        before, page = self.window.pages, self.window.new_page()
        for old in before:
            with suppress(BrowserError):
                old.close()
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
        guard = threading.Timer(HANGS_S, self.kill_browser_processes)
        guard.start()
        with suppress(BrowserError):
            if self.window:
                self.window.set_offline(offline)
        guard.cancel()

    def record(self) -> Page:
        """Open the page, choose the strap, go on recording. Returns when the trace lives."""
        return self.patiently(self._record)

    def _record(self) -> Page:
        page = self.open()
        page.wait_for_selector("[data-state=ready]")
        page.locator("[data-part=start]").click()
        page.wait_for_selector(LIVES)
        return page

    def patiently(self, act: Callable[[], T]) -> T:
        """What `act` returns. A browser that does not answer, as some do whose pages were killed, is killed too."""
        for _ in range(TRIES):
            guard = threading.Timer(HANGS_S, self.kill_browser_processes)
            guard.start()
            try:
                return act()
            except BrowserError as error:
                print(f"the browser is started again: {str(error).splitlines()[0]}", flush=True)
                self.kill_browser()
            finally:
                guard.cancel()
        raise AssertionError("the page does not record any more")

    def kill_browser(self) -> None:
        """SIGKILL to the whole browser; the folder is what is left."""
        self.kill_browser_processes()
        if self.window:
            with suppress(BrowserError):
                self.window.close()
        self.window = None

    def kill_browser_processes(self) -> None:
        """SIGKILL to all of them; may be called from any thread."""
        family = self._family()
        for process in family:
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not any(map(_lives, family)), "the browser is gone")

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
    with suppress(psutil.NoSuchProcess):  # it may die between the two questions
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def now_ms() -> int:
    """Wall time."""
    return time.time_ns() // 1_000_000
