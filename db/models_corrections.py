"""The table of what people say of single beats."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class Correction(SQLModel, table=True):
    """What a person said of the beat at house sample `index`; rows are only added, and the newest of a beat holds.

    `beat_class`: null gives the beat back to the network. What the network said stays in the row of the beat.
    """

    __tablename__ = "beat_correction"
    __table_args__ = (Index("ix_beat_correction_beat", "recording_id", "index"),)
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id")
    index: int = Field(sa_type=BigInteger)
    beat_class: str | None = Field(default=None, max_length=1)
    user_id: int = Field(foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
