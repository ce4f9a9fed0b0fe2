"""The newcomer's story in a real browser: from the one-time link to a live wall and to the bedside."""

import statistics
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page

from ecg.scripts import DEMO_SCRIPTS
from tests.browser import PATIENCE_MS
from tests.live_page import (
    COUNTED,
    MOVED,
    NEVER_SILENT,
    PICTURE,
    POINTS,
    RATE_NEAR,
    RATES,
    TILE,
    ink,
    wait_for_ink,
    wait_for_sign,
    wait_for_state,
)
from tests.promises import now_ms
from tests.servers import PATIENCE_S
from tests.ward import Ward
from tests.witness import Witness

pytestmark = pytest.mark.timeout(600)

RATE_OF = {f"{number:02d}": script.heart_rate for number, script in enumerate(DEMO_SCRIPTS, 2)}
"""Bed -> /min of its script."""
ALWAYS_REGULAR = ("02", "03", "06")
SOMETIMES_REGULAR = ("04", "07", "08")


def test_the_one_time_link_leads_to_eight_live_beds_and_works_once(wall: Page, ward: Ward) -> None:
    assert wall.locator(".tile").count() == 8
    for number in range(1, 9):
        wait_for_state(wall, f"{number:02d}", "live")
    with pytest.raises(urllib.error.HTTPError) as refusal, urllib.request.urlopen(ward.link, timeout=PATIENCE_S):
        pass
    assert refusal.value.code == 404
    refusal.value.close()


def test_every_tile_moves(wall: Page) -> None:
    for bed in NEVER_SILENT:
        picture, samples = wall.evaluate(PICTURE, bed)
        wall.wait_for_function(MOVED, arg=[bed, picture, samples])


def test_colours_change_with_the_class(wall: Page, witness: Witness) -> None:
    since = now_ms()
    wait_for_sign(wall, "02", "N")
    wait_for_ink(wall, "02", "normal")
    for bed, sign, token in (("06", "V", "v"), ("05", "A", "af"), ("07", "V", "v")):
        wait_for_sign(wall, bed, sign)
        wait_for_ink(wall, bed, token)
    wait_for_sign(wall, "07", "N")
    assert not witness.seen(since, bed="02", sign="V")
    assert not witness.seen(since, bed="02", sign="A")
    assert ink(wall, "02", "v") == ink(wall, "02", "af") == 0


def test_heart_rates_are_those_of_the_scripts(wall: Page) -> None:
    rates = wall.evaluate(RATES, [ALWAYS_REGULAR, 8])
    for bed in ALWAYS_REGULAR:
        assert rates[bed], bed
        assert statistics.median(rates[bed]) == pytest.approx(RATE_OF[bed], rel=0.05), bed
    for bed in SOMETIMES_REGULAR:
        near = f"([bed, rate]) => ({RATE_NEAR})([({TILE})(bed), rate])"
        wall.wait_for_function(near, arg=[bed, RATE_OF[bed]], timeout=PATIENCE_MS)


def open_bedside(wall: Page, bed: str) -> None:
    """Click on the tile, and wait until the page tells a heart rate near the script's."""
    wall.click(f".tile[data-bed='{bed}']")
    wall.wait_for_url(f"**/patient/{int(bed)}*")
    wall.wait_for_selector("body[data-state=live]:not([data-hr=''])", timeout=PATIENCE_MS)
    wall.wait_for_function(f"(rate) => ({RATE_NEAR})([document.body, rate])", arg=RATE_OF[bed])


def test_the_bedside_page_draws_what_was_recorded(wall: Page) -> None:
    open_bedside(wall, "02")
    samples = int(wall.get_attribute("body", "data-samples") or 0)
    wall.wait_for_function("(samples) => Number(document.body.dataset.samples) > samples + 250", arg=samples)
    for chart in ("#tachogram", "#shape"):
        wall.wait_for_function(POINTS, arg=chart, timeout=PATIENCE_MS)
    wall.wait_for_selector("#trends .scatterlayer path.js-line", state="attached", timeout=PATIENCE_MS)


def test_the_bedside_page_counts_the_beats_of_each_class(wall: Page) -> None:
    open_bedside(wall, "06")
    for row in ("#count-N", "#count-V"):
        wall.wait_for_function(f"(row) => ({COUNTED})(row) > 5", arg=row, timeout=PATIENCE_MS)
    before = wall.evaluate(COUNTED, "#count-V")
    wall.wait_for_function(f"(before) => ({COUNTED})('#count-V') > before", arg=before)
    wall.wait_for_function("document.querySelector('#episodes')?.textContent.includes('Bigeminy')")


def test_an_unknown_patient_is_not_found(witness: Witness, ward: Ward) -> None:
    answer = witness.page.goto(f"{ward.address}/patient/999")
    assert answer is not None
    assert answer.status == 404
    assert "No such patient" in witness.page.content()
    witness.wrong = [line for line in witness.wrong if "404" not in line]
