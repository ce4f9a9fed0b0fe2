"""The pictures of a running demo ward in docs/images: the wall with its alerts, and the bedside page at three sizes.

python -m tests.bench ward-scenes [--into docs/images] [--minutes 3]
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from tests.bench.scenes import photograph
from tests.browser import be_patient, running_chromium
from tests.ward import PASSWORD, PERSON, Ward, running_ward

SILENT, AT_BEDSIDE = "07", "04"
"""Beds of the demo ward: whose phone is stopped, and whose bedside is seen."""
SIZES = {"bedside": (1366, 768, "dark"), "bedside-1920": (1920, 1080, "light"), "bedside-phone": (390, 844, "dark")}
SETTLED_MS = 12_000
"""Until NO SIGNAL stands on the wall with its running time, or a strip is full and all charts are drawn."""


def main(arguments: Sequence[str] = ()) -> None:
    """Write the pictures once the ward has run for so long that its charts have something to show."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench ward-scenes")
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    parser.add_argument("--minutes", type=float, default=3.0)
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_ward(Path(folder), beds=8) as ward,
        running_chromium() as chromium,
    ):
        page = be_patient(chromium.new_context(viewport={"width": 1920, "height": 1080})).new_page()
        _log_in(page, ward)
        page.goto(f"{ward.address}/wall?theme=dark&lang=en")
        page.wait_for_timeout(60_000 * asked.minutes)
        ward.control(int(SILENT), "stop")
        page.wait_for_timeout(SETTLED_MS)
        photograph(page, asked.into, "wall-alerts")
        page.click(f'.tile[data-bed="{AT_BEDSIDE}"]')
        page.wait_for_url("**/patient/*")
        _bedside(page, asked.into)


def _log_in(page: Page, ward: Ward) -> None:
    page.goto(ward.link)
    for name, text in {**PERSON, "password": PASSWORD, "password_again": PASSWORD}.items():
        page.fill(f"[name={name}]", text)
    page.click("button")
    page.wait_for_url("**/wall")


def _bedside(page: Page, into: Path) -> None:
    address = page.url.partition("?")[0]
    for name, (width, height, theme) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}?theme={theme}&lang=en")
        page.wait_for_timeout(SETTLED_MS)
        photograph(page, into, name)
