"""What the database knows of a patient's newest recording, as figures and lists of the bedside page."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard import figures
from dashboard.completeness import received_bar
from dashboard.components import count_rows, episode_rows
from dashboard.palette import Palette
from db.queries import (
    beat_counts,
    beats,
    episodes,
    ledger,
    recordings_of_patient,
    settled_rhythms,
    stored_until,
    vitals,
)
from db.views import RecordingView
from ecg.rates import house_index, to_milliseconds, to_samples
from ecg.settled import with_settled_rhythms
from ecg.types import Beat, VitalSigns
from words import t
from written import clock

BEAT_MINUTES = 5
TREND_MINUTES = 30
EPISODES_SHOWN = 12
TREND_POINTS = 600
"""Points of a trend line: more than it has pixels, few enough to send every two seconds."""


class Charts(NamedTuple):
    """Everything the page shows of the past, in the order of `pages.bedside.OUTPUTS`, which ends with the limit."""

    rate: go.Figure
    spread: go.Figure
    pnn50: go.Figure
    tachogram: go.Figure
    poincare: go.Figure
    as_of: str
    received: list[Component]
    counts: list[Component]
    episodes: list[Component]


def draw(engine: Engine, patient_id: int, palette: Palette) -> Charts:
    """The patient's newest recording; empty axes and a sentence where there is none."""
    newest = next(iter(recordings_of_patient(engine, patient_id)), None)
    if newest is None:
        return Charts(*_figures([], [], palette), t("charts.no_data"), [], count_rows({}), [])
    return _of_recording(engine, newest, palette)


def _of_recording(engine: Engine, recording: RecordingView, palette: Palette) -> Charts:
    end = house_index(stored_until(engine, recording.id), recording.rate)
    trend = vitals(engine, recording.id, end - to_samples(60 * TREND_MINUTES), end + 1)
    stretch = (recording.id, end - to_samples(60 * BEAT_MINUTES), end + 1)
    shown = with_settled_rhythms(beats(engine, *stretch), settled_rhythms(engine, *stretch))
    found = episodes(engine, recording.id, 0, end + 1)[-EPISODES_SHOWN:]
    return Charts(
        *_figures(trend[:: len(trend) // TREND_POINTS + 1], shown, palette),
        t("charts.stored_until", time=clock(recording.started_ms + to_milliseconds(end))),
        received_bar(ledger(engine, recording.id)),
        count_rows(beat_counts(engine, recording.id)),
        episode_rows(found, recording.started_ms, end),
    )


def _figures(
    trend: Sequence[VitalSigns], shown: Sequence[Beat], palette: Palette
) -> tuple[go.Figure, go.Figure, go.Figure, go.Figure, go.Figure]:
    return (
        figures.rate_trend(trend, TREND_MINUTES, palette),
        figures.spread_trend(trend, TREND_MINUTES, palette),
        figures.pnn50_trend(trend, TREND_MINUTES, palette),
        figures.tachogram(shown, BEAT_MINUTES, palette),
        figures.poincare(shown, palette),
    )
