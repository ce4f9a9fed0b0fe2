"""The patient's phone in a browser against a whole ward: a code, the wall, cuts and kills; in SQL each sample once."""

import json
import random
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.devices import register_for
from db.engine import open_engine
from db.marks import marks_of_patient
from db.patients import patient
from db.provision import admit
from db.queries import recordings_of_patient, segments, stored_until
from db.views import RecordingView
from tests.browser import be_patient
from tests.live_page import wait_for_state
from tests.servers import wait_until
from tests.ward import PASSWORD, PERSON, Ward, running_ward
from tests.witness import new_window

pytestmark = pytest.mark.timeout(300)
STRAP = Path(__file__).with_name("strap.js")
HEART = """([first, count]) => import('/assets/phone_heart.js').then((m) => [...m.heart(first, count, 130)])"""
LIVES = "[data-state=recording][data-lives=yes]"
KILLS = 8
FRAME = 73
"""Samples in one notification of a Polar H10."""


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with running_ward(tmp_path_factory.mktemp("ward")) as ward:
        yield ward


@pytest.fixture(scope="module")
def engine(ward: Ward) -> Iterator[Engine]:
    """Patients 1 to 4 lie in beds 01 to 04."""
    engine = open_engine(ward.database_url)
    for bed in ("01", "02", "03", "04"):
        admit(engine, "4B", bed, f"P{bed[1]}")
    yield engine
    engine.dispose()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A small phone."""
    size: Any = {"width": 360, "height": 640}
    window = be_patient(chromium.new_context(viewport=size, is_mobile=True, has_touch=True, locale="en"))
    yield window
    window.close()


def code_for(engine: Engine, patient_id: int) -> str:
    known = patient(engine, patient_id)
    assert known is not None
    return register_for(engine, "Phone", known, Deed(None, time.time_ns() // 1_000_000, "here"))[1]


def opened(window: BrowserContext, address: str) -> Page:
    page = window.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def paired(window: BrowserContext, ward: Ward, engine: Engine, patient_id: int) -> Page:
    page = opened(window, f"{ward.address}/phone#pair={code_for(engine, patient_id)}")
    page.wait_for_selector("[data-state=ready]")
    assert "pair" not in page.url
    return page


def held_to_stop(page: Page) -> None:
    page.locator("[data-part=stop]").click(delay=1500)
    page.wait_for_selector("[data-state=ready]")
    page.wait_for_function("() => document.body.dataset.waits === '0'")


def only_recording(engine: Engine, patient_id: int) -> RecordingView:
    (recording,) = recordings_of_patient(engine, patient_id)
    return recording


def stored(engine: Engine, recording: RecordingView) -> dict[int, int]:
    """Device sample -> value; no sample is there twice."""
    pieces = segments(engine, recording.id, 0, 10**9)
    found = [(piece.start + k, int(value)) for piece in pieces for k, value in enumerate(piece.samples)]
    assert len(found) == len(dict(found))
    return dict(found)


def kept(page: Page) -> int:
    """Up to which sample the phone has written down the recording."""
    end: int = page.evaluate("""() => new Promise((done) => { const asked = indexedDB.open('wardbeat-phone');
      asked.onsuccess = () => { const all = asked.result.transaction('recordings').objectStore('recordings').getAll();
        all.onsuccess = () => {
          asked.result.close(); done(Math.max(0, ...all.result.map((each) => each.end))); }; }; })""")
    return end


def see_on_the_wall(chromium: Browser, ward: Ward, bed: str) -> None:
    """The first administrator looks at the wall until the bed lives there."""
    watch = new_window(chromium)
    wall = watch.new_page()
    wall.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        wall.fill(f"[name={name}]", text)
    wall.click("button[type=submit]")
    wait_for_state(wall, bed, "live")
    watch.close()


def test_from_the_code_to_the_wall_through_kills_and_cuts_nothing_is_lost_or_doubled(
    window: BrowserContext, ward: Ward, engine: Engine, chromium: Browser
) -> None:
    page = paired(window, ward, engine, 1)
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    see_on_the_wall(chromium, ward, "01")
    page.locator("[data-part=felt]").click()
    page.locator("dialog button[value=dizzy]").click()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    chance, before_kills = random.Random(4), []
    for turn in range(KILLS):
        page.wait_for_timeout(chance.uniform(100, 900))
        if turn in (2, 5):
            window.set_offline(turn == 2)
        before_kills.append(kept(page))
        page.close(run_before_unload=False)
        page = opened(window, f"{ward.address}/phone")
        page.wait_for_selector(LIVES)
    held_to_stop(page)
    recording = only_recording(engine, 1)
    wait_until(lambda: stored_until(engine, recording.id) >= before_kills[-1], "all is stored")
    found = stored(engine, recording)
    made = page.evaluate(HEART, [0, max(found) + 1])
    assert all(made[index] == value for index, value in found.items())
    assert {end - 1 for end in before_kills} <= found.keys()
    assert len([index for index in found if index - 1 not in found]) <= KILLS + 1
    assert recording.lead == "DEMO"
    wait_until(lambda: [each.symptom for each in marks_of_patient(engine, 1)] == ["dizzy"], "the mark is told")


def notification(number: int) -> list[int]:
    values = [(FRAME * number + k) % 4001 - 2000 for k in range(FRAME)]
    last_ns = 820_000_000_000_000_000 + round((FRAME * number + FRAME - 1) * 1e9 / 130)
    return list(
        struct.pack("<BQB", 0, last_ns, 0) + b"".join(each.to_bytes(3, "little", signed=True) for each in values)
    )


def look_at_the_rate_only(page: Page) -> None:
    """A strap without an ECG: its number, as long as it is new."""
    page.evaluate("strap.lacks = [strap.pmd, strap.gsp]")
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-state=watching][data-trouble=no_ecg]")
    page.evaluate("strap.heart([0x16, 71, 0, 4])")
    page.wait_for_function("() => document.querySelector('[data-part=rate]').textContent === '71'")
    assert page.text_content("[data-part=rr]") == "1000 ms"
    page.wait_for_function("() => document.querySelector('[data-part=rate]').textContent === '– –'")
    page.locator("[data-part=leave]").click()
    page.wait_for_selector("[data-state=ready]")


def test_a_strap_is_recorded_with_its_gaps_and_its_troubles_are_told(
    window: BrowserContext, ward: Ward, engine: Engine
) -> None:
    window.add_init_script(path=STRAP)
    page = paired(window, ward, engine, 2)
    for refuses, trouble in (("NotFoundError", "not_chosen"), ("SecurityError", "not_allowed")):
        page.evaluate(f"strap.refuses = '{refuses}'")
        page.locator("[data-part=start]").click()
        page.wait_for_selector(f"[data-trouble={trouble}]")
    page.evaluate("strap.refuses = null")
    look_at_the_rate_only(page)
    page.evaluate("strap.lacks = [strap.gsp]")
    page.locator("[data-part=start]").click()
    page.wait_for_function("() => strap.streams")
    assert [2, 0, 0, 1, 0x82, 0, 1, 1, 0x0E, 0] in page.evaluate("strap.commands")
    numbers = [*range(4), *range(6, 10)]
    for number in numbers:
        page.evaluate(f"strap.frame({json.dumps(notification(number))}); strap.heart([6, 63])")
    page.wait_for_function("() => document.querySelector('[data-part=rate]').textContent === '63'")
    page.evaluate("strap.heart([4, 0])")
    page.wait_for_selector("[data-trouble=strap_off]")
    page.evaluate("strap.cut()")
    page.wait_for_selector("[data-trouble=strap_gone]")
    page.evaluate("strap.away = false")
    page.wait_for_function("() => strap.streams")
    held_to_stop(page)
    recording = only_recording(engine, 2)
    wait_until(lambda: stored_until(engine, recording.id) >= FRAME * 10, "all is stored")
    expected = {FRAME * n + k: (FRAME * n + k) % 4001 - 2000 for n in numbers for k in range(FRAME)}
    assert stored(engine, recording) == expected


def test_a_movesense_is_recorded_at_the_rate_that_it_has(window: BrowserContext, ward: Ward, engine: Engine) -> None:
    window.add_init_script(path=STRAP)
    page = paired(window, ward, engine, 3)
    page.evaluate("strap.lacks = [strap.pmd]")
    page.locator("[data-part=start]").click()
    page.wait_for_function("() => strap.streams")
    for number in (0, 1, 4, 5):
        values = [2621 * (number + 1) + k for k in range(16)]
        page.evaluate(f"strap.sense({list(struct.pack('<BBI16i', 2, 99, 125 * number, *values))})")
    page.wait_for_function("() => document.body.dataset.lives === 'yes'")
    held_to_stop(page)
    recording = only_recording(engine, 3)
    assert (recording.rate, recording.gain) == (128, 2621.44)
    expected = {16 * number + k: 2621 * (number + 1) + k for number in (0, 1, 4, 5) for k in range(16)}
    wait_until(lambda: stored(engine, recording) == expected, "all is stored")


def test_a_file_is_played_like_a_strap(window: BrowserContext, ward: Ward, engine: Engine) -> None:
    page = paired(window, ward, engine, 4)
    page.locator("[data-part=fileSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-trouble=file_none]")
    rows = "".join(f"{4 * k},{k % 997 - 400}\n" for k in range(500))
    page.set_input_files("[data-part=file]", {"name": "mine.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    held_to_stop(page)
    recording = only_recording(engine, 4)
    assert (recording.rate, recording.gain, recording.lead) == (250, 1000, "DEMO")
    wait_until(lambda: len(stored(engine, recording)) > 300, "it is stored")
    assert all(value == index % 500 - 400 for index, value in stored(engine, recording).items())


def test_a_wrong_code_is_said_and_what_was_typed_stays(window: BrowserContext, ward: Ward) -> None:
    page = opened(window, f"{ward.address}/phone")
    page.fill("[name=code]", "ABCDEFGHJK")
    page.locator("[data-part=connect]").click()
    page.wait_for_selector("[data-trouble=code]")
    assert page.input_value("[name=code]") == "ABCDEFGHJK"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
