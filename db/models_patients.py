"""The tables beside patients and devices: who wore what when, pairing codes, consent."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class Wearing(SQLModel, table=True):
    """A patient wears a device in [from_ms, until_ms), wall ms; null: still. Of one device no two overlap."""

    __tablename__ = "wearing"
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int | None = Field(default=None, sa_type=BigInteger)


class DeviceCode(SQLModel, table=True):
    """A one-time code that is exchanged for a device's token. Only the SHA-256 is kept; used or old ones stay."""

    __tablename__ = "device_code"
    code_sha256: str = Field(max_length=64, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    until_ms: int = Field(sa_type=BigInteger)
    used_ms: int | None = Field(default=None, sa_type=BigInteger)


class Consent(SQLModel, table=True):
    """Whether a patient lets others train networks on what is recorded; only added to, the newest holds."""

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    given: bool
    user_id: int = Field(foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
