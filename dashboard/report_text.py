"""The words of a report, in the language and the time zone that are spoken: what page and paper both say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.names import capital, class_name, finding_name, moment_words
from dashboard.report_sentences import details, headline
from dashboard.report_strip import is_cut
from db.report_views import ReportState, ReportVersion
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.rates import to_seconds
from ecg.report_content import Changes, ReportContent, ReportStrip
from ecg.report_strips import TOLD
from words import t
from written import date, duration, instant, number, percent

UNKNOWN = "–"
PER_HOUR = (BeatClass.VENTRICULAR, BeatClass.SUPRAVENTRICULAR)


@dataclass(frozen=True, slots=True)
class Line:
    """A number with its name. sign: letter of a class; strip: number of the strip that shows it, None for none."""

    name: str
    value: str
    note: str = ""
    sign: str = ""
    strip: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers under a heading."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a strip. index: the house sample that it is about."""

    number: int
    title: str
    note: str
    index: int


@dataclass(frozen=True, slots=True)
class ReportText:
    """All words of a report. columns: tables one below the other, side by side."""

    title: str
    span: str
    state: str
    facts: list[tuple[str, str]]
    headline: str
    details: str
    columns: list[list[Table]]
    captions: list[Caption]
    conclusion: str
    signature: list[str]
    origin: str


def report_text(content: ReportContent, version: ReportVersion, sha256: str, before: Changes | None) -> ReportText:
    """The words. sha256: of the content; before: what is different from the version signed before."""
    rate, beats = [_rates(content), _rr(content)], [_beats(content), _ectopy(content)]
    return ReportText(
        t("report.title"),
        _span(content),
        state_words(version),
        _facts(content),
        headline(content),
        details(content),
        [rate, [_variability(content), _episodes(content)], beats],
        [_caption(content, place, strip) for place, strip in enumerate(content.strips, start=1)],
        content.conclusion or t("report.no_conclusion"),
        [*_signature(version), t("report.sha256", sum=sha256), *_changed(before)],
        _origin(content),
    )


def state_words(version: ReportVersion) -> str:
    """As "Signed, version 2"."""
    return t(f"report.state_{version.state}", version=version.version)


def _span(content: ReportContent) -> str:
    source = content.source
    lasts = duration(source.seconds)
    if source.started_ms is None:
        return t("report.span_undated", lasts=lasts)
    end = source.started_ms + 1000 * source.seconds
    return t("report.span", lasts=lasts, begin=instant(source.started_ms)[:-3], end=instant(end)[:-3])


def _facts(content: ReportContent) -> list[tuple[str, str]]:
    subject, source = content.subject, content.source
    named = (subject.name or subject.initials or UNKNOWN, subject.number or "", subject.place)
    who = " · ".join(part for part in named if part)
    sex = t(f"sex.{subject.sex}") if subject.sex else ""
    born = ", ".join(part for part in (_age(content), sex) if part) or UNKNOWN
    lead = t("result.lead_value", lead=source.lead, rate=f"{source.rate:g}")
    received, usable = (
        UNKNOWN if each is None else percent(each / 100, 1) for each in (source.received, source.usable)
    )
    return [
        (t("patient.patient"), who),
        (t("report.age_sex"), born),
        (t("report.device_lead"), " · ".join(part for part in (source.device, lead) if part)),
        (t("report.received_usable"), t("report.received_value", received=received, usable=usable)),
    ]


def _age(content: ReportContent) -> str:
    """In years when it was recorded, where both days are known."""
    born, started = content.subject.born, content.source.started_ms
    if not born:
        return ""
    if started is None:
        return t("report.born", day=born)
    day = date(started)
    years = int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])
    return t("report.years", count=years, day=born)


def _rates(content: ReportContent) -> Table:
    mean = UNKNOWN if content.mean_rate is None else number(content.mean_rate)
    lines = [Line(t("report.mean"), mean, t("report.analysed", time=duration(content.analysed_s)))]
    extremes = (("lowest_rate", content.lowest_rate), ("highest_rate", content.highest_rate))
    for name, extreme in extremes:
        told = UNKNOWN if extreme is None else number(extreme.value)
        when = "" if extreme is None else moment_words(content.source.started_ms, extreme.index)
        lines.append(Line(t(f"report.{name}"), told, when, strip=content.strip_of(name)))
    return Table(t("report.rates"), lines)


def _rr(content: ReportContent) -> Table:
    rr, started = content.rr, content.source.started_ms
    if rr is None:
        return Table(t("report.rr"), [Line(t("report.mean"), UNKNOWN, t("report.no_rr"))])
    mean = Line(t("report.mean"), number(rr.mean))
    shortest = Line(t("report.shortest"), number(rr.shortest.value), moment_words(started, rr.shortest.index))
    longest = moment_words(started, rr.longest.index)
    last = Line(t("report.longest"), number(rr.longest.value), longest, strip=content.strip_of("longest_rr"))
    return Table(t("report.rr"), [mean, shortest, last])


