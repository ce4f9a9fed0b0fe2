"""A doctor brings files of a real record that other programs wrote: dropped, answered, analysed, reviewed, signed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from db.corrections import beat_counts
from db.patients import patient
from db.reports import report_versions
from streaming.records import read_record
from tests import servers
from tests.browser import between
from tests.dashboard.brought import (
    counts,
    doctor,
    doctors_window,
    drop,
    on_paper,
    press,
    press_button,
    shift_drag,
    without_space,
)
from tests.dashboard.house import House, running_house
from tests.streaming.file_writers import write_csv, write_edf, write_mat, write_wfdb

pytestmark = pytest.mark.timeout(300)

FILES = ("heart.hea", "heart.edf", "heart.csv", "heart.mat")
RATE, SECONDS = 360, slice(85, 145)
"""The part of record 106 with its first ventricular beats."""

MILLIMETRE_PX = 96 / 25.4
PIECES = "**/upload/*?file=*"
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
    return doctors_window(house, chromium, "dora weiss")


@pytest.fixture
def page(house: House, window: BrowserContext) -> Iterator[Page]:
    opened = window.new_page()
    between(opened, PIECES).goto(f"{house.url}/upload")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def results(
    house: House, window: BrowserContext, tmp_path_factory: pytest.TempPathFactory, data_dir: Path
) -> list[str]:
    """Where the results of a real record are that four programs wrote: dropped at once, asked what no file says."""
    folder, lead = tmp_path_factory.mktemp("files"), read_record(data_dir / "mitdb" / "106")
    heart = lead.samples[SECONDS.start * RATE : SECONDS.stop * RATE]
    brought = [path for write in (write_wfdb, write_edf, write_mat) for path in write(folder, heart, RATE)]
    brought += write_csv(folder, heart, RATE, sep=";", decimal=",")
    (folder / "bad.edf").write_bytes(b"no header at all")
    page = window.new_page()
    page.goto(f"{house.url}/upload")
    page.select_option("#patient", index=1)
    drop(page, [*brought, folder / "bad.edf"])
    refused = page.locator("[data-list=quarantined] li", has_text="bad.edf")
    expect(refused).to_contain_text("It is no EDF or BDF file")
    table = page.locator("[data-list=asking] li", has_text="heart.csv")
    expect(table.locator("th").first).to_have_text("time [s]")
    table.locator("button[type=submit]").click()
    imported = [page.locator("[data-list=imported] li", has_text=name) for name in FILES]
    for each in imported:
        expect(each).to_contain_text("Analysed")
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


def test_each_of_the_four_becomes_a_signed_report_on_paper(house: House, page: Page, results: list[str]) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    known = patient(house.engine(), 1)
    assert known is not None
    for number, (name, link) in enumerate(zip(FILES, results, strict=True)):
        page.goto(f"{house.url}{link}{'/report' if number else ''}")
        if not number:
            with page.expect_navigation():
                page.get_by_role("link", name="Report", exact=True).click()
        press_button(page, "Write a report")
        page.get_by_label("Conclusion").fill(f"<img src=x onerror=alert(1)> From {name}.")
        press_button(page, "Save")
        if not number:
            press_button(page, "Pre-approve")
        press_button(page, "Sign")
        expect(page.locator(".paper .state")).to_have_text("Signed, version 1")
        recording = link.rsplit("/", 1)[1]
        (signed,) = report_versions(house.engine(), recording)
        total = sum(beat_counts(house.engine(), recording).values())
        told = (
            f"Beats, {total}",
            known.name,
            known.number or "",
            name,
            f"From {name}.",
            "Dora Weiss",
            str(signed.sha256),
        )
        shown = page.locator(".paper").inner_text()
        file = page.request.get(f"{house.url}{link}/report.pdf?version=1")
        assert (file.headers["content-type"], file.body()[:5]) == ("application/pdf", b"%PDF-")
        for each in told:
            assert without_space(each) in without_space(shown)
            assert without_space(each) in on_paper(file.body())
    look_at_the_report(page)
    assert (wrong, page.evaluate("window.violations")) == ([], [])


def look_at_the_report(page: Page) -> None:
    """A number leads to its strip and a strip to its moment; a phone shows all of it."""
    page.locator(".r i a").first.click()
    assert "#strip-" in page.url and page.locator(".strip:target svg").bounding_box() is not None
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_navigation():
        page.locator(".strip:target .cap a").click()
    expect(page.locator("body[data-view=stored]")).to_be_visible()


def test_two_doctors_review_beats_and_each_takes_back_their_own(
    house: House, chromium: Browser, results: list[str]
) -> None:
    """By keys: a class, all of a shape, noise. Numbers and the other's screen follow; undo outlives a reload."""
    page, other = (doctor(house, chromium, name, results[1]) for name in ("ada weber", "ben okafor"))
    before = counts(page)
    page.keyboard.press("Shift+V")
    page.wait_for_selector("body[data-picked='1']")
    press(page, "f")
    assert counts(page) == before | {"V": before["V"] - 1, "F": before["F"] + 1}
    expect(page.locator("[data-part=reviewPicked]")).to_contain_text("F · network: V")
    other.wait_for_selector("body[data-edits='1']")
    assert counts(other) == counts(page)
    other.keyboard.press("Control+z")
    expect(other.locator("[data-part=reviewSaid]")).to_contain_text("nothing of yours")
    press(page, "Control+z")
    assert counts(page) == before
    page.keyboard.press("g")
    page.wait_for_selector("[data-shape][aria-pressed=true]")
    press(page, "s")
    assert counts(page)["S"] - before["S"] > 1
    page.reload()
    page.wait_for_selector("body[data-complete=yes][data-edits='3']")
    page.locator("[data-part=reviewUndo]:not([disabled])").click()
    page.wait_for_selector("body[data-edits='4']")
    assert counts(page) == before
    picked = shift_drag(page, 0.2, 0.8)
    press(page, "u")
    assert sum(counts(page).values()) == sum(before.values()) - picked


