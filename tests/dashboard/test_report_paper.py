"""Paper: a second is 25 mm, a millivolt 10 mm on a rendered page; nothing is cut; equal content gives equal bytes."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.edition import ASSETS
from dashboard.palette import read_palette
from dashboard.report_fonts import unprintable
from dashboard.report_pdf import report_pdf
from dashboard.report_text import report_text
from db.report_views import ReportState, ReportVersion, read_content, sum_of, written_content
from ecg.edited_variability import At
from ecg.findings import Finding
from ecg.report_content import (
    STRIP,
    STRIP_GAIN,
    Course,
    EpisodeSum,
    RateStep,
    ReportBeat,
    ReportContent,
    ReportStrip,
    Source,
    Subject,
    changes,
)
from ecg.report_numbers import NNNumbers, RRNumbers
from words import speaking
from written import stand_in

PALETTE = read_palette((ASSETS / "tokens.css").read_text("utf-8"), "light")
PER_MM = 10
"""Pixels of a rendered page."""
LONG = "窦性心律，偶发室性早搏。Repeat after treatment, at rest and with the same lead. " * 30
VERSION = ReportVersion(
    "r",
    3,
    ReportState.SIGNED,
    4,
    "",
    "",
    0,
    None,
    None,
    1_767_861_660_000,
    "Dr Ada Vogel-Lindström",
    "",
    None,
    "A",
    None,
)


def spiky() -> ReportStrip:
    """A spike of 1 mV, one sample long, every second."""
    samples = np.zeros(STRIP, "<i2")
    samples[125::250] = STRIP_GAIN
    beats = tuple(ReportBeat(125 + at * 250, 250, "N", False) for at in range(7))
    return ReportStrip(("lowest_rate",), 0, 0, samples.tobytes(), beats, ())


def content(conclusion: str = LONG) -> ReportContent:
    loud = replace(
        spiky(), shows=("ventricular run",), samples=(np.sin(np.arange(STRIP)) * 1500).astype("<i2").tobytes()
    )
    return ReportContent(
        Subject("Ōé Łukasz 王小明", "LW", "A-1", "1957-03-08", "male", "Ward 1 04"),
        Source("r", "H10", "I", 130.0, 1_767_838_440_000, 86_400.0, 98.2, 97.1),
        84_000.0,
        (91_204, 112, 6_518, 9, 0),
        "00",
        ((500, "V"), (900, "N")),
        69.0,
        At(48.0, 1_770_000),
        At(168.0, 18_900_000),
        RRNumbers(97_842, 871.0, 868.0, 120.4, At(310.0, 99), At(1_720.0, 1_780_000)),
        NNNumbers(80_000, 83.0, 20.1, 112.0, 98.0, 31.0, 9.0),
        (("N", 0.94), ("A", 0.04), ("", 0.02)),
        3.8,
        tuple(EpisodeSum(each, 2, 3240.0, 250, 811_000) for each in Finding),
        Course(
            0,
            75_000,
            (RateStep(60.0, 70.0, 90.0), RateStep(None, None, None), RateStep(50.0, 55.0, 60.0)),
            (("A", 0, 9_000),),
        ),
        (spiky(), *(loud for _ in range(5))),
        ("7f3a91c2" * 8,),
        conclusion,
    )


def pdf_of(of: ReportContent, language: str = "en") -> bytes:
    stand_in("Europe/Berlin")
    with speaking(language):
        made = report_pdf(of, report_text(of, VERSION, sum_of(of), changes(content("Before."), of)), PALETTE)
    stand_in("")
    return made


def rendered(file: bytes, folder: Path, per_mm: int, last: int = 99) -> list[NDArray[np.uint8]]:
    """Each page in grey, `per_mm` pixels to the millimetre."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not here")
    (folder / "r.pdf").write_bytes(file)
    command = ["pdftoppm", "-gray", "-r", str(25.4 * per_mm), "-l", str(last), "r.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    return [_grey(path) for path in sorted(folder.glob("page-*.pgm"))]


def _grey(path: Path) -> NDArray[np.uint8]:
    head, size, _, pixels = path.read_bytes().split(b"\n", 3)
    assert head == b"P5"
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def test_a_second_is_25_mm_and_a_millivolt_10_mm(tmp_path: Path) -> None:
    first = rendered(pdf_of(content()), tmp_path, PER_MM, last=1)[0]
    dark = first < 110
    trace = dark[:, 15 * PER_MM + 100 : 195 * PER_MM]
    rows = np.flatnonzero(trace.sum(axis=1) > 0.9 * trace.shape[1] - 100)  # the line at 0 mV, nearly all along
    zero = max(row for row in rows if row < 297 * PER_MM - 150)
    tips = np.flatnonzero(dark[zero - 98, 15 * PER_MM + 100 : 195 * PER_MM])
    spikes = [group.mean() for group in np.split(tips, np.flatnonzero(np.diff(tips) > 20) + 1)]
    assert len(spikes) == 7
    assert np.diff(spikes) == pytest.approx(25 * PER_MM, abs=1.5)
    assert not dark[zero - 10 * PER_MM - 6, 15 * PER_MM + 100 : 195 * PER_MM].any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_stands_in_the_margins_and_every_page_is_a4(language: str, tmp_path: Path) -> None:
    pages = rendered(pdf_of(content(), language), tmp_path, per_mm := 3)
    assert len(pages) > 2
    for page in pages:
        assert page.shape == pytest.approx((297 * per_mm, 210 * per_mm), abs=1)
        assert page[:, : 15 * per_mm - 2].min() == 255 and page[:, 195 * per_mm + 2 :].min() == 255
        assert page[: 8 * per_mm].min() == 255 and page[290 * per_mm :].min() == 255


def test_equal_content_gives_equal_bytes_with_its_type_in_it() -> None:
    once, again = content(), read_content(written_content(content()))
    assert once == again and sum_of(once) == sum_of(again)
    first, second = pdf_of(once), pdf_of(again)
    assert first == second
    assert first.count(b"/FontFile2") >= 2 and b"/Helvetica" not in first
    other = replace(once, mean_rate=70.0)
    assert sum_of(other) != sum_of(once) and pdf_of(other) != first
    assert changes(once, replace(other, corrections=((900, "V"),))).parts == ("mean_rate",)
    assert changes(once, replace(other, corrections=((900, "V"),))).beats == 2
    assert unprintable("Mean ≥ 60/min, 心律 é") == "" and unprintable("a\U0001f600\x07") == "\U0001f600\x07"
