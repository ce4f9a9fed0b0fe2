"""What the wall says when the gateway or the demo ward is killed, how soon, and that it mends."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.links import standing_still
from tests.live_page import (
    NEVER_SILENT,
    NO_NUMBERS,
    wait_for_life,
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


@contextmanager
def kept_away(ward: Ward, name: str) -> Iterator[Deed]:
    """Kill -9 a process, and let the next one stand still meanwhile: it may be back before anything has to be said."""
    old = ward.pid(name)
    with deed() as killed:
        ward.kill(name)
    wait_until(lambda: ward.pid(name) not in (0, old), f"{name} is started again")
    with standing_still(ward, name):
        yield killed


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


def test_a_killed_demo_ward_comes_back_as_new_recordings(wall: Page, witness: Witness, ward: Ward) -> None:
    def kill() -> list[Delay]:
        with deed() as killed:
            ward.kill("demo")
        delays = [Delay(bed, witness.delay_s(killed, bed=bed, state="nosignal"), NO_SIGNAL_S) for bed in NEVER_SILENT]
        wait_for_life(wall)
        return delays

    kept(kill)
