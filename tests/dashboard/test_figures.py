from pathlib import Path

import plotly.graph_objects as go
import pytest

from dashboard import figures
from dashboard.components import count_rows, episode_rows
from dashboard.palette import Palette, read_palette, read_tokens
from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.settled import with_settled_rhythms
from ecg.types import Beat, RhythmEpisode, SettledRhythm, VitalSigns
from written import duration

TOKENS = (Path(__file__).parents[2] / "assets" / "tokens.css").read_text("utf-8")


@pytest.fixture(params=["dark", "light"])
def palette(request: pytest.FixtureRequest) -> Palette:
    return read_palette(TOKENS, request.param)


def beat(index: int, rr: int | None = 200, beat_class: BeatClass = BeatClass.NORMAL) -> Beat:
    return Beat("r", index, rr, beat_class, Rhythm.NORMAL, (1.0, 0, 0, 0, 0), (1.0, 0, 0, 0))


def vitals(index: int) -> VitalSigns:
    return VitalSigns("r", index, 72.0, 800.0, 800.0, 41.0, 34.0, 9.0, 98.0, Finding.SINUS_RHYTHM)


BEFORE_GAP = [beat(200, None), beat(400), beat(600, 200, BeatClass.VENTRICULAR)]
AFTER_GAP = [beat(9000, None), beat(9200), beat(9400, 200, BeatClass.SUPRAVENTRICULAR)]
BEATS = [*BEFORE_GAP, *AFTER_GAP]


def named(figure: go.Figure, name: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name == name)


def test_no_line_crosses_a_gap(palette: Palette) -> None:
    line = figures.tachogram(BEATS, 5, palette).data[0]
    assert list(line.y) == [800, 800, None, 800, 800]
    trend = figures.rate_trend([vitals(0), vitals(250), vitals(60_000)], 30, palette).data[0]
    assert list(trend.y) == [72, 72, None, 72]


def test_a_number_of_variability_says_how_many_beats_it_stands_on(palette: Palette) -> None:
    for trend in (figures.spread_trend, figures.pnn50_trend):
        line = trend([vitals(0), vitals(250), vitals(60_000)], 30, palette).data[0]
        assert "% of the beats used" in line.hovertemplate and list(line.customdata) == [98, 98, None, 98]
    assert "used" not in figures.rate_trend([vitals(0)], 30, palette).data[0].hovertemplate


def test_poincare_pairs_only_neighbouring_intervals(palette: Palette) -> None:
    figure = figures.poincare(BEATS, palette)
    assert len(named(figure, "V").x) == 1
    assert len(named(figure, "S").x) == 1
    assert len(named(figure, "N").x or ()) == 0


def test_classes_differ_by_shape_and_colour(palette: Palette) -> None:
    figure = figures.tachogram(BEATS, 5, palette)
    shapes = {letter: named(figure, letter).marker.symbol for letter in "NSV"}
    assert shapes == {"N": "circle", "S": "square", "V": "triangle-down"}
    assert named(figure, "V").marker.color == palette.signs["V"]


def test_a_dot_has_the_sign_of_the_settled_rhythm_and_says_not_sure(palette: Palette) -> None:
    fibrillates = SettledRhythm("r", 400, Rhythm.ATRIAL_FIBRILLATION, (0.2, 0.8, 0.0, 0.0))
    nobody_knows = SettledRhythm("r", 9200, Rhythm.ATRIAL_FIBRILLATION, (0.3, 0.4, 0.3, 0.0))
    ventricular = SettledRhythm("r", 600, Rhythm.ATRIAL_FIBRILLATION, (0.2, 0.8, 0.0, 0.0))
    shown = with_settled_rhythms(BEATS, [fibrillates, nobody_knows, ventricular])
    for figure in (figures.tachogram(shown, 5, palette), figures.poincare(shown, palette)):
        assert {letter: len(named(figure, letter).x or ()) for letter in "NOASVQ"}["V"] == 1
        assert named(figure, "A").marker.color == palette.signs["A"]
        assert "not sure" in named(figure, "Q").hovertemplate
    dots = {letter: len(named(figures.tachogram(shown, 5, palette), letter).x or ()) for letter in "NASVQ"}
    assert dots == {"N": 0, "A": 1, "S": 1, "V": 1, "Q": 1}


def test_a_zoom_survives_new_data_and_alert_colours_stay_with_alerts(palette: Palette) -> None:
    alerts = {
        value for theme in ("dark", "light") for name, value in read_tokens(TOKENS, theme).items() if "alert" in name
    }
    fills = alerts - {"#FFFFFF", "#0A0D11", "#12161B"}
    for figure in (
        figures.tachogram(BEATS, 5, palette),
        figures.poincare(BEATS, palette),
        figures.rate_trend([vitals(0)], 30, palette),
        figures.spread_trend([], 30, palette),
        figures.pnn50_trend([], 30, palette),
    ):
        assert figure.layout.uirevision == "keep"
        assert not any(colour in figure.to_json() for colour in fills)


def test_counts_and_episodes_are_said_in_words() -> None:
    rows = count_rows({BeatClass.NORMAL: 91_204, BeatClass.VENTRICULAR: 6_518})
    words = [[str(cell.children) for cell in row.children[1:]] for row in rows]
    assert words[0] == ["Normal", "91\u2009204", "93.3 %"]
    assert words[4] == ["Not sure", "0", "0.0 %"]
    lasting = RhythmEpisode("r", Finding.BIGEMINY, 250, None)
    (row,) = episode_rows([lasting], 0, 250 * 373)
    assert [cell.children for cell in row.children[1:]][2:] == ["6 min 12 s", "goes on"]
    assert [duration(seconds) for seconds in (48, 372, 7500)] == ["48 s", "6 min 12 s", "2 h 5 min"]
