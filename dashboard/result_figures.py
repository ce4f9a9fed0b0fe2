"""The charts of the result page: of the minutes around the strip, and of the whole recording."""

from collections.abc import Sequence
from itertools import chain

from sqlalchemy import Engine

from dashboard import figures
from dashboard.edited_trend import edited_stretches, edited_trend
from dashboard.history import rate_limits
from dashboard.palette import Palette
from dashboard.plot_style import Figure
from dashboard.template_figures import beat_templates
from dashboard.templates import whole_templates
from dashboard.trend_figures import FORMATS, RANGES, SINCE_THE_BEGINNING, UNDATED_AT_MS, TrendPicture, trends
from db.analyses import analyses
from db.corrections import as_said, edits_of, shown_beats
from db.edited import edited_result, is_edited
from db.queries import beats, quality_changes, stored_until, vitals
from db.stretches import stretches
from db.trend_views import Stretch, Trend
from db.trends import trend
from db.uploads import upload_of_recording
from db.views import RecordingView
from ecg.nn_series import LEAD_IN, nn_series
from ecg.rates import house_index, to_samples, to_seconds
from ecg.types import Beat
from written import utc_offset_ms

MOST_DOTS = 5000
"""Beats in one chart; of more, evenly chosen neighbours stand for all."""


def result_figures(engine: Engine, of: RecordingView, start: int, end: int, palette: Palette) -> dict[str, Figure]:
    """Charts of the beats between two house samples."""
    live = as_said(engine, of.id, beats(engine, of.id, start - LEAD_IN, end), start - LEAD_IN, end)
    shown = shown_beats(engine, of.id, start, end)
    changes = quality_changes(engine, of.id, start - LEAD_IN, end)
    series = nn_series(live, changes, shown[-1].index if shown else end)
    # What the monitor showed is not true of beats that a person has changed.
    numbers = [] if is_edited(engine, of.id) else vitals(engine, of.id, max(start, end - to_samples(30.0)), end)
    few, minutes = _fewer(shown), max(1, round(to_seconds(end - start) / 60))
    return {
        "tachogram": figures.tachogram(few, minutes, palette),
        "poincare": figures.poincare(few, numbers[-1] if numbers else None, palette),
        "histogram": figures.rr_histogram(shown, set(series.ends.tolist()), palette),
        "spectrum": figures.spectrum(series.density() if series.fills else None, palette),
    }


def whole_figures(engine: Engine, of: RecordingView, palette: Palette) -> dict[str, Figure]:
    """Charts of the whole recording: the trend, and the mean beat of each class."""
    end = house_index(stored_until(engine, of.id), of.rate)
    lasts_ms = round(1000 * to_seconds(end))
    span = next((each for each in RANGES if each.step_ms * each.count >= lasts_ms), RANGES[-1])
    start = of.started_ms // span.step_ms * span.step_ms
    count = max(1, min(span.count, lasts_ms // span.step_ms + 2))
    patient = of.patient_id or 0
    source = upload_of_recording(engine, of.id)
    dated = source is None or source.start_known
    picture = TrendPicture(
        span,
        *_course(engine, of, start, span.step_ms, count),
        utc_offset_ms(of.started_ms) if dated else UNDATED_AT_MS - of.started_ms,
        [(of.id, of.started_ms)],
        rate_limits(engine, patient),
        FORMATS if dated else SINCE_THE_BEGINNING,
    )
    edits = edits_of(engine, of.id, 0, end)
    force = next((each.id for each in analyses(engine, of.id) if each.in_force), "")
    made = beat_templates(whole_templates(engine, of, end, edits, force), palette)
    return {"trend": trends(picture, palette), "templates": made}


def _course(
    engine: Engine, of: RecordingView, start_ms: int, step_ms: int, count: int
) -> tuple[Trend, Sequence[Stretch]]:
    """Vital signs and episodes in steps, as people have said the beats are."""
    told = trend(engine, of.patient_id or 0, start_ms, step_ms, count, of.id)
    if not is_edited(engine, of.id):
        return told, stretches(engine, of.patient_id or 0, start_ms, step_ms, count, of.id)
    result = edited_result(engine, of.id)
    return edited_trend(result, told, of.started_ms), edited_stretches(result, of.started_ms)


def _fewer(shown: Sequence[Beat]) -> Sequence[Beat]:
    """Neighbours stay neighbours: pairs are chosen, not beats."""
    if len(shown) <= MOST_DOTS:
        return shown
    step = -(-2 * len(shown) // MOST_DOTS)
    return list(chain.from_iterable(shown[at : at + 2] for at in range(0, len(shown), step)))
