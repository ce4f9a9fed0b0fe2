"""What is typed about devices, checked field by field."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationInfo, field_validator

from auth.forms import complaint
from auth.patient_forms import one_line
from words import t
from written import wall_ms_of

MAX_LABEL = 64


def _label(typed: str) -> str:
    text = one_line(typed, MAX_LABEL)
    if not text:
        raise complaint(t("device.write_label"))
    return text


def _time(typed: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return wall_ms_of(typed.strip())
    except ValueError:
        raise complaint(t("device.time_form")) from None


def _patient(typed: str) -> int:
    digits = typed.strip().removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise complaint(t("device.patient_number"))
    return int(digits)


class DeviceForm(BaseModel):
    """What is written on a device."""

    label: Annotated[str, AfterValidator(_label)]


class GiveForm(BaseModel):
    """Who wears a device, from when until when (wall ms; None: from now, without an end). now_ms: wall ms."""

    now_ms: int
    patient: Annotated[int, BeforeValidator(_patient)]
    since: Annotated[int | None, BeforeValidator(_time)]
    until: Annotated[int | None, BeforeValidator(_time)]

    @field_validator("since")
    @classmethod
    def _begun(cls, since: int | None, info: ValidationInfo) -> int | None:
        if since is not None and since > info.data["now_ms"]:
            raise complaint(t("device.not_yet"))
        return since

    @field_validator("until")
    @classmethod
    def _after(cls, until: int | None, info: ValidationInfo) -> int | None:
        if until is not None and until <= (info.data.get("since") or 0):
            raise complaint(t("device.ends_before"))
        return until
