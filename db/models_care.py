"""The tables of who works where, and who is in whose care."""

from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class WardMember(SQLModel, table=True):
    """A doctor or nurse of a ward: sees who lies there."""

    __tablename__ = "ward_member"
    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    ward_id: int = Field(foreign_key="ward.id", primary_key=True, index=True)


class Care(SQLModel, table=True):
    """A patient in the care of a doctor or nurse, wherever the patient lies; of a patient's own user, oneself."""

    __tablename__ = "care"
    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    patient_id: int = Field(foreign_key="patient.id", primary_key=True, index=True)
