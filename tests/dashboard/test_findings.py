"""The words of each finding and the burden of atrial fibrillation, in a real browser."""

import time
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page

from ecg.findings import Finding
from ecg.types import AfBurden
from streaming.codec import LiveFrame
from tests.dashboard.conftest import Ward
from tests.live_page import wait_for_text

pytestmark = pytest.mark.timeout(600)

BED = "01"
WORDS = {
    Finding.VENTRICULAR_FIBRILLATION: ("V", "Ventricular fibrillation"),
    Finding.ASYSTOLE: ("", "Asystole"),
    Finding.VENTRICULAR_TACHYCARDIA: ("V", "Ventricular tachycardia"),
    Finding.TRIGEMINY: ("V", "Trigeminy"),
    Finding.SUPRAVENTRICULAR_RUN: ("S", "Supraventricular run"),
}
WHOLE = """(bed) => {
  const word = document.querySelector(`.tile[data-bed="${bed}"] .word`);
  return word.clientWidth > 0 && word.scrollWidth <= word.clientWidth + 1;
}"""

WIDEST = """() => {
  const tile = document.querySelector('.tile[data-bed="06"]').cloneNode(true), foot = tile.querySelector('footer');
  document.querySelector('.tiles').append(tile);
  foot.querySelectorAll('.vital b').forEach((node, place) => { node.textContent = ['1888', '188', '>99'][place]; });
  foot.querySelector('.share').textContent = '· 100 % used';
  const wide = foot.scrollWidth - foot.clientWidth;
  tile.remove();
  return wide;
}"""
"""By how many pixels the longest numbers stand out of a tile's foot."""
NO_TRACE = np.zeros(0, np.int16)


@pytest.mark.parametrize("finding", WORDS, ids=str)
def test_the_wall_says_what_is_found(page: Page, ward: Ward, finding: Finding) -> None:
    actor = ward.feeder.actors[0]
    page.goto(f"{ward.house.url}/wall?theme=dark")
    page.wait_for_selector(f'.tile[data-bed="{BED}"][data-state="live"]')
    actor.part = replace(actor.part, finding=finding)
    sign, words = WORDS[finding]
    wait_for_text(page, f'.tile[data-bed="{BED}"] .word', f"^{words}$")
    assert page.text_content(f'.tile[data-bed="{BED}"] .sign') == sign
    assert page.evaluate(WHOLE, BED)


@pytest.mark.parametrize(("day", "words"), [(None, ""), (0.4, "<1"), (99.6, ">99")])
def test_the_tile_shows_the_burden_of_a_day_when_it_is_known(
    page: Page, ward: Ward, day: float | None, words: str
) -> None:
    actor = ward.feeder.actors[5]
    burden = AfBurden(actor.facts.recording, actor.sent, 50.0, day, 50.0)
    page.goto(f"{ward.house.url}/wall?theme=dark")
    page.wait_for_selector('.tile[data-bed="06"][data-state="live"]:not([data-hr=""])')
    ward.feeder.send([LiveFrame(burden.recording, time.time_ns() // 1_000_000, actor.sent, NO_TRACE, (burden,))])
    shown = '.tile[data-bed="06"] [data-method=af_burden]'
    wait_for_text(page, shown, f"^AF 24 h{words}%$")
    assert page.locator(shown).is_visible() == (day is not None)
    if day == 99.6:
        for width, height in ((1920, 1080), (1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WIDEST) == 0
        page.set_viewport_size({"width": 1366, "height": 768})
        page.hover(shown)
        wait_for_text(page, "[data-part=method]", "^AF burden · 1 h, 24 h, this recording: share of the analysed time")
        page.evaluate("document.body.dataset.layout = 'dense'")
        assert not page.locator(shown).is_visible()


def test_the_bedside_shows_the_burden_and_new_screens_get_it_too(page: Page, ward: Ward) -> None:
    actor = ward.feeder.actors[1]
    name = actor.facts.recording
    page.goto(f"{ward.house.url}/patient/2?theme=light")
    page.wait_for_selector('body[data-state="live"]:not([data-hr=""])')
    assert page.text_content("[data-part=burden]") == "–"
    burden = AfBurden(name, 15_000, None, 0.4, 12.5)
    frame = LiveFrame(name, time.time_ns() // 1_000_000, actor.sent, NO_TRACE, (burden,))
    ward.feeder.send([frame])
    wait_for_text(page, "[data-part=burden]", "^– · <1 · 13$")
    page.reload()
    wait_for_text(page, "[data-part=burden]", "^– · <1 · 13$")
