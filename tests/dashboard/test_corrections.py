"""A doctor says what a beat is: on the card, on every screen, in the counts; and takes it back."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import be_patient
from tests.dashboard.conftest import Ward
from tests.live_page import INK_OF_PART, ink, wait_for_ink, wait_for_life, wait_for_text
from tests.people import login_token, new_person

pytestmark = pytest.mark.timeout(300)

HELD = ".why-card[data-drawn][data-held='{}']"
OPEN = "(beat) => dispatchEvent(new CustomEvent('wardbeat:beat', { detail: beat }))"
VENTRICULAR_INK = f"({INK_OF_PART})(['trace', '--class-v'])"


def newest_beat(ward: Ward) -> str:
    """The last beat that screens have of the first patient, as "recording/index"."""
    actor = ward.feeder.actors[0]
    return f"{actor.facts.recording}/{max(beat.index for beat in actor.beats if beat.index < actor.sent - 250)}"


def admitted(chromium: Browser, ward: Ward, name: str) -> BrowserContext:
    """The window of a doctor who has the first patient in care."""
    engine = ward.house.engine()
    token = login_token(engine, new_person(engine, name, "doctor", patients=[1]))
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    place = f"{urlsplit(ward.house.url).scheme}://{urlsplit(ward.house.url).netloc}"
    window.add_cookies([{"name": "wardbeat-login", "value": token, "url": place}])
    return window


@pytest.fixture
def bedside(chromium: Browser, ward: Ward) -> Iterator[Page]:
    window = admitted(chromium, ward, "ada weber")
    page = window.new_page()
    page.goto(f"{ward.house.url}/patient/1?theme=dark")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    yield page
    window.close()


def test_a_word_of_a_doctor_is_on_every_screen_and_is_taken_back(
    bedside: Page, page: Page, chromium: Browser, ward: Ward
) -> None:
    page.goto(f"{ward.house.url}/wall?theme=dark")
    wait_for_life(page, ("01",))
    wait_for_ink(page, "01", "normal")
    assert ink(page, "01", "v") == 0
    bedside.evaluate(OPEN, newest_beat(ward))
    bedside.wait_for_selector(HELD.format(""))  # takes its time; the next is of a beat on the wall still
    bedside.evaluate(OPEN, beat := newest_beat(ward))
    bedside.wait_for_selector(HELD.format("") + f"[data-index='{beat.partition('/')[2]}']")
    bedside.keyboard.press("v")
    bedside.wait_for_selector(HELD.format("V"))
    wait_for_ink(page, "01", "v")
    bedside.wait_for_function(f"() => {VENTRICULAR_INK} > 50")
    wait_for_text(bedside, "[data-why=correction] p", r"^Ada Weber, .*: ventricular\.$")
    wait_for_text(bedside, "#count-V td:nth-child(3)", "^1$")
    assert "Normal" in (bedside.locator("[data-why=class]").text_content() or ""), "the network's word stays"

    other = admitted(chromium, ward, "ben okafor").new_page()
    card = bedside.locator(".why-card")
    index, recording = card.get_attribute("data-index"), card.get_attribute("data-recording")
    told = other.request.post(
        f"{ward.house.url}/why/1/{recording}/{index}/class",
        form={"class": "S", "held": ""},
        headers={"Origin": ward.house.url},
    )
    assert told.status == 409
    assert "Somebody else has said something of this beat meanwhile" in told.text()
    other.context.close()

    bedside.keyboard.press("Backspace")
    bedside.wait_for_selector(HELD.format(""))
    bedside.wait_for_function(f"() => {VENTRICULAR_INK} === 0")
    wait_for_text(bedside, "#count-V td:nth-child(3)", "^0$")


def test_who_may_not_say_it_is_not_asked(page: Page, ward: Ward) -> None:
    page.goto(f"{ward.house.url}/patient/1")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    page.keyboard.press("w")
    page.wait_for_selector(".why-card[data-drawn]")
    assert page.locator("[data-why=correct]").count() == 0, "an administrator treats nobody"