def test_a_beat_that_is_not_there_is_added_and_its_card_does_not_pretend(
    house: House, chromium: Browser, results: list[str]
) -> None:
    """In the pause after an ectopic beat, by a key: it is picked and counted; the network answers nothing for it."""
    page = doctor(house, chromium, "cem demir", results[2])
    before = counts(page)
    page.keyboard.press("Shift+V")
    page.wait_for_selector("body[data-picked='1']")
    ectopic = int(str(page.get_attribute("body", "data-chosen")).split("@")[1])
    box, second = page.locator("[data-part=strip]").bounding_box(), 25 * MILLIMETRE_PX
    assert box
    page.mouse.move(box["x"] + box["width"] / 2 + 0.65 * second, box["y"] + box["height"] / 2)
    press(page, "i")
    assert counts(page) == before | {"N": before["N"] + 1}
    expect(page.locator("[data-part=reviewPicked]")).to_contain_text("network: no beat")
    page.keyboard.press("w")
    card = page.locator(".why-card[data-drawn]")
    expect(card.locator("[data-why=title]")).to_have_text("This beat was added by a doctor")
    expect(card.locator("[data-why=correction] p").first).to_contain_text("Cem Demir")
    assert 130 < int(card.get_attribute("data-index") or 0) - ectopic < 195
    assert (card.locator(".share").count(), card.locator("[data-why=rhythm]").count()) == (0, 0)
    page.keyboard.press("v")
    expect(page.locator(".why-card[data-held=V]")).to_be_visible()


def look_at_the_result(page: Page) -> None:
    """Its charts are drawn, its trend from its beginning to its end, and keys lead from beat to beat of a class."""
    expect(page.locator("body[data-complete=yes]")).to_be_visible()
    page.locator("tr[data-at]").first.wait_for()
    page.keyboard.press("Shift+V")
    chosen = page.locator("body[data-chosen^='V@']")
    expect(chosen).to_be_visible()
    first = chosen.get_attribute("data-chosen")
    page.keyboard.press(".")
    expect(page.locator(f"body[data-chosen^='V@']:not([data-chosen='{first}'])")).to_be_visible()
    for name in ("trend", "tachogram", "poincare", "histogram", "spectrum", "templates"):
        expect(page.locator(f"[data-chart={name}].js-plotly-plot")).to_be_visible()
    expect(page.locator("[data-part=runs]")).to_contain_text("in force")
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
    page.route(PIECES, one_piece)
    page.set_input_files("#files", str(path))
    expect(page.locator("[data-part=trouble]")).to_contain_text("does not answer")
    page.unroute(PIECES, one_piece)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    waiting = page.locator("[data-list=coming] li", has_text=path.name)
    expect(waiting).to_contain_text("Choose the same files again")
    offsets: list[str] = []
    page.on("request", lambda asked: offsets.append(asked.url) if asked.method == "PUT" else None)
    page.set_input_files("#files", str(path))
    asking = page.locator("[data-list=asking] li", has_text=path.name)
    asking.locator("button[type=submit]").click()
    expect(asking.locator("[data-of=rate]")).to_contain_text("Write a number from 100 to 1000")
    assert offsets[0].endswith(f"offset={1 << 20}"), "what was sent is not sent again"
