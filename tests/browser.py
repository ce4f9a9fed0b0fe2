"""A real Chromium for tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import servers

PATIENCE_MS = 1000 * servers.PATIENCE_S


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without a screen, whose loop occupies the thread meanwhile; without Chromium the test is skipped."""
    executable = servers.chromium_executable()
    if executable is None:
        pytest.skip(f"Chromium not found: {servers.CHROMIUM_HINT}")
    expect.set_options(timeout=PATIENCE_MS)  # by itself it waits for 5 s
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


def between(page: Page, addresses: str) -> Page:
    """The page, to be called before it is opened: a route that is laid to `addresses` later is used from the first
    request on. Without this Chromium sent 1 of 60 past the route, because its page did not know of it yet.
    """
    page.route(addresses, lambda route: route.continue_())
    return page


def spread(page: Page, selector: str, start_px: float, end_px: float) -> None:
    """Two fingers on the middle of an element, from so far apart to so far apart."""
    box = page.locator(selector).bounding_box()
    assert box
    x, y, hand = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", start_px), ("touchMove", (start_px + end_px) / 2), ("touchMove", end_px)):
        fingers = [{"x": x + side * apart / 2, "y": y, "id": side + 1} for side in (-1, 1)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
