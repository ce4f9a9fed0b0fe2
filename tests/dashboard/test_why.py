"""The why-card in a real browser: opened from the strip, the charts, the list and the keyboard, and read."""

import json
import re
import signal

import pytest
from playwright.sync_api import Locator, Page, Route

from tests.browser import PATIENCE_MS, between
from tests.dashboard.conftest import Ward
from tests.servers import wait_until

pytestmark = pytest.mark.timeout(300)

POINTS = "(chart) => document.querySelectorAll(chart + ' .scatterlayer .point').length > 100"
INKED = """(name) => { const canvas = document.querySelector(`.why-card [data-why=${name}]`);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, k) => k % 4 === 3 && value > 60); }"""
DRAWN = ".why-card[data-drawn]"
BEAT_OF_STRIP = """() => { const box = document.querySelector('[data-part=trace]').getBoundingClientRect();
  return [box.left + box.width * 0.4, box.top + box.height / 2]; }"""


@pytest.fixture
def bedside(page: Page, ward: Ward) -> Page:
    between(page, "**/why/**").goto(f"{ward.house.url}/patient/4?theme=dark")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    page.wait_for_function(POINTS, arg="#tachogram")
    return page


@pytest.fixture
def card(bedside: Page) -> Locator:
    """The card of the newest stored beat."""
    bedside.keyboard.press("w")
    bedside.wait_for_selector(DRAWN)
    return bedside.locator(".why-card")


def index_of(page: Page) -> int:
    return int(page.get_attribute(DRAWN, "data-index") or 0)


def step(page: Page, press: str) -> int:
    """The beat shown after this key."""
    before = index_of(page)
    page.keyboard.press(press)
    page.wait_for_selector(f'{DRAWN}:not([data-index="{before}"])')
    return index_of(page)


def clicked(page: Page) -> bool:
    """Click where the strip shows a beat, unless the pen is just there; whether that opened the panel."""
    page.mouse.click(*page.evaluate(BEAT_OF_STRIP))
    return page.locator(".why-panel").is_visible()


def test_a_card_says_all_that_it_should(bedside: Page, card: Locator) -> None:
    step(bedside, "ArrowLeft")
    step(bedside, "ArrowLeft")
    for part in ("strip", "context"):
        assert bedside.evaluate(INKED, part), part
    assert (card.locator("[data-why=title]").text_content() or "").startswith("Why ")
    assert card.locator("[data-why=beat] .share").count() == 5
    assert card.locator("[data-why=rhythm] .share").count() == 4
    names = card.locator("[data-why=facts] dt").all_text_contents()
    assert names == ["RR before it", "Last 20 RR", "QRS width", "Likeness to usual beat", "Signal here"]
    assert "early" in (card.locator("[data-why=facts] dd").first.text_content() or "")
    assert card.locator("[data-why=likest] li").count() == 3
    assert "MIT-BIH record" in (card.locator("[data-why=likest] li").first.text_content() or "")
    assert "Not a certified medical device" in (card.text_content() or "")
    assert "mm/mV" in (card.locator("[data-why=scale]").text_content() or "")


def test_the_map_is_where_the_page_says(bedside: Page, card: Locator) -> None:
    step(bedside, "ArrowLeft")
    pictures = json.loads(card.get_attribute("data-pictures") or "{}")
    assert len(pictures["shade"]) >= 22
    assert -0.8 < pictures["first"] < -0.3
    assert 0.1 < pictures["first"] + len(pictures["shade"]) * pictures["step"] < 0.6
    assert {beat["index"] for beat in pictures["beats"]} >= {index_of(bedside)}
    assert len(pictures["context"]) >= 30


def test_arrows_walk_from_beat_to_beat_and_escape_closes(bedside: Page, card: Locator) -> None:
    newest = index_of(bedside)
    assert bedside.evaluate("document.activeElement.dataset.why") == "title"
    one = step(bedside, "ArrowLeft")
    other = step(bedside, "ArrowLeft")
    assert other < one < newest
    assert step(bedside, "ArrowRight") == one
    bedside.keyboard.press("Escape")
    bedside.wait_for_selector(".why-panel", state="hidden")
    assert bedside.locator(".why-card").count() == 0


def test_focus_goes_back_to_what_opened_the_card(bedside: Page) -> None:
    bedside.focus("[data-part=explain]")
    bedside.keyboard.press("Enter")
    bedside.wait_for_selector(DRAWN)
    bedside.click(".why-card [data-why=before]")
    bedside.wait_for_selector(DRAWN)
    bedside.click(".why-card [data-why=close]")
    bedside.wait_for_selector(".why-panel", state="hidden")
    assert bedside.evaluate("document.activeElement.dataset.part") == "explain"


