"""The wall in a real browser: what it shows, and that it never shows what is not so."""

import time

import pytest
from playwright.sync_api import Browser, Page
from redis import Redis
from sqlalchemy import update

from db.engine import writing
from db.limits import set_limit
from db.models import Patient
from db.store import table_of
from streaming import keys
from streaming.room import TOLD_MS
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import BIGEMINY
from tests.hang import put_to_sleep
from tests.live_page import TILE, wait_for_silence, wait_for_text
from tests.promises import Delay, deed, kept
from tests.witness import Witness

pytestmark = pytest.mark.timeout(600)

COUNT_COLOURS = """(bed) => {
  const canvas = document.querySelector(`.tile[data-bed="${bed}"] canvas`), counts = {};
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  for (let i = 0; i < data.length; i += 4) {
    const rgb = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    const colour = '#' + rgb.toString(16).padStart(6, '0').toUpperCase();
    counts[colour] = (counts[colour] || 0) + 1;
  }
  return counts;
}"""
NO_NUMBERS = """() => document.body.classList.contains('lost') &&
  [...document.querySelectorAll('.tile .number, .tile .vital b')].every((node) => !/[0-9]/.test(node.textContent))"""
DRAWN_TO = '([bed, samples]) => Number(document.querySelector(`.tile[data-bed="${bed}"]`).dataset.samples) > samples'
RATE = f"(bed) => Number(({TILE})(bed).dataset.hr) || null"
FITS = """([width, height]) => {
  const boxes = [...document.querySelectorAll('.tile .number')].map((number) => number.getBoundingClientRect());
  return innerWidth === width && document.documentElement.scrollWidth <= width && boxes.length === 8
    && boxes.every((box) => box.left >= 0 && box.right <= width && (width < 700 || box.bottom <= height));
}"""
SLEEP_S = 6
NO_SIGNAL_S = 2.6
CUT_OFF_S = 3.5
STORE_LOST_S = 5.0
NORMAL, FIBRILLATION, VENTRICULAR, NOISE, PENDING = "#EDF1F5", "#7996FF", "#FE64B0", "#828387", "#9AA3AD"


@pytest.fixture
def wall(page: Page, ward: Ward) -> Page:
    page.goto(f"{ward.house.url}/wall?theme=dark")
    page.wait_for_selector('.tile[data-bed="01"][data-state="live"]:not([data-hr=""])')
    return page


def drawn(page: Page, bed: str) -> int:
    return int(page.get_attribute(f'.tile[data-bed="{bed}"]', "data-samples") or 0)


def colours(page: Page, bed: str) -> dict[str, int]:
    found: dict[str, int] = page.evaluate(COUNT_COLOURS, bed)
    return found


def wait_for_colour(page: Page, bed: str, colour: str, pixels: int) -> None:
    page.wait_for_function(
        f"([bed, colour, pixels]) => ({COUNT_COLOURS})(bed)[colour] > pixels", arg=[bed, colour, pixels]
    )


def state(bed: str, name: str) -> str:
    return f'.tile[data-bed="{bed}"][data-state="{name}"]'


def test_the_limits_stand_under_the_heart_rate_and_vanish_with_it(wall: Page, ward: Ward) -> None:
    limits = "[data-bed='{}'] .limits"
    wait_for_text(wall, limits.format("02"), "^50–120$")
    with ward.house.engine().begin() as connection:
        for name, value in (("hr_low", 45.0), ("hr_high", 110.0)):
            set_limit(connection, 2, name, value, 1, 0, "")
    wait_for_text(wall, limits.format("02"), "^45–110$")
    assert wall.locator(limits.format("01")).text_content() == "50–120"
    assert wall.locator(limits.format("05")).text_content() == ""  # too noisy for a heart rate
    assert wall.locator(limits.format("08")).text_content() == ""  # no signal at all
    wall.hover("[data-bed='02'] .rate")
    wait_for_text(wall, "[data-part=method]", r"^Heart rate · .* Limits 45–110 /min\.$")
    wall.goto(f"{ward.house.url}/patient/2?theme=light")
    wait_for_text(wall, ".numbers .unit", "^heart rate /minlimits 45–110, default 50–120$")
    wait_for_text(wall, "#hr-low-limit", r"^Heart rate, low limit 45 /min, default 50 /minSet to 45 /min by Ada Vogel")
    wall.click("[data-limit=hr_low]")
    wall.fill("#limit-value", "110")
    wall.click(".limit-form [type=submit]")
    wait_for_text(wall, "#limit-value-note", "^The upper limit is 110 /min: this one must be below it.$")
    assert wall.evaluate("document.activeElement.id") == "limit-value"


