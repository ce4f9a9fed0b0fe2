"""The tables of what people say of a recording's beats. Rows are only added."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class EditDeed(SQLModel, table=True):
    """One thing that somebody did: `act` of `db.edits.Act`. `withdraws`: the deed that it takes back."""

    __tablename__ = "edit_deed"
    __table_args__ = (Index("ix_edit_deed_recording", "recording_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id")
    act: str = Field(max_length=8)
    withdraws: int | None = None
    user_id: int = Field(foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)


class Correction(SQLModel, table=True):
    """What a person said of the beat at house sample `index`; the newest row of a beat holds.

    `beat_class`: null gives the beat back to the network, `x` says that there is none; a class where the network saw no
    beat says that there is one. What the network said stays in the row of the beat. `deed_id`: null before there were
    deeds. A deed that takes another back adds rows that say what holds without it.
    """

    __tablename__ = "beat_correction"
    __table_args__ = (
        Index("ix_beat_correction_beat", "recording_id", "index"),
        Index("ix_beat_correction_deed", "deed_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id")
    index: int = Field(sa_type=BigInteger)
    beat_class: str | None = Field(default=None, max_length=1)
    user_id: int = Field(foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
    deed_id: int | None = None


class NoiseRow(SQLModel, table=True):
    """A person said that house samples [start, end) are noise, or (not `holds`) that they are not; the newest row of a
    stretch holds.
    """

    __tablename__ = "noise_stretch"
    __table_args__ = (Index("ix_noise_stretch_recording", "recording_id", "start"),)
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id")
    start: int = Field(sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)
    holds: bool
    deed_id: int
