"""The table of reports: every version of the report of a recording."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class ReportRow(SQLModel, table=True):
    """One version of a recording's report. state: a word of `db.report_views.ReportState`; zone: the time zone that it
    is written for, "" for the machine's.

    revision: counts changes, so that two people who edit at once see it. approved_sha256: of the content that was
    pre-approved. content: what was signed (`db.report_views.ReportVersion`), and sha256 of it; null before.
    """

    __tablename__ = "report"
    recording_id: str = Field(max_length=64, primary_key=True, foreign_key="recording.id")
    version: int = Field(primary_key=True)
    state: str = Field(max_length=16, index=True)
    revision: int
    zone: str = Field(max_length=64)
    conclusion: str = Field(sa_type=Text)
    made_by: int | None = Field(default=None, foreign_key="user_account.id")
    made_ms: int = Field(sa_type=BigInteger)
    approved_by: int | None = Field(default=None, foreign_key="user_account.id")
    approved_ms: int | None = Field(default=None, sa_type=BigInteger)
    approved_sha256: str | None = Field(default=None, max_length=64)
    signed_by: int | None = Field(default=None, foreign_key="user_account.id")
    signed_ms: int | None = Field(default=None, sa_type=BigInteger)
    signer: str | None = Field(default=None, max_length=128)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    sha256: str | None = Field(default=None, max_length=64)
    released_by: int | None = Field(default=None, foreign_key="user_account.id")
    released_ms: int | None = Field(default=None, sa_type=BigInteger)
