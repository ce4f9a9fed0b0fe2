"""How the API tells of recordings on their way in and of analyses, and what it takes."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dashboard.api.operations import LARGEST_ID
from dashboard.api.paging import Time
from dashboard.api.recordings import LARGEST_INDEX
from db.upload_views import AnalysisState, UploadState
from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE
from streaming.files.facts import MAX_SAMPLES
from streaming.hello import MAX_GAIN, MAX_LEAD, MIN_GAIN

MOST_INLINE = 200_000
"""Samples in the request that begins an upload."""


class NewRecording(BaseModel):
    """A recording to come: `count` samples, here (`samples`) or in pieces afterwards."""

    model_config = ConfigDict(extra="forbid")

    patient: int = Field(ge=0, le=LARGEST_ID)
    lead: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+-]{1,16}$")] = Field("I", max_length=MAX_LEAD)
    rate: float = Field(ge=MIN_DEVICE_RATE, le=MAX_DEVICE_RATE, description="Samples per second, in Hz.")
    gain: float = Field(ge=MIN_GAIN, le=MAX_GAIN, description="Units of a sample per millivolt.")
    started_at: Time = Field(description="When sample 0 was taken.")
    count: int | None = Field(None, ge=1, le=MAX_SAMPLES, description="Of all samples; not needed where they are here.")
    samples: list[Annotated[int, Field(ge=-32768, le=32767)]] | None = Field(
        None, max_length=MOST_INLINE, description="int16; -32768: the device had none."
    )


class Work(BaseModel):
    """How far the analysis of a recording is."""

    id: str
    state: AnalysisState
    progress: float = Field(description="0 to 1.")
    before: int = Field(description="How many are done before it, while it waits.")
    reason: str | None = Field(description="Why it failed.")
    asked_at: datetime
    model: str = Field(description="SHA-256 of the network.")
    in_force: bool = Field(description="Whether the results of the recording are those of this analysis.")


class Upload(BaseModel):
    """A recording on its way in."""

    id: str
    patient: int | None
    state: UploadState = Field(
        description="receiving, waiting (to be read in), imported, or quarantined with a reason."
    )
    received: int = Field(description="Samples that are here: go on with this one.")
    count: int
    recording: str | None = Field(description="The recording, once it is imported.")
    reason: str | None
    analysis: Work | None
    created_at: datetime


class Uploads(BaseModel):
    """What this person brought, the newest first; at most 200."""

    items: list[Upload]


class PieceQuery(BaseModel):
    """Where a piece of samples begins."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(ge=0, le=LARGEST_INDEX, description="Number of its first sample.")
