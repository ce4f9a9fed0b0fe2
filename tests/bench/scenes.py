"""The pictures of the wall in docs/images: made-up hearts in a real browser, small enough for a repository.

python -m tests.bench scenes [--into docs/images]
"""

import argparse
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page

from tests.browser import running_chromium
from tests.dashboard.feeder import BIGEMINY, FIBRILLATION, MIXED, NOISY, NORMAL, Feeder
from tests.dashboard.house import House, running_house
from tests.servers import running_valkey

BEDS = 64
PARTS = (NORMAL, FIBRILLATION, MIXED, NORMAL, BIGEMINY, NORMAL, NOISY, NORMAL)
WIDE, COLOURS = {"width": 1920, "height": 1080}, 128
FILLED_MS = 9000
"""Until a strip of the widest tile has been swept over once."""
STALE_MS = 14_000
EIGHT = "bed=" + ",".join(f"{number:02d}" for number in range(1, 9))
THIRTY_TWO = "bed=" + ",".join(f"{number:02d}" for number in range(1, 33))
ALIVE = '.tile[data-bed="01"][data-state="live"]:not([data-hr=""])'


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture's name, and the wall's settings in its address."""

    name: str
    query: str


LIVE = (
    Scene("wall-8", f"{EIGHT}&theme=dark&lang=en"),
    Scene("wall-light", f"{EIGHT}&theme=light&lang=en"),
    Scene("wall-zh", f"{EIGHT}&theme=dark&lang=zh"),
    Scene("wall-32", f"{THIRTY_TWO}&theme=dark&lang=en"),
    Scene("wall-64", "theme=dark&lang=en"),
)


def main(arguments: Sequence[str] = ()) -> None:
    """Write the pictures, and say how large they are."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench scenes")
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    into: Path = parser.parse_args(arguments).into
    with _ward() as (house, feeder, window):
        for scene in LIVE:
            photograph(_opened(window, house, scene), into, scene.name)
        page = _opened(window, house, Scene("wall-stale", f"{EIGHT}&theme=dark&lang=en"))
        feeder.actors[1].silent = True
        page.wait_for_timeout(STALE_MS)
        photograph(page, into, "wall-stale")
        house.kill("gateway")
        page.wait_for_timeout(STALE_MS)
        photograph(page, into, "wall-cut-off")


@contextmanager
def _ward() -> Iterator[tuple[House, Feeder, BrowserContext]]:
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as folder,
        running_valkey() as valkey,
        running_house(Path(folder), valkey.url, BEDS) as house,
        Feeder(valkey.url) as feeder,
        running_chromium() as chromium,
    ):
        for number, device in enumerate(house.devices):
            feeder.announce(device.device_id, PARTS[number % len(PARTS)], f"scene-{number}")
        yield house, feeder, house.log_in(chromium, viewport=WIDE)


def _opened(window: BrowserContext, house: House, scene: Scene) -> Page:
    for page in window.pages:
        page.close()
    page = window.new_page()
    page.goto(f"{house.url}/wall?{scene.query}")
    page.wait_for_selector(ALIVE)
    page.wait_for_timeout(FILLED_MS)
    return page


def photograph(page: Page, into: Path, name: str) -> None:
    """A picture of `COLOURS` colours, so chosen that rare ones stay: a class may have a thousandth of a wall."""
    whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    place = into / f"{name}.png"
    whole.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(place, optimize=True)
    print(f"{place} {place.stat().st_size / 1000:.0f} kB")
