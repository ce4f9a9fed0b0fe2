"""The tables of networks: which one labelled the beats, and what others were given to learn from."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from db.models import of_recording


class NetworkRow(SQLModel, table=True):
    """From the beat at `index` on the network whose graphs have this SHA-256 labelled the beats."""

    __tablename__ = "recording_network"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    index: int = Field(sa_type=BigInteger, primary_key=True)
    model: str = Field(max_length=64)


class DatasetBuild(SQLModel, table=True):
    """A training set that was built; whoever withdraws consent is still in the earlier ones. version: SHA-256 of what
    was built; folder: where it was put. content: JSON, pseudonym of each patient -> of each recording -> its labels.
    """

    __tablename__ = "dataset_build"
    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(max_length=64)
    folder: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)
