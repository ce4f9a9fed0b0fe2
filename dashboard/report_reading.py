"""The content of a report, read from what is stored of a recording now, with what people have said of its beats."""

import math
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine

from dashboard.edited_trend import edited_trend
from dashboard.retrace import retrace
from dashboard.strip_data import MARGIN, cut_out, sign_runs
from db.analyses import analyses
from db.corrections import corrections, noise_stretches, shown_beats
from db.edited import all_intervals, edited_result, is_edited, shown_episodes
from db.findings import network_changes, quality_changes
from db.ledger import ledger
from db.patients import PatientView, patient
from db.queries import device
from db.summaries import Summary, summary
from db.trend_views import Trend
from db.trends import trend
from db.uploads import upload_of_recording
from db.views import LedgerView, RecordingView
from ecg.corrections import BeatCorrection
from ecg.edited_variability import At, Intervals
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES
from ecg.rates import BAND_SETTLES, house_index, to_samples, to_seconds
from ecg.report_content import (
    STRIP,
    Course,
    EpisodeSum,
    NNNumbers,
    RateStep,
    ReportBeat,
    ReportContent,
    ReportStrip,
    RRNumbers,
    Source,
    Subject,
    beats_digest,
)
from ecg.report_numbers import rhythm_shares, usable_samples, with_noise
from ecg.report_strips import Place, strip_places
from ecg.types import Beat, QualityChange, RhythmEpisode
from ecg.variability import LEAST_USED

NEAR = to_samples(3.0)
"""Beats this far outside of a strip are kept with it: the ground of those at its edges hangs on them."""
STEPS = 288
"""At most so many steps of the course of the heart rate."""
STEP_MS = 5_000
SAMPLE_MS = 4


def report_content(engine: Engine, of: RecordingView, conclusion: str) -> ReportContent:
    """What a report of this recording says now."""
    kept = ledger(engine, of.id)
    end = house_index(kept.until, of.rate) if kept else 0
    beats, said = shown_beats(engine, of.id, 0, end), corrections(engine, of.id, 0, end)
    changes = with_noise(quality_changes(engine, of.id, 0, end), noise_stretches(engine, of.id))
    told = episode_sums(shown_episodes(engine, of.id, 0, end + 1), end)
    numbers, rr, nn = summary(engine, of.id), *_intervals(all_intervals(engine, of.id))
    places = strip_places(numbers.lowest_rate, numbers.highest_rate, rr, told, beats)
    return ReportContent(
        _subject(engine, of),
        _source(engine, of, kept, changes),
        round(numbers.analysed_s, 1),
        tuple(numbers.beats[kind] for kind in BEAT_CLASSES),
        beats_digest(beats),
        tuple((each.index, each.beat_class.value if each.beat_class else "") for each in said),
        _rounded(numbers.mean_rate),
        _at(numbers.lowest_rate),
        _at(numbers.highest_rate),
        rr,
        nn,
        _rhythms(beats),
        _burden(numbers),
        told,
        _course(engine, of, end),
        tuple(_strip(engine, of, place, beats, changes, said) for place in places),
        _models(engine, of, beats),
        conclusion,
    )


def _subject(engine: Engine, of: RecordingView) -> Subject:
    known: PatientView | None = patient(engine, of.patient_id) if of.patient_id is not None else None
    if known is None:
        return Subject("", "", None, None, None, "")
    place = " ".join(part for part in (known.ward, known.bed) if part)
    return Subject(known.name, known.initials, known.number, known.born, known.sex, place)


def _source(engine: Engine, of: RecordingView, kept: LedgerView | None, changes: Sequence[QualityChange]) -> Source:
    upload, worn = upload_of_recording(engine, of.id), device(engine, of.device_id)
    files = ", ".join(file.name for file in upload.files) if upload else ""
    started = of.started_ms if upload is None or upload.start_known else None
    until = kept.until if kept else 0
    received = 100 * kept.received / until if kept and until else None
    arrived = house_index(kept.received, of.rate) if kept else 0
    usable = min(100.0, 100 * usable_samples(changes, house_index(until, of.rate)) / arrived) if arrived else None
    label = files or (worn.label if worn else "")
    shares = (_rounded(received), _rounded(usable) if changes else None)
    return Source(of.id, label, of.lead, of.rate, started, round(until / of.rate, 3), *shares)


def episode_sums(told: Iterable[RhythmEpisode], end: int) -> tuple[EpisodeSum, ...]:
    """The episodes of each finding together; one that goes on lasts until `end`."""
    sums: dict[Finding, EpisodeSum] = {}
    for each in told:
        until = end if each.end is None else each.end
        before = sums.get(each.finding) or EpisodeSum(each.finding, 0, 0.0, each.start, each.start)
        longer = until - each.start > before.end - before.start or not before.count
        longest = (each.start, until) if longer else (before.start, before.end)
        seconds = round(before.seconds + to_seconds(until - each.start), 3)
        sums[each.finding] = EpisodeSum(each.finding, before.count + 1, seconds, *longest)
    return tuple(sums[finding] for finding in Finding if finding in sums)


