"""The table of exports: recordings that somebody wants as files, in one archive."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class ExportRow(SQLModel, table=True):
    """One archive. state: a word of `db.export_views.ExportState`; progress: 0 to 1000. size: bytes once it is done.

    recordings, kinds: JSON lists of ids and of words of `streaming.export_files.ExportKind`. left_out: how many of the
    recordings were gone when their turn came.
    """

    __tablename__ = "export"
    id: str = Field(max_length=32, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    recordings: str = Field(sa_type=Text)
    kinds: str = Field(max_length=128)
    asked_ms: int = Field(sa_type=BigInteger, index=True)
    state: str = Field(max_length=16, index=True)
    progress: int = 0
    size: int = Field(default=0, sa_type=BigInteger)
    left_out: int = 0
