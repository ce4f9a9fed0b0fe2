"""The wall in a real browser: pages, order, keys, and that it mends itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from auth.deeds import Deed
from auth.walls import offer_wall, revoke_wall, walls
from db.engine import writing
from db.models import Bed, Patient
from db.provision import DEMO_WARD
from db.store import table_of
from tests.browser import be_patient
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import BIGEMINY, NORMAL, Feeder
from tests.dashboard.house import running_house
from tests.live_page import TILE, wait_for_text
from tests.servers import running_valkey

pytestmark = pytest.mark.timeout(600)

BEDS, PLAYED = 40, 38
"""Nothing ever comes from the last two beds."""
ALIVE = '.tile[data-bed="01"][data-state="live"]:not([data-hr=""])'
SHOWN = "() => [...document.querySelectorAll('.tile:not([hidden])')].map((tile) => tile.dataset.bed)"
FIRST = "(bed) => document.querySelector('.tile:not([hidden])').dataset.bed === bed"
IN_SIGHT = f"(bed) => !({TILE})(bed).hidden"
NAMED = f"([bed, initials]) => ({TILE})(bed).querySelector('.who').textContent === initials"
MOVED_ON = f"([bed, samples]) => Number(({TILE})(bed).dataset.samples) > samples + 250"
AT_THE_EDGE = """(bed) => {
  const canvas = document.querySelector(`.tile[data-bed="${bed}"] canvas`), wide = Math.round(canvas.width * 0.12);
  const data = canvas.getContext('2d').getImageData(canvas.width - wide, 0, wide, canvas.height).data;
  for (let x = 0; x < wide; x++) {
    let bright = 0;
    for (let y = 0; y < canvas.height; y++) bright = Math.max(bright, data[4 * (y * wide + x)]);
    if (bright < 120) return false;
  }
  return true;
}"""
"""Whether every column of the last tenth of the strip has ink of the trace: no erase bar, no old picture."""
INSIDE = f"""(bed) => {{
  const tile = ({TILE})(bed), box = (node) => node.getBoundingClientRect();
  const whole = box(tile), word = box(tile.querySelector('.word')), who = box(tile.querySelector('.who'));
  return word.width > 20 && word.right <= whole.right && who.width < whole.width / 2;
}}"""
OLD_EDITION = """if (!sessionStorage.getItem('opened')) {
  sessionStorage.setItem('opened', 'once');
  window.old = true;
  document.addEventListener('readystatechange', () => { document.body.dataset.edition = '000000000000'; });
}"""
"""The first page of the tab believes that it is of another edition; one that is loaded again does not."""


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder: Path = tmp_path_factory.mktemp("pages")
    with running_valkey() as valkey, running_house(folder, valkey.url, BEDS) as house, Feeder(valkey.url) as feeder:
        for number in set(range(PLAYED)) - {0, 4}:
            feeder.announce(house.devices[number].device_id, NORMAL, f"recording-{number + 1}")
        yield Ward(valkey, house, feeder)


@pytest.fixture(autouse=True)
def begun(ward: Ward, request: pytest.FixtureRequest) -> None:
    """New recordings for the beds that tests wait for: one lasts two minutes, which a slow machine may need."""
    for number, part in ((0, NORMAL), (4, BIGEMINY)):
        ward.feeder.announce(ward.house.devices[number].device_id, part, f"{number + 1}-{request.node.name}"[:64])


@pytest.fixture
def wall(page: Page, ward: Ward) -> Page:
    return open_wall(page, ward)


def open_wall(page: Page, ward: Ward, query: str = "") -> Page:
    page.goto(f"{ward.house.url}/wall?{query}")
    page.wait_for_selector(ALIVE)
    return page


def samples(page: Page, bed: str) -> int:
    return int(page.get_attribute(f'.tile[data-bed="{bed}"]', "data-samples") or 0)


def test_pages_turn_and_a_bed_in_trouble_is_on_each_of_them(wall: Page, ward: Ward) -> None:
    wall.wait_for_function("() => document.querySelector('.tile:not([hidden])').dataset.bed === '39'")
    wait_for_text(wall, "[data-part=hold]", r"^Page [12] of 2 · turns in \d+ s$")
    wall.keyboard.press("p")
    wait_for_text(wall, "[data-part=hold]", r"· held [12]:\d\d$")
    first = wall.evaluate(SHOWN)
    wall.keyboard.press("ArrowRight")
    second = wall.evaluate(SHOWN)
    assert first[:2] == second[:2] == ["39", "40"]
    assert {*first, *second} == {f"{number:02d}" for number in range(1, BEDS + 1)}
    hidden = next(bed for bed in reversed(first) if bed not in second)
    device = ward.house.devices[int(hidden) - 1].device_id
    (actor,) = (actor for actor in ward.feeder.actors if actor.facts.device == device)
    actor.silent = True
    wall.wait_for_function(IN_SIGHT, arg=hidden)
    wait_for_text(wall, "[data-part=hold]", r"· held [12]:\d\d$")
    wall.wait_for_selector(f'.tile[data-bed="{hidden}"][data-state="nosignal"]')
    ward.feeder.announce(device, NORMAL, f"again-{hidden}")


def test_the_order_is_chosen_by_key_and_kept_in_the_address(wall: Page) -> None:
    wall.wait_for_function(FIRST, arg="39")
    wall.keyboard.press("s")
    wait_for_text(wall, "[data-part=sort]", "^By severity$")
    assert wall.url.endswith("?sort=severity")
    wall.wait_for_function(
        "() => [...document.querySelectorAll('.tile:not([hidden])')].findIndex((tile) => tile.dataset.bed === '05') < 4"
    )
    wall.reload()
    wait_for_text(wall, "[data-part=sort]", "^By severity$")
    wall.click("[data-part=sort]")
    wait_for_text(wall, "[data-part=sort]", "^By name$")


def test_keys_are_told_and_obeyed(wall: Page) -> None:
    wall.keyboard.press("?")
    wait_for_text(wall, "dialog[open]", "Full screen, and back")
    wall.keyboard.press("t")
    wall.keyboard.press("Escape")
    wall.wait_for_selector("dialog[open]", state="detached")
    assert wall.get_attribute("html", "data-theme") == "dark"
    wall.keyboard.press("t")
    assert wall.get_attribute("html", "data-theme") == "light"
    assert "theme=light" in (wall.get_attribute('.tile[data-bed="01"]', "href") or "")
    wall.keyboard.press("f")
    wall.wait_for_function("() => document.fullscreenElement !== null")
    wall.keyboard.press("f")
    wall.wait_for_function("() => document.fullscreenElement === null")


def test_traces_scroll_and_the_automatic_gain_is_said(page: Page, ward: Ward) -> None:
    wall = open_wall(page, ward, "bed=01,02")
    wait_for_text(wall, '.tile[data-bed="01"] .scale', "^$")
    wall.keyboard.press("m")
    wall.keyboard.press("g")
    wait_for_text(wall, '.tile[data-bed="01"] .scale', "^auto\n×[0-9.]+$")
    wall.wait_for_function(AT_THE_EDGE, arg="01")
    wall.wait_for_function(MOVED_ON, arg=["01", samples(wall, "01")])
    wall.wait_for_function(AT_THE_EDGE, arg="01")


def test_names_keep_their_place_and_a_bed_in_the_address_must_be_there(page: Page, ward: Ward) -> None:
    names = {1: "A" * 200, 2: "<b>x</b>", 3: "\u202eאבג", 4: "🫀" * 8}
    patients, beds = table_of(Patient), table_of(Bed)
    with writing(ward.house.engine()) as connection:
        for patient, initials in names.items():
            connection.execute(update(patients).where(patients.c.id == patient).values(initials=initials))
    wall = open_wall(page, ward, "bed=01,02,03,04,05,99")
    wait_for_text(wall, "[data-part=unknown]", "^No bed 99$")
    for number, initials in names.items():
        wall.wait_for_function(NAMED, arg=[f"{number:02d}", initials])
        wall.wait_for_function(INSIDE, arg=f"{number:02d}")
    before = samples(wall, "01")
    with writing(ward.house.engine()) as connection:
        connection.execute(update(beds).where(beds.c.id == 5).values(patient_id=None))
    wall.wait_for_selector('.tile[data-bed="05"][data-state="empty"][data-hr=""]:not([href])')
    wall.wait_for_function(MOVED_ON, arg=["01", before])
    wall.reload()
    wall.wait_for_selector('.tile[data-bed="05"][data-state="empty"]')
    with writing(ward.house.engine()) as connection:
        connection.execute(update(beds).where(beds.c.id == 5).values(patient_id=5))
    wall.wait_for_selector('.tile[data-bed="05"][data-state="live"]')
    wall.wait_for_function(MOVED_ON, arg=["05", 0])


def test_a_screen_that_may_go_dark_says_so(page: Page, ward: Ward) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'wakeLock', { value: undefined })")
    wait_for_text(open_wall(page, ward), "[data-part=awake]", "^This screen may go dark$")


@pytest.fixture
def screen(ward: Ward, chromium: Browser) -> Iterator[Page]:
    """A big screen that was paired by its code and shows the ward."""
    engine, now_ms = ward.house.engine(), time.time_ns() // 1_000_000
    code = offer_wall(engine, DEMO_WARD, "Corridor", Deed(None, now_ms, "here"))
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    page = window.new_page()
    page.goto(f"{ward.house.url}/wall")
    page.click("text=Make this screen a wall")
    page.fill("[name=code]", f"{code[:4].lower()} {code[4:]}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    page.wait_for_selector(ALIVE)
    yield page
    window.close()


def test_walls_survive_a_restart_and_renew_themselves_after_a_deploy(page: Page, screen: Page, ward: Ward) -> None:
    page.add_init_script(OLD_EDITION)
    wall = open_wall(page, ward)
    wall.wait_for_function("() => !window.old")
    wall.wait_for_selector(ALIVE)
    wall.evaluate("() => { window.same = true; }")
    for name in ("gateway", "web"):
        ward.house.kill(name)
    wall.wait_for_selector("[data-part=cut]:not([hidden])")
    revoke_wall(ward.house.engine(), walls(ward.house.engine())[-1].id, Deed(None, time.time_ns() // 1_000_000, "here"))
    for name in ("web", "gateway"):
        ward.house.start(name)
    wall.wait_for_selector("[data-part=cut]", state="hidden")
    wall.wait_for_selector(ALIVE)
    assert wall.evaluate("() => [window.same, window.old]") == [True, None]
    wait_for_text(screen, "[data-part=cutTitle]", "^!! This wall was revoked")
    assert screen.locator(".tile").count() == 0


def test_a_paired_screen_leads_nowhere_else(screen: Page, ward: Ward) -> None:
    assert screen.locator(".tile[href], a[href='/logout']").count() == 0
    answer = screen.goto(f"{ward.house.url}/patient/1")
    assert answer is not None
    assert answer.status == 403
