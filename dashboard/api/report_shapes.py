"""Reports as the API tells them, and what it is sent about them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dashboard.api.me import moment
from dashboard.report_shown import ShownReport
from dashboard.report_written import check_conclusion
from db.report_views import MOST_CONCLUSION, ReportState, ReportVersion
from ecg.edited_variability import At
from ecg.labels import BEAT_CLASSES
from ecg.report_content import EpisodeSum, NNNumbers, RRNumbers, Source, Subject
from words import speaking

Language = Literal["en", "zh"]
"""In which a report is told."""


class ReportLine(BaseModel):
    """A version of the report of a recording. A draft is nobody's result."""

    version: int
    state: ReportState
    made_at: datetime
    signed_at: datetime | None
    signer: str | None
    sha256: str | None = Field(description="Of the content, once it is signed.")
    released_at: datetime | None = Field(description="Since when the patient may see it.")


class ReportLines(BaseModel):
    """All versions, the newest first."""

    items: list[ReportLine]


class ReportNumbers(BaseModel):
    """The numbers; null where one is not known, or withheld because too little counts."""

    subject: Subject
    source: Source
    analysed_s: float
    beats: dict[str, int] = Field(description="By class, as doctors have said where they have.")
    corrected_beats: int
    mean_rate: float | None
    lowest_rate: At | None
    highest_rate: At | None
    rr: RRNumbers | None
    nn: NNNumbers
    rhythms: dict[str, float] = Field(
        description="Share of the beats in each rhythm; under '' those that are not sure."
    )
    af_burden: float | None = Field(description="Percent of the analysed time.")
    episodes: list[EpisodeSum]
    models: list[str] = Field(description="SHA-256 of the networks.")


class Report(ReportLine):
    """A version with its content. Not of a certified medical device."""

    revision: int = Field(description="Rises with each change; the ETag.")
    content_sha256: str = Field(description="Of the content as it is now: whoever signs says that this was seen.")
    conclusion: str
    headline: str
    details: str
    changed: list[str] | None = Field(description="Parts that differ from the version signed before.")
    changed_beats: int | None
    numbers: ReportNumbers


class Asked(BaseModel):
    """In which language."""

    model_config = ConfigDict(extra="forbid")

    language: Language = "en"


class Conclusion(BaseModel):
    """What the doctor concludes."""

    model_config = ConfigDict(extra="forbid")

    conclusion: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=MOST_CONCLUSION), AfterValidator(check_conclusion)
    ]


class Seen(BaseModel):
    """Which content was seen: another one is not signed."""

    model_config = ConfigDict(extra="forbid")

    content_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


def line_of(version: ReportVersion) -> ReportLine:
    """A version in a list."""
    return ReportLine(**_facts(version))


def report_of(shown: ShownReport, language: Language) -> Report:
    """A version with its content."""
    with speaking(language):
        text = shown.text()
    content, before = shown.content, shown.before
    counts = dict(zip((kind.value for kind in BEAT_CLASSES), content.counts, strict=True))
    numbers = ReportNumbers(
        subject=content.subject,
        source=content.source,
        analysed_s=content.analysed_s,
        beats=counts,
        corrected_beats=len(content.corrections),
        mean_rate=content.mean_rate,
        lowest_rate=content.lowest_rate,
        highest_rate=content.highest_rate,
        rr=content.rr,
        nn=content.nn,
        rhythms=dict(content.rhythms),
        af_burden=content.af_burden,
        episodes=list(content.episodes),
        models=list(content.models),
    )
    return Report(
        **_facts(shown.version),
        revision=shown.version.revision,
        content_sha256=shown.sha256,
        conclusion=content.conclusion,
        headline=text.headline,
        details=text.details,
        changed=None if before is None else list(before.parts),
        changed_beats=None if before is None else before.beats,
        numbers=numbers,
    )


def _facts(version: ReportVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "state": version.state,
        "made_at": moment(version.made_ms),
        "signed_at": None if version.signed_ms is None else moment(version.signed_ms),
        "signer": version.signer,
        "sha256": version.sha256,
        "released_at": None if version.released_ms is None else moment(version.released_ms),
    }
