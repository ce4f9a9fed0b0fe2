"""Tables of notices: what people want to be told of alerts, and what was or is to be sent."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class NoticeWish(SQLModel, table=True):
    """Of what somebody wants to be told, and how. least: the lowest `Priority`. after_s: only if nobody has seen the
    alert for so long. quiet_from, quiet_to: minutes of the day in `zone` between which nothing is sent, null: none;
    high_in_quiet: but what is of high priority. names: of patients too, where the house allows it.
    """

    __tablename__ = "notice_wish"
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    by_mail: bool
    by_webhook: bool
    least: str = Field(max_length=8)
    after_s: int
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str = Field(max_length=64)
    high_in_quiet: bool
    names: bool


class Notice(SQLModel, table=True):
    """One alert that one person is told of in one way, once. channel: mail or webhook. cause: told, called. state:
    waiting, sent, seen (somebody was quicker), failed. due_ms: the next try; ended_ms: when that was settled.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_key", "user_id", "channel", "cause", "recording_id", "rule", "start", unique=True),
        Index("ix_notice_due", "state", "due_ms"),
    )
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id")
    channel: str = Field(max_length=8)
    cause: str = Field(max_length=8)
    recording_id: str = Field(max_length=64)
    rule: str = Field(max_length=16)
    start: int = Field(sa_type=BigInteger)
    due_ms: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=8)
    tries: int
    ended_ms: int | None = Field(default=None, sa_type=BigInteger)
    error: str = Field(max_length=200)
