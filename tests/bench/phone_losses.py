"""What the patient's page loses: tabs and browsers killed, lines cut, half an hour offline; counted in SQL.

    python -m tests.bench phone-losses [--minutes 40] [--offline-minutes 30] [--cuts 10] [--kills 50]

A whole ward in real time. A strap whose clock runs on when its page is killed (`steady_strap.js`, 250 ppm fast) says
which of its samples it sends, so that SQL alone tells what is missing, twice there, or in a wrong place. A kill is
SIGKILL to all processes of the browser, whatever the page does. A cut is a line that goes dumb, or that tears.
"""

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, sync_playwright

from db.engine import open_engine
from db.provision import admit
from db.queries import stored_until
from tests.bench.phone_browser import HANGS_S, Phone, now_ms
from tests.bench.phone_count import HEAD, Kill, judge
from tests.cut_line import Line, line_to
from tests.phone_page import code_for, held_to_stop, kept, only_recording, samples_in_sql
from tests.servers import wait_until
from tests.ward import Ward

TRUE_RATE = 130 * (1 + 250e-6)
CUT_S = (1.0, 25.0)
WRITTEN_S = 20.0
"""After what is live; until what came late is written, too."""


@dataclass(slots=True)
class Run:
    """A phone that records through all that happens to it."""

    phone: Phone
    line: Line
    dice: random.Random
    page: Page
    kills: list[Kill] = field(default_factory=list)
    cuts: int = 0

    def wait(self, until: float) -> None:
        """Until a moment of time.monotonic()."""
        with suppress(BrowserError):
            self.page.wait_for_timeout(max(0.0, 1000 * (until - time.monotonic())))
        time.sleep(max(0.0, until - time.monotonic()))

    def kill(self) -> None:
        """The browser dies in the middle of whatever it does, and is opened again."""
        self.wait(time.monotonic() + self.dice.uniform(0, 0.6))
        before, died = self.kept(), time.monotonic()
        self.phone.kill_browser()
        self.page = self.phone.record()
        self.kills.append(Kill(before, time.monotonic() - died))
        print(f"kill {len(self.kills)} at sample {before}, away for {self.kills[-1].away_s:.1f} s", flush=True)

    def kept(self) -> int:
        """Up to which sample the phone has written; of a page that does not answer, what was known of it last."""
        guard = threading.Timer(HANGS_S, self.phone.kill_browser_processes)
        guard.start()
        try:
            return kept(self.page)
        except BrowserError:
            return self.kills[-1].kept if self.kills else 0
        finally:
            guard.cancel()

    def tear(self) -> None:
        """The line breaks, and the next one says nothing for a while."""
        self.line.tear()
        self.dumb()

    def dumb(self) -> None:
        """The line says nothing, and nobody is told."""
        self.cuts += 1
        self.line.whole.clear()

    def mend(self) -> None:
        """The line is whole, where there is a network."""
        if not self.phone.offline:
            self.line.whole.set()

    def leave(self) -> None:
        """There is no network any more, and the line that was there is dumb."""
        self.phone.set_offline(True)
        self.line.whole.clear()

    def come_back(self) -> None:
        """There is one again."""
        self.line.whole.set()
        self.phone.set_offline(False)


def main(arguments: Sequence[str] = ()) -> None:
    """Print what was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench phone-losses")
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--offline-minutes", type=float, default=30.0)
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder, ward_behind_a_line(Path(folder)) as (ward, line):
        engine = open_engine(ward.database_url)
        admit(engine, "4B", "01", "P1")
        with sync_playwright() as playwright:
            phone = Phone(playwright, Path(folder) / "phone", f"{ward.address}/phone", now_ms(), TRUE_RATE)
            pair(phone, code_for(engine, 1))
            run = Run(phone, line, random.Random(given.seed), phone.record())
            play(run, given.minutes * 60, given.offline_minutes * 60, given.cuts, given.kills)
            held_to_stop(run.page)
            assert phone.window
            phone.window.close()
        recording = only_recording(engine, 1)
        wait_until(lambda: stored_until(engine, recording.id) >= run.kills[-1].kept, "all is stored")
        time.sleep(WRITTEN_S)
        print(f"{len(run.kills)} kills, {run.cuts} cuts, {given.offline_minutes:g} min offline\n{HEAD}")
        print(judge(*samples_in_sql(engine, recording), run.kills, TRUE_RATE))


@contextmanager
def ward_behind_a_line(folder: Path) -> Iterator[tuple[Ward, Line]]:
    """A ward that tells its phones to come over a line that can be cut."""
    ward = Ward(folder)
    with line_to(ward.ports["ingest"]) as line:
        ward.more = {"WARDBEAT_INGEST_URL": f"ws://127.0.0.1:{line.port}/v1/stream"}
        try:
            ward.start()
            yield ward, line
        finally:
            ward.end()


def pair(phone: Phone, code: str) -> None:
    """Connect the phone, and let it keep its page."""
    page = phone.open()
    page.goto("about:blank")
    page.goto(f"{phone.address}#pair={code}")
    page.wait_for_selector("[data-state=ready]")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.close()


def play(run: Run, seconds: float, offline_s: float, cuts: int, kills: int) -> None:
    """All that is to happen, at random moments of `seconds`; the time offline lies in their middle."""
    began, left = time.monotonic(), (seconds - offline_s) / 2
    deeds = [(run.dice.uniform(5, seconds - 5), run.kill) for _ in range(kills)]
    for number in range(cuts):
        at = run.dice.uniform(5, seconds - offline_s - CUT_S[1])
        at += offline_s if at > left else 0
        deeds += [(at, run.tear if number % 2 else run.dumb), (at + run.dice.uniform(*CUT_S), run.mend)]
    if offline_s:
        deeds += [(left, run.leave), (left + offline_s, run.come_back)]
    for at, deed in sorted(deeds, key=lambda each: each[0]):
        run.wait(began + at)
        deed()
    run.wait(began + seconds)
