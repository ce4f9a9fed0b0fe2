"""What a tile tells beside the heart: who lies there, the device, the order of the beds; whatever people typed."""

import json
import time

import pytest
from playwright.sync_api import Page, WebSocket
from sqlalchemy import text

from db.device_states import note_states
from db.views import DeviceState
from tests.dashboard.conftest import Ward
from tests.live_page import wait_for_text

pytestmark = pytest.mark.timeout(600)

NAMES = {
    1: "<img src=x onerror=document.title='owned'> & \"Co\"",
    2: "فاطمة بنت محمد",
    3: "Wolfeschlegelsteinhausenbergerdorff " * 5 + "of two hundred letters",
    4: "👩‍⚕️🫀 Zoë \u202eהפוך",
}
LOW, LOOSE, STALE = DeviceState(9, False, "yes", 0), DeviceState(87, True, "no", 0), DeviceState(55, False, "yes", 0)
INSIDE = """() => [...document.querySelectorAll('.tile')].filter((tile) => {
  const box = tile.getBoundingClientRect(), number = tile.querySelector('.number').getBoundingClientRect();
  return number.right > box.right || number.left < box.left || tile.querySelector('header').scrollWidth > box.width + 1;
}).map((tile) => tile.dataset.bed)"""
ORDER = "() => [...document.querySelectorAll('.tile:not([hidden])')].map((tile) => tile.dataset.bed)"


def tile(bed: str, part: str) -> str:
    return f".tile[data-bed='{bed}'] {part}"


def prepare(ward: Ward) -> None:
    """Names that nobody should have, and three devices that said something."""
    engine, now_ms = ward.house.engine(), time.time_ns() // 1_000_000
    told = {1: (LOW, now_ms), 2: (LOOSE, now_ms), 3: (STALE, now_ms - 181_000)}
    states = {
        ward.house.devices[bed - 1].device_id: DeviceState(state.battery, state.charging, state.contact, at_ms)
        for bed, (state, at_ms) in told.items()
    }
    note_states(engine, states, [], now_ms)
    with engine.begin() as connection:
        for patient, name in NAMES.items():
            connection.execute(text("UPDATE patient SET name = :n WHERE id = :p"), {"n": name, "p": patient})


def execute(ward: Ward, *statements: str) -> None:
    with ward.house.engine().begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def names_go(page: Page, heard: list[str]) -> None:
    """Off the tiles, and off the wire."""
    heard.clear()
    page.keyboard.press("n")
    wait_for_text(page, tile("02", ".who"), "^[A-Z]{2}$")
    assert page.evaluate("location.search") == ""
    seats = [bed for line in heard if line.startswith('{"type":"beds"') for bed in json.loads(line)["beds"]]
    assert seats and {bed["name"] for bed in seats} == {None}


def test_names_devices_and_order_stand_on_the_tiles_and_nothing_breaks_out(page: Page, ward: Ward) -> None:
    prepare(ward)
    heard: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: heard.append(data) if isinstance(data, str) else None)

    page.on("websocket", listen)
    page.goto(f"{ward.house.url}/wall?names=on")
    page.wait_for_selector(tile("04", ".number:not(:empty)"))
    for bed, name in (("01", NAMES[1]), ("02", NAMES[2]), ("03", NAMES[3]), ("04", NAMES[4])):
        page.wait_for_function(
            "([at, name]) => document.querySelector(at).textContent === name", arg=[tile(bed, ".who"), name]
        )
    assert page.locator(".who *").count() == 0 and page.title() == "Wall · Wardbeat"
    assert page.evaluate(INSIDE) == []
    wait_for_text(page, tile("01", "footer .power"), "^9 %$")
    wait_for_text(page, tile("02", "footer .power"), "^Lead off$")
    assert page.locator(tile("03", "footer .power")).is_hidden()  # said three minutes ago: not now
    page.hover(tile("02", "footer .power"))
    wait_for_text(page, "[data-part=method]", r"Battery 87 %, charging, Lead off\.$")

    names_go(page, heard)

    execute(ward, "UPDATE bed SET place = 8 - id")
    page.wait_for_function(f"() => ({ORDER})()[0] === '08'")
    assert page.evaluate(ORDER) == [f"{number:02d}" for number in range(8, 0, -1)]

    moved = page.locator(tile("07", ".who")).text_content() or "?"
    execute(ward, "UPDATE bed SET patient_id = NULL WHERE id = 4")
    wait_for_text(page, tile("04", ".who"), "^Empty bed$")
    assert page.locator(tile("04", ".number")).text_content() == ""
    execute(ward, "UPDATE bed SET patient_id = NULL WHERE id = 7", "UPDATE bed SET patient_id = 7 WHERE id = 4")
    wait_for_text(page, tile("04", ".who"), f"^{moved}$")
    page.wait_for_selector(".tile[data-bed='04'][data-state=live]:not([data-hr=''])")
    wait_for_text(page, tile("07", ".who"), "^Empty bed$")

    page.goto(f"{ward.house.url}/patient/2?theme=light")
    wait_for_text(page, "[data-part=battery]", "^Battery 87 %, charging, Lead off$")


def test_beds_are_moved_by_keyboard_and_a_wall_is_offered(page: Page, ward: Ward) -> None:
    execute(ward, "UPDATE bed SET place = NULL")
    page.goto(f"{ward.house.url}/walls/order/1")
    page.focus("li[data-label='01'] [data-move='1']")
    page.keyboard.press("Alt+ArrowDown")
    wait_for_text(page, ".told", r"^Bed 01 is now 2 of 8\. Not kept yet\.$")
    page.keyboard.press("Enter")
    wait_for_text(page, ".told", r"^Bed 01 is now 3 of 8\.")
    page.click("text=Keep this order")
    wait_for_text(page, ".told", r"^Kept\.")
    found = page.evaluate("() => [...document.querySelectorAll('.beds li')].map((row) => row.dataset.label)")
    assert found == ["02", "03", "01", "04", "05", "06", "07", "08"]
    page.drag_and_drop("li[data-label='08'] .grip", "li[data-label='02']", target_position={"x": 5, "y": 3})
    wait_for_text(page, ".told", r"^Bed 08 is now 1 of 8\.")
    page.goto(f"{ward.house.url}/walls")
    page.fill("#name", NAMES[1][:60])
    page.click("text=Make a pairing code")
    wait_for_text(page, ".code", "^[2-9A-Z]{4}-[2-9A-Z]{4}$")
    wait_for_text(page, ".rows .what b", "^<img src=x")
    assert page.title() == "Walls · Wardbeat" and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
