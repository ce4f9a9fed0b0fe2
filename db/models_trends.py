"""The table behind trends: a recording's vital signs, minute by minute."""

from sqlalchemy import BigInteger, Float
from sqlmodel import Field, SQLModel

from db.models import of_recording

MEASURES = ("heart_rate", "sdnn", "rmssd", "nn_used")
"""The vital signs that are followed over days; the table has four columns for each."""


class TrendRow(SQLModel, table=True):
    """What the vital signs of one minute were: of each measure how many there were, the lowest, their sum, the highest.

    minute: of the recording, from 0. analysed: points of `ecg.rates.GRID` at which there was a heart rate.
    """

    __tablename__ = "trend"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    minute: int = Field(sa_type=BigInteger, primary_key=True)
    analysed: int
    heart_rate_count: int
    heart_rate_low: float | None = Field(default=None, sa_type=Float(53))
    heart_rate_sum: float | None = Field(default=None, sa_type=Float(53))
    heart_rate_high: float | None = Field(default=None, sa_type=Float(53))
    sdnn_count: int
    sdnn_low: float | None = Field(default=None, sa_type=Float(53))
    sdnn_sum: float | None = Field(default=None, sa_type=Float(53))
    sdnn_high: float | None = Field(default=None, sa_type=Float(53))
    rmssd_count: int
    rmssd_low: float | None = Field(default=None, sa_type=Float(53))
    rmssd_sum: float | None = Field(default=None, sa_type=Float(53))
    rmssd_high: float | None = Field(default=None, sa_type=Float(53))
    nn_used_count: int
    nn_used_low: float | None = Field(default=None, sa_type=Float(53))
    nn_used_sum: float | None = Field(default=None, sa_type=Float(53))
    nn_used_high: float | None = Field(default=None, sa_type=Float(53))
