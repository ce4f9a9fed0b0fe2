"""How the API tells of devices, and what it takes."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.operations import LARGEST_ID
from dashboard.api.paging import PageQuery, Text, Time


class Device(BaseModel):
    """A device, and what it said of itself last."""

    id: int
    label: str
    revoked: bool
    patient: int | None = Field(description="Who wears it.")
    ward: str | None
    bed: str | None
    battery: int | None = Field(description="Percent.")
    charging: bool | None
    contact: str | None = Field(description="With the skin: yes, no or unknown.")
    status_at: datetime | None = Field(description="When it said so.")
    heard_at: datetime | None = Field(description="When it was connected last.")


class Label(BaseModel):
    """What is written on a device."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(max_length=200)


class Wearing(BaseModel):
    """Who wears the device, from when, until when. What nobody has of it in this time becomes the patient's."""

    model_config = ConfigDict(extra="forbid")

    patient: int = Field(ge=0, le=LARGEST_ID)
    since: Time | None = Field(None, description="Now, where it is missing.")
    until: Time | None = None


class DeviceToken(BaseModel):
    """A device's token, told this once: a repeated request gets null."""

    device: int
    token: str | None


class PairingCode(BaseModel):
    """A code for the phone that shall be this device, told this once: a repeated request gets null."""

    device: int
    code: str | None = Field(description="Typed or scanned on the page /phone.")
    expires_at: datetime


class DeviceQuery(PageQuery):
    """Which devices."""

    search: Text = Field("", description="Words of label, patient, ward or bed.")