def _variability(content: ReportContent) -> Table:
    nn = content.nn
    used = UNKNOWN if nn.used is None else percent(nn.used / 100)
    whole = duration(content.source.seconds)
    few = t("report.too_few_nn")
    lines = [
        _nn_line("SDNN", nn.sdnn, "ms", whole, few),
        _nn_line("SDANN", nn.sdann, "ms", t("report.five_minutes"), t("report.needs_18_h")),
        _nn_line("RMSSD", nn.rmssd, "ms", whole, few),
        _nn_line("pNN50", nn.pnn50, "%", whole, few),
    ]
    return Table(t("report.variability", used=used), lines)


def _nn_line(name: str, value: float | None, unit: str, over: str, missing: str) -> Line:
    return Line(name, UNKNOWN, missing) if value is None else Line(name, f"{number(value)} {unit}", over)


def _episodes(content: ReportContent) -> Table:
    burden = UNKNOWN if content.af_burden is None else percent(content.af_burden / 100, 1)
    note = t("report.burden_unknown") if content.af_burden is None else ""
    told = [Line(t("report.af_burden"), burden, note, strip=content.strip_of(Finding.ATRIAL_FIBRILLATION.value))]
    always = (Finding.ATRIAL_FIBRILLATION, Finding.PAUSE, Finding.VENTRICULAR_RUN)
    for finding in TOLD:
        found = content.of(finding)
        if found is not None:
            longest = t("report.longest_episode", time=duration(to_seconds(found.end - found.start)))
            strip = content.strip_of(finding.value)
            told.append(Line(finding_name(finding), f"{number(found.count)} ×", longest, strip=strip))
        elif finding in always and content.total:
            told.append(Line(finding_name(finding), t("result.never")))
    return Table(t("report.episodes"), told)


def _beats(content: ReportContent) -> Table:
    lines = []
    for kind in (BeatClass.NORMAL, BeatClass.VENTRICULAR, *BEAT_CLASSES[1:2], *BEAT_CLASSES[3:]):
        share = percent(content.count(kind) / content.total, 1) if content.total else ""
        strip = content.strip_of(kind.value)
        lines.append(Line(capital(class_name(kind)), number(content.count(kind)), share, kind.value, strip))
    if content.corrections:
        lines.append(Line(t("report.corrected"), number(len(content.corrections)), t("report.by_doctor")))
    return Table(t("report.beats", count=number(content.total)), lines)


def _ectopy(content: ReportContent) -> Table:
    lines = []
    for kind in PER_HOUR:
        hourly = content.per_hour(kind)
        told, note = (UNKNOWN, t("report.under_a_minute")) if hourly is None else (number(hourly, 1), "")
        lines.append(Line(capital(class_name(kind)), told, note, kind.value, content.strip_of(kind.value)))
    return Table(t("report.ectopy"), lines)


def _caption(content: ReportContent, place: int, strip: ReportStrip) -> Caption:
    names = list(dict.fromkeys(_shown(content, each) for each in strip.shows))
    note = moment_words(content.source.started_ms, strip.index)
    if is_cut(strip):
        note = f"{note} · {t('report.cut')}"
    return Caption(place, " · ".join(names), note, strip.index)


def _shown(content: ReportContent, shows: str) -> str:
    if shows == "longest_rr" and content.rr is not None:
        return t("report.strip_longest_rr", seconds=number(content.rr.longest.value / 1000, 2))
    extreme = {"lowest_rate": content.lowest_rate, "highest_rate": content.highest_rate}.get(shows)
    if extreme is not None:
        return t(f"report.strip_{shows}", rate=number(extreme.value))
    if shows in list(BeatClass):
        return capital(t("report.strip_class", name=class_name(BeatClass(shows))))
    return finding_name(Finding(shows))


def _signature(version: ReportVersion) -> Iterator[str]:
    if version.state is ReportState.SIGNED and version.signed_ms is not None:
        yield t("report.signed_by", who=version.signer or UNKNOWN, when=instant(version.signed_ms))
    elif version.state is ReportState.APPROVED and version.approved_ms is not None:
        yield t("report.approved_by", who=version.approver or UNKNOWN, when=instant(version.approved_ms))
        yield t("report.not_signed")
    else:
        yield t("report.not_signed")


def _changed(before: Changes | None) -> Iterator[str]:
    if before is None:
        return
    parts = [t(f"report.part_{name}") for name in before.parts]
    beats = [t("report.changed_beats", count=before.beats)] if before.beats else []
    yield t("report.changed", what=", ".join([*beats, *parts])) if parts or beats else t("report.same")


def _origin(content: ReportContent) -> str:
    models = ", ".join(model[:8] or t("report.network_unknown") for model in content.models)
    return t("report.origin", models=models) if models else t("report.not_analysed")