def test_a_number_says_how_it_is_made_on_hover_and_on_the_focus_of_its_tile(wall: Page) -> None:
    wait_for_text(wall, f"{state('01', 'live')} .share", "98 % used")
    assert wall.locator("[data-part=method]").is_hidden()
    wall.hover(f"{state('01', 'live')} [data-method=rmssd]")
    wait_for_text(wall, "[data-part=method]", "^RMSSD · 5 min: root mean square")
    wall.keyboard.press("Escape")
    wall.wait_for_selector("[data-part=method]", state="hidden")
    wall.mouse.move(1, 1)
    wall.keyboard.press("Tab")
    wall.locator(state("01", "live")).focus()
    wait_for_text(wall, "[data-part=method]", "^Heart rate · Last 8 RR intervals")
    wait_for_text(wall, "[data-part=method]", "RMSSD · 5 min")
    number = wall.locator(f"{state('01', 'live')} .number").bounding_box()
    words = wall.locator("[data-part=method]").bounding_box()
    assert number is not None and words is not None and words["x"] + words["width"] <= number["x"]


def test_eight_tiles_stand_there_and_move(wall: Page) -> None:
    assert wall.locator(".tile").count() == 8

    def wrong_by() -> list[Delay]:
        before, begun = drawn(wall, "01"), time.monotonic()
        wall.wait_for_timeout(3000)
        seconds = time.monotonic() - begun
        return [Delay("the trace against the clock", abs((drawn(wall, "01") - before) / 250 - seconds), 0.2 * seconds)]

    kept(wrong_by)


def test_the_trace_takes_the_colour_of_its_class(wall: Page) -> None:
    for bed, colour in (("01", NORMAL), ("02", FIBRILLATION), ("04", VENTRICULAR), ("05", NOISE)):
        wait_for_colour(wall, bed, colour, 200)
    assert FIBRILLATION not in colours(wall, "01")
    wait_for_text(wall, '.tile[data-bed="02"] .word', "^Atrial fibrillation$")


def test_a_beat_is_grey_until_its_label_comes(wall: Page, ward: Ward) -> None:
    wait_for_colour(wall, "06", NORMAL, 200)
    wait_for_colour(wall, "06", PENDING, 10)


def test_the_numbers_are_those_of_the_heart(wall: Page) -> None:
    assert 65 <= int(wall.wait_for_function(RATE, arg="01").json_value()) <= 79
    wait_for_text(wall, '.tile[data-bed="01"] .vital:nth-child(2)', "^RMSSD34ms· 98 % used$")


def test_a_poor_signal_shows_no_number(wall: Page) -> None:
    wall.wait_for_selector(state("05", "poor"))
    assert wall.locator('.tile[data-bed="05"] .number').text_content() == "– –"
    wait_for_text(wall, '.tile[data-bed="05"] .word', "^Too noisy to judge$")


def test_a_bed_that_nothing_came_from_says_so(wall: Page) -> None:
    wall.wait_for_selector(state("08", "nosignal"))
    wait_for_text(wall, '.tile[data-bed="08"] .message', "Nothing received")


