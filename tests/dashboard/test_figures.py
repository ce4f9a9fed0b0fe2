"""Figures of RR intervals: what is drawn, and that the one style is kept."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard import figures
from dashboard.components import count_rows, episode_rows
from dashboard.palette import Palette, read_palette, read_tokens
from dashboard.plot_style import Figure, band
from dashboard.template_figures import AFTER_R, BEFORE_R, Template, beat_templates
from db.trend_views import ListedEpisode
from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.settled import with_settled_rhythms
from ecg.spectrum import STEP
from ecg.types import Beat, SettledRhythm, VitalSigns
from written import duration

TOKENS = (Path(__file__).parents[2] / "assets" / "tokens.css").read_text("utf-8")


@pytest.fixture(params=["dark", "light"])
def palette(request: pytest.FixtureRequest) -> Palette:
    return read_palette(TOKENS, request.param)


def beat(index: int, rr: int | None = 200, beat_class: BeatClass = BeatClass.NORMAL) -> Beat:
    return Beat("r", index, rr, beat_class, Rhythm.NORMAL, (1.0, 0, 0, 0, 0), (1.0, 0, 0, 0))


BEFORE_GAP = [beat(200, None), beat(400), beat(600, 200, BeatClass.VENTRICULAR)]
AFTER_GAP = [beat(9000, None), beat(9200), beat(9400, 200, BeatClass.SUPRAVENTRICULAR)]
BEATS = [*BEFORE_GAP, *AFTER_GAP]
NUMBERS = VitalSigns("r", 9400, 72.0, 800.0, 800.0, 41.0, 34.0, 9.0, 98.0, Finding.SINUS_RHYTHM, 24.0, 52.5)
DENSITY = np.linspace(2000, 100, 480)
SHAPES = {kind: tuple(np.sin(np.arange(BEFORE_R + AFTER_R) / 20)) for kind in BeatClass}
TEMPLATES = [Template(kind, 1200, mean, (0.1,) * len(mean)) for kind, mean in SHAPES.items()]


def named(figure: Figure, name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace.get("name") == name)


def words(figure: Figure) -> str:
    return " ".join(each["text"] for each in figure["layout"]["annotations"])


def test_no_line_crosses_a_gap(palette: Palette) -> None:
    assert figures.tachogram(BEATS, 5, palette)["data"][0]["y"] == [800, 800, None, 800, 800]
    area = band([0, 1, 2, 3], [1, np.nan, 3, 4], [2, np.nan, 5, 6], "#000000")
    assert area["x"] == [0, 0, None, 2, 3, 3, 2, None]
    assert area["y"] == [2, 1, None, 5, 6, 4, 3, None]


def test_poincare_pairs_neighbours_only_and_draws_the_ellipse_of_its_numbers(palette: Palette) -> None:
    figure = figures.poincare(BEATS, NUMBERS, palette)
    assert {letter: len(named(figure, letter)["x"]) for letter in "NVS"} == {"N": 0, "V": 1, "S": 1}
    ellipse = named(figure, "ellipse")
    x, y = np.array(ellipse["x"]) - 800, np.array(ellipse["y"]) - 800
    along, across = (x + y) / np.sqrt(2), (y - x) / np.sqrt(2)
    assert (along.max(), across.max()) == pytest.approx((52.5, 24.0), abs=0.2)
    assert np.allclose((along / 52.5) ** 2 + (across / 24.0) ** 2, 1, atol=0.02)
    assert "SD1 24 ms across, SD2 52 ms along" in ellipse["hovertemplate"]
    assert not [each for each in figures.poincare(BEATS, None, palette)["data"] if each.get("name") == "ellipse"]


def test_classes_differ_by_shape_and_colour(palette: Palette) -> None:
    figure = figures.tachogram(BEATS, 5, palette)
    shapes = {letter: named(figure, letter)["marker"]["symbol"] for letter in "NSV"}
    assert shapes == {"N": "circle", "S": "square", "V": "triangle-down"}
    assert named(figure, "V")["marker"]["color"] == palette.signs["V"]


def test_a_dot_has_the_sign_of_the_settled_rhythm_and_says_not_sure(palette: Palette) -> None:
    fibrillates = SettledRhythm("r", 400, Rhythm.ATRIAL_FIBRILLATION, (0.2, 0.8, 0.0, 0.0))
    nobody_knows = SettledRhythm("r", 9200, Rhythm.ATRIAL_FIBRILLATION, (0.3, 0.4, 0.3, 0.0))
    ventricular = SettledRhythm("r", 600, Rhythm.ATRIAL_FIBRILLATION, (0.2, 0.8, 0.0, 0.0))
    shown = with_settled_rhythms(BEATS, [fibrillates, nobody_knows, ventricular])
    for figure in (figures.tachogram(shown, 5, palette), figures.poincare(shown, None, palette)):
        assert len(named(figure, "V")["x"]) == 1
        assert named(figure, "A")["marker"]["color"] == palette.signs["A"]
        assert "not sure" in named(figure, "Q")["hovertemplate"]
    dots = {letter: len(named(figures.tachogram(shown, 5, palette), letter)["x"]) for letter in "NASVQ"}
    assert dots == {"N": 0, "A": 1, "S": 1, "V": 1, "Q": 1}


def test_the_histogram_counts_every_interval_once_and_says_its_bins(palette: Palette) -> None:
    figure = figures.rr_histogram(BEATS, {400}, palette)
    counts = {each["name"]: sum(each["y"]) for each in figure["data"] if each["type"] == "bar"}
    assert {name: count for name, count in counts.items() if count} == {"NN": 1, "N": 1, "V": 1, "S": 1}
    assert (named(figure, "V")["customdata"], named(figure, "V")["x"]) == (["800–820"], [810])
    assert "bins of 20 ms" in named(figure, "NN")["hovertemplate"]
    assert figure["layout"]["barmode"] == "stack"


def test_the_spectrum_names_its_bands_with_their_power(palette: Palette) -> None:
    figure = figures.spectrum(DENSITY, palette)
    hz = named(figure, "density")["x"]
    assert (hz[0], hz[-1]) == pytest.approx((STEP, 0.4), abs=1e-5)
    area = np.trapezoid(DENSITY[(np.array(hz) >= 0.15 - 1e-9)], dx=STEP)
    assert f"HF {area:.0f} ms²" in words(figure)
    assert [(box["x0"], box["x1"]) for box in figure["layout"]["shapes"]][1:] == [(0.04, 0.15), (0.15, 0.40)]
    assert "No spectrum: NN intervals fill less than 4 of the 5 min." in words(figures.spectrum(None, palette))


def test_mean_beats_stand_side_by_side_on_one_scale(palette: Palette) -> None:
    figure = beat_templates(TEMPLATES, palette)
    means = [each for each in figure["data"] if each.get("name")]
    assert [each["name"] for each in means] == [kind.value for kind in BeatClass]
    assert means[0]["x"][BEFORE_R] == 0 and means[0]["x"][-1] == 444
    edges = [figure["layout"][f"xaxis{n or ''}"]["domain"] for n in ("", 2, 3, 4, 5)]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(edges))
    assert "<b>V</b> 1\u2009200" in words(figure)


def test_empty_charts_keep_their_axes_and_say_one_sentence(palette: Palette) -> None:
    for figure in (
        figures.tachogram([], 5, palette),
        figures.poincare([], None, palette),
        figures.rr_histogram([], (), palette),
        figures.spectrum(None, palette),
        beat_templates([], palette),
    ):
        sentences = [each["text"] for each in figure["layout"]["annotations"] if each["text"].endswith(".")]
        assert len(sentences) == 1
        assert any(each["x"] for each in figure["data"]), "what the axes hold"


def test_a_zoom_survives_new_data_and_alert_colours_stay_with_alerts(palette: Palette) -> None:
    alerts = {
        value for theme in ("dark", "light") for name, value in read_tokens(TOKENS, theme).items() if "alert" in name
    }
    fills = alerts - {"#FFFFFF", "#0A0D11", "#12161B"}
    for figure in (
        figures.tachogram(BEATS, 5, palette),
        figures.poincare(BEATS, NUMBERS, palette),
        figures.rr_histogram(BEATS, {400}, palette),
        figures.spectrum(DENSITY, palette),
        beat_templates(TEMPLATES, palette),
    ):
        assert figure["layout"]["uirevision"] and figure["layout"]["showlegend"] is False
        assert not any(colour in str(figure) for colour in fills)


def test_counts_and_episodes_are_said_in_words() -> None:
    rows = count_rows({BeatClass.NORMAL: 91_204, BeatClass.VENTRICULAR: 6_518})
    told = [[str(cell.children) for cell in row.children[1:]] for row in rows]
    assert told[0] == ["Normal", "91\u2009204", "93.3 %"]
    assert told[4] == ["Not sure", "0", "0.0 %"]
    (row,) = episode_rows([ListedEpisode("r", Finding.BIGEMINY, 250, 1000, 373_000, True)], False)
    assert [str(cell.children) for cell in row.children[1:2]] == ["Bigeminy"]
    assert "6 min 12 s" in str(row.children[3].children) and "goes on" in str(row.children[3].children)
    assert getattr(row, "data-moment") == "r/250"
    assert [duration(seconds) for seconds in (48, 372, 7500)] == ["48 s", "6 min 12 s", "2 h 5 min"]
