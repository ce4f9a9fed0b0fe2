"""Tables of alerts: what was told, what people did about it, and whom a ward calls next."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from db.models import of_recording

_INDEXES = (
    Index("ix_alert_verdict", "verdict", "recording_id", "rule", "start", "end", "began_ms"),
    Index("ix_alert_began", "began_ms"),
    Index("ix_alert_judged", "judged_ms"),
    Index("ix_alert_assignee", "assignee_id"),
)
"""A hundred thousand alerts are counted by recording and rule from the first one alone."""


class AlertRow(SQLModel, table=True):
    """An alarm condition as `ecg.types.Alert`; `end` is null while it goes on. evidence: JSON.

    began_ms: its onset by the server's clock, as the alert desk reckons; null until that has had it. The recorder
    writes what the pipeline told, the desk what it sees itself; both may write the same row in any order.

    The rest is what the acts of people come to, written with them: when it was seen first, of what stands; the
    `ecg.alert_review.Verdict`, whose and when; whose task it is. Null: nobody's.
    """

    __tablename__ = "alert"
    __table_args__ = (*_INDEXES, *of_recording())
    recording_id: str = Field(max_length=64, primary_key=True)
    rule: str = Field(max_length=16, primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    priority: str = Field(max_length=8)
    end: int | None = Field(default=None, sa_type=BigInteger)
    evidence: str = Field(max_length=1024)
    model: str = Field(max_length=64)
    began_ms: int | None = Field(default=None, sa_type=BigInteger)
    seen_ms: int | None = Field(default=None, sa_type=BigInteger)
    verdict: str | None = Field(default=None, max_length=8)
    judged_by: int | None = None
    judged_ms: int | None = Field(default=None, sa_type=BigInteger)
    assignee_id: int | None = None


class AlertAct(SQLModel, table=True):
    """What somebody (null: the house by itself) did about an alert, as `ecg.alert_states.Happening` or
    `ecg.alert_review.ReviewAct`; only added to.

    note: the verdict, the comment, who is called, or the deed that is undone. person_id: whose task it becomes. deed:
    the number of the first of the acts that were done at once; null: of one that was done alone.
    """

    __tablename__ = "alert_act"
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, index=True)
    rule: str = Field(max_length=16)
    start: int = Field(sa_type=BigInteger)
    what: str = Field(max_length=16)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
    note: str = Field(max_length=1000)
    person_id: int | None = None
    deed: int | None = Field(default=None, sa_type=BigInteger)


class WardStep(SQLModel, table=True):
    """Who is called when nobody has seen an alert `after_s` seconds after it was told; steps count from 1. user_id: the
    account of whoever that is, null for a post without one ("Doctor on call").
    """

    __tablename__ = "ward_step"
    ward_id: int = Field(primary_key=True, foreign_key="ward.id")
    step: int = Field(primary_key=True)
    person: str = Field(max_length=64)
    after_s: int
    user_id: int | None = None
