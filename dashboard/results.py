"""What the result page of a recording shows: its facts and numbers in words, its beats, episodes and charts."""

from collections.abc import Sequence
from itertools import chain

import msgspec
from sqlalchemy import Engine

from dashboard import figures
from dashboard.completeness import words as received_words
from dashboard.components import FINDING_SIGNS
from dashboard.history import rate_limits
from dashboard.names import class_name, finding_name, moment_words
from dashboard.palette import Palette
from dashboard.plot_style import Figure
from dashboard.ribbons import UNSAID
from dashboard.template_figures import beat_templates
from dashboard.templates import templates
from dashboard.trend_figures import RANGES, TrendPicture, trends
from dashboard.upload_words import ShownAnalysis, shown_analysis
from db.analyses import analyses, place_in_queue
from db.corrections import corrections, shown_beats
from db.queries import beats, episodes, ledger, quality_changes, stored_until, vitals
from db.stretches import stretches
from db.summaries import Summary, summary
from db.trends import trend
from db.upload_views import AnalysisView
from db.uploads import upload_of_recording
from db.views import RecordingView
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.nn_series import LEAD_IN, nn_series
from ecg.rates import house_index, to_samples, to_seconds
from ecg.report_numbers import At
from ecg.types import Beat
from words import t
from written import duration, moment, number, percent, utc_offset_ms

MOST_DOTS = 5000
"""Beats in one chart; of more, evenly chosen neighbours stand for all."""
FINDINGS_TOLD = (Finding.ATRIAL_FIBRILLATION, Finding.PAUSE, Finding.VENTRICULAR_RUN, Finding.SUPRAVENTRICULAR_RUN)


class Fact(msgspec.Struct, frozen=True):
    """A line of the summary; index: a click shows this house sample, -1 for none."""

    name: str
    value: str
    index: int = -1


class ShownRun(msgspec.Struct, frozen=True):
    """An analysis in the list of them. note: who asked when, by which network."""

    analysis: ShownAnalysis
    note: str
    model: str
    in_force: bool


class ResultFacts(msgspec.Struct, frozen=True):
    """All but beats and charts. dated: whether the moment of sample 0 is known."""

    recording: str
    patient: int
    lead: str
    started_ms: int
    dated: bool
    seconds: float
    facts: list[Fact]
    counts: list[Fact]
    analyses: list[ShownRun]


class ResultBeats(msgspec.Struct, frozen=True):
    """All beats: house sample of the R peak, RR in ms (0: not known), and one sign each."""

    index: list[int]
    rr: list[int]
    sign: str


class ShownEpisode(msgspec.Struct, frozen=True, array_like=True):
    """Sign, name, house samples [start, end)."""

    sign: str
    name: str
    start: int
    end: int


def result_facts(engine: Engine, of: RecordingView) -> ResultFacts:
    """Facts and numbers of a recording that is a patient's."""
    source, kept, known = upload_of_recording(engine, of.id), ledger(engine, of.id), analyses(engine, of.id)
    dated = source is None or source.start_known
    seconds = kept.until / of.rate if kept else 0.0
    files = ", ".join(file.name for file in source.files) if source else t("result.from_device")
    numbers = summary(engine, of.id)
    when = moment(of.started_ms) if dated else t("result.no_date")
    facts = [
        Fact(t("result.began"), when),
        Fact(t("result.lasts"), duration(seconds)),
        Fact(t("result.source"), files),
        Fact(t("result.lead"), t("result.lead_value", lead=of.lead, rate=f"{of.rate:g}")),
        Fact(t("received.title"), received_words(kept) if kept else "–"),
        *(_rates(numbers, of, dated)),
        *(_findings(numbers, of, dated)),
    ]
    counts = [_count(kind, numbers) for kind in BEAT_CLASSES]
    runs = [_run(engine, each) for each in known]
    return ResultFacts(of.id, of.patient_id or 0, of.lead, of.started_ms, dated, seconds, facts, counts, runs)


def result_beats(engine: Engine, recording: str, until: int) -> ResultBeats:
    """All beats up to a house sample."""
    shown = shown_beats(engine, recording, 0, until)
    rr = [0 if beat.rr is None else round(to_seconds(beat.rr) * 1000) for beat in shown]
    return ResultBeats([beat.index for beat in shown], rr, "".join(beat.sign for beat in shown))


