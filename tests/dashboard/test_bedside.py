"""The bedside page in a real browser."""

import signal
from math import inf

import pytest
from playwright.sync_api import Page

from dashboard.method_words import method_words
from tests.dashboard.conftest import Ward
from tests.hang import hang
from tests.live_page import wait_for_text
from tests.promises import Delay, deed, kept
from tests.witness import Witness

pytestmark = pytest.mark.timeout(600)

CUT_OFF_S = 3.5
RATE = "() => Number(document.body.dataset.hr) || null"
POINTS = "(chart) => document.querySelectorAll(chart + ' .scatterlayer .point').length > 100"

UNSAID = """() => [...document.querySelectorAll('[data-number]')].filter((node) => {
  const said = node.closest('.said'), tip = said && document.getElementById(said.getAttribute('aria-describedby'));
  return !said || said.tabIndex !== 0 || !tip || tip.textContent.length < 20;
}).map((node) => node.dataset.number)"""
OUTSIDE = """() => [...document.querySelectorAll('.said dt, .said dd, [data-number]')].filter((node) => {
  const box = node.getBoundingClientRect(), panel = node.closest('.group, .numbers').getBoundingClientRect();
  return box.left < panel.left || box.right > panel.right + 1 || document.documentElement.scrollWidth > innerWidth;
}).map((node) => node.textContent)"""

APART = """(charts) => {
  const boxes = charts.map((chart) => document.querySelector(`#${chart} .main-svg`)?.getBoundingClientRect());
  return boxes.every((box, place) => box && (place === 0 || boxes[place - 1].bottom <= box.top));
}"""


@pytest.fixture
def bedside(page: Page, ward: Ward) -> Page:
    page.goto(f"{ward.house.url}/patient/4?theme=light")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    return page


def test_the_strip_is_live_and_the_heart_rate_true(bedside: Page) -> None:
    assert 64 <= int(bedside.wait_for_function(RATE).json_value()) <= 76
    before = int(bedside.get_attribute("body", "data-samples") or 0)
    bedside.wait_for_function("(more) => Number(document.body.dataset.samples) > more", arg=before + 500)
    wait_for_text(bedside, ".scale", "^25 mm/s · 10 mm/mV · lead I$")


def test_how_much_was_received_stands_above_the_charts_and_says_how_it_is_counted(bedside: Page) -> None:
    wait_for_text(bedside, "#received .heading", r"100\.0 % · nothing missing")
    assert (bedside.locator("#received .received").get_attribute("aria-label") or "").startswith("Received of ")
    assert bedside.locator("#received .received i").count() == 0, "nothing is missing"
    bedside.hover("#received .heading")
    bedside.locator("#tip-chart-completeness").wait_for(state="visible")
    assert method_words("completeness").words in (bedside.locator("#tip-chart-completeness").text_content() or "")
    box, charts = bedside.locator("#received").bounding_box(), bedside.locator(".grid").bounding_box()
    assert box and charts and box["y"] + box["height"] <= charts["y"] and box["height"] > 20


def test_every_number_says_how_it_is_made_on_hover_and_by_keyboard(bedside: Page) -> None:
    wait_for_text(bedside, "[data-number=lf_hf]", r"^1\.4$")
    wait_for_text(bedside, "[data-number=total_power]", "^1.235$")
    wait_for_text(bedside, "[data-number=sdnn_index_24h]", "^–$")
    told = bedside.locator("#tip-lf_hf")
    assert not told.is_visible()
    bedside.hover("[data-number=lf_hf]")
    told.wait_for(state="visible")
    assert method_words("lf_hf").words in (told.text_content() or "")
    assert "Now 98 % of the beats are used." in (told.text_content() or "")
    bedside.keyboard.press("Escape")
    told.wait_for(state="hidden")
    assert bedside.evaluate(UNSAID) == []
    bedside.locator("[aria-describedby=tip-rmssd]").focus()
    bedside.wait_for_selector("#tip-rmssd", state="visible")


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)], ids=["full", "laptop", "phone"])
def test_no_number_is_cut_off(bedside: Page, size: tuple[int, int]) -> None:
    bedside.set_viewport_size({"width": size[0], "height": size[1]})
    try:
        bedside.wait_for_function(f"() => ({OUTSIDE})().length === 0")  # charts follow the window a moment later
    finally:
        bedside.set_viewport_size({"width": 1366, "height": 768})


def test_on_a_phone_the_heart_rate_is_seen_without_scrolling(bedside: Page) -> None:
    bedside.set_viewport_size({"width": 360, "height": 640})
    rate = bedside.locator("[data-part=hr]").bounding_box()
    bedside.set_viewport_size({"width": 1366, "height": 768})
    assert rate and rate["y"] > 0 and rate["y"] + rate["height"] <= 640


def test_charts_and_counts_are_drawn(bedside: Page) -> None:
    bedside.wait_for_function(POINTS, arg="#tachogram")
    bedside.wait_for_function(POINTS, arg="#shape")
    wait_for_text(bedside, "#count-V td:nth-child(3)", "^70$")
    wait_for_text(bedside, "#episodes", "Bigeminy")


def test_no_chart_lies_over_another(bedside: Page) -> None:
    bedside.wait_for_function(POINTS, arg="#tachogram")
    bedside.wait_for_function(APART, arg=["tachogram", "shape", "templates"])  # sizes come a moment after drawing


def test_charts_that_stand_still_are_said_to(bedside: Page, ward: Ward) -> None:
    bedside.wait_for_function(POINTS, arg="#tachogram")
    bedside.wait_for_selector("[data-part=stale]", state="hidden")
    web = ward.house.processes["web"]
    web.send_signal(signal.SIGSTOP)
    try:
        bedside.wait_for_selector("[data-part=stale]:not([hidden])")
    finally:
        web.send_signal(signal.SIGCONT)
    bedside.wait_for_selector("[data-part=stale]", state="hidden")


def test_a_bedside_whose_own_thread_hangs_is_covered_and_says_so(bedside: Page, witness: Witness) -> None:
    def stand_still() -> list[Delay]:
        hung = hang(bedside, witness.pulse, 4.0)
        said = min(hung.said, default=inf)
        late_s = (said - hung.began - witness.stood_still_ms(hung.began, said)) / 1000 if hung.said else inf
        return [Delay("the bedside's thread: words", late_s, 2.0)]

    kept(stand_still)
    bedside.wait_for_function("() => document.querySelector('[data-part=still]').getBoundingClientRect().right <= 0")


def test_a_patient_who_is_not_there(page: Page, ward: Ward) -> None:
    for number in ("999", "1e3", "-1", "4/x", "99999999999999999999"):
        answer = page.goto(f"{ward.house.url}/patient/{number}")
        assert answer is not None
        assert answer.status == 404
        assert "No such patient" in page.content()


def test_a_gateway_that_dies_erases_the_numbers(bedside: Page, witness: Witness, ward: Ward) -> None:
    def die() -> list[Delay]:
        with deed() as killed:
            ward.house.kill("gateway")
        delay = Delay("cut off", witness.delay_s(killed, cut=True), CUT_OFF_S)
        bedside.wait_for_selector('body[data-state="nosignal"][data-hr=""]')
        assert bedside.locator("[data-part=hr]").text_content() == "– –"
        ward.house.start("gateway")
        bedside.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
        return [delay]

    kept(die)
