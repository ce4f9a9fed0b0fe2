"""A doctor goes from a result to a signed report and its PDF, in a browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from db.reports import report_versions
from streaming.own_place import free_port
from tests.browser import be_patient
from tests.dashboard.reported import Reported, reported_house
from tests.people import HOST, login_token
from tests.witness import write_down

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Reported]:
    with reported_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(house: Reported, chromium: Browser) -> Iterator[Page]:
    port = free_port()
    server = make_server(HOST, port, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://{HOST}:{port}"
    context = be_patient(chromium.new_context(locale="en", viewport={"width": 1366, "height": 768}, base_url=base))
    context.add_cookies([{"name": "wardbeat-login", "value": login_token(house.engine, 1), "url": base}])
    write_down(context)
    opened, wrong = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    assert (wrong, opened.evaluate("() => window.violations")) == ([], [])
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_from_a_result_to_a_signed_report_and_its_pdf(house: Reported, page: Page) -> None:
    page.goto(f"/recording/{house.recording}")
    with page.expect_navigation():
        page.get_by_role("link", name="Report", exact=True).click()
    press(page, "Write a report")
    page.get_by_label("Conclusion").fill("<img src=x onerror=alert(1)> Bigeminy.")
    press(page, "Save")
    expect(page.locator(".paper")).to_contain_text("<img src=x onerror=alert(1)> Bigeminy.")
    press(page, "Pre-approve")
    press(page, "Sign")
    expect(page.locator(".paper .state")).to_have_text("Signed, version 1")
    signed = report_versions(house.engine, house.recording)[0]
    assert signed.sha256 is not None
    expect(page.locator(".paper")).to_contain_text(signed.sha256)
    page.locator(".r i a").first.click()
    assert "#strip-" in page.url and page.locator(".strip:target svg").bounding_box() is not None
    file = page.request.get(f"{house.path}.pdf?version=1")
    assert (file.headers["content-type"], file.body()[:5]) == ("application/pdf", b"%PDF-")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_navigation():
        page.locator(".strip:target .cap a").click()
    expect(page.locator("body[data-view=stored]")).to_be_visible()
