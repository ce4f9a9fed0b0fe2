"""The tables of the audit trail: its entries, and where it ends."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the table of people)


class AuditEntry(SQLModel, table=True):
    """Who did what, in which role, when and from where. Rows are only ever added, with numbers without a gap.

    person: the user's name then. patient_id: whom it was about; no foreign key, the trail outlives what it tells of.
    mac: seals this entry and all before it (`auth.chain`); null in entries from before the chain.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_action", "action", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    at_ms: int = Field(sa_type=BigInteger, index=True)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    person: str | None = Field(default=None, max_length=64)
    role: str | None = Field(default=None, max_length=32)
    action: str = Field(max_length=32)
    subject: str = Field(max_length=128)
    address: str = Field(max_length=64)
    patient_id: int | None = Field(default=None, index=True)
    mac: str | None = Field(default=None, max_length=64)


class AuditHead(SQLModel, table=True):
    """One row: the last entry. Whoever adds one locks it, so that the chain has no branches."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    number: int
    mac: str = Field(max_length=64)
