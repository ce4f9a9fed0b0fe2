"""Eight beds that are played into a real Valkey, seen through the real gateway and web application."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.dashboard.feeder import BIGEMINY, FIBRILLATION, MIXED, NOISY, NORMAL, Feeder, record
from tests.dashboard.house import House, running_house
from tests.servers import ValkeyServer, running_valkey

PARTS = [NORMAL, FIBRILLATION, MIXED, BIGEMINY, NOISY, NORMAL, NORMAL]
"""Beds 01 to 07; nothing was ever received from bed 08."""


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
def page(window: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when a script fails on it or the content policy stops one."""
    page = window.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    page.close()
    assert wrong == []
