"""Tables of alerts: what was told, what people did about it, and whom a ward calls next."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.models import of_recording


class AlertRow(SQLModel, table=True):
    """An alarm condition as `ecg.types.Alert`; `end` is null while it goes on. evidence: JSON.

    began_ms: its onset by the server's clock, as the alert desk reckons; null until that has had it. The recorder
    writes what the pipeline told, the desk what it sees itself; both may write the same row in any order.
    """

    __tablename__ = "alert"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    rule: str = Field(max_length=16, primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    priority: str = Field(max_length=8)
    end: int | None = Field(default=None, sa_type=BigInteger)
    evidence: str = Field(max_length=1024)
    model: str = Field(max_length=64)
    began_ms: int | None = Field(default=None, sa_type=BigInteger)


class AlertAct(SQLModel, table=True):
    """What somebody (null: the house by itself) did about an alert, as `ecg.alert_states.Happening`; only added to."""

    __tablename__ = "alert_act"
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, index=True)
    rule: str = Field(max_length=16)
    start: int = Field(sa_type=BigInteger)
    what: str = Field(max_length=16)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
    note: str = Field(max_length=200)


class WardStep(SQLModel, table=True):
    """Who is called when nobody has seen an alert `after_s` seconds after it was told; steps count from 1."""

    __tablename__ = "ward_step"
    ward_id: int = Field(primary_key=True, foreign_key="ward.id")
    step: int = Field(primary_key=True)
    person: str = Field(max_length=64)
    after_s: int
