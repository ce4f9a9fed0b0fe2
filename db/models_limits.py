"""The tables of limits that people set, for wards and for patients."""

from sqlalchemy import BigInteger, Float
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class PatientLimit(SQLModel, table=True):
    """Who set which limit, in the unit of `ecg.limits.KINDS`, null for the usual; only added to, the newest holds.

    user_id: null where a program discharged the patient.
    """

    __tablename__ = "patient_limit"
    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    name: str = Field(max_length=32)
    value: float | None = Field(default=None, sa_type=Float(53))
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=200)


class WardLimit(SQLModel, table=True):
    """The same for whoever lies in a ward, where nothing else is set for the patient; null for the house's."""

    __tablename__ = "ward_limit"
    id: int | None = Field(default=None, primary_key=True)
    ward_id: int = Field(foreign_key="ward.id", index=True)
    name: str = Field(max_length=32)
    value: float | None = Field(default=None, sa_type=Float(53))
    user_id: int = Field(foreign_key="user_account.id")
    at_ms: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=200)