def test_a_beat_of_the_strip_is_explained(bedside: Page) -> None:
    bedside.wait_for_function("() => Number(document.body.dataset.samples) > 1500")
    wait_until(lambda: clicked(bedside), "there is a beat under the click, not the gap before the pen")
    bedside.wait_for_selector(DRAWN)
    assert bedside.get_attribute(DRAWN, "data-recording") == "recording-4"


def test_a_row_of_the_episodes_is_explained(bedside: Page) -> None:
    bedside.wait_for_selector("#episodes [data-beat]")
    wanted = bedside.get_attribute("#episodes [data-beat]", "data-beat")
    bedside.focus("#episodes [data-beat]")
    bedside.keyboard.press("Enter")
    bedside.wait_for_selector(DRAWN)
    shown = f"{bedside.get_attribute(DRAWN, 'data-recording')}/{index_of(bedside)}"
    assert shown == wanted
    assert "fewer than" in (bedside.locator("[data-why=facts]").text_content() or "")


def test_a_dot_of_a_chart_is_explained(bedside: Page) -> None:
    for chart in ("#tachogram", "#shape"):
        bedside.wait_for_function(POINTS, arg=chart)
        bedside.evaluate("(chart) => document.querySelector(chart).scrollIntoView()", chart)
        bedside.locator(f"{chart} .scatterlayer .trace .point").nth(40).hover(force=True)
        bedside.wait_for_selector(f"{chart} .hoverlayer .hovertext")
        bedside.mouse.down()
        bedside.mouse.up()
        bedside.wait_for_selector(DRAWN)
        bedside.keyboard.press("Escape")
        bedside.wait_for_selector(".why-panel", state="hidden")


def test_a_beat_that_is_not_stored_is_waited_for(bedside: Page) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            words = '<article class="why-card"><h2 data-why="title" tabindex="-1">Not yet</h2></article>'
            route.fulfill(status=404, body=words, headers={"X-Why-Card": "1"}, content_type="text/html")

    bedside.route("**/why/**", answer)
    bedside.keyboard.press("w")
    bedside.wait_for_selector(DRAWN)
    assert len(asked) == 2


def test_samples_that_come_later_are_waited_for(bedside: Page, card: Locator) -> None:
    words = str(card.evaluate("(card) => card.outerHTML")).replace("<article ", "<article data-coming ")
    bare = re.sub(r' data-(pictures|drawn)="[^"]*"', "", words)
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "/newest" in route.request.url:  # a beat that was seen a moment ago
            route.fulfill(body=bare, headers={"X-Why-Card": "1"}, content_type="text/html")
        elif held:
            route.continue_()
        else:  # not answered before the first card was looked at
            held.append(route)

    bedside.keyboard.press("Escape")
    bedside.route("**/why/**", answer)
    bedside.keyboard.press("w")
    bedside.wait_for_selector(".why-card[data-coming]")
    assert bedside.locator(DRAWN).count() == 0
    while not held:  # as long as the whole test may last
        bedside.wait_for_timeout(20)
    assert held[0].request.url.split("/why/")[1].split("/")[1] == "recording-4"
    held[0].continue_()
    bedside.wait_for_selector(DRAWN)


def test_a_server_that_does_not_answer_is_said_to(bedside: Page, ward: Ward) -> None:
    bedside.route("**/why/**", lambda route: route.abort())
    bedside.keyboard.press("w")
    bedside.wait_for_selector('.why-card[data-state="failed"]')
    assert "does not answer" in (bedside.locator(".why-card").text_content() or "")


def test_a_login_that_is_over_is_said_to_be(bedside: Page) -> None:
    bedside.route("**/why/**", lambda route: route.fulfill(status=401, json={"error": "Log in first."}))
    bedside.keyboard.press("w")
    bedside.wait_for_selector('.why-card[data-state="failed"]')
    assert "Logged out" in (bedside.locator(".why-card").text_content() or "")


def test_while_it_looks_the_card_says_so(bedside: Page, ward: Ward) -> None:
    web = ward.house.processes["web"]
    web.send_signal(signal.SIGSTOP)
    try:
        bedside.keyboard.press("w")
        bedside.wait_for_selector('.why-card[data-state="loading"]')
    finally:
        web.send_signal(signal.SIGCONT)
    bedside.wait_for_selector(DRAWN, timeout=PATIENCE_MS)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_nothing_sticks_out_at_any_size(bedside: Page, width: int, height: int) -> None:
    bedside.set_viewport_size({"width": width, "height": height})
    bedside.keyboard.press("w")
    bedside.wait_for_selector(DRAWN)
    bedside.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=width)
    inside = (
        "(card) => [...card.querySelectorAll('*')].every((part) => part.getBoundingClientRect().right <= innerWidth)"
    )
    assert bedside.locator(".why-card").evaluate(inside)
    bedside.set_viewport_size({"width": 1366, "height": 768})
