"""The seven links between a heart and a screen, each of which a test cuts while a wall looks on."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from math import inf

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import PATIENCE_MS
from tests.cut_line import Line, line_to
from tests.ear import heard_ms, listen
from tests.hang import hang
from tests.live_page import NEVER_SILENT, NO_NUMBERS, wait_for_life, wait_for_silence
from tests.promises import Deed, Delay, deed
from tests.ward import Ward
from tests.witness import Witness, new_witness, write_down

WORDS_S, SOUND_S = 2.0, 11.5
"""Promised at the most. The sound counts 10 s from the last sign of life; a tick and the audio's delay come to it."""
BACK_S, LATER_S = 10.0, 15.0
"""For phone and worker, and for links that many processes have to take up again."""
SILENCED = "02"
OTHERS = tuple(bed for bed in NEVER_SILENT if bed != SILENCED)
HANG_S = 12.0
THROUGH = """document.addEventListener('readystatechange', () => {
  document.body.dataset.gateway = 'ws://127.0.0.1:%d/live';
});"""
UNHEARD = """addEventListener('DOMContentLoaded', async () => {
  (await import('/assets/alerts.js')).Alerts.prototype.heard = () => null;
});"""
"""What the demo ward's patients have is not listened to here: alerts sound for themselves."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A wall that is looked at and listened to, behind a line that can be cut."""

    witness: Witness
    window: BrowserContext
    line: Line

    @property
    def page(self) -> Page:
        """The wall."""
        return self.witness.page


@contextmanager
def screen(chromium: Browser, logged_in: BrowserContext, ward: Ward) -> Iterator[Screen]:
    """A live wall in a window of its own, as the person of `logged_in`."""
    state, size = logged_in.storage_state(), {"width": 1366, "height": 768}
    with line_to(ward.ports["gateway"]) as line:
        window = chromium.new_context(storage_state=state, viewport=size, color_scheme="dark", bypass_csp=True)  # type: ignore[arg-type]
        window.set_default_timeout(PATIENCE_MS)
        window.add_init_script(THROUGH % line.port)
        window.add_init_script(UNHEARD)
        write_down(window)
        listen(window)
        witness = new_witness(window)
        witness.page.goto(f"{ward.address}/wall?theme=dark")
        wait_for_life(witness.page)
        yield Screen(witness, window, line)
        window.close()


@contextmanager
def silenced(ward: Ward) -> Iterator[None]:
    """Stop the phone of the bed `SILENCED`."""
    ward.control(int(SILENCED), "stop")
    try:
        yield
    finally:
        ward.control(int(SILENCED), "start")


@contextmanager
def standing_still(ward: Ward, name: str) -> Iterator[None]:
    """Stop a process with all it has in hand."""
    ward.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        ward.signal(name, signal.SIGCONT)


@contextmanager
def cut(line: Line) -> Iterator[None]:
    """Nothing passes the line, and nobody is told."""
    line.whole.clear()
    try:
        yield
    finally:
        line.whole.set()


Cut = Callable[[Ward, Screen], AbstractContextManager[None]]
LINKS: dict[str, Cut] = {
    "phone": lambda ward, _: silenced(ward),
    "ingest": lambda ward, _: standing_still(ward, "ingest"),
    "worker": lambda ward, _: standing_still(ward, "worker"),
    "Valkey": lambda ward, _: standing_still(ward, "valkey"),
    "gateway": lambda ward, _: standing_still(ward, "gateway"),
    "the browser's connection": lambda _, screen: cut(screen.line),
}
"""The seventh, the browser's own main thread, is cut by `standstill`."""


def outage(ward: Ward, screen: Screen, link: str) -> list[Delay]:
    """Cut a link until the wall says so and sounds, and mend it: how long words, sound and recovery took."""
    beds = (SILENCED,) if link == "phone" else NEVER_SILENT
    wait_for_life(screen.page)
    with ExitStack() as stack:
        with deed() as cut_at:
            stack.enter_context(LINKS[link](ward, screen))
        words = max(screen.witness.delay_s(cut_at, bed=bed, state="nosignal", hr="") for bed in beds)
        _look_at_the_dead(screen, link, beds)
        sound = _sound_s(screen, cut_at)
        for bed in beds:
            assert not [one for one in screen.witness.seen(cut_at.began_ms, bed=bed, state="nosignal") if one["hr"]]
        with deed() as mended:
            stack.close()
    back = max(screen.witness.delay_s(mended, bed=bed, state="live") for bed in beds)
    wait_for_life(screen.page)
    quiet(screen.page)
    most = BACK_S if link in ("phone", "worker") else LATER_S
    return [
        Delay(f"{link}: words", words, WORDS_S),
        Delay(f"{link}: sound", sound, SOUND_S),
        Delay(f"{link}: back", back, most),
    ]


def _look_at_the_dead(screen: Screen, link: str, beds: Sequence[str]) -> None:
    """No old picture and no number; where a link is one bed's the others live on."""
    for bed in beds:
        assert screen.page.locator(f".tile[data-bed='{bed}'] canvas").is_hidden()
        assert screen.page.locator(f".tile[data-bed='{bed}'] .number").text_content() == "– –"
    if link == "phone":
        # Not "never silent meanwhile": a ward that stands still for 1.5 s is silent, and the wall has to say so.
        wait_for_life(screen.page, OTHERS)
    if link == "worker":
        screen.page.wait_for_function(NO_NUMBERS)
    if link in ("phone", "worker"):
        wait_for_silence(screen.page, SILENCED, 5)


def _sound_s(screen: Screen, since: Deed) -> float:
    at = heard_ms(screen.page, since.done_ms)
    return (at - since.done_ms - screen.witness.stood_still_ms(since.done_ms, at)) / 1000


def quiet(page: Page) -> None:
    """Until nothing sounds any more."""
    page.wait_for_function("() => document.body.dataset.sounding === ''")


def standstill(screen: Screen) -> list[Delay]:
    """Keep the page's own thread busy: what compositor and audio thread say meanwhile, and how soon it is over."""
    hung = hang(screen.page, screen.witness.pulse, HANG_S)
    sound = heard_ms(screen.page, hung.began)
    firsts = (min(hung.said, default=inf), sound if sound < hung.ended else inf)
    words_s, sound_s = ((at - hung.began - screen.witness.stood_still_ms(hung.began, at)) / 1000 for at in firsts)
    back = screen.witness.delay_s(Deed(hung.began, hung.ended), bed=SILENCED, state="live")
    quiet(screen.page)
    return [
        Delay("main thread: words", words_s, WORDS_S),
        Delay("main thread: sound", sound_s, SOUND_S),
        Delay("main thread: back", back, BACK_S),
    ]
