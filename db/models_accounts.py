"""The tables of what lets somebody in without a password: one-time links, invitations, codes."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class LoginToken(SQLModel, table=True):
    """The first administrator's one-time link, not used yet; it is deleted when it is used or replaced."""

    __tablename__ = "login_token"
    token_sha256: str = Field(max_length=64, primary_key=True)
    purpose: str = Field(max_length=32, index=True)


class PendingCode(SQLModel, table=True):
    """A code that was sent to `contact` (e-mail or phone); the newest for a purpose holds. tries: wrong guesses."""

    __tablename__ = "pending_code"
    contact: str = Field(max_length=254, primary_key=True)
    purpose: str = Field(max_length=16, primary_key=True)
    code_sha256: str = Field(max_length=64)
    created_ms: int = Field(sa_type=BigInteger)
    tries: int


class Invitation(SQLModel, table=True):
    """An administrator's link that makes one account with this role; deleted when it is used."""

    __tablename__ = "invitation"
    token_sha256: str = Field(max_length=64, primary_key=True)
    role: str = Field(max_length=32)
    user_id: int = Field(foreign_key="user_account.id")
    created_ms: int = Field(sa_type=BigInteger)
