"""The figure of the trends: blank where nothing is known, one zoom for all, shares of the time that was analysed."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.palette import read_palette
from dashboard.trend_figures import RANGES, TrendPicture, TrendRange, fibrillating, trends
from db.trend_views import Band, Stretch, Trend
from ecg.findings import Finding
from tests.dashboard.test_figures import TOKENS

START_MS = 1_700_001_000_000
SHIFT_MS = 3_600_000
SPAN = RANGES[3]
PALETTE = read_palette(TOKENS, "dark")


def flat(value: float, count: int, blank: slice) -> Band:
    values: NDArray[np.float64] = np.full(count, value)
    values[blank] = np.nan
    return Band(values - 5, values, values + 5)


def made(span: TrendRange = SPAN, blank: slice = slice(100, 110)) -> Trend:
    analysed = np.full(span.count, span.step_ms / 1000)
    analysed[blank] = 0
    bands = [flat(value, span.count, blank) for value in (72.0, 40.0, 30.0, 98.0)]
    return Trend(START_MS, span.step_ms, analysed, *bands)


def stretch(finding: Finding, start_s: float, end_s: float, count: int = 1, lasted_s: float | None = None) -> Stretch:
    start, end = (START_MS + round(1000 * at) for at in (start_s, end_s))
    return Stretch(finding, start, end, end - start if lasted_s is None else round(1000 * lasted_s), count, "r")


def test_a_line_is_blank_where_nothing_is_known_and_all_zoom_together() -> None:
    picture = TrendPicture(SPAN, made(), [], SHIFT_MS, [("r", START_MS)], (50.0, 120.0))
    figure = trends(picture, PALETTE)
    area, rate = figure["data"][:2]
    assert [place for place, y in enumerate(rate["y"]) if y is None] == list(range(100, 110))
    assert area["y"].count(None) == 2, "one polygon on either side of the blank"
    assert rate["x"][0] == START_MS + SHIFT_MS + SPAN.step_ms // 2
    assert "67.0" in str(rate["customdata"][0]) and "mean, lowest–highest of 3 min" in rate["hovertemplate"]
    assert {each.get("xaxis", "x") for each in figure["data"]} == {"x"}, "one axis of time: every trend follows a zoom"
    assert [shape["y0"] for shape in figure["layout"]["shapes"]] == [50.0, 120.0]
    assert figure["layout"]["uirevision"] == "24 h"
    assert "range" not in figure["layout"]["xaxis"], "a range that moves with the data would undo a reader's zoom"
    assert figure["layout"]["meta"] == {"shift": SHIFT_MS, "recordings": [["r", START_MS]]}


def test_every_length_is_bounded_and_small_to_send() -> None:
    for span in RANGES:
        assert span.count % span.bar == 0 and span.count <= 720
        assert span.step_ms < 60_000 or span.step_ms % 60_000 == 0
        figure = trends(TrendPicture(span, made(span), [], 0, [], ()), PALETTE)
        assert len(json.dumps(figure)) < 160_000
    lengths = [round(span.step_ms * span.count / 3_600_000) for span in RANGES]
    assert lengths == [1, 4, 12, 24, 72, 168, 336]


def test_the_share_of_fibrillation_is_of_the_time_that_was_analysed() -> None:
    bar_s = SPAN.bar * SPAN.step_ms / 1000
    seen = [
        stretch(Finding.ATRIAL_FIBRILLATION, 0.5 * bar_s, 1.25 * bar_s),
        stretch(Finding.ATRIAL_FIBRILLATION, 2 * bar_s, 2.5 * bar_s, 3, 0.1 * bar_s),
        stretch(Finding.BIGEMINY, 3 * bar_s, 4 * bar_s),
    ]
    shares = fibrillating(made(blank=slice(15, 18)), seen, SPAN.bar)
    assert shares[:3] == pytest.approx([50, 25, 10])
    assert shares[3] == 0, "two fifths of the bar were analysed"
    assert np.isnan(fibrillating(made(blank=slice(15, 20)), seen, SPAN.bar)[3])


def test_ribbons_have_a_lane_with_its_letter_and_are_never_too_short_to_see() -> None:
    seen = [
        stretch(Finding.COUPLET, 60, 3000, 12, 14.0),
        stretch(Finding.ATRIAL_FIBRILLATION, 5000, 9000),
        stretch(Finding.PAUSE, 100, 103),
        stretch(Finding.SINUS_RHYTHM, 0, 80_000),
    ]
    figure = trends(TrendPicture(SPAN, made(), seen, 0, []), PALETTE)
    assert figure["layout"]["yaxis2"]["ticktext"] == ["–", "A", "V"]
    ribbons = {each["name"]: each for each in figure["data"] if each.get("yaxis") == "y2"}
    assert ribbons["V"]["text"][0] == "Couplet, 12 times, 14 s"
    assert ribbons["–"]["x"][1] - ribbons["–"]["x"][0] == SPAN.step_ms
    assert ribbons["A"]["line"]["color"] == PALETTE.signs["A"]


def test_a_time_without_anything_says_so_and_keeps_its_axes() -> None:
    figure = trends(TrendPicture(SPAN, made(blank=slice(None)), [], 0, []), PALETTE)
    assert "Nothing recorded in this time." in [each["text"] for each in figure["layout"]["annotations"]]
    assert figure["data"][-1]["x"] == [START_MS, START_MS + SPAN.step_ms * SPAN.count]
