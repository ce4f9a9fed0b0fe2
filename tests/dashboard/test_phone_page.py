"""The patient's phone in a browser against a whole ward: a code, the wall, cuts and kills; in SQL each sample once."""

import json
import random
import struct
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from db.engine import open_engine
from db.marks import marks_of_patient
from db.provision import admit
from db.queries import recordings_of_patient, stored_until
from tests.browser import be_patient
from tests.dashboard.strapped import FRAME, heart, labelled_as_they_are, notification
from tests.phone_page import (
    LIVES,
    SMALL,
    STRAP,
    code_again,
    code_for,
    disconnect,
    held_to_stop,
    kept,
    only_recording,
    see_on_the_wall,
    stored,
)
from tests.servers import wait_until
from tests.ward import PASSWORD, PERSON, Ward, running_ward
from tests.witness import new_window

pytestmark = pytest.mark.timeout(300)
MADE_UP = """([first, count]) => import('/assets/phone_heart.js').then((m) => [...m.heart(first, count, 130)])"""
KILLS = 6
AHEAD = 14
"""Notifications that are told at once: 7.9 s, of which the strap's clock may be ahead of the phone's by 10."""


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with running_ward(tmp_path_factory.mktemp("ward")) as ward:
        yield ward


@pytest.fixture(scope="module")
def engine(ward: Ward) -> Iterator[Engine]:
    """Patients 1 to 5 lie in beds 01 to 05."""
    engine = open_engine(ward.database_url)
    for bed in ("01", "02", "03", "04", "05"):
        admit(engine, "4B", bed, f"P{bed[1]}")
    yield engine
    engine.dispose()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A small phone."""
    window = be_patient(chromium.new_context(**SMALL))
    yield window
    window.close()


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


@pytest.fixture(scope="module")
def office(chromium: Browser, ward: Ward) -> Iterator[BrowserContext]:
    """A window of the first administrator."""
    office = new_window(chromium)
    page = office.new_page()
    page.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        page.fill(f"[name={name}]", text)
    page.click("button[type=submit]")
    page.wait_for_selector(".tile")
    page.close()
    yield office
    office.close()


def test_without_bluetooth_start_records_nobodys_heart(window: BrowserContext, ward: Ward, engine: Engine) -> None:
    page = paired(window, ward, engine, 5)
    assert page.evaluate("navigator.bluetooth === undefined")
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-state=ready][data-trouble=no_bluetooth]")
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    expect(page.locator("[data-part=sub]")).to_contain_text("Made-up heart")
    held_to_stop(page)


def test_from_the_code_to_the_wall_through_kills_and_cuts_nothing_is_lost_or_doubled(
    window: BrowserContext, ward: Ward, engine: Engine, office: BrowserContext
) -> None:
    page = paired(window, ward, engine, 1)
    page.locator("[data-part=demoSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    see_on_the_wall(office, ward, "01", "DEMO · P1", {"normal"})
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
    made = page.evaluate(MADE_UP, [0, max(found) + 1])
    assert all(made[index] == value for index, value in found.items())
    assert {end - 1 for end in before_kills} <= found.keys()
    assert len([index for index in found if index - 1 not in found]) <= KILLS + 1
    assert recording.lead == "DEMO"
    wait_until(lambda: [each.symptom for each in marks_of_patient(engine, 1)] == ["dizzy"], "the mark is told")


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
    window: BrowserContext, ward: Ward, engine: Engine, office: BrowserContext
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
    page.evaluate("([frames, ahead]) => strap.play(frames, ahead)", [[*map(notification, range(140))], AHEAD])
    see_on_the_wall(office, ward, "02", "P2", {"v", "other"})
    played = page.evaluate("strap.pause()")
    numbers = [*range(played), played + 2, played + 3]
    for number in numbers[-2:]:
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
    wait_until(lambda: stored_until(engine, recording.id) >= FRAME * (numbers[-1] + 1), "all is stored")
    assert stored(engine, recording) == {FRAME * n + k: heart()[FRAME * n + k] for n in numbers for k in range(FRAME)}
    labelled_as_they_are(engine, recording.id, FRAME * AHEAD)


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


def test_a_file_is_played_and_a_phone_that_is_disconnected_keeps_what_waits(
    window: BrowserContext, ward: Ward, engine: Engine
) -> None:
    page = paired(window, ward, engine, 4)
    page.locator("[data-part=fileSource]").check()
    page.locator("[data-part=start]").click()
    page.wait_for_selector("[data-trouble=file_none]")
    rows = "".join(f"{4 * k},{k % 997 - 400}\n" for k in range(500))
    page.set_input_files("[data-part=file]", {"name": "mine.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.locator("[data-part=start]").click()
    page.wait_for_selector(LIVES)
    device = disconnect(engine, 4)
    page.wait_for_selector("[data-state=unpaired][data-trouble=revoked]")
    end = kept(page)
    page.on("dialog", lambda question: question.accept())
    page.fill("[name=code]", code_again(engine, device))
    page.locator("[data-part=connect]").click()
    page.wait_for_selector("[data-state=ready]")
    mine = partial(recordings_of_patient, engine, 4)
    wait_until(lambda: [stored_until(engine, each.id) for each in mine()] == [end], "it is stored")
    recording = only_recording(engine, 4)
    assert (recording.rate, recording.gain, recording.lead) == (250, 1000, "DEMO")
    found = stored(engine, recording)
    assert end - 1 in found and all(value == index % 500 - 400 for index, value in found.items())


def test_a_wrong_code_is_said_and_what_was_typed_stays(window: BrowserContext, ward: Ward) -> None:
    page = opened(window, f"{ward.address}/phone")
    page.fill("[name=code]", "ABCDEFGHJK")
    page.locator("[data-part=connect]").click()
    page.wait_for_selector("[data-trouble=code]")
    assert page.input_value("[name=code]") == "ABCDEFGHJK"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
