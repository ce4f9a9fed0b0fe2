"""What the wall says when a phone, the gateway, the worker or the demo ward ends, how soon, and that it mends."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.live_page import NEVER_SILENT, NO_NUMBERS, PATIENCE_MS, SAYS, now_ms, wait_for_life, wait_for_state
from tests.servers import wait_until
from tests.ward import Ward
from tests.witness import Witness

pytestmark = pytest.mark.timeout(300)

NO_SIGNAL_S = 2.0
CUT_OFF_S = 4.0
BACK_S = 10.0


@contextmanager
def kept_away(ward: Ward, name: str) -> Iterator[None]:
    """Kill -9 a process, and let the next one stand still meanwhile: it may be back before anything has to be said."""
    killed = ward.pid(name)
    ward.kill(name)
    wait_until(lambda: ward.pid(name) not in (0, killed), f"{name} is started again")
    ward.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        ward.signal(name, signal.SIGCONT)


def test_a_silenced_phone_is_no_signal_and_comes_back(wall: Page, witness: Witness, ward: Ward) -> None:
    ward.control(2, "stop")
    stopped = now_ms()
    try:
        wait_for_state(wall, "02", "nosignal")
        assert witness.delay_s(stopped, bed="02", state="nosignal") <= NO_SIGNAL_S
        assert not [one for one in witness.seen(stopped, bed="02", state="nosignal") if one["hr"]]
        tile = wall.locator(".tile[data-bed='02']")
        assert tile.locator(".number").text_content() == "– –"
        for seconds in (4, 5):
            wall.wait_for_function(SAYS, arg=["02", f"NO SIGNAL 00:0{seconds}"])
        assert tile.locator("canvas").is_hidden()
        for bed in ("03", "05", "06", "07"):
            assert not witness.seen(stopped, bed=bed, state="nosignal"), bed
    finally:
        ward.control(2, "start")
    started = now_ms()
    wait_for_life(wall, ("02",))
    assert witness.delay_s(started, bed="02", state="live") <= BACK_S


def test_a_killed_gateway_is_said_over_the_whole_wall_and_mends(wall: Page, witness: Witness, ward: Ward) -> None:
    witness.outage = True
    killed = now_ms()
    with kept_away(ward, "gateway"):
        wall.wait_for_selector("[data-part=cut]:not([hidden])", timeout=PATIENCE_MS)
        wall.wait_for_function(NO_NUMBERS)
        assert "cut off from the server" in (wall.locator("[data-part=cutTitle]").text_content() or "")
    wait_for_life(wall)
    assert wall.locator("[data-part=cut]").is_hidden()
    assert witness.delay_s(killed, cut=True) <= CUT_OFF_S
    for bed in NEVER_SILENT:
        assert witness.delay_s(killed, bed=bed, state="nosignal", hr="") <= CUT_OFF_S
    assert witness.delay_s(killed, cut=False) <= BACK_S
    witness.outage = False


def test_a_worker_that_stands_still_leaves_no_tile_alive(wall: Page, witness: Witness, ward: Ward) -> None:
    ward.signal("worker", signal.SIGSTOP)
    stopped = now_ms()
    try:
        for bed in NEVER_SILENT:
            wait_for_state(wall, bed, "nosignal")
        wall.wait_for_function(NO_NUMBERS)
        wall.wait_for_function(SAYS, arg=["02", "NO SIGNAL 00:05"])
    finally:
        ward.signal("worker", signal.SIGCONT)
    running = now_ms()
    for bed in NEVER_SILENT:
        assert witness.delay_s(stopped, bed=bed, state="nosignal", hr="") <= NO_SIGNAL_S, bed
    wait_for_life(wall)
    for bed in NEVER_SILENT:
        assert witness.delay_s(running, bed=bed, state="live") <= BACK_S, bed


def test_a_killed_demo_ward_comes_back_as_new_recordings(wall: Page, witness: Witness, ward: Ward) -> None:
    ward.kill("demo")
    killed = now_ms()
    for bed in NEVER_SILENT:
        wait_for_state(wall, bed, "nosignal")
    wait_for_life(wall)
    for bed in NEVER_SILENT:
        assert witness.delay_s(killed, bed=bed, state="nosignal") <= NO_SIGNAL_S, bed
