"""A settled rhythm in a real browser: the beat that was drawn is drawn again, and a class keeps its colour."""

import time

import numpy as np
import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

from db.store import store_batch
from ecg.labels import Rhythm
from ecg.types import SettledRhythm
from streaming.codec import LiveFrame
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import Actor
from tests.live_page import ink, wait_for_ink, wait_for_life

pytestmark = pytest.mark.timeout(600)

FIBRILLATES, NOT_SURE = (0.1, 0.9, 0.0, 0.0), (0.4, 0.45, 0.15, 0.0)
SIGNS = """(chart) => (document.querySelector(chart + ' .js-plotly-plot')?.data ?? [])
  .filter((trace) => trace.mode === 'markers' && trace.x.length).map((trace) => trace.name)"""


def settled(actor: Actor, first: int, end: int, probabilities: tuple[float, ...]) -> list[SettledRhythm]:
    """The beats in [first, end) settled as fibrillation, with these probabilities."""
    name = actor.facts.recording
    return [
        SettledRhythm(name, beat.index, Rhythm.ATRIAL_FIBRILLATION, probabilities)
        for beat in actor.beats
        if first <= beat.index < end
    ]


def settle_last_seconds(ward: Ward, bed: int, probabilities: tuple[float, ...]) -> None:
    actor = ward.feeder.actors[bed - 1]
    told = settled(actor, actor.sent - 1000, actor.sent, probabilities)
    now = time.time_ns() // 1_000_000
    ward.feeder.send([LiveFrame(actor.facts.recording, now, actor.sent, np.zeros(0, np.int16), tuple(told))])


@pytest.fixture
def wall(page: Page, ward: Ward) -> Page:
    page.goto(f"{ward.house.url}/wall?theme=dark")
    wait_for_life(page, ("01", "04"))
    return page


@pytest.mark.parametrize(("probabilities", "token"), [(FIBRILLATES, "af"), (NOT_SURE, "q")], ids=["af", "not sure"])
def test_beats_on_the_wall_are_drawn_again(
    wall: Page, ward: Ward, probabilities: tuple[float, ...], token: str
) -> None:
    wait_for_ink(wall, "01", "normal")
    assert ink(wall, "01", token) == 0
    settle_last_seconds(ward, 1, probabilities)
    wait_for_ink(wall, "01", token)


def test_the_tachogram_shows_the_settled_rhythm_and_ventricular_beats_as_they_are(page: Page, ward: Ward) -> None:
    actor = ward.feeder.actors[3]
    rows: Engine = ward.house.engine()
    store_batch(rows, {}, [], [], settled(actor, 0, 1 << 40, FIBRILLATES))
    page.goto(f"{ward.house.url}/patient/4?theme=dark")
    page.wait_for_function(f"() => String(({SIGNS})('#tachogram')) === 'A,V'")
