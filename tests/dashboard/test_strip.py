"""The bedside strip as an instrument, in a real browser: frozen, stored, measured, marked, on a week of recording."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from db.queries import device
from tests.browser import spread
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import Part, record
from tests.dashboard.week import HOLE, PIECE, record_week
from tests.live_page import INK_OF_PART, wait_for_text
from tests.servers import wait_until

pytestmark = pytest.mark.timeout(600)

PATIENT = 3
PICTURE = "() => document.querySelector('[data-part=trace]').toDataURL()"
COMPLETE = "body[data-view=stored][data-complete=yes]"
WORDS_OF = "(part) => document.querySelector(`[data-part=${part}]`).textContent"
LOCAL = """(ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 19)"""
SAY = """async () => { const words = await import('/assets/strip_words.js');
  return words.absentWords({ fromMs: 0, toMs: 1080000, why: 'missing' }); }"""
OUTSIDE = """() => [...document.querySelectorAll('.tools *, .overview *, .badge')].filter((node) => {
  const box = node.getBoundingClientRect(); return box.width > 2 && (box.left < 0 || box.right > innerWidth);
}).length"""
SMALL = """() => [...document.querySelectorAll('.tools button, .overview button')]
  .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 40).length"""
AT_ONCE = """(keys) => {
  for (const key of keys) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  return document.body.dataset.view; }"""
BEAT = """() => { const box = document.querySelector('[data-part=strip]').getBoundingClientRect();
  return [box.left + box.width * 0.6, box.top + box.height * 0.6]; }"""


@pytest.fixture(scope="module")
def week_ms(ward: Ward) -> int:
    """Wall ms of the first sample of a week that the patient of bed 03 has behind him."""
    worn = device(ward.house.engine(), ward.house.devices[PATIENT - 1].device_id)
    assert worn is not None and worn.patient_id == PATIENT
    end_ms = time.time_ns() // 1_000_000 - 3_600_000
    return record_week(ward.house.engine(), worn.id, PATIENT, "week", end_ms)


@pytest.fixture(scope="module")
def opened(window: BrowserContext, ward: Ward, week_ms: int) -> Iterator[Page]:
    """One page for all tests, of a patient whose recording outlasts them; no script may fail on it."""
    device_id = ward.house.devices[PATIENT - 1].device_id
    record(ward.house.engine(), ward.feeder.announce(device_id, Part(seconds=600), f"recording-{PATIENT}-long"))
    page, wrong = window.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{ward.house.url}/patient/{PATIENT}?theme=dark")
    yield page
    assert wrong == []


@pytest.fixture
def bedside(opened: Page) -> Page:
    """The page, live."""
    press(opened, "Escape End")
    opened.wait_for_selector('body[data-view=live][data-state="live"]:not([data-hr=""])')
    before = opened.get_attribute("body", "data-samples")
    opened.wait_for_function("(before) => document.body.dataset.samples > Number(before) + 300", arg=before)
    return opened


def said(page: Page, part: str = "badge") -> str:
    return str(page.evaluate(WORDS_OF, part))


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press("Space" if key == "Space" else key)


def jump(page: Page, ms: int) -> None:
    """By the day and time that somebody types."""
    press(page, "j")
    page.fill("[data-part=jumpAt]", page.evaluate(LOCAL, ms))
    page.keyboard.press("Enter")
    page.wait_for_selector(COMPLETE)


def test_a_frozen_picture_keeps_still_and_says_so_while_the_numbers_go_on(bedside: Page) -> None:
    press(bedside, "Space")
    wait_for_text(bedside, "[data-part=badge]", r"^Frozen 00:\d\d, live goes on$")
    wait_for_text(bedside, "[data-part=badge]", r"^Frozen 00:(0[3-9]|[1-5]\d), live goes on$")  # all labels have come
    still, number = bedside.evaluate(PICTURE), said(bedside, "age")
    bedside.wait_for_function(f"(before) => ({WORDS_OF})('age') !== before", arg=number)
    assert bedside.evaluate(PICTURE) == still
    assert bedside.get_attribute("body", "data-state") == "live"
    assert said(bedside, "freezeWord") == "Back to live"
    press(bedside, "Space")
    bedside.wait_for_function(f"(still) => ({PICTURE})() !== still", arg=still)
    wait_for_text(bedside, "[data-part=badge]", "^$")


def test_gain_and_speed_are_told_beside_the_pulse_in_every_view(bedside: Page) -> None:
    wait_for_text(bedside, "[data-part=scale]", "^25 mm/s · 10 mm/mV · lead I$")
    press(bedside, "+ + ArrowUp")
    wait_for_text(bedside, "[data-part=scale]", "^50 mm/s · 20 mm/mV · lead I$")
    press(bedside, "- - - - ArrowDown ArrowDown ArrowDown ArrowDown")
    wait_for_text(bedside, "[data-part=scale]", r"^6\.25 mm/s · 2\.5 mm/mV · lead I$")
    bedside.click("[data-part=faster]")
    bedside.click("[data-part=gainMore]")
    wait_for_text(bedside, "[data-part=scale]", r"^12\.5 mm/s · 5 mm/mV · lead I$")
    press(bedside, "+ ArrowUp")
    wait_for_text(bedside, "[data-part=scale]", "^25 mm/s · 10 mm/mV · lead I$")


def test_a_week_opens_like_a_minute(bedside: Page, week_ms: int) -> None:
    jump(bedside, week_ms + 86_400_000 * 3)
    began = time.perf_counter()
    jump(bedside, week_ms + 86_400_000 * 5 + 7_000)
    assert time.perf_counter() - began < 10  # of any machine; docs/BENCHMARKS.md has the cost
    for token in ("--class-v", "--class-af"):  # the settled rhythm, not the live one
        bedside.wait_for_function(f"(token) => ({INK_OF_PART})(['stored', token]) > 200", arg=token)
    wait_for_text(bedside, "[data-part=badge]", r"^Stored \d+ \w+, \d\d:\d\d:\d\d, live goes on$")
    press(bedside, "- - - - - - - - - -")
    wait_for_text(bedside, "[data-part=scale]", r"^7 d .* · raw, lowest to highest$")
    bedside.wait_for_function(f"() => ({INK_OF_PART})(['stored', '--pending']) > 5000")
    press(bedside, "+ + + + + + + + + Home")
    bedside.wait_for_function("(first) => Math.abs(Number(document.body.dataset.moment) - first) < 60000", arg=week_ms)
    press(bedside, "End")
    bedside.wait_for_selector("body[data-view=live]")


def test_what_was_not_recorded_is_said_and_no_line_crosses_it(bedside: Page, week_ms: int) -> None:
    hole_ms = week_ms + HOLE.start * PIECE * 4
    jump(bedside, hole_ms + 600_000)
    for token in ("--class-normal", "--class-v", "--class-af"):  # the sentence itself is in the colour of normal
        assert bedside.evaluate(INK_OF_PART, ["stored", token]) < 2000, token
    press(bedside, "- - - -")
    bedside.wait_for_selector(COMPLETE)
    told = bedside.evaluate(SAY)
    assert re.fullmatch(r"Nothing recorded between \d\d:\d\d and \d\d:\d\d\.", told[0])
    assert told[1] == "18 min"


def test_a_hand_moves_time_and_the_overview_goes_anywhere(bedside: Page, week_ms: int) -> None:
    box = bedside.locator("[data-part=overview]").bounding_box()
    assert box
    bedside.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + 12)
    bedside.wait_for_selector(COMPLETE)
    before = float(bedside.get_attribute("body", "data-moment") or 0)
    assert week_ms + 86_400_000 < before < week_ms + 3 * 86_400_000
    strip = bedside.locator("[data-part=strip]").bounding_box()
    assert strip
    y = strip["y"] + strip["height"] / 2
    bedside.mouse.move(strip["x"] + 700, y)
    bedside.mouse.down()
    bedside.mouse.move(strip["x"] + 500, y, steps=4)
    bedside.mouse.up()
    bedside.wait_for_function("(before) => Number(document.body.dataset.moment) > before + 1000", arg=before)
    assert not bedside.locator(".why-panel").is_visible()  # a drag is no click
    bedside.mouse.wheel(0, -400)
    press(bedside, "PageUp ArrowLeft")
    bedside.wait_for_function("(before) => Number(document.body.dataset.moment) < before", arg=before)


def test_two_fingers_stretch_time_around_them(bedside: Page, week_ms: int) -> None:
    jump(bedside, week_ms + 86_400_000)
    wait_for_text(bedside, "[data-part=scale]", r"^25 mm/s")
    before = float(bedside.get_attribute("body", "data-moment") or 0)
    spread(bedside, "[data-part=strip]", 200, 400)
    wait_for_text(bedside, "[data-part=scale]", r"^(49|50|51)(\.\d+)? mm/s")
    assert abs(float(bedside.get_attribute("body", "data-moment") or 0) - before) < 200
    assert not bedside.locator(".why-panel").is_visible()  # no click
    press(bedside, "-")


def test_calipers_measure_what_is_still_and_go_by_escape(bedside: Page, week_ms: int) -> None:
    press(bedside, "c")
    bedside.wait_for_selector("body[data-view=frozen]")  # a caliper on a moving strip would measure nothing
    first = re.fullmatch(r"(\d+) ms · (\d+) /min", said(bedside, "said"))
    assert first
    assert abs(60_000 / int(first[1]) - int(first[2])) < 1
    press(bedside, "ArrowRight")
    wait_for_text(bedside, "[data-part=said]", f"^{int(first[1]) + 4} ms")
    press(bedside, "Shift+ArrowRight")
    wait_for_text(bedside, "[data-part=said]", f"^{int(first[1]) + 44} ms")
    press(bedside, "r")
    press(bedside, "ArrowLeft")
    wait_for_text(bedside, "[data-part=said]", r"R$")
    press(bedside, "a ArrowUp")
    wait_for_text(bedside, "[data-part=said]", r"^1\.01 mV$")
    press(bedside, "Escape")
    wait_for_text(bedside, "[data-part=said]", "^No caliper$")
    jump(bedside, week_ms + 86_400_000)
    press(bedside, "c")
    wait_for_text(bedside, "[data-part=said]", r"^\d+ ms · \d+ /min")
    bedside.wait_for_function(f"() => ({INK_OF_PART})(['overlay', '--text-2']) > 200")


def test_a_mark_is_pinned_listed_deleted_and_brought_back(bedside: Page, week_ms: int) -> None:
    jump(bedside, week_ms + 2 * 86_400_000)
    press(bedside, "m")
    bedside.fill("[data-part=markWords]", "Coughs <i>hard</i>")
    bedside.keyboard.press("Enter")
    bedside.wait_for_selector("[data-part=marks]", state="hidden")
    wait_for_text(bedside, "[data-part=markCount]", "^1$")
    bedside.wait_for_function(f"() => ({INK_OF_PART})(['overlay', '--text-2']) > 500")
    press(bedside, "Space m")
    item = bedside.locator("[data-part=markList] li")
    assert "Coughs <i>hard</i>" in (item.text_content() or "")
    assert "Ada Vogel" in (item.text_content() or "")
    item.locator("button", has_text="Delete").click()
    bedside.click("[data-part=markList] button:has-text('Undo')")
    bedside.wait_for_selector("[data-part=markList] li.gone", state="detached")
    item.locator("button").first.click()
    bedside.wait_for_selector(COMPLETE)
    assert abs(float(bedside.get_attribute("body", "data-moment") or 0) - week_ms - 2 * 86_400_000) < 1000


def clicked(page: Page) -> bool:
    page.mouse.click(*page.evaluate(BEAT))
    return page.locator(".why-panel").is_visible()


def test_two_clicks_lead_from_the_wall_to_the_card_of_a_beat(page: Page, ward: Ward) -> None:
    page.goto(f"{ward.house.url}/wall")
    page.wait_for_selector(".tile[data-bed='03'][data-state=live]")
    page.click(".tile[data-bed='03']")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    page.wait_for_function("() => Number(document.body.dataset.samples) > 1500")
    wait_until(lambda: clicked(page), "there is a beat under the click, not the gap before the pen")
    page.wait_for_selector(".why-card[data-recording^=recording-3]")


def test_a_beat_of_the_stored_strip_is_explained_and_keys_are_told(bedside: Page, week_ms: int) -> None:
    jump(bedside, week_ms + 86_400_000 * 4)
    bedside.mouse.click(*bedside.evaluate(BEAT))
    bedside.wait_for_selector(".why-card[data-recording=week]")
    press(bedside, "Escape ?")
    bedside.wait_for_selector("[data-part=keys][open]")
    told = bedside.locator("[data-part=keyList] dt").all_text_contents()
    assert {"?", "C", "A", "M", "Home", "Esc"} <= set(told)
    assert bedside.evaluate(AT_ONCE, ["?", "End"]) == "live"  # before a frame is drawn


def test_a_phone_has_the_strip_whole(bedside: Page) -> None:
    bedside.set_viewport_size({"width": 390, "height": 844})
    press(bedside, "Space")
    wait_for_text(bedside, "[data-part=badge]", "^Frozen")
    assert bedside.evaluate(OUTSIDE) == 0
    assert bedside.evaluate(SMALL) == 0
    bedside.set_viewport_size({"width": 1366, "height": 768})
