"""The list of recordings in a real browser: it asks for what is looked at, leads on, and keeps to the policy."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from db.store import NewRecording, NewSegment, store_batch
from tests.authorisation import LIST_ROUTE
from tests.authorised_house import House, furnished_house
from tests.browser import be_patient
from tests.served import served
from tests.witness import write_down

pytestmark = pytest.mark.timeout(300)
MANY = 1500
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished_house(tmp_path_factory.mktemp("list")) as house:
        began = time.time_ns() // 1_000_000 - MANY * HOUR_MS
        facts = [NewRecording(f"r{n:04d}", 1, 250.0, 200.0, "I", began + n * HOUR_MS) for n in range(MANY)]
        parts = [NewSegment(fact.id, 0, np.ones(250 * (10 + n % 50), np.int16)) for n, fact in enumerate(facts)]
        store_batch(house.engine, {}, facts, parts, [])
        with served(house.app, house.settings.web_port):
            yield house


@pytest.fixture
def page(house: House, chromium: Browser) -> Iterator[Page]:
    context = be_patient(chromium.new_context(locale="en", viewport={"width": 1366, "height": 768}))
    context.add_cookies([{"name": "wardbeat-login", "value": house.tokens["doctor A"], "url": house.base}])
    write_down(context)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert (wrong, page.evaluate("() => window.violations")) == ([], [])
    context.close()


def is_rows(answer: Response) -> bool:
    return answer.url.split("?")[0].endswith(LIST_ROUTE[1]) and answer.status == 200


def mark_and_analyse(page: Page, boxes: str, count: int, said: str) -> None:
    for place in range(count):
        page.locator(boxes).nth(place).check()
    page.click("#analyse")
    expect(page.locator("#analyse-said")).to_have_text(said)


def test_it_shows_what_is_looked_at_and_leads_to_the_moment(
    house: House, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.analyses.ask_run", lambda *_: None)
    with page.expect_response(is_rows) as first:
        page.goto(f"{house.base}/recordings/")
    told = first.value.json()["response"]["recordings"]["getRowsResponse"]
    assert (told["rowCount"], len(told["rowData"])) == (MANY + 1, 100)
    newest = page.locator(".ag-row[row-index='0'] a").first
    expect(newest).to_have_attribute("href", f"/recording/r{MANY - 1}/details")
    mark_and_analyse(page, ".ag-row .ag-checkbox-input", 2, "2 analyses are asked for.")
    with page.expect_response(is_rows):
        page.evaluate("() => { document.querySelector('.ag-body-viewport').scrollTop = 40 * 1200; }")
    expect(page.locator(f".ag-row a[href='/recording/r{MANY - 1 - 1203:04d}/details']")).to_be_visible()
    with page.expect_response(is_rows):
        page.locator(".ag-header-cell[col-id=length]").click()
    expect(page.locator(".ag-row[row-index='0'] [col-id=length]")).to_have_text("–")

    page.goto(f"{house.base}/recordings/?q=r0042")
    page.locator(".ag-row[row-index='0'] a").first.click()
    page.fill("#title", "After exercise")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.get_by_role("link", name="Open at the bedside view").click()
    expect(page.locator("body")).to_have_attribute("data-view", "stored")
    page.get_by_role("link", name="Recordings").click()
    expect(page.locator(".lane svg a rect.recorded").first).to_be_visible()
    assert page.url == f"{house.base}/patients/1/recordings"
    page.click("#analyse")
    expect(page.locator("#analyse-said")).to_have_text("Mark the recordings first.")
    mark_and_analyse(page, "td.box input", 1, "One analysis is asked for.")


def test_on_a_phone_nothing_is_wider_than_the_screen_for_a_long_name_either(house: House, page: Page) -> None:
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE patient SET name = ? WHERE id = 1", ("von und zu Hohenlohe 🫀 محمد " * 4,))
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/recordings/", "/patients/1/recordings", "/recording/r0042/details", "/recording/r0042"):
        page.goto(house.base + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
