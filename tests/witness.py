"""What a page showed and when, written down inside the browser, so that a test measures what people would see."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser import PATIENCE_MS, be_patient
from tests.promises import Deed

SCRIPT = """(() => {
  window.seen = [];
  const wall = () => Date.now();     // the tests' own clock, even when the system's time is set meanwhile
  const told = (node) => Object.fromEntries(Object.entries(node.dataset).filter(([name]) => name !== 'samples'));
  const note = (node) => {
    const what = { bed: node.dataset.bed, ...told(node) }, text = JSON.stringify(what);
    if (node.told !== text) { node.told = text; window.seen.push({ at: wall(), ...what }); }
  };
  const cut = () => {
    const node = document.querySelector('[data-part=cut]'), shown = Boolean(node) && !node.hidden;
    if (shown !== window.cut) { window.cut = shown; window.seen.push({ at: wall(), cut: shown }); }
  };
  new MutationObserver((changes) => {
    for (const change of changes) if (change.target.matches?.('.tile')) note(change.target);
    cut();
  }).observe(document, { subtree: true, attributes: true, childList: true });
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
})();"""
FIRST = """([since, wanted]) => {
  const told = window.seen.filter((one) => one.bed === wanted.bed);
  const so = (one) => Object.entries(wanted).every(([name, value]) => one[name] === value);
  return told.find((one, place) => so(one) && (place + 1 === told.length || told[place + 1].at > since)) || null;
}"""
"""The first entry that has all of `wanted` and still held at wall time `since`, or came after it."""
PULSE = """() => {
  const STEP_MS = 50, LATE_MS = 100;
  let last = Date.now();
  window.stalls = [];
  setInterval(() => {
    const now = Date.now();
    if (now - last > STEP_MS + LATE_MS) window.stalls.push([last + STEP_MS, now]);
    last = now;
  }, STEP_MS);
}"""
"""Notes when no page could run: a timer's steps that came more than 100 ms late."""


@dataclass(slots=True)
class Witness:
    """A page and what went wrong on it. `outage` is true while a test keeps something from answering.

    The pulse is an empty page beside it. It stands still with the machine and with the whole browser, but not when a
    script of ours keeps the watched page busy: that is our own slowness and counts.
    """

    page: Page
    pulse: Page
    outage: bool = False
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Listen to the page from now on."""
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda line: self._hear(line))  # noqa: PLW0108  (Playwright marks bound methods)

    def _hear(self, line: ConsoleMessage) -> None:
        expected = self.outage and ("ERR_" in line.text or "WebSocket" in line.text)
        if line.type == "error" and not expected:
            self.wrong.append(f"{line.type}: {line.text} ({line.location})")

    def violations(self) -> list[str]:
        """What the content security policy has stopped on the present page."""
        return list(self.page.evaluate("window.violations"))

    def seen(self, since_ms: float, **wanted: object) -> list[dict[str, Any]]:
        """Changes after wall time `since_ms` in which all of `wanted` are so, in order."""
        everything: list[dict[str, Any]] = self.page.evaluate("window.seen")
        return [one for one in everything if one["at"] >= since_ms and wanted.items() <= one.items()]

    def stood_still_ms(self, start_ms: float, end_ms: float) -> float:
        """How much of the time between two wall times no page could run."""
        stalls: list[tuple[float, float]] = self.pulse.evaluate("window.stalls")
        return sum(max(0.0, min(end, end_ms) - max(start, start_ms)) for start, end in stalls)

    def delay_s(self, after: Deed, **wanted: object) -> float:
        """Wait until `wanted` was seen at or after a deed; seconds from its end, without those in which no page ran.

        From its end, because this process may have stood still in it: what then looks shorter is never a false alarm.
        """
        found = self.page.wait_for_function(FIRST, arg=[after.began_ms, wanted], timeout=PATIENCE_MS)
        at = float(found.json_value()["at"])
        return max(0.0, at - after.done_ms - self.stood_still_ms(after.done_ms, at)) / 1000

    def close(self) -> None:
        """Leave both pages."""
        self.page.close()
        self.pulse.close()

    def photograph(self, folder: Path, name: str) -> None:
        """Keep a picture of the page."""
        self.page.screenshot(path=folder / f"{name}.png")


def write_down(window: BrowserContext) -> None:
    """From now on the pages of `window` write down what they show."""
    window.add_init_script(SCRIPT)


def new_window(chromium: Browser) -> BrowserContext:
    """A browser window whose pages write down what they show."""
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 768}, color_scheme="dark"))
    write_down(window)
    return window


def new_witness(window: BrowserContext) -> Witness:
    """A new page in `window`, with a pulse beside it."""
    pulse = window.new_page()
    pulse.evaluate(PULSE)
    witness = Witness(window.new_page(), pulse)
    witness.watch()
    return witness
