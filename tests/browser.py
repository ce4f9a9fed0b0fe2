"""A real Chromium for tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import servers


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without a screen, whose loop occupies the thread meanwhile; without Chromium the test is skipped."""
    executable = servers.chromium_executable()
    if executable is None:
        pytest.skip(f"Chromium not found: {servers.CHROMIUM_HINT}")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*sandbox, "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()
