"""What is typed about patients: details, where they lie; checked field by field."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationInfo, field_validator

from auth.forms import MAX_FULL_NAME, complaint
from words import t

MAX_INITIALS = 8
MAX_NUMBER = 32
MAX_WARD = 64
MAX_BED = 16
FIRST_YEAR = 1880


class Sex(StrEnum):
    """As the hospital's own papers have it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


def one_line(typed: str, most: int) -> str:
    """The text without blanks around it and single ones in it. Raises a complaint."""
    text = " ".join(typed.split())
    if len(text) > most:
        raise complaint(t("form.at_most", count=most))
    if not text.isprintable():
        raise complaint(t("walls.printable"))
    return text


def _name(typed: str) -> str:
    return one_line(typed, MAX_FULL_NAME)


def _initials(typed: str) -> str:
    text = one_line(typed, MAX_INITIALS)
    if not text:
        raise complaint(t("patient.write_initials"))
    return text


def _number(typed: str) -> str | None:
    return one_line(typed, MAX_NUMBER) or None


def _sex(typed: str) -> Sex | None:
    return Sex(typed) if typed in set(Sex) else None


def _born(typed: str) -> str | None:
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise complaint(t("patient.born_form")) from None
    if day.year < FIRST_YEAR:
        raise complaint(t("patient.born_form"))
    return day.isoformat()


def _ward(typed: str) -> str:
    text = one_line(typed, MAX_WARD)
    if not text:
        raise complaint(t("patient.choose_ward"))
    return text


def _bed(typed: str) -> str:
    text = one_line(typed, MAX_BED)
    if not text:
        raise complaint(t("patient.write_bed"))
    return text


class PatientForm(BaseModel):
    """A patient's details. today: as 2026-11-27, of whoever types; nobody is born later."""

    name: Annotated[str, AfterValidator(_name)]
    initials: Annotated[str, AfterValidator(_initials)]
    number: Annotated[str | None, BeforeValidator(_number)]
    born: Annotated[str | None, BeforeValidator(_born)]
    sex: Annotated[Sex | None, BeforeValidator(_sex)]
    today: str

    @field_validator("today")
    @classmethod
    def _not_yet(cls, today: str, info: ValidationInfo) -> str:
        if (info.data.get("born") or "") > today:
            raise complaint(t("patient.born_later"))
        return today

    def columns(self) -> dict[str, str | None]:
        """Column of `db.models.Patient` -> value."""
        sex = self.sex.value if self.sex else None
        return {"name": self.name, "initials": self.initials, "number": self.number, "born": self.born, "sex": sex}


class BedForm(BaseModel):
    """Where a patient shall lie: a ward by name, and a bed of it."""

    ward: Annotated[str, AfterValidator(_ward)]
    bed: Annotated[str, AfterValidator(_bed)]
