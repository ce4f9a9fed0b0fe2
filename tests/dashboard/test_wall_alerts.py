"""Alerts on the wall in real browsers, through the real desk and gateway: told, seen, latched, called, and kept."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from redis import Redis
from redis.exceptions import RedisError

from db.alerts import acts_after
from db.engine import writing
from db.models_alerts import WardStep
from db.store import table_of
from ecg.alert_rules import RULES, AlertName
from ecg.alert_states import Happening
from ecg.findings import Finding
from ecg.types import Alert, Event, Evidence, VitalSigns
from streaming import keys
from streaming.codec import encode_events
from tests.dashboard.conftest import Ward
from tests.dashboard.feeder import NORMAL, Feeder, record
from tests.dashboard.house import running_house
from tests.live_page import TILE, wait_for_text
from tests.servers import running_valkey, wait_until

pytestmark = pytest.mark.timeout(600)

BEDS = 8
ALIVE = '.tile[data-bed="01"][data-state="live"]'
FLASHES = f"""(bed) => ({TILE})(bed).getAnimations({{ subtree: true }}).map((flash) => {{
  const time = flash.effect.getComputedTiming();
  return [flash.animationName, time.duration, time.iterations === Infinity, flash.startTime, time.easing];
}})"""
SOUNDING = "(priority) => document.body.dataset.sounding === priority"


@dataclass(slots=True)
class Pulse:
    """A worker's stand-in: says each second of every recording but the silent ones that it goes on."""

    url: str
    recordings: list[str]
    silent: set[str] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)
    index: int = 1000

    def tell(self, event: Event) -> None:
        """One entry of events."""
        with contextlib.suppress(RedisError), Redis.from_url(self.url) as client:
            client.xadd(keys.events(keys.shard_of(event.recording, 16)), {keys.EVENTS_FIELD: encode_events([event])})

    def run(self) -> None:
        """Until `stopping`."""
        while not self.stopping.wait(1.0):
            self.index += 250
            for name in set(self.recordings) - self.silent:
                self.tell(VitalSigns(name, self.index, 72.0, None, None, None, None, None, None, Finding.SINUS_RHYTHM))

    def alert(self, recording: str, rule: AlertName) -> Alert:
        """It begins now."""
        made = Alert(recording, rule, RULES[rule].priority, self.index, None, Evidence(186.0, 100.0), "c0ffee")
        self.tell(made)
        return made

    def end(self, alert: Alert) -> None:
        """It is over."""
        self.tell(replace(alert, end=self.index + 1))


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder: Path = tmp_path_factory.mktemp("alerts")
    with running_valkey() as valkey, running_house(folder, valkey.url, BEDS) as house, Feeder(valkey.url) as feeder:
        feeder.keeps_alerts = False  # the real desk does
        for number in range(BEDS - 1):
            record(house.engine(), feeder.announce(house.devices[number].device_id, NORMAL, f"r{number + 1}"))
        with writing(house.engine()) as connection:
            step = {"ward_id": 1, "step": 1, "person": "Doctor on call", "after_s": 4}
            connection.execute(table_of(WardStep).insert(), step)
        yield Ward(valkey, house, feeder)


@pytest.fixture(scope="module")
def pulse(ward: Ward) -> Iterator[Pulse]:
    pulse = Pulse(ward.valkey.url, [f"r{number + 1}" for number in range(BEDS - 1)])
    thread = threading.Thread(target=pulse.run, daemon=True)
    thread.start()
    ward.house.start("alerts")
    yield pulse
    pulse.stopping.set()
    thread.join()


def stands(page: Page, bed: str, alert: str) -> None:
    """Wait until the tile says that its alert stands so."""
    page.wait_for_selector(f'.tile[data-bed="{bed}"][data-alert="{alert}"]')


def head(page: Page, bed: str) -> str:
    return page.inner_text(f'.tile[data-bed="{bed}"] header')


def open_wall(page: Page, ward: Ward) -> Page:
    page.goto(f"{ward.house.url}/wall")
    page.wait_for_selector(ALIVE)
    return page


def test_a_shift_of_alerts(page: Page, ward: Ward, pulse: Pulse, chromium: Browser) -> None:
    wall = open_wall(page, ward)
    wait_until(lambda: wall.inner_text("[data-part=unwatched]") == "", "the desk keeps the alerts")
    tachycardia = pulse.alert("r1", AlertName.TACHYCARDIA)
    stands(wall, "01", "high")
    pulse.alert("r2", AlertName.ASYSTOLE)
    onset = pulse.alert("r3", AlertName.AF_ONSET)
    pulse.alert("r5", AlertName.LEAD_OFF)
    stands(wall, "03", "medium")
    stands(wall, "05", "low")
    stands(wall, "02", "high")
    _flashing(wall)
    assert "Ventricular tachycardia" in head(wall, "01")
    assert "!!! " not in head(wall, "05")
    wait_for_text(wall, '.tile[data-bed="05"] .chip', "! Lead off")
    assert [wall.inner_text(f"[data-part={part}]") for part in ("countHigh", "countMedium")] == ["!!! 2", "!! 1"]
    assert wall.evaluate("[...document.querySelectorAll('.tile')].map((tile) => tile.dataset.bed)")[:1] == ["01"]
    pulse.end(tachycardia)
    stands(wall, "01", "latched")
    assert "ended · waits for a person" in head(wall, "01")
    _acknowledged_elsewhere(wall, ward, chromium)
    _called(wall, ward)
    _broken_through(wall, pulse)
    pulse.end(onset)
    _survives_the_desk(wall, ward)
    _silent(wall, ward, pulse)


