"""A shift on the demo ward: its scripted VT, AF, lead off and a phone that is cut off, on the wall and in the review.

Everything runs: phones, ingest, worker, recorder, alert desk, gateway, web. Bed 07 has runs of VT, 05 AF, 08 a lead
that is off now and then; the network of bed 02 is cut.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from db.alert_reviews import standings_of
from db.alert_views import AlertKey
from db.alerts import acts_after
from db.engine import open_engine, writing
from db.models_alerts import WardStep
from db.upserts import table_of
from ecg.alert_review import Verdict
from ecg.alert_rules import AlertName
from ecg.alert_states import Happening
from tests.live_page import TILE
from tests.servers import wait_until
from tests.ward import Ward
from tests.witness import Witness, new_witness

pytestmark = pytest.mark.timeout(600)

FLASHES = f"""(bed) => [...new Set(({TILE})(bed).getAnimations({{ subtree: true }})
  .map((flash) => `${{flash.animationName}} ${{flash.effect.getComputedTiming().duration}}`))].sort()"""
HEAD = f"(bed) => getComputedStyle(({TILE})(bed).querySelector('header')).backgroundColor"
OPENED = f"([bed, rule]) => ({TILE})(bed).tile.alerts.open().some((alert) => alert.rule === rule)"
TOLD = f"([bed, rule]) => ({TILE})(bed).tile.alerts.all.some((alert) => alert.rule === rule)"
NOTHING_HIGH = f"(bed) => !({TILE})(bed).tile.alerts.waiting().some((alert) => alert.priority === 'high')"
WAITS = ["07", "ended · waits for a person"]
HIGH_FLASHES = "flash-frame 500,flash-high 500"
RED, YELLOW = "rgb(222, 15, 27)", "rgb(255, 212, 0)"
SOUNDING = "(priority) => document.body.dataset.sounding === priority"


@pytest.fixture
def review(witness: Witness, ward: Ward) -> Iterator[Page]:
    """The review of alerts in a browser of its own beside the wall's."""
    other = new_witness(witness.page.context)
    other.page.goto(f"{ward.address}/alerts")
    other.page.wait_for_selector(".item")
    yield other.page
    assert other.wrong == []
    assert other.violations() == []
    other.close()


def stands(page: Page, bed: str, *alerts: str) -> None:
    page.wait_for_selector(",".join(f'.tile[data-bed="{bed}"][data-alert="{alert}"]' for alert in alerts))


def test_a_shift(wall: Page, ward: Ward, review: Page, witness: Witness) -> None:
    engine = open_engine(ward.database_url)
    with writing(engine) as connection:
        step = {"ward_id": 1, "step": 1, "person": "Doctor on call", "after_s": 3}
        connection.execute(table_of(WardStep).insert(), step)
    stands(wall, "07", "high", "latched")
    wall.wait_for_function(f"([bed, flashes]) => String(({FLASHES})(bed)) === flashes", arg=["07", HIGH_FLASHES])
    wall.wait_for_function(f"([bed, hue]) => ({HEAD})(bed) === hue", arg=["07", RED])
    stands(wall, "05", "medium")
    wall.wait_for_function(f"([bed, flash]) => ({FLASHES})(bed).includes(flash)", arg=["05", "flash-medium 1667"])
    wall.wait_for_function(f"([bed, hue]) => ({HEAD})(bed) === hue", arg=["05", YELLOW])
    _cut(wall, ward)
    stands(wall, "07", "latched")
    wall.wait_for_function(
        f"([bed, words]) => ({TILE})(bed).querySelector('header').innerText.includes(words)", arg=WAITS
    )
    wait_until(lambda: "Doctor on call" in called(ward), "the ward's plan is gone through")
    _paused_and_broken_through(wall, review)
    key = _judged_elsewhere(wall, review)
    made = standings_of(engine, [key])[key]
    assert (made.verdict, made.judge, made.seen_by) == (Verdict.TRUE, "Ada Vogel", "Ada Vogel")
    wall.wait_for_function(TOLD, arg=["08", AlertName.LEAD_OFF.value])
    _mended(wall, ward)
    engine.dispose()


def called(ward: Ward) -> list[str]:
    engine = open_engine(ward.database_url)
    names = [act.note for act in acts_after(engine, 0) if act.what is Happening.ESCALATE]
    engine.dispose()
    return names


def _cut(wall: Page, ward: Ward) -> None:
    """A phone's network is cut: told within 2 s, an alert after 10 s; nothing of the heart is shown meanwhile."""
    ward.control(2, "stop")
    wall.wait_for_selector('.tile[data-bed="02"][data-state=nosignal][data-hr=""]')
    wall.wait_for_function(OPENED, arg=["02", AlertName.NO_DATA.value])


def _mended(wall: Page, ward: Ward) -> None:
    ward.control(2, "start")
    wall.wait_for_function(f"(known) => !({OPENED})(known)", arg=["02", AlertName.NO_DATA.value])


def _paused_and_broken_through(wall: Page, review: Page) -> None:
    """Whoever acknowledges all that is high makes the wall quieter; the next run of VT breaks through a pause."""
    while review.locator(".item.waits:has(.p.high)").count():
        first = review.locator(".item.waits:has(.p.high)").first
        key = first.get_attribute("data-key")
        first.click()
        review.wait_for_selector(f'.item.on[data-key="{key}"]')
        review.wait_for_selector(f'.mid[data-start="{(key or "").split("/")[-1]}"]')
        review.keyboard.press("a")
        review.wait_for_selector(f'.item[data-key="{key}"]:not(.waits)')
    wall.wait_for_function(NOTHING_HIGH, arg="07")
    wall.keyboard.press("a")
    wall.wait_for_function(SOUNDING, arg="")
    wall.wait_for_function(SOUNDING, arg="high")
    stands(wall, "07", "high")


def _judged_elsewhere(wall: Page, review: Page) -> AlertKey:
    """The verdict by one key: the strip is there to judge by, and the wall and another review follow at once."""
    review.locator(".item.waits:has(.p.high)").first.click()
    review.wait_for_selector(".mid[data-complete=yes]")
    assert "V beats in a row at" in review.inner_text(".fact")
    key = review.get_attribute(".item.on", "data-key") or ""
    other = review.context.new_page()
    other.goto(review.url.split("?")[0])
    other.wait_for_selector(f'.item.waits[data-key="{key}"]')
    took = review.evaluate("Date.now()")
    review.keyboard.press("t")
    other.wait_for_selector(f'.item[data-key="{key}"]:not([data-waits])')
    wall.wait_for_function(NOTHING_HIGH, arg="07")
    assert other.evaluate("Date.now()") - took < 5000  # a second is promised; docs/ALERTS.md has what was measured
    review.keyboard.press("u")
    other.wait_for_selector(f'.item[data-waits][data-key="{key}"]')
    review.wait_for_selector(f'.item.on[data-key="{key}"]')
    review.wait_for_selector(".head[data-seen='']")
    review.keyboard.press("t")
    other.wait_for_selector(f'.item[data-key="{key}"]:not([data-waits])')
    other.close()
    _, recording, rule, start = key.split("/")
    return recording, AlertName(rule), int(start)
