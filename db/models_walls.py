"""The table of the walls: screens with a credential of their own."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class WallScreen(SQLModel, table=True):
    """A big screen that shows one ward. Of its code, later of its token, only the SHA-256 is kept.

    names: whether it may show who lies in the beds.
    """

    __tablename__ = "wall_screen"
    id: int | None = Field(default=None, primary_key=True)
    ward_id: int = Field(foreign_key="ward.id")
    name: str = Field(max_length=64)
    names: bool = False
    code_sha256: str | None = Field(default=None, max_length=64, unique=True)
    token_sha256: str | None = Field(default=None, max_length=64, unique=True)
    created_ms: int = Field(sa_type=BigInteger)
    seen_ms: int | None = Field(default=None, sa_type=BigInteger)
    revoked_ms: int | None = Field(default=None, sa_type=BigInteger)
