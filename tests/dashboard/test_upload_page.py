"""A person brings files of a real record that other programs wrote: dropped, cut off, answered, analysed, seen."""

import base64
import mimetypes
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from streaming.records import read_record
from tests.browser import PATIENCE_MS, running_chromium
from tests.dashboard.house import House, running_house
from tests.streaming.uploading import write_csv, write_edf, write_mat, write_wfdb

pytestmark = pytest.mark.timeout(300)

RATE, SECONDS = 360, slice(85, 145)
"""The part of record 106 with its first ventricular beats."""
DROP = """async (files) => {
  const bag = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    bag.items.add(new File([bytes], name, { type: type, lastModified: 1 }));
  }
  const hand = { dataTransfer: bag, bubbles: true, cancelable: true };
  document.querySelector('[data-part=drop]').dispatchEvent(new DragEvent('drop', hand));
}"""

RANGE = """document.querySelector('[data-chart=trend]').layout.xaxis.range.map(
  (at) => typeof at === 'number' ? at : Date.parse(at.replace(' ', 'T') + 'Z'))"""


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("WARDBEAT_UPLOADS_KEEP_FREE_MB", "0")
    with running_house(tmp_path, valkey_url, 1) as house:
        house.start("jobs")
        yield house


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    with running_chromium() as browser:
        opened = house.log_in(browser, viewport={"width": 1366, "height": 900}).new_page()
        opened.goto(f"{house.url}/upload")
        yield opened


def test_from_files_of_four_programs_to_their_results(page: Page, tmp_path: Path, data_dir: Path) -> None:
    """Dropped at once; what a file does not say is asked for; each has the same beats, and is looked at."""
    lead = read_record(data_dir / "mitdb" / "106")
    heart = lead.samples[SECONDS.start * RATE : SECONDS.stop * RATE]
    writers = (write_wfdb, write_edf, write_csv, write_mat)
    brought = [path for write in writers for path in write(tmp_path, heart, RATE)]
    (tmp_path / "bad.edf").write_bytes(b"no header at all")
    page.select_option("#patient", index=1)
    drop(page, [*brought, tmp_path / "bad.edf"])
    refused = page.locator("[data-list=quarantined] li", has_text="bad.edf")
    expect(refused).to_contain_text("It is no EDF or BDF file", timeout=PATIENCE_MS)
    table = page.locator("[data-list=asking] li", has_text="heart.csv")
    expect(table.locator("th").first).to_have_text("time [s]", timeout=PATIENCE_MS)
    table.locator("button[type=submit]").click()
    for each in ("heart.hea", "heart.edf", "heart.csv", "heart.mat"):
        expect(page.locator("[data-list=imported] li", has_text=each)).to_contain_text("Analysed", timeout=PATIENCE_MS)
    links = page.locator("[data-list=imported] a")
    found = [beats_of(page, str(links.nth(at).get_attribute("href"))) for at in range(4)]
    assert len(found[0]) > 60
    assert "V" in found[0]
    assert found == [found[0]] * 4
    links.first.click()
    look_at_the_result(page)


def drop(page: Page, paths: Sequence[Path]) -> None:
    """As a hand drops them on the field."""
    kinds = [mimetypes.guess_type(path.name)[0] or "" for path in paths]
    text = [base64.b64encode(path.read_bytes()).decode() for path in paths]
    page.evaluate(DROP, [[path.name, kind, each] for path, kind, each in zip(paths, kinds, text, strict=True)])


def beats_of(page: Page, result: str) -> str:
    """The signs of all beats of a result."""
    return str(page.request.get(f"{result_base(page)}{result}/beats").json()["beats"]["sign"])


def result_base(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def look_at_the_result(page: Page) -> None:
    """Its charts are drawn, its trend from its beginning to its end, and keys lead from beat to beat of a class."""
    expect(page.locator("body[data-complete=yes]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("tr[data-at]").first.wait_for()
    page.keyboard.press("Shift+V")
    chosen = page.locator("body[data-beat^='V@']")
    expect(chosen).to_be_visible(timeout=PATIENCE_MS)
    first = chosen.get_attribute("data-beat")
    page.keyboard.press(".")
    expect(page.locator(f"body[data-beat^='V@']:not([data-beat='{first}'])")).to_be_visible(timeout=PATIENCE_MS)
    for name in ("trend", "tachogram", "poincare", "histogram", "spectrum", "templates"):
        expect(page.locator(f"[data-chart={name}].js-plotly-plot")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-part=runs]")).to_contain_text("in force", timeout=PATIENCE_MS)
    begin, end = page.evaluate(RANGE)
    assert 60_000 <= end - begin <= 80_000


def test_a_cut_costs_nothing_and_what_is_wrong_is_said_at_its_field(page: Page, tmp_path: Path) -> None:
    """The link is gone after one piece, the page is loaded anew, and the rest follows when the file is chosen again."""
    path = tmp_path / "long.csv"
    path.write_text("ecg\n" + "0.125\n" * 400_000)
    pieces: list[str] = []

    def one_piece(route: Route) -> None:
        pieces.append(route.request.url)
        if len(pieces) > 1:
            route.abort()
        else:
            route.continue_()

    page.select_option("#patient", index=1)
    page.route("**/upload/*?file=*", one_piece)
    page.set_input_files("#files", str(path))
    expect(page.locator("[data-part=trouble]")).to_contain_text("does not answer", timeout=PATIENCE_MS)
    page.unroute("**/upload/*?file=*")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    waiting = page.locator("[data-list=coming] li", has_text=path.name)
    expect(waiting).to_contain_text("Choose the same files again", timeout=PATIENCE_MS)
    offsets: list[str] = []
    page.on("request", lambda asked: offsets.append(asked.url) if asked.method == "PUT" else None)
    page.set_input_files("#files", str(path))
    asking = page.locator("[data-list=asking] li", has_text=path.name)
    asking.locator("button[type=submit]").click()
    expect(asking.locator("[data-of=rate]")).to_contain_text("Write a number from 100 to 1000", timeout=PATIENCE_MS)
    assert offsets[0].endswith(f"offset={1 << 20}"), "what was sent is not sent again"
