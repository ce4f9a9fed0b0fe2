"""The table of what people say about recordings, beside what was recorded, which never changes."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class RecordingDetails(SQLModel, table=True):
    """Title and note of a recording, and whether it was deleted; a row is there where somebody typed or deleted.

    version: counts changes, so that two people who edit at once see it. deleted_until: the ledger's `until` then.
    """

    __tablename__ = "recording_details"
    recording_id: str = Field(max_length=64, primary_key=True, foreign_key="recording.id")
    title: str = Field(max_length=128)
    note: str = Field(max_length=2000)
    version: int
    deleted_ms: int | None = Field(default=None, sa_type=BigInteger, index=True)
    deleted_by: int | None = Field(default=None, foreign_key="user_account.id")
    deleted_until: int | None = Field(default=None, sa_type=BigInteger)