def test_no_signal_within_two_seconds_and_life_again(wall: Page, witness: Witness, ward: Ward) -> None:
    actor = ward.feeder.actors[5]

    def silence() -> list[Delay]:
        wall.wait_for_selector(state("06", "live"))
        with deed() as silenced:
            actor.silent = True
        delay = Delay("no signal", witness.delay_s(silenced, bed="06", state="nosignal", hr=""), NO_SIGNAL_S)
        wait_for_silence(wall, "06", 3)
        assert wall.locator('.tile[data-bed="06"] canvas').is_hidden()
        actor.sent = (time.time_ns() // 1_000_000 - actor.facts.started_ms) // 4
        actor.silent = False
        wall.wait_for_selector(state("06", "live"))
        return [delay]

    kept(silence)


def test_a_browser_that_slept_says_so_keeps_its_socket_and_shows_what_is_newest(wall: Page, chromium: Browser) -> None:
    opened: list[str] = []
    wall.on("websocket", lambda socket: opened.append(socket.url))
    before = drawn(wall, "01")
    put_to_sleep(chromium, SLEEP_S)
    wait_for_text(wall, "[data-part=notice]", "^Screen stood still for [6-9]")
    wall.wait_for_function(DRAWN_TO, arg=["01", before + 250 * SLEEP_S])
    wall.wait_for_selector(state("01", "live"))
    assert not opened


def test_a_new_recording_takes_the_place_of_the_old_one(wall: Page, ward: Ward) -> None:
    ward.feeder.actors[6].silent = True
    ward.feeder.announce(ward.house.devices[6].device_id, BIGEMINY, "recording-7b")
    wall.wait_for_selector('.tile[data-bed="07"][data-sign="V"]')
    wait_for_colour(wall, "07", VENTRICULAR, 50)


def test_what_people_typed_is_text(wall: Page, ward: Ward) -> None:
    patients = table_of(Patient)
    with writing(ward.house.engine()) as connection:
        connection.execute(update(patients).where(patients.c.id == 8).values(initials="<img src=x>"))
    wait_for_text(wall, '.tile[data-bed="08"] .who', "^<img src=x>$")
    assert wall.locator(".tile img").count() == 0


def test_a_tile_leads_to_its_patient_by_key(wall: Page) -> None:
    wall.focus('.tile[data-bed="02"]')
    wall.keyboard.press("Enter")
    wall.wait_for_url("**/patient/2*")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_everything_fits_on_the_screen(wall: Page, width: int, height: int) -> None:
    wall.set_viewport_size({"width": width, "height": height})
    wall.wait_for_function(FITS, arg=[width, height])
    wall.set_viewport_size({"width": 1366, "height": 768})


def test_a_gateway_that_dies_is_said_over_the_whole_wall(wall: Page, witness: Witness, ward: Ward) -> None:
    def die() -> list[Delay]:
        with deed() as killed:
            ward.house.kill("gateway")
        delay = Delay("cut off", witness.delay_s(killed, cut=True), CUT_OFF_S)
        wait_for_text(wall, "[data-part=cutTitle]", "cut off from the server")
        wall.wait_for_function(NO_NUMBERS)
        ward.house.start("gateway")
        wall.wait_for_selector("[data-part=cut]", state="hidden")
        wall.wait_for_selector(state("01", "live"))
        return [delay]

    kept(die)
    wait_for_colour(wall, "02", FIBRILLATION, 200)


def test_a_store_that_dies_is_said_too(wall: Page, witness: Witness, ward: Ward) -> None:
    def die() -> list[Delay]:
        with deed() as killed:
            ward.valkey.kill()
        delay = Delay("cut off", witness.delay_s(killed, cut=True), STORE_LOST_S)
        wait_for_text(wall, "[data-part=cutTitle]", "receives no data")
        wall.wait_for_function(NO_NUMBERS)
        ward.valkey.start()
        wall.wait_for_selector("[data-part=cut]", state="hidden")
        return [delay]

    kept(die)


def test_a_store_that_is_full_is_said_too(wall: Page, ward: Ward) -> None:
    with Redis.from_url(ward.valkey.url) as client:
        client.set(keys.FULL, time.time_ns() // 1_000_000, px=TOLD_MS)
        wait_for_text(wall, "[data-part=cutTitle]", "takes no data")
        wait_for_text(wall, "[data-part=cutText]", "the phones keep their data")
        client.delete(keys.FULL)
        wall.wait_for_selector("[data-part=cut]", state="hidden")
