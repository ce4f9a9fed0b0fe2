"""A version of a report as it is shown: what was signed, or what the recording says now."""

from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Engine

from dashboard.edition import ASSETS
from dashboard.palette import Palette, read_palette
from dashboard.report_pdf import report_pdf
from dashboard.report_reading import report_content
from dashboard.report_text import ReportText, report_text
from db.report_views import ReportState, ReportVersion, sum_of
from db.reports import report_versions, signed_content
from db.views import RecordingView
from ecg.report_content import Changes, ReportContent, changes
from written import stand_in


@dataclass(frozen=True, slots=True)
class ShownReport:
    """version: as it is, but a draft where something changed since it was pre-approved. before: what is different from
    the version signed before, where there is one.
    """

    version: ReportVersion
    content: ReportContent
    sha256: str
    before: Changes | None
    approval_gone: bool

    def text(self) -> ReportText:
        """Its words, for the time zone that it is written for."""
        stand_in(self.version.zone)
        return report_text(self.content, self.version, self.sha256, self.before)

    def pdf(self) -> bytes:
        """On paper, in the language that is spoken."""
        return report_pdf(self.content, self.text(), paper_palette())


@cache
def paper_palette() -> Palette:
    """The colours of paper."""
    return read_palette((ASSETS / "tokens.css").read_text("utf-8"), "light")


def live_content(engine: Engine, of: RecordingView, conclusion: str) -> ReportContent:
    """What a report of this recording says now."""
    return report_content(engine, of, conclusion)


def shown_report(engine: Engine, of: RecordingView, version: ReportVersion) -> ShownReport:
    """The version with its content; one that is not signed says what the recording says now."""
    signed = signed_content(engine, of.id, version.version)
    content = signed or live_content(engine, of, version.conclusion)
    sha256 = version.sha256 if signed and version.sha256 else sum_of(content)
    gone = version.state is ReportState.APPROVED and version.approved_sha256 != sha256
    shown = replace(version, state=ReportState.DRAFT) if gone else version
    return ShownReport(shown, content, sha256, _before(engine, of, version, content), gone)


def _before(engine: Engine, of: RecordingView, version: ReportVersion, content: ReportContent) -> Changes | None:
    known = report_versions(engine, of.id)
    earlier = [each for each in known if each.version < version.version and each.state is ReportState.SIGNED]
    signed = signed_content(engine, of.id, earlier[0].version) if earlier else None
    return changes(signed, content) if signed else None
