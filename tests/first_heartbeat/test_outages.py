"""What the wall says when a phone, the gateway, the worker or the demo ward ends, how soon, and that it mends."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.live_page import (
    NEVER_SILENT,
    NO_NUMBERS,
    wait_for_life,
    wait_for_silence,
    wait_for_text,
)
from tests.promises import Deed, Delay, deed, kept
from tests.servers import wait_until
from tests.ward import Ward
from tests.witness import Witness

pytestmark = pytest.mark.timeout(600)

NO_SIGNAL_S = 2.0
CUT_OFF_S = 4.0
BACK_S = 10.0
SILENCED = "02"
OTHERS = tuple(bed for bed in NEVER_SILENT if bed != SILENCED)


@contextmanager
def silenced(ward: Ward) -> Iterator[Deed]:
    """Stop the phone of the bed `SILENCED`; it is started again whatever happens."""
    try:
        with deed() as stopped:
            ward.control(int(SILENCED), "stop")
        yield stopped
    finally:
        ward.control(int(SILENCED), "start")


@contextmanager
def standing_still(ward: Ward, name: str) -> Iterator[Deed]:
    """Stop a process with all it has in hand; it goes on whatever happens."""
    with deed() as stopped:
        ward.signal(name, signal.SIGSTOP)
    try:
        yield stopped
    finally:
        ward.signal(name, signal.SIGCONT)


@contextmanager
def kept_away(ward: Ward, name: str) -> Iterator[Deed]:
    """Kill -9 a process, and let the next one stand still meanwhile: it may be back before anything has to be said."""
    old = ward.pid(name)
    with deed() as killed:
        ward.kill(name)
    wait_until(lambda: ward.pid(name) not in (0, old), f"{name} is started again")
    with standing_still(ward, name):
        yield killed


def test_a_silenced_phone_is_no_signal_and_comes_back(wall: Page, witness: Witness, ward: Ward) -> None:
    tile = wall.locator(f".tile[data-bed='{SILENCED}']")

    def silence() -> list[Delay]:
        with silenced(ward) as stopped:
            said = witness.delay_s(stopped, bed=SILENCED, state="nosignal")
            wait_for_silence(wall, SILENCED, 5)
            assert tile.locator(".number").text_content() == "– –"
            assert tile.locator("canvas").is_hidden()
            # Not "never silent meanwhile": a ward that stands still for 1.5 s is silent, and the wall has to say so.
            wait_for_life(wall, OTHERS)
            wait_for_silence(wall, SILENCED, 5)
            assert not [one for one in witness.seen(stopped.began_ms, bed=SILENCED, state="nosignal") if one["hr"]]
            with deed() as started:
                ward.control(int(SILENCED), "start")
        back = witness.delay_s(started, bed=SILENCED, state="live")
        wait_for_life(wall)
        return [Delay("no signal", said, NO_SIGNAL_S), Delay("back", back, BACK_S)]

    kept(silence)


def test_a_killed_gateway_is_said_over_the_whole_wall_and_mends(wall: Page, witness: Witness, ward: Ward) -> None:
    witness.outage = True

    def cut_off() -> list[Delay]:
        with kept_away(ward, "gateway") as killed:
            cut = witness.delay_s(killed, cut=True)
            wait_for_text(wall, "[data-part=cut]:not([hidden]) [data-part=cutTitle]", "cut off from the server")
            wall.wait_for_function(NO_NUMBERS)
            beds = {bed: witness.delay_s(killed, bed=bed, state="nosignal", hr="") for bed in NEVER_SILENT}
            with deed() as let_go:
                ward.signal("gateway", signal.SIGCONT)
        back = witness.delay_s(let_go, cut=False)
        wait_for_life(wall)
        wall.wait_for_selector("[data-part=cut]", state="hidden")
        silences = [Delay(bed, delay, CUT_OFF_S) for bed, delay in beds.items()]
        return [Delay("cut off", cut, CUT_OFF_S), *silences, Delay("back", back, BACK_S)]

    kept(cut_off)
    witness.outage = False


def test_a_worker_that_stands_still_leaves_no_tile_alive(wall: Page, witness: Witness, ward: Ward) -> None:
    def stand_still() -> list[Delay]:
        with standing_still(ward, "worker") as stopped:
            delays = [
                Delay(bed, witness.delay_s(stopped, bed=bed, state="nosignal", hr=""), NO_SIGNAL_S)
                for bed in NEVER_SILENT
            ]
            wall.wait_for_function(NO_NUMBERS)
            wait_for_silence(wall, SILENCED, 5)
            with deed() as running:
                ward.signal("worker", signal.SIGCONT)
        delays += [Delay(bed, witness.delay_s(running, bed=bed, state="live"), BACK_S) for bed in NEVER_SILENT]
        wait_for_life(wall)
        return delays

    kept(stand_still)


def test_a_killed_demo_ward_comes_back_as_new_recordings(wall: Page, witness: Witness, ward: Ward) -> None:
    def kill() -> list[Delay]:
        with deed() as killed:
            ward.kill("demo")
        delays = [Delay(bed, witness.delay_s(killed, bed=bed, state="nosignal"), NO_SIGNAL_S) for bed in NEVER_SILENT]
        wait_for_life(wall)
        return delays

    kept(kill)
