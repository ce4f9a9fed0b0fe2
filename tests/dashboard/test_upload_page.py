"""A person brings files of a real record that other programs wrote: dropped, cut off, answered, analysed, seen."""

import base64
import mimetypes
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from streaming.records import read_record
from tests import servers
from tests.browser import PATIENCE_MS, be_patient
from tests.dashboard.house import House, running_house
from tests.people import login_token, new_person
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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch, servers.running_valkey() as valkey:
        patch.setenv("WARDBEAT_UPLOADS_KEEP_FREE_MB", "0")
        with running_house(tmp_path_factory.mktemp("uploads"), valkey.url, 1) as house:
            house.start("jobs")
            yield house


@pytest.fixture(scope="module")
def window(chromium: Browser, house: House) -> BrowserContext:
    return house.log_in(chromium, viewport={"width": 1366, "height": 900})


@pytest.fixture
def page(house: House, window: BrowserContext) -> Iterator[Page]:
    opened = window.new_page()
    opened.goto(f"{house.url}/upload")
    yield opened
    opened.close()


FILES = ("heart.hea", "heart.edf", "heart.csv", "heart.mat")


@pytest.fixture(scope="module")
def results(
    house: House, window: BrowserContext, tmp_path_factory: pytest.TempPathFactory, data_dir: Path
) -> list[str]:
    """Where the results of a real record are that four programs wrote: dropped at once, asked what no file says."""
    folder, lead = tmp_path_factory.mktemp("files"), read_record(data_dir / "mitdb" / "106")
    heart = lead.samples[SECONDS.start * RATE : SECONDS.stop * RATE]
    brought = [path for write in (write_wfdb, write_edf, write_csv, write_mat) for path in write(folder, heart, RATE)]
    (folder / "bad.edf").write_bytes(b"no header at all")
    page = window.new_page()
    page.goto(f"{house.url}/upload")
    page.select_option("#patient", index=1)
    drop(page, [*brought, folder / "bad.edf"])
    refused = page.locator("[data-list=quarantined] li", has_text="bad.edf")
    expect(refused).to_contain_text("It is no EDF or BDF file", timeout=PATIENCE_MS)
    table = page.locator("[data-list=asking] li", has_text="heart.csv")
    expect(table.locator("th").first).to_have_text("time [s]", timeout=PATIENCE_MS)
    table.locator("button[type=submit]").click()
    imported = [page.locator("[data-list=imported] li", has_text=name) for name in FILES]
    for each in imported:
        expect(each).to_contain_text("Analysed", timeout=PATIENCE_MS)
    links = [str(each.locator("a").get_attribute("href")) for each in imported]
    page.close()
    return links


def test_files_of_four_programs_have_the_same_beats(house: House, page: Page, results: list[str]) -> None:
    found = [str(page.request.get(f"{house.url}{each}/beats").json()["beats"]["sign"]) for each in results]
    assert len(found[0]) > 60
    assert "V" in found[0]
    assert found == [found[0]] * 4
    page.goto(f"{house.url}{results[0]}")
    look_at_the_result(page)


def test_two_doctors_review_beats_and_each_takes_back_their_own(
    house: House, chromium: Browser, results: list[str]
) -> None:
    """By keys: a class, all of a shape, noise. Numbers and the other's screen follow; undo outlives a reload."""
    page, other = (doctor(house, chromium, name, results[1]) for name in ("ada weber", "ben okafor"))
    before = counts(page)
    page.keyboard.press("Shift+V")
    page.wait_for_selector("body[data-picked='1']")
    press(page, "f", 1)
    assert counts(page) == before | {"V": before["V"] - 1, "F": before["F"] + 1}
    expect(page.locator("[data-part=reviewPicked]")).to_contain_text("F · network: V", timeout=PATIENCE_MS)
    other.wait_for_selector("body[data-edits='1']")
    assert counts(other) == counts(page)
    other.keyboard.press("Control+z")
    expect(other.locator("[data-part=reviewSaid]")).to_contain_text("nothing of yours", timeout=PATIENCE_MS)
    press(page, "Control+z", 2)
    assert counts(page) == before
    page.keyboard.press("g")
    page.wait_for_selector("[data-shape][aria-pressed=true]")
    press(page, "s", 3)
    assert counts(page)["S"] - before["S"] > 1
    page.reload()
    page.wait_for_selector("body[data-complete=yes][data-edits='3']")
    page.locator("[data-part=reviewUndo]:not([disabled])").click()
    page.wait_for_selector("body[data-edits='4']")
    assert counts(page) == before
    picked = shift_drag(page, 0.2, 0.8)
    press(page, "u", 5)
    assert sum(counts(page).values()) == sum(before.values()) - picked


def press(page: Page, key: str, edits: int) -> None:
    """Press it, and wait until everything has followed the deed with this number."""
    page.keyboard.press(key)
    page.wait_for_selector(f"body[data-edits='{edits}']")


def doctor(house: House, chromium: Browser, name: str, result: str) -> Page:
    """The result, before a doctor who has the patient in care."""
    token = login_token(house.engine(), new_person(house.engine(), name, "doctor", patients=[1]))
    window = be_patient(chromium.new_context(viewport={"width": 1366, "height": 900}))
    window.add_cookies([{"name": "wardbeat-login", "value": token, "url": house.url}])
    page = window.new_page()
    page.goto(house.url + result)
    page.wait_for_selector("body[data-complete=yes][data-edits='0']")
    page.locator("tr[data-at]").first.wait_for()
    return page


def counts(page: Page) -> dict[str, int]:
    """Beats of each class, as the page says."""
    rows = page.locator("[data-part=counts] tr").all_inner_texts()
    return {row[0]: int("".join(filter(str.isdigit, row.split("\t")[1].split("·")[0]))) for row in rows}


def shift_drag(page: Page, start: float, end: float) -> int:
    """With Shift over parts of the strip's width; how many beats that picks."""
    box = page.locator("[data-part=strip]").bounding_box()
    assert box
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + start * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 100, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    return int(page.locator("body:not([data-picked='0'])").get_attribute("data-picked") or 0)


def drop(page: Page, paths: Sequence[Path]) -> None:
    """As a hand drops them on the field."""
    kinds = [mimetypes.guess_type(path.name)[0] or "" for path in paths]
    text = [base64.b64encode(path.read_bytes()).decode() for path in paths]
    page.evaluate(DROP, [[path.name, kind, each] for path, kind, each in zip(paths, kinds, text, strict=True)])


def look_at_the_result(page: Page) -> None:
    """Its charts are drawn, its trend from its beginning to its end, and keys lead from beat to beat of a class."""
    expect(page.locator("body[data-complete=yes]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("tr[data-at]").first.wait_for()
    page.keyboard.press("Shift+V")
    chosen = page.locator("body[data-chosen^='V@']")
    expect(chosen).to_be_visible(timeout=PATIENCE_MS)
    first = chosen.get_attribute("data-chosen")
    page.keyboard.press(".")
    expect(page.locator(f"body[data-chosen^='V@']:not([data-chosen='{first}'])")).to_be_visible(timeout=PATIENCE_MS)
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
