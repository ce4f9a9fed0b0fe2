"""What the result page of a recording shows: its facts and numbers in words, its beats, episodes and charts."""

import msgspec
import numpy as np
from sqlalchemy import Engine

from dashboard.completeness import words as received_words
from dashboard.components import FINDING_SIGNS
from dashboard.names import class_name, finding_name, moment_words
from dashboard.ribbons import UNSAID
from dashboard.upload_words import ShownAnalysis, shown_analysis
from db.analyses import analyses, place_in_queue
from db.edited import all_intervals, edited_beats, found_columns, shown_episodes
from db.queries import ledger
from db.summaries import At, Summary, summary
from db.upload_views import AnalysisView
from db.uploads import upload_of_recording
from db.views import RecordingView
from ecg.corrections import UNKNOWN_RR
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.rates import to_milliseconds, to_seconds
from words import t
from written import duration, moment, number, percent

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
    """All beats: house sample of the R peak, RR in ms (0: not known), and one sign each; network: the sign that the
    network gave it, a space where it saw no beat.
    """

    index: list[int]
    rr: list[int]
    sign: str
    network: str


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
        *_intervals(engine, of, dated),
    ]
    counts = [_count(kind, numbers) for kind in BEAT_CLASSES]
    runs = [_run(engine, each) for each in known]
    return ResultFacts(of.id, of.patient_id or 0, of.lead, of.started_ms, dated, seconds, facts, counts, runs)


def result_beats(engine: Engine, recording: str, until: int) -> ResultBeats:
    """All beats up to a house sample."""
    shown, found = edited_beats(engine, recording), found_columns(engine, recording)
    count = int(np.searchsorted(shown.index, until))
    rr = np.where(shown.rr == UNKNOWN_RR, 0, to_milliseconds(1) * shown.rr).astype(np.int64)
    places = np.searchsorted(found.index, shown.index)
    there = np.concatenate((found.index, [-1]))[places] == shown.index
    letters = np.frombuffer(found.signs().encode() + b" ", np.uint8)[np.where(there, places, -1)]
    network = letters.astype(np.uint8).tobytes().decode()
    return ResultBeats(shown.index[:count].tolist(), rr[:count].tolist(), shown.signs()[:count], network[:count])


def result_episodes(engine: Engine, recording: str, until: int) -> list[ShownEpisode]:
    """All episodes that are told, in order."""
    told = [each for each in shown_episodes(engine, recording, 0, until + 1) if each.finding not in UNSAID]
    return [
        ShownEpisode(
            FINDING_SIGNS.get(each.finding, ""),
            finding_name(each.finding),
            each.start,
            until if each.end is None else each.end,
        )
        for each in told
    ]


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


def _intervals(engine: Engine, of: RecordingView, dated: bool) -> list[Fact]:
    """RR and their variability over the whole recording."""
    told = all_intervals(engine, of.id)

    def extreme(at: At | None) -> tuple[str, int]:
        return ("–", -1) if at is None else (f"{at.value:.0f} ms · {_when(at.index, of, dated)}", at.index)

    mean = "–" if told.nn_mean is None or told.nn_used is None else f"{told.nn_mean:.0f} ms · {told.nn_used:.0f} %"
    return [
        Fact(t("result.shortest_rr"), *extreme(told.shortest)),
        Fact(t("result.longest_rr"), *extreme(told.longest)),
        Fact(t("result.nn_mean"), mean),
        Fact("SDNN", "–" if told.sdnn is None else f"{told.sdnn:.0f} ms"),
        Fact("RMSSD", "–" if told.rmssd is None else f"{told.rmssd:.0f} ms"),
        Fact("pNN50", "–" if told.pnn50 is None else f"{told.pnn50:.1f} %"),
    ]


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
