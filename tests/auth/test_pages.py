"""The pages in a real browser: they work under their own policy, on a phone and on a desk, dark and light."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import Engine

from auth.door import LoginOptions
from auth.setup import first_admin_link
from streaming.own_place import free_port
from tests.auth.conftest import NEEDS, PASSWORD, ward_app
from tests.browser import be_patient
from tests.served import served

pytestmark = pytest.mark.timeout(300)

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app: Flask = ward_app(engine, LoginOptions("a secret of this test", address, needs=NEEDS))
    with served(app, port):
        yield address


@pytest.fixture
def complaints() -> list[str]:
    """What the browser blocked or could not run."""
    return []


@pytest.fixture(params=[(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    size, theme = request.param
    context = be_patient(chromium.new_context(viewport=size, color_scheme=theme))
    page = context.new_page()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def test_from_the_one_time_link_to_the_wall_and_out_again(
    page: Page, engine: Engine, address: str, complaints: list[str]
) -> None:
    page.goto(first_admin_link(engine, address) or "")
    assert page.locator("#full_name").evaluate("field => field === document.activeElement")
    fill(page, full_name="Ada Vogel", name="ada", password=PASSWORD, password_again="another")
    assert page.locator("#password_again-note").inner_text() == "The two passwords differ. Type the same one here."
    assert page.locator("#password_again").evaluate("field => field === document.activeElement")
    fill(page, password=PASSWORD, password_again=PASSWORD)
    assert page.locator("body").inner_text() == "wall of ada"
    page.goto(f"{address}/logout")
    page.get_by_role("button", name="Log out").click()
    fill(page, name="ada", password="wrong password")
    assert page.get_by_role("alert").inner_text() == "The user name or the password is wrong."
    assert page.locator("#name").input_value() == "ada"
    fill(page, password=PASSWORD)
    assert page.locator("body").inner_text() == "wall of ada"
    assert complaints == []


def test_the_page_fits_and_says_what_wardbeat_is_not(page: Page, engine: Engine, address: str) -> None:
    page.goto(first_admin_link(engine, address) or "")
    assert page.get_by_text("Wardbeat is not a certified medical device.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = page.locator("input:not([type=hidden]), button").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert min(heights) >= 48


def test_the_theme_follows_the_machine_and_the_button_has_no_hue(page: Page, engine: Engine, address: str) -> None:
    page.goto(first_admin_link(engine, address) or "")
    light = page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if light else "rgb(10, 13, 17)")
    fill_colour = page.locator("button").evaluate("button => getComputedStyle(button).backgroundColor")
    assert fill_colour == ("rgb(18, 22, 27)" if light else "rgb(237, 241, 245)")


def fill(page: Page, **fields: str) -> None:
    """Type into the fields and send the form."""
    for name, typed in fields.items():
        page.fill(f"#{name}", typed)
    with page.expect_navigation():
        page.locator("button").click()
