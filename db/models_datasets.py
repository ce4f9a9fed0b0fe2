"""The table of data sets that were built: whoever withdraws consent is still in the earlier ones."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class DatasetBuild(SQLModel, table=True):
    """version: SHA-256 of what was built; folder: where it was put. content: JSON, pseudonym of each patient ->
    pseudonym of each recording -> its labelled beats. No row is ever changed.
    """

    __tablename__ = "dataset_build"
    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(max_length=64)
    folder: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)
