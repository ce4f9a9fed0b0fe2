"""Versions of reports as queries answer with them, and how their content is written down. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from ecg.report_content import ReportContent

MOST_CONCLUSION = 4000


class ReportState(StrEnum):
    """How far a version is. SIGNED: its content never changes. WITHDRAWN: a draft that nobody goes on with."""

    DRAFT = "draft"
    APPROVED = "approved"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


OPEN = (ReportState.DRAFT, ReportState.APPROVED)


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """A version of a recording's report. author, approver, releaser: full names now; signer: the name when signed.

    See `db.models_reports.ReportRow`.
    """

    recording_id: str
    version: int
    state: ReportState
    revision: int
    zone: str
    conclusion: str
    made_ms: int
    approved_ms: int | None
    approved_sha256: str | None
    signed_ms: int | None
    signer: str | None
    sha256: str | None
    released_ms: int | None
    author: str | None
    approver: str | None

    @property
    def is_open(self) -> bool:
        """Whether it can still be written."""
        return self.state in OPEN


def written_content(content: ReportContent) -> bytes:
    """The one way in which a content is written: JSON, fields in their order. Equal contents give equal bytes."""
    return msgspec.json.encode(content)


def read_content(written: bytes) -> ReportContent:
    """The reverse of `written_content`."""
    return msgspec.json.decode(written, type=ReportContent)


def sum_of(content: ReportContent) -> str:
    """SHA-256 of a content, hexadecimal."""
    return hashlib.sha256(written_content(content)).hexdigest()
