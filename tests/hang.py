"""A page whose own thread is kept busy, and what its compositor shows meanwhile; a browser that sleeps."""

import os
import signal
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.servers import wait_until

BUSY = """(seconds) => setTimeout(() => {
  window.hung = [Date.now()];
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until);
  window.hung.push(Date.now());
}, 100)"""
COLOUR = """async (picture) => {
  const image = new Image(), canvas = new OffscreenCanvas(1, 1).getContext('2d');
  image.src = 'data:image/png;base64,' + picture;
  await image.decode();
  canvas.drawImage(image, 0.97 * image.width, image.height / 6, 1, 1, 0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""
"""The colour at the right end of where the bar of a screen that stands still lies: its words end before."""
YELLOWS = ([255, 212, 0], [255, 200, 0])
"""Of its bar, in the dark and in the light."""


@dataclass(frozen=True, slots=True)
class Hang:
    """When the thread was busy, and when the screen said that it stands still. Wall ms."""

    began: float
    ended: float
    said: tuple[float, ...]


def hang(page: Page, pulse: Page, seconds: float) -> Hang:
    """Keep the page busy; `pulse` is another page of the browser, which looks at the pictures."""
    frames: list[tuple[float, str]] = []
    camera = page.context.new_cdp_session(page)
    camera.on(
        "Page.screencastFrame", lambda frame: frames.append((1000 * frame["metadata"]["timestamp"], frame["data"]))
    )
    page.evaluate(BUSY, seconds)
    pulse.wait_for_timeout(300)
    camera.send("Page.startScreencast", {"format": "png"})
    begun = time.monotonic()
    wait_until(lambda: _pass(pulse, begun + seconds), "the thread is free again")
    camera.send("Page.stopScreencast")
    began, ended = page.evaluate("window.hung")
    said = (at for at, picture in frames if at < ended and pulse.evaluate(COLOUR, picture) in YELLOWS)
    return Hang(began, ended, tuple(said))


def put_to_sleep(chromium: Browser, seconds: float) -> None:
    """All processes of the browser stand still, as when its machine is closed: what is sent to them waits."""
    told = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    processes = [process["id"] for process in told["processInfo"]]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _pass(pulse: Page, until: float) -> bool:
    pulse.wait_for_timeout(200)
    return time.monotonic() > until
