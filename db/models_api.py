"""The tables of the REST API: its tokens, and the answers that are given again when a request is repeated."""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class ApiToken(SQLModel, table=True):
    """A token of a person (`user_id`) or of a service (null). Only its SHA-256 is kept.

    scopes: names, spaces between them. everywhere: whether a service's token reaches every ward, those to come too.
    made_by: who made it. Rows stay, revoked or over, because the audit trail names them by their id.
    """

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=64)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    made_by: int | None = Field(default=None, foreign_key="user_account.id")
    scopes: str = Field(max_length=512)
    everywhere: bool
    created_ms: int = Field(sa_type=BigInteger)
    expires_ms: int = Field(sa_type=BigInteger)
    seen_ms: int | None = Field(default=None, sa_type=BigInteger)
    revoked_ms: int | None = Field(default=None, sa_type=BigInteger)


class ApiTokenWard(SQLModel, table=True):
    """A ward that a service's token reaches."""

    __tablename__ = "api_token_ward"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    ward_id: int = Field(foreign_key="ward.id", primary_key=True)


class ApiAnswer(SQLModel, table=True):
    """What a request with this Idempotency-Key was answered; without `status` it is being worked on.

    asked_sha256: of method, path and body. headers: JSON.
    """

    __tablename__ = "api_answer"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    key: str = Field(max_length=128, primary_key=True)
    asked_sha256: str = Field(max_length=64)
    at_ms: int = Field(sa_type=BigInteger, index=True)
    status: int | None = None
    headers: str | None = Field(default=None, max_length=2048)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
