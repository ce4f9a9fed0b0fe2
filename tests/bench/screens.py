"""Sixteen live beds beside the ways of other libraries: how often the picture changes, and what it costs the page.

    python -m tests.bench screens [--seconds 20] [--asked 5 20]

Real Chromium without a GPU at 1920 × 1080; each server runs beside it on the same cores. An update is a frame of the
browser in which a bed's surface (canvas or SVG) was drawn on; of the sixteen surfaces drawn on most, the median counts.
"""

import argparse
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import TimeoutError as PageTimeoutError

from streaming.own_place import free_port
from tests.bench.endless import fill
from tests.bench.screen_peers import BEDS, SCREEN_PEERS, ScreenPeer
from tests.bench.wall import ALIVE, collected, metrics
from tests.browser import be_patient, running_chromium
from tests.dashboard.feeder import Feeder
from tests.dashboard.house import running_house
from tests.servers import running_valkey, wait_until

SIZE = {"width": 1920, "height": 1080}
SETTLE_S = 12.0
"""Left out: the page is built, and its ten seconds of ECG fill."""
COUNT_DRAWING = """(() => {
  const counts = new Map(), dirty = new Set(), plain = CanvasRenderingContext2D.prototype;
  for (const name of ['stroke', 'fill', 'fillRect', 'clearRect', 'drawImage', 'putImageData']) {
    const draw = plain[name];
    plain[name] = function (...given) { dirty.add(this.canvas); return draw.apply(this, given); };
  }
  new MutationObserver((changes) => {
    for (const { target } of changes) { const svg = target.closest?.('svg'); if (svg) dirty.add(svg); }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  const frame = () => {
    requestAnimationFrame(frame);
    for (const surface of dirty) counts.set(surface, (counts.get(surface) || 0) + 1);
    dirty.clear();
  };
  requestAnimationFrame(frame);
  window.drawing = { counts: () => [...counts.values()].sort((a, b) => b - a), forget: () => counts.clear() };
})();"""
DRAWN = "(beds) => window.drawing.counts().length >= beds"


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench screens")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--asked", type=float, nargs="+", default=[5.0, 20.0])
    given = parser.parse_args(arguments)
    print("| 16 beds, 1920 × 1080 | asked for /s | updates/s | main thread, % CPU | heap, MB |")
    print("| --- | --- | --- | --- | --- |")
    with running_chromium() as chromium:
        measure_ours(chromium, given.seconds)
        for peer in SCREEN_PEERS:
            measure_peer(peer, chromium, given.asked, given.seconds)


def measure_ours(chromium: Browser, seconds: float) -> None:
    """The wall, which draws each frame of the screen whatever the chunks do."""
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, BEDS) as house,
        Feeder(valkey.url) as feeder,
    ):
        fill(house, feeder)
        window = house.admit(counting(chromium))
        page = window.new_page()
        page.goto(f"{house.url}/wall")
        page.wait_for_function(ALIVE, arg=BEDS)
        print(f"| **Wardbeat's wall** | each frame | {measured(page, seconds)} |", flush=True)
        window.close()


def measure_peer(peer: ScreenPeer, chromium: Browser, asked: Sequence[float], seconds: float) -> None:
    """A row for each rate, or a line that its package is missing."""
    if find_spec(peer.package) is None:
        print(f"| {peer.name} | not installed: pip install 'wardbeat[bench]' | | | |")
        return
    for rate in asked:
        with served(peer, rate) as url, counting(chromium) as window:
            page = window.new_page()
            page.goto(url)
            try:
                page.wait_for_function(DRAWN, arg=BEDS)
            except PageTimeoutError:
                print(f"| {peer.titled} | {rate:g} | not all beds were drawn in a minute | | |", flush=True)
            else:
                print(f"| {peer.titled} | {rate:g} | {measured(page, seconds)} |", flush=True)


def counting(chromium: Browser) -> BrowserContext:
    """A window whose pages count on what is drawn."""
    window = be_patient(chromium.new_context(viewport=SIZE))  # type: ignore[arg-type]
    window.add_init_script(COUNT_DRAWING)
    return window


@contextmanager
def served(peer: ScreenPeer, asked: float) -> Iterator[str]:
    """The peer's page, in a process of its own; its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.screen_peers", peer.package, str(port), str(asked)])
    try:
        wait_until(lambda: listens(port), f"{peer.name} listens")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether somebody listens there. No page is asked for: some servers would run one for us from then on."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def measured(page: Page, seconds: float) -> str:
    """Updates a second, main thread and heap, after the page has settled."""
    page.wait_for_timeout(1000 * SETTLE_S)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate("window.drawing.forget()")
    before, began = metrics(cdp), page.evaluate("performance.now()")
    page.wait_for_timeout(1000 * seconds)
    counts, ended = page.evaluate("[window.drawing.counts(), performance.now()]")
    lasted = (ended - began) / 1000
    updates = median([*counts, *[0] * BEDS][:BEDS]) / lasted
    busy = 100 * (metrics(cdp)["TaskDuration"] - before["TaskDuration"]) / lasted
    return f"{updates:.1f} | {busy:.0f} | {collected(cdp, page) / 2**20:.1f}"
