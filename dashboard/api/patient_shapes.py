"""How the API tells of patients, and what it takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from auth.patient_forms import Sex
from dashboard.api.paging import PageQuery, Text

Line = Annotated[str, StringConstraints(max_length=200)]


class Patient(BaseModel):
    """A patient."""

    id: int
    number: str | None = Field(description="The hospital's own number.")
    name: str = Field(description='"" where only the initials are known.')
    initials: str
    born: str | None = Field(description="As 1957-03-08.")
    sex: str | None
    ward: str | None = Field(description="Where he or she lies; null: in no bed.")
    bed: str | None
    device: int | None = Field(description="The newest device that may send.")
    version: int


class Details(BaseModel):
    """What is known of a patient."""

    model_config = ConfigDict(extra="forbid")

    initials: Line = Field(description="At most 8 letters; screens of wards show them.")
    name: Line = ""
    number: Line | None = None
    born: Line | None = Field(None, description="As 1957-03-08.")
    sex: Sex | None = None


class Place(BaseModel):
    """A free bed of a ward. Administrators' tokens make ward and bed where they are missing."""

    model_config = ConfigDict(extra="forbid")

    ward: Line
    bed: Line


class PatientQuery(PageQuery):
    """Which patients."""

    search: Text = Field("", description="Words of name, number, initials, ward, bed or device.")
