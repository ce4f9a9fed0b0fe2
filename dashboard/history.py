"""What the database knows of a patient's past, as figures and lists of the bedside page: only what is new since."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from dashboard import figures
from dashboard.completeness import received_bar
from dashboard.components import FINDING_SIGNS, count_rows, episode_rows
from dashboard.palette import Palette
from dashboard.plot_style import Figure
from dashboard.ribbons import UNSAID
from dashboard.trend_figures import RANGES, TrendPicture, TrendRange, trends
from db.corrections import edits_of
from db.limits import limits_of_patient
from db.queries import (
    beat_counts,
    beats,
    ledger,
    quality_changes,
    recordings_of_patient,
    settled_rhythms,
    stored_until,
    vitals,
)
from db.stretches import absences, listed_episodes, stretches
from db.trends import trend
from db.views import RecordingView
from ecg.corrections import Edits, with_edits
from ecg.findings import Finding
from ecg.limits import KINDS
from ecg.nn_series import LEAD_IN, nn_series
from ecg.rates import house_index, to_milliseconds, to_samples
from ecg.settled import with_settled_rhythms
from words import t
from written import clock, utc_offset_ms

BEAT_MINUTES = 5
RECORDINGS_TOLD = 500
"""A click on a trend finds its place in one of the newest so many recordings."""
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader has chosen. span: a name in `RANGES`, None for the one that fits; shape: what is drawn beside the
    tachogram; letter: of the episodes in the list, "all" for all; order: "newest" or "longest" first; theme: a name.
    """

    patient_id: int
    now_ms: int
    span: str | None = None
    shape: str = "poincare"
    letter: str = "all"
    order: str = "newest"
    theme: str = "dark"


@dataclass(slots=True)
class News:
    """Parts of the page by their names in `dashboard.ids`, and the marks by which the next question leaves out what
    is still the same.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def tells(self, part: str, mark: object, before: Mapping[str, str]) -> bool:
        """Note the mark of a part; whether it is not the one before."""
        self.marks[part] = str(zlib.crc32(repr(mark).encode()))
        return self.marks[part] != before.get(part)


def news(engine: Engine, wish: Wish, palette: Palette, before: Mapping[str, str]) -> News:
    """What of the patient's charts is not as `before` says that the page shows it."""
    told = News()
    recordings = recordings_of_patient(engine, wish.patient_id)
    newest = next(iter(recordings), None)
    end = house_index(stored_until(engine, newest.id), newest.rate) if newest else 0
    until = _wall(newest, end) if newest else wish.now_ms
    span = span_of(wish, recordings)
    told.marks["span"] = span.name
    _tell_trends(told, engine, wish, palette, before, recordings, span, until)
    _tell_beats(told, engine, wish, palette, before, newest, end)
    _tell(told, "as-of", t("charts.stored_until", time=clock(until)) if newest else t("charts.no_data"), before)
    _tell(told, "beat-counts", count_rows(beat_counts(engine, newest.id) if newest else {}), before)
    return told


def span_of(wish: Wish, recordings: Sequence[RecordingView]) -> TrendRange:
    """The range that is asked for; else the shortest that reaches back to the first recording, a day at most."""
    named = next((each for each in RANGES if each.name == wish.span), None)
    if named is not None:
        return named
    age = wish.now_ms - min((each.started_ms for each in recordings), default=wish.now_ms)
    return next((each for each in RANGES[:3] if each.step_ms * each.count >= age), RANGES[3])


def _tell(told: News, part: str, content: Any, before: Mapping[str, str]) -> None:  # noqa: ANN401  # Dash's
    if told.tells(part, content, before):
        told.parts[part] = content


def _wall(recording: RecordingView, index: int) -> int:
    return round(recording.started_ms + to_milliseconds(index))


