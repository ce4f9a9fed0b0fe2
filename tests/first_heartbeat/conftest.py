"""One ward of eight demo beds for all of these tests, and the browser of the newcomer who has started it.

Beds: 01 a real record, 02 sinus rhythm, 03 bradycardia, 04 tachycardia with noise, 05 atrial fibrillation, 06 bigeminy,
07 runs of ventricular tachycardia, 08 a pause and a lead that is off now and then.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import running_chromium
from tests.live_page import wait_for_life
from tests.ward import PASSWORD, PERSON, Ward, running_ward
from tests.witness import Witness, new_window, new_witness


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all of these tests: none of them has an asyncio of its own, which Playwright would not bear."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with running_ward(tmp_path_factory.mktemp("ward"), beds=8) as ward:
        yield ward


@pytest.fixture(scope="package")
def window(chromium: Browser, ward: Ward) -> Iterator[BrowserContext]:
    """The newcomer's browser: the first administrator, made by the one-time link, who has landed on the wall."""
    window = new_window(chromium)
    first = new_witness(window)
    first.page.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        first.page.fill(f"[name={name}]", text)
    first.page.click("button[type=submit]")
    first.page.wait_for_url(f"{ward.address}/wall")
    first.page.wait_for_selector(".tile")
    assert first.wrong == []
    assert first.violations() == []
    first.close()
    yield window
    window.close()


@pytest.fixture
def witness(window: BrowserContext, tmp_path: Path) -> Iterator[Witness]:
    """A page on which no script may fail and the content policy may stop nothing."""
    witness = new_witness(window)
    yield witness
    witness.photograph(tmp_path, "end")
    violations = witness.violations()
    witness.close()
    assert witness.wrong == []
    assert violations == []


@pytest.fixture
def wall(witness: Witness, ward: Ward) -> Page:
    """The wall with all dependable beds live."""
    witness.page.goto(f"{ward.address}/wall")
    wait_for_life(witness.page)
    return witness.page
