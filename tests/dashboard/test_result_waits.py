"""What the result page says of itself: whether all that a key asked the server for has come and is drawn."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from db.store import NewRecording, NewSegment, store_batch
from tests.authorised_house import House, furnished_house
from tests.browser import be_patient, between
from tests.live_page import INK_OF_PART
from tests.served import served

pytestmark = pytest.mark.timeout(300)

PIECE, PIECES = 250 * 120, 10
TILES = "**/strip/*/*/*"
WHOLE = "body[data-complete=yes]"
TRACE = ["stored", "--pending"]
PRESS = """(key) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: key, bubbles: true, cancelable: true }));
  return document.body.dataset.complete;
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Twenty minutes of a wave for patient 1."""
    with furnished_house(tmp_path_factory.mktemp("waits")) as house:
        wave = (150 * np.sin(np.arange(PIECE) * 2 * np.pi / 50)).astype(np.int16)
        parts = [NewSegment("wave", PIECE * n, wave) for n in range(PIECES)]
        store_batch(house.engine, {}, [NewRecording("wave", 1, 250.0, 200.0, "I", 1_700_000_000_000)], parts, [])
        with served(house.app, house.settings.web_port):
            yield house


@pytest.fixture
def page(house: House, chromium: Browser) -> Iterator[Page]:
    context = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    context.add_cookies([{"name": "wardbeat-login", "value": house.tokens["doctor A"], "url": house.base}])
    page = between(context.new_page(), TILES)
    with page.expect_response(lambda answer: answer.url.endswith("/wave/1")):  # of the next screen, nobody asked yet
        page.goto(f"{house.base}/recording/wave")
    page.wait_for_selector(WHOLE)
    yield page
    context.close()


class Gate:
    """No tile comes to the page until it is opened."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self.is_open = False
        page.route(TILES, self.meet)

    def meet(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        self.is_open = True
        for route in self.held:
            route.continue_()


def test_it_waits_until_what_a_key_asked_for_is_drawn(page: Page) -> None:
    gate, before = Gate(page), page.get_attribute("body", "data-moment")
    assert page.evaluate(PRESS, "End") == ""  # what stands there is the picture of before
    page.wait_for_selector(f"body:not([data-moment='{before}'])")
    expect(page.locator("[data-part=badge]")).to_contain_text("loading")
    assert page.get_attribute("body", "data-complete") == ""
    assert page.evaluate(INK_OF_PART, TRACE) == 0
    gate.open()
    page.wait_for_selector(WHOLE)
    assert page.evaluate(INK_OF_PART, TRACE) > 500


def test_what_the_next_screen_shows_is_here_before_it_is_asked_for(page: Page) -> None:
    Gate(page)
    before = page.get_attribute("body", "data-moment")
    page.keyboard.press("PageDown")
    page.wait_for_selector(f"{WHOLE}:not([data-moment='{before}'])")
    assert page.evaluate(INK_OF_PART, TRACE) > 500