def result_episodes(engine: Engine, recording: str, until: int) -> list[ShownEpisode]:
    """All episodes that are told, in order."""
    told = [each for each in episodes(engine, recording, 0, until + 1) if each.finding not in UNSAID]
    return [
        ShownEpisode(
            FINDING_SIGNS.get(each.finding, ""),
            finding_name(each.finding),
            each.start,
            until if each.end is None else each.end,
        )
        for each in told
    ]


def result_figures(engine: Engine, of: RecordingView, start: int, end: int, palette: Palette) -> dict[str, Figure]:
    """Charts of the beats between two house samples."""
    live = beats(engine, of.id, start - LEAD_IN, end)
    shown = shown_beats(engine, of.id, start, end)
    changes = quality_changes(engine, of.id, start - LEAD_IN, end)
    series = nn_series(live, changes, shown[-1].index if shown else end)
    numbers = vitals(engine, of.id, max(start, end - to_samples(30.0)), end)
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
        trend(engine, patient, start, span.step_ms, count, of.id),
        stretches(engine, patient, start, span.step_ms, count, of.id),
        utc_offset_ms(of.started_ms) if dated else -of.started_ms,
        [(of.id, of.started_ms)],
        rate_limits(engine, patient),
    )
    said = tuple(corrections(engine, of.id, 0, end))
    force = next((each.id for each in analyses(engine, of.id) if each.in_force), "")
    made = beat_templates(templates(engine, of, 0, end, said, force), palette)
    return {"trend": trends(picture, palette), "templates": made}


def _fewer(shown: Sequence[Beat]) -> Sequence[Beat]:
    """Neighbours stay neighbours: pairs are chosen, not beats."""
    if len(shown) <= MOST_DOTS:
        return shown
    step = -(-2 * len(shown) // MOST_DOTS)
    return list(chain.from_iterable(shown[at : at + 2] for at in range(0, len(shown), step)))


def _rates(numbers: Summary, of: RecordingView, dated: bool) -> list[Fact]:
    def at(extreme: At | None) -> Fact | None:
        return (
            None
            if extreme is None
            else Fact("", f"{extreme.value:.0f} · {_when(extreme.index, of, dated)}", extreme.index)
        )

    mean = "–" if numbers.mean_rate is None else f"{numbers.mean_rate:.0f}"
    told = [Fact(t("result.mean_rate"), mean)]
    for key, extreme in (("result.lowest_rate", numbers.lowest_rate), ("result.highest_rate", numbers.highest_rate)):
        fact = at(extreme)
        told.append(Fact(t(key), fact.value, fact.index) if fact else Fact(t(key), "–"))
    return told


def _findings(numbers: Summary, of: RecordingView, dated: bool) -> list[Fact]:
    burden = "–" if numbers.af_burden is None else percent(numbers.af_burden / 100, 1)
    told = [Fact(t("result.af_burden"), burden)]
    for finding in FINDINGS_TOLD:
        count = numbers.findings.get(finding, 0)
        if not count:
            told.append(Fact(finding_name(finding), t("result.never")))
            continue
        longest = numbers.longest.get(finding)
        words = t("result.times", count=count)
        if longest is not None:
            lasted = duration(to_seconds(longest[1] - longest[0]))
            words = t("result.longest", times=words, lasted=lasted, at=_when(longest[0], of, dated))
        told.append(Fact(finding_name(finding), words, longest[0] if longest else -1))
    return told


def _when(index: int, of: RecordingView, dated: bool) -> str:
    return moment_words(of.started_ms if dated else None, index)


def _count(kind: BeatClass, numbers: Summary) -> Fact:
    count, hourly = numbers.beats[kind], numbers.per_hour(kind)
    share = percent(count / numbers.total, 1) if numbers.total else "–"
    words = t("result.count", beats=number(count), share=share)
    if kind in (BeatClass.VENTRICULAR, BeatClass.SUPRAVENTRICULAR) and hourly is not None:
        words = t("result.hourly", count=words, hourly=number(hourly, 1))
    return Fact(f"{kind.value} {class_name(kind)}", words)


def _run(engine: Engine, each: AnalysisView) -> ShownRun:
    who = each.person or t("result.by_itself")
    note = t("result.run", who=who, when=moment(each.asked_ms), model=each.model[:12])
    return ShownRun(shown_analysis(each, place_in_queue(engine, each)), note, each.model, each.in_force)