def _flashing(wall: Page) -> None:
    """Frequencies of IEC 60601-1-8, half and half, and all of one priority in phase."""
    high, other, medium = (wall.evaluate(FLASHES, bed) for bed in ("01", "02", "03"))
    assert {tuple(flash[1:4]) for flash in (*high, *other)} == {(500, True, 0)}
    assert {flash[0] for flash in high} == {"flash-high", "flash-frame"}
    assert {tuple(flash[1:4]) for flash in medium} == {(1667, True, 0)}
    assert 1.4 <= 1000 / 500 <= 2.8
    assert 0.4 <= 1000 / 1667 <= 0.8
    colours = wall.evaluate(f"""async () => {{
      const head = ({TILE})('01').querySelector('header'), seen = new Set();
      for (let step = 0; step < 30; step++) {{
        seen.add(getComputedStyle(head).backgroundColor); await new Promise((next) => setTimeout(next, 40));
      }}
      return [...seen];
    }}""")
    assert sorted(colours) == ["rgb(222, 15, 27)", "rgba(0, 0, 0, 0)"]


def _acknowledged_elsewhere(wall: Page, ward: Ward, chromium: Browser) -> None:
    """A second browser acknowledges by button and by key; the first one shows it."""
    window = ward.house.log_in(chromium, viewport={"width": 1366, "height": 768})
    other = open_wall(window.new_page(), ward)
    stands(other, "01", "latched")
    other.click('.tile[data-bed="01"] .act')
    wait_for_text(other, "[data-part=notice]", "Acknowledged")
    stands(wall, "01", "")
    assert "ago" in wall.inner_text('.tile[data-bed="01"] .last')
    other.keyboard.press("k")  # the gravest that is left: the asystole of bed 02
    stands(wall, "02", "seen")
    assert "✓ Seen by Ada Vogel" in head(wall, "02")
    again = """async () => (await fetch('/alerts/2/acts', { method: 'POST', body: new URLSearchParams(
      { recording: 'r2', rule: 'asystole', start: START, what: 'acknowledge' }) })).status"""
    start = other.evaluate("async () => document.querySelector('.tile[data-bed=\"02\"]').tile.alerts.gravest().start")
    assert other.evaluate(again.replace("START", f"'{start}'")) == 409
    assert other.evaluate(again.replace("START", "'77'")) == 404
    window.close()


def _called(wall: Page, ward: Ward) -> None:
    """Nobody has seen the onset of bed 03: the ward's plan is gone through."""

    def called() -> list[str]:
        return [act.note for act in acts_after(ward.house.engine(), 0) if act.what is Happening.ESCALATE]

    wait_until(lambda: "Doctor on call" in called(), "the doctor on call is called")
    assert wall.evaluate(f"({TILE})('03').tile.alerts.gravest().called") == "Doctor on call"


def _broken_through(wall: Page, pulse: Pulse) -> None:
    """A pause of the sound holds for what was heard, and not for what is new."""
    wall.wait_for_function(SOUNDING, arg="medium")
    wall.keyboard.press("a")
    wall.wait_for_function(SOUNDING, arg="")
    pulse.alert("r4", AlertName.PAUSE)
    wall.wait_for_function(SOUNDING, arg="medium")
    stands(wall, "04", "medium")


def _survives_the_desk(wall: Page, ward: Ward) -> None:
    ward.house.kill("alerts")
    wait_for_text(wall, "[data-part=unwatched]", "Alerts are not kept")
    ward.house.start("alerts")
    wait_until(lambda: wall.inner_text("[data-part=unwatched]") == "", "the desk is back")
    for bed, alert in (("01", ""), ("02", "seen"), ("03", ""), ("04", "medium"), ("05", "low")):
        stands(wall, bed, alert)
    assert "✓ Seen by Ada Vogel" in head(wall, "02")


def _silent(wall: Page, ward: Ward, pulse: Pulse) -> None:
    """A phone that falls silent is told as an alert of its own, which is over when it comes back."""
    pulse.silent.add("r6")
    ward.feeder.actors[5].silent = True
    wall.wait_for_function(f"() => ({TILE})('06').tile.alerts.open().some((alert) => alert.rule === 'no_data')")
    pulse.silent.clear()
    ward.feeder.actors[5].silent = False
    wall.wait_for_function(f"() => !({TILE})('06').tile.alerts.open().length")
