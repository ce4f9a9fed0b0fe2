"""Each of the seven links between a heart and a wall is cut: the wall says so in time, sounds, and mends by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.links import LINKS, Screen, outage, screen, standstill
from tests.promises import kept
from tests.ward import Ward

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def looked_at(chromium: Browser, window: BrowserContext, ward: Ward) -> Iterator[Screen]:
    with screen(chromium, window, ward) as looked_at:
        yield looked_at


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_is_cut_is_said_sounds_and_mends(looked_at: Screen, ward: Ward, link: str) -> None:
    kept(lambda: outage(ward, looked_at, link))


def test_a_screen_that_stands_still_is_said_and_sounds_meanwhile(looked_at: Screen) -> None:
    kept(lambda: standstill(looked_at))
