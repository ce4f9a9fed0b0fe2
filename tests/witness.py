"""What a page showed and when, written down inside the browser, so that a test measures what people would see."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

SCRIPT = """(() => {
  window.seen = [];
  const wall = () => performance.timeOrigin + performance.now();
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


@dataclass(slots=True)
class Witness:
    """A page and what went wrong on it. `outage` is true while a test keeps something from answering."""

    page: Page
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

    def delay_s(self, since_ms: float, **wanted: object) -> float:
        """Seconds from wall time `since_ms` until `wanted` was first so. AssertionError if it never was."""
        seen = self.seen(since_ms, **wanted)
        assert seen, f"never seen: {json.dumps(wanted)}"
        return float(seen[0]["at"] - since_ms) / 1000

    def photograph(self, folder: Path, name: str) -> None:
        """Keep a picture of the page."""
        self.page.screenshot(path=folder / f"{name}.png")


def new_window(chromium: Browser) -> BrowserContext:
    """A browser window whose pages write down what they show."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, color_scheme="dark")
    context.add_init_script(SCRIPT)
    return context


def new_witness(window: BrowserContext) -> Witness:
    """A new page in `window`."""
    witness = Witness(window.new_page())
    witness.watch()
    return witness