def window_of(span: TrendRange, now_ms: int, until_ms: int) -> int:
    """Where the range begins, in whole bars: it ends now, or with the newest sample where that is old."""
    length = span.step_ms * span.count
    end = now_ms if now_ms - until_ms < length // 4 else until_ms
    return (end // span.step_ms + 1) * span.step_ms - length


def _tell_trends(
    told: News,
    engine: Engine,
    wish: Wish,
    palette: Palette,
    before: Mapping[str, str],
    recordings: Sequence[RecordingView],
    span: TrendRange,
    until_ms: int,
) -> None:
    start = window_of(span, wish.now_ms, until_ms)
    end = start + span.step_ms * span.count
    limits = rate_limits(engine, wish.patient_id)
    told_now = (span.name, start, until_ms // max(span.step_ms, 10_000), wish.theme, limits)
    if told.tells("trends", told_now, before):
        here = [(each.id, each.started_ms) for each in recordings if each.started_ms < end][:RECORDINGS_TOLD]
        picture = TrendPicture(
            span,
            trend(engine, wish.patient_id, start, span.step_ms, span.count),
            stretches(engine, wish.patient_id, start, span.step_ms, span.count),
            utc_offset_ms(wish.now_ms),
            here,
            limits,
        )
        told.parts["trends"] = trends(picture, palette)
        whole = ledger(engine, recordings[0].id) if recordings else None
        missing = absences(engine, wish.patient_id, start, end)
        told.parts["received"] = received_bar(whole, missing, start, min(end, max(until_ms, start + 1)))
    wanted = {each for each in Finding if each not in UNSAID}
    if wish.letter != "all":
        wanted = {each for each in wanted if FINDING_SIGNS.get(each, "–") == wish.letter}
    found = listed_episodes(engine, wish.patient_id, start, until_ms, wanted, wish.order)
    _tell(told, "episodes", episode_rows(found, span.step_ms * span.count > DAY_MS), before)


def rate_limits(engine: Engine, patient_id: int) -> tuple[float, ...]:
    """The limits of the heart rate that hold for a patient, /min."""
    held = limits_of_patient(engine, patient_id)
    return tuple(held.get(name, kind.usual) for name, kind in KINDS.items() if kind.unit == "/min")


def _tell_beats(
    told: News,
    engine: Engine,
    wish: Wish,
    palette: Palette,
    before: Mapping[str, str],
    recording: RecordingView | None,
    end: int,
) -> None:
    """Tachogram and shape of the last minutes."""
    first = end - to_samples(60 * BEAT_MINUTES)
    said = edits_of(engine, recording.id, first - LEAD_IN, end + 1) if recording else Edits()
    mark = (recording and recording.id, end, wish.theme, said)
    fresh = told.tells("tachogram", mark, before)
    if not told.tells("shape", (mark, wish.shape), before) and not fresh:
        return
    if recording is None:
        told.parts |= {"tachogram": figures.tachogram([], BEAT_MINUTES, palette), "shape": _no_shape(wish, palette)}
        return
    live = beats(engine, recording.id, first - LEAD_IN, end + 1)
    settled = settled_rhythms(engine, recording.id, first, end + 1)
    shown = [beat for beat in with_edits(with_settled_rhythms(live, settled), said) if beat.index >= first]
    if fresh:
        told.parts["tachogram"] = figures.tachogram(shown, BEAT_MINUTES, palette)
    if wish.shape == "poincare":
        numbers = vitals(engine, recording.id, end - to_samples(30.0), end + 1)
        told.parts["shape"] = figures.poincare(shown, numbers[-1] if numbers else None, palette)
        return
    changes = quality_changes(engine, recording.id, first - LEAD_IN, end + 1)
    series = nn_series(with_edits(live, said), changes, shown[-1].index if shown else end)
    if wish.shape == "spectrum":
        told.parts["shape"] = figures.spectrum(series.density() if series.fills else None, palette)
    else:
        told.parts["shape"] = figures.rr_histogram(shown, set(series.ends.tolist()), palette)


def _no_shape(wish: Wish, palette: Palette) -> Figure:
    if wish.shape == "spectrum":
        return figures.spectrum(None, palette)
    return figures.poincare([], None, palette) if wish.shape == "poincare" else figures.rr_histogram([], (), palette)
