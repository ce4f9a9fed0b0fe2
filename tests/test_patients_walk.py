"""In a real browser: a patient is added, edited by one doctor, refused to another, deleted and back; two collide."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from db.queries import bed_of_patient
from streaming.own_place import free_port
from tests.browser import be_patient
from tests.dashboard.admitted import Ward, running
from tests.people import login_token
from tests.served import served

pytestmark = pytest.mark.timeout(300)
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
PLACES = {"ada": DESK, "eve": DESK, "bo": PHONE, "cy": DESK}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[tuple[Ward, str]]:
    """The house, and its address."""
    port = free_port()
    for house in running(tmp_path, port):
        with served(house.app, port):
            yield house, f"http://127.0.0.1:{port}"


@pytest.fixture
def pages(chromium: Browser, ward: tuple[Ward, str]) -> Iterator[dict[str, Page]]:
    """Two windows of an administrator, a doctor's phone, another doctor's desk; the content policy is never broken."""
    house, url = ward
    contexts = {name: be_patient(chromium.new_context(viewport=size, locale="en")) for name, size in PLACES.items()}
    broken: list[str] = []
    made = {name: context.new_page() for name, context in contexts.items()}
    for name, page in made.items():
        token = login_token(house.engine, house.ids["ada" if name == "eve" else name])
        contexts[name].add_cookies([{"name": "wardbeat-login", "value": token, "url": url}])
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if "Content Security" in line.text else None)
    yield made
    for context in contexts.values():
        context.close()
    assert broken == []


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def status(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_adding_to_bringing_back(ward: tuple[Ward, str], pages: dict[str, Page]) -> None:
    house, url = ward
    ada, eve, bo, cy = pages["ada"], pages["eve"], pages["bo"], pages["cy"]
    ada.goto(f"{url}/patients")
    ada.get_by_role("link", name="Add a patient").click()
    ada.get_by_label("Name", exact=True).fill("Åsa Öberg")
    press(ada, "Add a patient")
    expect(ada.locator("#initials-note")).to_have_text("Write the initials that the wall shall show.")
    expect(ada.get_by_label("Name", exact=True)).to_have_value("Åsa Öberg")
    ada.get_by_label("Initials").fill("ÅÖ")
    ada.get_by_label("Hospital number").fill("H-100")
    press(ada, "Add a patient")
    expect(ada.get_by_role("status")).to_have_text("The patient is added.")
    own = ada.url.split("?")[0]
    patient_id = int(own.rsplit("/", 1)[1])
    assert status(bo, own) == 404
    expect(bo.get_by_role("heading")).to_have_text("No such patient")

    ada.get_by_label("Doctor or nurse").select_option(label="Bo, Doctor")
    press(ada, "Take into care")
    assert status(bo, own) == 200 and fits(bo)
    assert status(cy, own) == 404
    two_collide(own, eve, bo)
    lookup(url, bo)
    bed_phone_and_discharge(house, patient_id, own, ada, bo)
    deleted_and_back(url, own, ada, bo)


def two_collide(own: str, eve: Page, bo: Page) -> None:
    """The doctor saves; the administrator, who has the page open, is told so and loses nothing."""
    eve.goto(own)
    bo.get_by_label("Born").fill("1957-03-08")
    press(bo, "Save")
    expect(bo.get_by_role("status")).to_have_text("Saved.")
    eve.get_by_label("Name", exact=True).fill("Åsa Öberg-Lind")
    press(eve, "Save")
    expect(eve.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(eve.locator("form .now")).to_contain_text("1957-03-08")
    expect(eve.get_by_label("Name", exact=True)).to_have_value("Åsa Öberg-Lind")
    eve.get_by_label("Born").fill("1957-03-08")
    press(eve, "Save")
    expect(eve.get_by_role("heading", level=1)).to_have_text("Åsa Öberg-Lind")


def lookup(url: str, bo: Page) -> None:
    """The list follows what is typed."""
    bo.goto(f"{url}/patients")
    expect(bo.locator("#rows tbody tr")).to_have_count(2)
    bo.locator("#q").press_sequentially("öberg")
    expect(bo.locator("#rows tbody tr")).to_have_count(1)
    bo.locator("#q").press_sequentially(" nobody")
    expect(bo.locator("#rows")).to_contain_text("No patient is found")
    assert fits(bo)


def bed_phone_and_discharge(house: Ward, patient_id: int, own: str, ada: Page, bo: Page) -> None:
    ada.goto(own)
    ada.get_by_label("Ward", exact=True).select_option("4B")
    ada.locator("#bed").fill("07")
    press(ada, "Admit")
    expect(ada.locator("#bed-note")).to_have_text("Somebody lies in bed 07 of 4B. Choose another.")
    ada.locator("#bed").fill("08")
    press(ada, "Admit")
    expect(ada.locator(".under")).to_contain_text("4B, bed 08")
    bo.goto(own)
    press(bo, "Connect a phone")
    expect(bo.locator(".code")).to_have_text(re.compile(r"^[2-9A-Z]{5}-[2-9A-Z]{5}$"))
    expect(bo.locator("figure svg")).to_be_visible()
    assert fits(bo)
    bo.goto(own)
    bo.get_by_text("Discharge", exact=True).click()
    press(bo, "Discharge now")
    expect(bo.get_by_role("status")).to_have_text("The patient is discharged.")
    expect(bo.locator(".under")).to_contain_text("In no bed")
    expect(bo.get_by_text("No device.")).to_be_visible()
    assert bed_of_patient(house.engine, patient_id) is None


def deleted_and_back(url: str, own: str, ada: Page, bo: Page) -> None:
    ada.goto(own)
    ada.get_by_role("link", name="Delete the patient").click()
    press(ada, "Delete the patient")
    expect(ada.locator(".what")).to_contain_text("Åsa Öberg-Lind")
    expect(ada.locator(".what")).to_contain_text("30 days left")
    assert status(bo, own) == 404
    press(ada, "Bring back")
    expect(ada.get_by_role("status")).to_have_text("The patient is back.")
    assert status(bo, own) == 200
    ada.goto(f"{url}/patients?lang=zh")
    expect(ada.get_by_role("heading", level=1)).to_have_text("患者")
