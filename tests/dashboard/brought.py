"""What hands do on the pages of files and results, and what is read there and on paper."""

import base64
import mimetypes
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import be_patient
from tests.dashboard.house import House
from tests.people import login_token, new_person
from tests.witness import write_down

DROP = """async (files) => {
  const bag = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    bag.items.add(new File([bytes], name, { type: type, lastModified: 1 }));
  }
  const hand = { dataTransfer: bag, bubbles: true, cancelable: true };
  document.querySelector('[data-part=drop]').dispatchEvent(new DragEvent('drop', hand));
}"""


def drop(page: Page, paths: Sequence[Path]) -> None:
    """As a hand drops them on the field."""
    kinds = [mimetypes.guess_type(path.name)[0] or "" for path in paths]
    text = [base64.b64encode(path.read_bytes()).decode() for path in paths]
    page.evaluate(DROP, [[path.name, kind, each] for path, kind, each in zip(paths, kinds, text, strict=True)])


def doctors_window(house: House, chromium: Browser, name: str) -> BrowserContext:
    """The window of a doctor who has the patient in care."""
    token = login_token(house.engine(), new_person(house.engine(), name, "doctor", patients=[1]))
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 900}))
    write_down(window)
    window.add_cookies([{"name": "wardbeat-login", "value": token, "url": house.url}])
    return window


def doctor(house: House, chromium: Browser, name: str, result: str) -> Page:
    """The result, before a doctor who has the patient in care."""
    page = doctors_window(house, chromium, name).new_page()
    page.goto(house.url + result)
    page.wait_for_selector("body[data-complete=yes][data-edits='0']")
    page.locator("tr[data-at]").first.wait_for()
    return page


def press_button(page: Page, name: str) -> None:
    """Press a button that sends a form, and wait for what comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def without_space(text: str) -> str:
    """Lines break where there is room."""
    return "".join(text.split())


def on_paper(file: bytes) -> str:
    """All that a PDF says, without space."""
    if which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not here")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=file, capture_output=True, check=True, timeout=60)
    return without_space(done.stdout.decode())


def counts(page: Page) -> dict[str, int]:
    """Beats of each class, as the page says."""
    rows = page.locator("[data-part=counts] tr").all_inner_texts()
    return {row[0]: int("".join(filter(str.isdigit, row.split("\t")[1].split("·")[0]))) for row in rows}


def shift_drag(page: Page, start: float, end: float) -> int:
    """With Shift over parts of the strip's width; how many beats that picks."""
    box = page.locator("[data-part=strip]").bounding_box()
    assert box
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + start * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 100, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    return int(page.locator("body:not([data-picked='0'])").get_attribute("data-picked") or 0)


def press(page: Page, key: str) -> None:
    """Press it, and wait until everything has followed the deed."""
    before = page.get_attribute("body", "data-edits")
    page.keyboard.press(key)
    page.wait_for_selector(f"body:not([data-edits='{before}'])")
