"""Tables of the recorder beside the samples: what was received, the overview of it, and what could not be kept.

Indices count device samples, as in `db.models.Segment`.
"""

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from db.models import of_recording


class LedgerRow(SQLModel, table=True):
    """How much of a recording was received. Received are `until` - `missing` samples; each counter is in samples.

    `until`: one past the newest sample. `late`: came after newer ones. `repeated`: came again, and was kept once.
    `purged`: received and deleted since, because it was older than the house keeps it. `settled`: up to here the small
    segments are joined and the overview is made.
    """

    __tablename__ = "ledger"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    until: int = Field(sa_type=BigInteger)
    missing: int = Field(sa_type=BigInteger)
    late: int = Field(sa_type=BigInteger)
    repeated: int = Field(sa_type=BigInteger)
    purged: int = Field(sa_type=BigInteger)
    settled: int = Field(sa_type=BigInteger)


class MissingRow(SQLModel, table=True):
    """Nothing was received of [start, end), though something newer was. Gone or smaller when it comes late."""

    __tablename__ = "missing"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    end: int = Field(sa_type=BigInteger)


class OverviewRow(SQLModel, table=True):
    """Lowest and highest samples of 60 cells of one level, as `db.pyramid` packs them."""

    __tablename__ = "overview"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    level: int = Field(primary_key=True)
    block: int = Field(sa_type=BigInteger, primary_key=True)
    cells: bytes = Field(sa_type=LargeBinary)


class DeadLetterRow(SQLModel, table=True):
    """An entry of a stream that could not be used, whole, with the reason. `origin` is its natural key.

    `recording_id` is what the entry says, empty where nobody can tell. `fields`: as `streaming.letters` packs them.
    """

    __tablename__ = "dead_letter"
    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(max_length=256, unique=True)
    stream: str = Field(max_length=128)
    recording_id: str = Field(max_length=64, index=True)
    at_ms: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=1024)
    fields: bytes = Field(sa_type=LargeBinary)


class StreamPosition(SQLModel, table=True):
    """Up to which entry of a stream everything is in this database; written in the transaction of that data."""

    __tablename__ = "stream_position"
    stream: str = Field(max_length=128, primary_key=True)
    entry_id: str = Field(max_length=64)
