"""What was found, in sentences: only what the numbers of the content say. Pure."""

from collections.abc import Iterator
from functools import reduce

from dashboard.names import finding_name, rhythm_name
from ecg.findings import Finding
from ecg.labels import BeatClass, Rhythm
from ecg.rates import to_seconds
from ecg.report_content import ReportContent
from words import t
from written import duration, number, percent

RUNS = (Finding.VENTRICULAR_TACHYCARDIA, Finding.VENTRICULAR_RUN, Finding.SUPRAVENTRICULAR_RUN, Finding.COUPLET)
PATTERNS = (Finding.BIGEMINY, Finding.TRIGEMINY)
NO_BREAK = "\u00a0"
GRAVE = (Finding.VENTRICULAR_FIBRILLATION, Finding.ASYSTOLE)


def headline(content: ReportContent) -> str:
    """The rhythm."""
    if not content.total:
        return t("report.no_beats" if content.models else "report.not_analysed")
    named = [(name, share) for name, share in content.rhythms if name]
    if not named:
        return t("report.rhythm_unsure")
    rhythm, share = Rhythm(named[0][0]), named[0][1]
    main = t("report.rhythm", rhythm=rhythm_name(rhythm), share=percent(share))
    return " ".join([main, *_fibrillation(content)])


def details(content: ReportContent) -> str:
    """Ectopy, runs, pauses, and what is not known."""
    return " ".join(_details(content)) if content.total else ""


def _fibrillation(content: ReportContent) -> Iterator[str]:
    found = content.of(Finding.ATRIAL_FIBRILLATION)
    if found is None:
        return
    burden = t("report.unknown_burden") if content.af_burden is None else percent(content.af_burden / 100, 1)
    longest = duration(to_seconds(found.end - found.start)).replace(" ", NO_BREAK)
    yield t("report.fibrillation", count=found.count, longest=longest, burden=burden)


def _details(content: ReportContent) -> Iterator[str]:
    for finding in GRAVE:
        if (found := content.of(finding)) is not None:
            yield t("report.found", name=finding_name(finding), times=t("result.times", count=found.count))
    for kind, key in ((BeatClass.VENTRICULAR, "report.v_ectopy"), (BeatClass.SUPRAVENTRICULAR, "report.s_ectopy")):
        hourly = content.per_hour(kind)
        if content.count(kind) and hourly is not None:
            yield t(key, count=number(content.count(kind)), hourly=number(hourly, 1))
    runs = [(finding, content.of(finding)) for finding in (*RUNS, *PATTERNS)]
    told = [t("report.one_finding", name=finding_name(name), count=each.count) for name, each in runs if each]
    if told:
        yield t("report.findings", list=reduce(_and, told))
    pause = content.of(Finding.PAUSE)
    if pause is None:
        yield t("report.no_pause")
    else:
        yield t("report.found", name=finding_name(Finding.PAUSE), times=t("result.times", count=pause.count))


def _and(one: str, other: str) -> str:
    return t("report.and", one=one, other=other)
