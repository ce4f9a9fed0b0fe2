"""What measures the wall is itself measured: it forgives standstills of the machine, and nothing else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.promises import Deed, Delay, kept, now_ms
from tests.witness import Witness, new_window, new_witness

SAY = "state => { document.querySelector('.tile').dataset.state = state; }"
STALL = "([start, end]) => window.stalls.push([start, end])"
BUSY = "() => { const until = Date.now() + 600; while (Date.now() < until); }"


@pytest.fixture
def witness(chromium: Browser) -> Iterator[Witness]:
    """Of a page with one tile, which is live."""
    window = new_window(chromium)
    witness = new_witness(window)
    witness.page.goto("data:text/html,<a class=tile data-bed=01></a>")
    witness.page.evaluate(SAY, "live")
    yield witness
    window.close()


def test_one_measurement_in_time_is_enough_and_three_that_are_late_are_not() -> None:
    delays = iter([9.0, 2.0])
    kept(lambda: [Delay("said", next(delays), 2.0)])
    with pytest.raises(AssertionError, match="too late each time"):
        kept(lambda: [Delay("said", 2.1, 2.0), Delay("back", 1.0, 9.0)])


def test_standstills_of_the_machine_between_deed_and_sight_are_not_counted(witness: Witness) -> None:
    witness.page.evaluate(SAY, "nosignal")
    done = now_ms() - 5000
    witness.pulse.evaluate("() => { window.stalls = []; }")
    long = witness.delay_s(Deed(done - 1000, done), bed="01", state="nosignal")
    assert long >= 4.0
    for stall in ((done - 2000, done + 1000), (done + 2000, done + 3000), (done + 60_000, done + 70_000)):
        witness.pulse.evaluate(STALL, list(stall))
    assert witness.delay_s(Deed(done - 1000, done), bed="01", state="nosignal") == pytest.approx(long - 2.0)


def test_a_page_that_its_own_script_keeps_busy_is_slow(witness: Witness) -> None:
    def forgiven() -> list[Delay]:
        witness.page.evaluate(SAY, "live")
        done = now_ms()
        witness.page.evaluate(BUSY)
        witness.page.evaluate(SAY, "nosignal")
        (seen,) = witness.seen(done, state="nosignal")
        assert seen["at"] - done >= 600
        return [Delay("forgiven", witness.stood_still_ms(done, seen["at"]) / 1000, 0.3)]

    kept(forgiven)


def test_what_was_so_before_and_still_holds_took_no_time(witness: Witness) -> None:
    witness.page.evaluate(SAY, "nosignal")
    witness.page.wait_for_timeout(50)
    assert witness.delay_s(Deed(now_ms(), now_ms()), bed="01", state="nosignal") == 0
