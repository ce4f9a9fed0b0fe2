"""report.md: a `Report` as Markdown for people. Pure."""

from collections.abc import Iterator, Sequence

from ecg.ec57 import (
    QRS_PREDICTIVITY,
    QRS_SENSITIVITY,
    ROWS,
    SVEB_FALSE_POSITIVE,
    SVEB_PREDICTIVITY,
    SVEB_SENSITIVITY,
    VEB_FALSE_POSITIVE,
    VEB_PREDICTIVITY,
    VEB_SENSITIVITY,
    Measure,
)
from ecg.labels import RHYTHMS
from streaming.report import BeatReport, EpisodeReport, Figure, Ratio, Report, RhythmReport

COLUMNS: tuple[tuple[str, Measure], ...] = (
    ("QRS Se", QRS_SENSITIVITY),
    ("QRS +P", QRS_PREDICTIVITY),
    ("V Se", VEB_SENSITIVITY),
    ("V +P", VEB_PREDICTIVITY),
    ("V FPR", VEB_FALSE_POSITIVE),
    ("S Se", SVEB_SENSITIVITY),
    ("S +P", SVEB_PREDICTIVITY),
    ("S FPR", SVEB_FALSE_POSITIVE),
)
RULES = """\
Beats are matched one to one within 150 ms; the first {learning:.0f} s of a record are the learning period and are not
scored, nor is ventricular flutter or fibrillation ('[' to ']'). F and Q beats told as V are no errors, nor are Q beats
told as S; the strict +P count them. Gross: all beats pooled. Average: mean over the records that have the figure. In
brackets 95 % intervals, {draws} bootstrap draws over records. Rules: docs/EVALUATION.md."""
STRIP_RULES = """\
Each record has one label for its whole length; by beat every beat carries it, by record the rhythm with the highest
mean probability over the beats counts. F1 in percent, in brackets 95 % intervals, {draws} bootstrap draws over
records."""
EPISODE_RULES = """\
Marked: from a note (AFIB to the next other rhythm. Told: the monitor's episodes of atrial fibrillation. An episode is
found, or true, when the two overlap at all. Fibrillation told in marked atrial flutter (AFL) is not judged."""


def markdown(report: Report, picture: str) -> str:
    """The whole report; `picture` is the file that it shows."""
    return "\n".join(_lines(report, picture)) + "\n"


def _lines(report: Report, picture: str) -> Iterator[str]:
    method = report.method
    yield from (f"# Evaluation of {method.folder}", "", f"**{report.notice}**", "", f"![Figures]({picture})", "")
    yield f"Lead {method.lead}, network {method.network!r}, through the pipeline that serves live."
    yield "A network does better on records that it was trained on: its model card names them."
    draws = method.bootstrap_draws
    if report.beats is not None:
        yield from _beats(report.beats, RULES.format(learning=method.learning_seconds, draws=draws))
    if report.fibrillation is not None:
        yield from _episodes(report.fibrillation)
    if report.paced is not None:
        yield from ("", "## Paced records, kept apart", "", "Not in any figure above (EC57).", "")
        yield from _records(report.paced)
    if report.rhythm:
        yield from _rhythm(report.rhythm, STRIP_RULES.format(draws=draws))
    if report.failures:
        yield from ("", f"## Not scored: {len(report.failures)}", "", *(f"- {line}" for line in report.failures))


def _beats(beats: BeatReport, rules: str) -> Iterator[str]:
    scored = sum(map(sum, beats.table[:5]))
    yield from ("", f"## Beats: {len(beats.records)} records, {scored:,} annotated beats", "", rules, "")
    yield from _table(["figure, %", "gross", "average", "records"])
    for pooled, mean in zip(beats.gross, beats.average, strict=True):
        yield _row([pooled.name, _figure(pooled), _figure(mean), str(mean.records)])
    yield from ("", "Rows: annotated; columns: told; O: no beat.", "")
    yield from _table(["", *ROWS.lower()])
    for name, counts in zip(ROWS, beats.table, strict=True):
        yield _row([f"**{name}**", *(f"{count:,}" for count in counts)])
    yield from ("", "### Record by record", "")
    yield from _records(beats)


def _records(beats: BeatReport) -> Iterator[str]:
    yield from _table(["record", "beats", "V", "S", *(column for column, _ in COLUMNS)])
    for record in beats.records:
        percents = {ratio.name: ratio for ratio in record.ratios}
        rows = [sum(row) for row in record.table]
        counts = [str(sum(rows[:5])), str(rows[ROWS.index("V")]), str(rows[ROWS.index("S")])]
        yield _row([record.name, *counts, *(_percent(percents[one.name].percent) for _, one in COLUMNS)])


def _episodes(episodes: EpisodeReport) -> Iterator[str]:
    yield from ("", f"## Atrial fibrillation: marked or told in {len(episodes.records)} records", "", EPISODE_RULES, "")
    yield from _table(["record", *(figure.name for figure in episodes.gross), "s in flutter"])
    for record in episodes.records:
        yield _row([record.name, *(_ratio(one) for one in record.ratios), f"{record.seconds_in_flutter:.0f}"])
    yield _row(["**gross**", *(_figure(one) for one in episodes.gross), ""])


def _rhythm(reports: Sequence[RhythmReport], rules: str) -> Iterator[str]:
    yield from ("", f"## Rhythm: {reports[0].f1[0].records:,} records with one label", "", rules, "")
    yield from _table(["answer", *(figure.name for figure in reports[0].f1)])
    for report in reports:
        yield _row([report.answer, *(_figure(one) for one in report.f1)])
    for report in reports:
        yield from ("", f"Counts {report.answer}; rows: label, columns: told.", "")
        yield from _table(["", *RHYTHMS])
        for name, counts in zip(RHYTHMS, report.table, strict=True):
            yield _row([f"**{name}**", *(f"{count:,}" for count in counts)])


def _table(names: Sequence[str]) -> tuple[str, str]:
    return _row(names), _row(["---", *("---:" for _ in names[1:])])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(one: Figure) -> str:
    return _percent(one.percent) if one.low is None else f"{one.percent:.2f} ({one.low:.2f} to {one.high:.2f})"


def _ratio(one: Ratio) -> str:
    return f"{_percent(one.percent)} ({one.right:.0f}/{one.whole:.0f})"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
