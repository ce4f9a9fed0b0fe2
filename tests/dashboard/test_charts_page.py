"""What people explore on the bedside page, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.dashboard.conftest import Ward
from tests.live_page import wait_for_text

pytestmark = pytest.mark.timeout(600)

GRAPH = "document.querySelector('#{} .js-plotly-plot')"
TRENDS, SHAPE = GRAPH.format("trends"), GRAPH.format("shape")
LAST = f"""() => {{
  const graph = {TRENDS}, full = graph._fullLayout, line = graph.data[1], box = graph.getBoundingClientRect();
  const at = line.y.findLastIndex((each) => each !== null), x = full.xaxis, y = full.yaxis;
  return [box.left + x._offset + x.d2p(line.x[at]), box.top + y._offset + y.d2p(line.y[at])];
}}"""
"""Where the newest heart rate of the trends is on the screen."""
HEAR = "addEventListener('wardbeat:moment', (event) => { window.heard = event.detail; })"
STROKES = f"[...{TRENDS}.querySelectorAll('.js-line')].map((each) => getComputedStyle(each).stroke)"


def reach(page: Page, graph: str, revision: str) -> None:
    """Until a graph shows what was asked for."""
    page.wait_for_function(f"(revision) => {graph}?._fullLayout?.uirevision === revision", arg=revision)


class Questions:
    """Counts how many questions of the clock are on their way at once."""

    def __init__(self, page: Page) -> None:
        self.open: set[Request] = set()
        self.most = 0
        page.on("request", self._begin)
        page.on("requestfinished", self._end)

    def _begin(self, request: Request) -> None:
        if "_dash-update-component" not in request.url:
            return
        asked: Any = request.post_data_json
        if asked.get("changedPropIds") == ["tick.data"]:
            self.open.add(request)
            self.most = max(self.most, len(self.open))

    def _end(self, request: Request) -> None:
        self.open.discard(request)


def test_a_walk_through_the_trends(page: Page, ward: Ward) -> None:
    questions = Questions(page)
    page.goto(f"{ward.house.url}/patient/4?theme=light")
    reach(page, TRENDS, "1 h")
    page.wait_for_function(f"() => {TRENDS}.data[1].y.some((each) => each !== null)")
    assert "rgb(18, 22, 27)" in page.evaluate(STROKES), "the ink of the light theme"
    assert page.get_attribute("[data-value='1 h']", "aria-pressed") == "true"
    page.evaluate(HEAR)
    page.mouse.click(*page.evaluate(LAST))
    page.wait_for_function("() => window.heard")
    assert re.fullmatch(r"recording-4/\d+", page.evaluate("window.heard"))

    page.mouse.move(*(place := page.evaluate(LAST)))
    page.mouse.down()
    page.mouse.move(place[0] - 120, place[1], steps=4)
    page.mouse.up()
    page.wait_for_function(f"() => !{TRENDS}._fullLayout.xaxis.autorange")
    zoomed, first = page.evaluate(f"[{TRENDS}._fullLayout.xaxis.range, {TRENDS}.data[1].x[0]]")
    page.wait_for_function(f"(first) => {TRENDS}.data[1].x[0] > first", arg=first)
    assert page.evaluate(f"{TRENDS}._fullLayout.xaxis.range") == zoomed, "new data leave a zoom alone"

    for key, span in (("7", "14 d"), ("4", "24 h"), ("1", "1 h")):
        page.keyboard.press(key)
        reach(page, TRENDS, span)
        assert page.get_attribute(f"[data-value='{span}']", "aria-pressed") == "true"
    page.click("[data-value='3 d']")
    reach(page, TRENDS, "3 d")
    assert questions.most == 1, "a question waits for the answer to the one before"


def test_shapes_episodes_and_mean_beats(page: Page, ward: Ward) -> None:
    page.goto(f"{ward.house.url}/patient/4?theme=dark")
    reach(page, SHAPE, "poincare")
    assert page.evaluate(f"{SHAPE}.data.some((each) => each.name === 'ellipse')")
    for name in ("histogram", "spectrum"):
        page.click(f"[data-value={name}]")
        reach(page, SHAPE, name)
    page.wait_for_function(f"() => {GRAPH.format('templates')}?.data.some((each) => each.name === 'V')")
    page.click("[data-store=letter][data-value=A]")
    wait_for_text(page, "#episodes", "No rhythm episodes in this time")
    page.click("[data-store=letter][data-value=V]")
    wait_for_text(page, "#episodes tr[data-moment^='recording-4/']", "Bigeminy.* goes on")


def test_a_patient_without_a_recording_has_axes_and_a_sentence(page: Page, ward: Ward) -> None:
    page.goto(f"{ward.house.url}/patient/8?theme=dark")
    wait_for_text(page, "#trends", "Nothing recorded in this time")
    wait_for_text(page, "#tachogram", "No beats stored in the last minutes")
    wait_for_text(page, "#trends .xtick", r"\d\d:\d\d")
    wait_for_text(page, "#as-of", "Nothing recorded for this patient yet")
