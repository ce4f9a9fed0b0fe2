"""What `wardbeat evaluate` reports: report.json is a `Report`. Built from the scores of records; pure.

Percentages have two decimals; null where there is nothing to divide by. Gross figures pool all beats, average figures
are the mean over the records for which the figure is defined; intervals enclose 95 % of bootstrap draws over records.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from ecg import bootstrap
from ecg.ec57 import MEASURES, TABLE_SIZE, Table
from ecg.episodes import EpisodeScore
from ecg.labels import RHYTHMS
from ecg.strips import StripAnswer, f1_estimates, tables_by_beat, tables_by_record

NOTICE = "Wardbeat is not a certified medical device. These are measurements for research, no conformity test."
DECIMALS = 2


@dataclass(frozen=True, slots=True)
class BeatScore:
    """A record with annotated beats: its table (6, 6) as `ecg.ec57` lays it out. rate in Hz."""

    name: str
    rate: float
    scored_seconds: float
    is_paced: bool
    table: Table
    fibrillation: EpisodeScore


@dataclass(frozen=True, slots=True)
class StripScore:
    """A record with one rhythm label. answers: kind of answer ("live") -> answer; the same kinds for all records."""

    name: str
    answers: dict[str, StripAnswer]


class Method(msgspec.Struct, frozen=True):
    """What was done."""

    folder: str
    network: str
    lead: int
    learning_seconds: float
    bootstrap_draws: int = bootstrap.DRAWS
    bootstrap_seed: int = bootstrap.SEED


class Figure(msgspec.Struct, frozen=True):
    """A percentage with its 95 % interval. records: for how many records it is defined."""

    name: str
    percent: float | None
    low: float | None
    high: float | None
    records: int


class Ratio(msgspec.Struct, frozen=True):
    """A percentage of one record: 100 × right / whole."""

    name: str
    percent: float | None
    right: float
    whole: float


class BeatRecord(msgspec.Struct, frozen=True):
    """One record. table: rows N S V F Q O of the reference, columns n s v f q o of what was told."""

    name: str
    scored_seconds: float
    table: list[list[int]]
    ratios: list[Ratio]


class BeatReport(msgspec.Struct, frozen=True):
    """Records that are judged together."""

    records: list[BeatRecord]
    table: list[list[int]]
    gross: list[Figure]
    average: list[Figure]


class EpisodeRecord(msgspec.Struct, frozen=True):
    """Atrial fibrillation in one record, in episodes and seconds."""

    name: str
    ratios: list[Ratio]
    seconds_in_flutter: float
    """Told as fibrillation in marked atrial flutter: not judged."""


class EpisodeReport(msgspec.Struct, frozen=True):
    """Atrial fibrillation in the records where it was marked or told; gross over all records that are not paced."""

    records: list[EpisodeRecord]
    gross: list[Figure]


class RhythmReport(msgspec.Struct, frozen=True):
    """One kind of answer in records with one label. F1 of N A O ~ and the mean of N A O; tables: rows the label."""

    answer: str
    f1: list[Figure]
    table: list[list[int]]


class Report(msgspec.Struct, frozen=True):
    """report.json. Parts that the folder has no truth for are null. paced records are in no other part."""

    notice: str
    method: Method
    beats: BeatReport | None
    paced: BeatReport | None
    fibrillation: EpisodeReport | None
    rhythm: list[RhythmReport]
    failures: list[str]


def build_report(
    method: Method, beats: Sequence[BeatScore], strips: Sequence[StripScore], failures: Sequence[str]
) -> Report:
    """The report of all scores, records in the order of their names."""
    ordered = sorted(beats, key=lambda score: score.name)
    judged = [score for score in ordered if not score.is_paced]
    return Report(
        NOTICE,
        method,
        _beat_report(judged),
        _beat_report([score for score in ordered if score.is_paced]),
        _episode_report(judged),
        _rhythm_reports(sorted(strips, key=lambda score: score.name)),
        sorted(failures),
    )


def _beat_report(scores: Sequence[BeatScore]) -> BeatReport | None:
    if not scores:
        return None
    tables = np.stack([score.table for score in scores]).reshape(-1, TABLE_SIZE, TABLE_SIZE)
    return BeatReport(
        [_beat_record(score) for score in scores],
        tables.sum(axis=0).tolist(),
        [_figure(measure.name, bootstrap.gross(*measure.counts(tables))) for measure in MEASURES],
        [_figure(measure.name, bootstrap.average(*measure.counts(tables))) for measure in MEASURES],
    )


def _beat_record(score: BeatScore) -> BeatRecord:
    counts = [(measure.name, *measure.counts(score.table[None])) for measure in MEASURES]
    ratios = [_ratio(name, right.item(), whole.item()) for name, right, whole in counts]
    return BeatRecord(score.name, round(score.scored_seconds, DECIMALS), score.table.tolist(), ratios)


def _episode_report(scores: Sequence[BeatScore]) -> EpisodeReport | None:
    concerned = [score for score in scores if score.fibrillation.reference or score.fibrillation.told]
    if not concerned:
        return None
    records = [
        EpisodeRecord(
            score.name, _episode_ratios(score), round(score.fibrillation.set_aside_samples / score.rate, DECIMALS)
        )
        for score in concerned
    ]
    columns = zip(*(_episode_ratios(score) for score in scores), strict=True)
    return EpisodeReport(records, [_pooled(column) for column in columns])


def _episode_ratios(score: BeatScore) -> list[Ratio]:
    one, rate = score.fibrillation, score.rate
    return [
        _ratio("AF episode sensitivity", one.found, one.reference),
        _ratio("AF episode +P", one.true, one.told),
        _ratio("AF duration sensitivity", one.overlap_samples / rate, one.reference_samples / rate),
        _ratio("AF duration +P", one.overlap_samples / rate, one.told_samples / rate),
    ]


def _pooled(ratios: Sequence[Ratio]) -> Figure:
    right, whole = np.array([ratio.right for ratio in ratios]), np.array([ratio.whole for ratio in ratios])
    return _figure(ratios[0].name, bootstrap.gross(right, whole))


def _rhythm_reports(scores: Sequence[StripScore]) -> list[RhythmReport]:
    reports = []
    for kind in scores[0].answers if scores else ():
        answers = [score.answers[kind] for score in scores]
        reports.append(_rhythm_report(f"{kind}, by beat", tables_by_beat(answers)))
        reports.append(_rhythm_report(f"{kind}, by record", tables_by_record(answers)))
    return reports


def _rhythm_report(answer: str, tables: NDArray[np.int64]) -> RhythmReport:
    names = [*(f"F1 {rhythm}" for rhythm in RHYTHMS), "F1 mean of N A O"]
    figures = [_figure(name, one) for name, one in zip(names, f1_estimates(tables), strict=True)]
    return RhythmReport(answer, figures, tables.sum(axis=0).tolist())


def _figure(name: str, one: bootstrap.Estimate) -> Figure:
    return Figure(name, _rounded(one.percent), _rounded(one.low), _rounded(one.high), one.records)


def _ratio(name: str, right: float, whole: float) -> Ratio:
    percent = 100 * right / whole if whole else None
    return Ratio(name, _rounded(percent), round(right, DECIMALS), round(whole, DECIMALS))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
