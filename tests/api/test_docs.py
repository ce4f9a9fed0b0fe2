"""The interactive documentation in a real browser: it is drawn under the policy, and a request can be tried out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from streaming.own_place import free_port
from tests.api.house import ApiHouse, make_house
from tests.browser import be_patient
from tests.served import served
from tests.witness import write_down

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def docs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ApiHouse]]:
    port = free_port()
    house = make_house(tmp_path_factory.mktemp("docs"))
    with served(house.app, port):
        yield f"http://127.0.0.1:{port}", house
    house.close()


def test_the_documentation_is_drawn_and_tries_requests(docs: tuple[str, ApiHouse], chromium: Browser) -> None:
    url, house = docs
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    write_down(window)
    page = window.new_page()
    page.goto(f"{url}/api/v1/docs")
    page.wait_for_selector("body[data-state=shown]")
    expect(page.locator(".opblock").first).to_be_visible()
    ask(page, house.tokens["nurse"])
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(page.locator(".live-responses-table tbody .microlight").first).to_contain_text('"role": "nurse"')
    assert page.evaluate("() => [window.violations, window.errors ?? []]") == [[], []]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.close()


def ask(page: Page, token: str) -> None:
    """Type the token, then ask who one is."""
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill(token)
    page.locator(".auth-btn-wrapper button.authorize").click()
    page.locator(".btn-done").click()
    page.locator("#operations-token-me .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