def _intervals(of: Intervals) -> tuple[RRNumbers | None, NNNumbers]:
    """RR, and NN where enough of the RR are NN for a number to be told."""
    rr, used, hours = None, of.nn_used, round(of.nn_hours, 2)
    if of.rr_mean is not None and of.shortest is not None and of.longest is not None:
        extremes = (At(round(each.value, 1), each.index) for each in (of.shortest, of.longest))
        rr = RRNumbers(round(of.rr_mean, 1), *extremes)
    if used is None or used < LEAST_USED:
        return rr, NNNumbers(_rounded(used), hours)
    return rr, NNNumbers(_rounded(used), hours, *map(_rounded, (of.sdnn, of.sdann, of.rmssd, of.pnn50)))


def _rhythms(beats: Sequence[Beat]) -> tuple[tuple[str, float], ...]:
    shares = rhythm_shares(beats).items()
    named = [("" if rhythm is None else rhythm.value, round(share, 4)) for rhythm, share in shares]
    return tuple(sorted(named, key=lambda each: (-each[1], each[0])))


def _burden(numbers: Summary) -> float | None:
    return None if numbers.af_burden is None else round(numbers.af_burden, 2)


def _models(engine: Engine, of: RecordingView, beats: Sequence[Beat]) -> tuple[str, ...]:
    """The networks that labelled its beats, in order; one of which nobody wrote down which it was is an empty text."""
    force = [each.model for each in analyses(engine, of.id) if each.in_force]
    told = dict.fromkeys(each.model for each in network_changes(engine, of.id))
    return tuple(told) or tuple(force) or (("",) if beats else ())


def _course(engine: Engine, of: RecordingView, end: int) -> Course | None:
    lasts_ms = end * SAMPLE_MS
    if not lasts_ms or of.patient_id is None:
        return None
    step = max(STEP_MS, math.ceil(lasts_ms / STEPS / STEP_MS) * STEP_MS)
    step = step if step < 60_000 else math.ceil(step / 60_000) * 60_000
    start_ms = of.started_ms // step * step
    count = (of.started_ms + lasts_ms - start_ms) // step + 1
    seen = trend(engine, of.patient_id, start_ms, step, count, of.id)
    if is_edited(engine, of.id):
        seen = edited_trend(edited_result(engine, of.id), seen, of.started_ms)
    runs = [each for each in sign_runs(engine, of, 0.0, to_seconds(end), 2 * STEPS) if each.sign]
    marks = tuple((each.sign, to_samples(each.start), to_samples(each.end)) for each in runs)
    return Course((start_ms - of.started_ms) // SAMPLE_MS, step // SAMPLE_MS, _steps(seen), marks)


def _steps(seen: Trend) -> tuple[RateStep, ...]:
    bands = zip(seen.heart_rate.low.tolist(), seen.heart_rate.mean.tolist(), seen.heart_rate.high.tolist(), strict=True)
    return tuple(RateStep(*(None if math.isnan(each) else round(each, 1) for each in band)) for band in bands)


def _strip(
    engine: Engine,
    of: RecordingView,
    place: Place,
    beats: Sequence[Beat],
    changes: Sequence[QualityChange],
    said: Sequence[BeatCorrection],
) -> ReportStrip:
    start, end = place.start, place.start + STRIP
    by_person = {each.index for each in said}
    near = [beat for beat in beats if start - NEAR <= beat.index < end + NEAR]
    shown = tuple(ReportBeat(beat.index, beat.rr, beat.sign, beat.index in by_person) for beat in near)
    poor = tuple((change.index, change.quality.value == "good") for change in _holding(changes, start, end))
    return ReportStrip(place.shows, place.index, start, _samples(engine, of, start, end), shown, poor)


def _holding(changes: Sequence[QualityChange], start: int, end: int) -> list[QualityChange]:
    before = [change for change in changes if change.index < start][-1:]
    return [*before, *(change for change in changes if start <= change.index < end)]


def _samples(engine: Engine, of: RecordingView, start: int, end: int) -> bytes:
    """As the strip of the result page: filtered by the monitor band with a lead-in of its own."""
    return cut_out(retrace(engine, of, start - BAND_SETTLES, end + 5 * MARGIN).trace, start, end)


def _at(extreme: At | None) -> At | None:
    return None if extreme is None else At(round(extreme.value, 1), extreme.index)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
