"""A real Chromium for tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests import servers

PATIENCE_MS = 1000 * servers.PATIENCE_S


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without a screen, whose loop occupies the thread meanwhile; without Chromium the test is skipped."""
    executable = servers.chromium_executable()
    if executable is None:
        pytest.skip(f"Chromium not found: {servers.CHROMIUM_HINT}")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[*sandbox, "--autoplay-policy=no-user-gesture-required"],
            timeout=PATIENCE_MS,
        )
        yield browser
        browser.close()


def be_patient(window: BrowserContext) -> BrowserContext:
    """The window, whose pages wait `PATIENCE_MS` for whatever they are told to wait for."""
    window.set_default_timeout(PATIENCE_MS)
    window.set_default_navigation_timeout(PATIENCE_MS)
    return window
