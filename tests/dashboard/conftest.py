"""Eight beds that are played into a real Valkey, seen through the real gateway and web application."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from dashboard.edition import ASSETS
from tests.browser import PATIENCE_MS
from tests.dashboard.feeder import BIGEMINY, FIBRILLATION, MIXED, NOISY, NORMAL, Feeder, record
from tests.dashboard.house import House, running_house
from tests.servers import ValkeyServer, running_valkey
from tests.witness import Witness, new_witness

PARTS = [NORMAL, FIBRILLATION, MIXED, BIGEMINY, NOISY, NORMAL, NORMAL]
"""Beds 01 to 07; nothing was ever received from bed 08."""

ORIGIN = "http://scripts.test"
MODULES = {
    "t": "trace",
    "p": "playhead",
    "v": "vitals",
    "o": "order",
    "n": "turning",
    "c": "choices",
    "g": "gain",
    "w": "words",
    "f": "written",
}
MODULES |= {"b": "burst", "s": "tone", "h": "hush", "d": "technical"}
MODULES |= {"tl": "timeline", "vp": "viewport", "cal": "calipers", "an": "answers", "sd": "stored"}
MODULES |= {"pc": "phone_clock", "pf": "phone_file", "pm": "phone_movesense"}
MODULES |= {"pk": "phone_moment", "pr": "phone_recorder", "ps": "phone_strap"}
MODULES |= {"pw": "phone_wire", "po": "phone_outbox", "ph": "phone_heart", "pp": "phone_polar", "px": "phone_points"}
"""The browser's pure modules by the names that tests of them use."""


@dataclass(slots=True)
class Ward:
    """What a browser test plays with."""

    valkey: ValkeyServer
    house: House
    feeder: Feeder


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder: Path = tmp_path_factory.mktemp("house")
    with running_valkey() as valkey, running_house(folder, valkey.url, 8) as house, Feeder(valkey.url) as feeder:
        for number, part in enumerate(PARTS):
            actor = feeder.announce(house.devices[number].device_id, part, f"recording-{number + 1}")
            record(house.engine(), actor)
        yield Ward(valkey, house, feeder)


@pytest.fixture(scope="module")
def window(chromium: Browser, ward: Ward) -> Iterator[BrowserContext]:
    """A browser window that is logged in."""
    context = ward.house.log_in(chromium, viewport={"width": 1366, "height": 768})
    yield context
    context.close()


@pytest.fixture
def witness(window: BrowserContext) -> Iterator[Witness]:
    """Who watches the page of the test."""
    witness = new_witness(window)
    yield witness
    witness.close()


@pytest.fixture
def page(witness: Witness) -> Iterator[Page]:
    """A page that fails the test when a script fails on it or the content policy stops one."""
    wrong: list[str] = []
    witness.page.on("pageerror", lambda error: wrong.append(str(error)))
    witness.page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield witness.page
    assert wrong == []


@pytest.fixture(scope="module")
def run(chromium: Browser) -> Iterator[Any]:
    """Evaluate a script with `MODULES` at hand."""
    page = chromium.new_page()
    page.set_default_navigation_timeout(PATIENCE_MS)

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        if name:
            route.fulfill(body=(ASSETS / name).read_bytes(), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/")
    load = " ".join(f"const {short} = await import('/{name}.js');" for short, name in MODULES.items())
    yield lambda script: page.evaluate(f"async () => {{ {load} {script} }}")
    page.close()
