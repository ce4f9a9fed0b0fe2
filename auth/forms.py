"""What people type, checked field by field. Each message says what to do."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from auth.frequent import is_common
from auth.passwords import MAX_PASSWORD, MIN_PASSWORD
from ecg.limits import KINDS, sensible_limits
from words import t
from written import unit

MAX_NAME = 64
MAX_FULL_NAME = 128
MAX_REASON = 200
_HAIR = 1e-6
"""By which a number in steps of 0.1 may miss its step: binary fractions do."""
_NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._@-")


def _tidy_name(typed: str) -> str:
    return typed.strip().lower()


def _check_new_name(name: str) -> str:
    if not name:
        raise complaint(t("form.choose_name"))
    if len(name) > MAX_NAME:
        raise complaint(t("form.at_most", count=MAX_NAME))
    if not _NAME_SIGNS.issuperset(name):
        raise complaint(t("form.name_letters"))
    return name


def _check_full_name(name: str) -> str:
    if not name:
        raise complaint(t("form.write_name"))
    if len(name) > MAX_FULL_NAME:
        raise complaint(t("form.at_most", count=MAX_FULL_NAME))
    return name


def _check_new_password(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise complaint(t("form.at_least", count=MIN_PASSWORD))
    if len(password) > MAX_PASSWORD:
        raise complaint(t("form.at_most", count=MAX_PASSWORD))
    if len(set(password)) < 5:
        raise complaint(t("form.more_different"))
    if is_common(password):
        raise complaint(t("form.common_password"))
    return password


def _check_reason(reason: str) -> str:
    if len(reason) > MAX_REASON:
        raise complaint(t("form.at_most", count=MAX_REASON))
    return reason


FullName = Annotated[str, BeforeValidator(str.strip), AfterValidator(_check_full_name)]
NewName = Annotated[str, BeforeValidator(_tidy_name), AfterValidator(_check_new_name)]
NewPassword = Annotated[str, AfterValidator(_check_new_password)]


class LoginForm(BaseModel):
    """The login page. Anything fits here that could be someone's; only its length is bounded."""

    name: Annotated[str, BeforeValidator(_tidy_name)]
    password: str

    @property
    def answerable(self) -> bool:
        """Whether a user with this name and password can exist at all."""
        return 0 < len(self.name) <= MAX_NAME and 0 < len(self.password) <= MAX_PASSWORD


class PasswordForm(BaseModel):
    """A new password, typed twice."""

    password: NewPassword
    password_again: str

    @field_validator("password_again")
    @classmethod
    def _same(cls, typed: str, info: ValidationInfo) -> str:
        if "password" in info.data and typed != info.data["password"]:
            raise complaint(t("form.passwords_differ"))
        return typed


class JoinForm(PasswordForm):
    """Somebody who makes an account: by a one-time link, an invitation or a code."""

    full_name: FullName
    name: NewName


class FirstAdministratorForm(JoinForm):
    """The page behind the first administrator's one-time link."""


class LimitForm(BaseModel):
    """One limit of a patient, by its name in `ecg.limits.KINDS` and in its unit; `value` None is back to the usual.

    Whether it goes with the patient's other limits is said by `clash`, which must be asked where they cannot change.
    """

    name: str
    value: float | None
    reason: Annotated[str, BeforeValidator(str.strip), AfterValidator(_check_reason)]

    @field_validator("value", mode="before")
    @classmethod
    def _number(cls, typed: str | None, info: ValidationInfo) -> float | None:
        if typed is None:
            return None
        try:
            return float(typed.strip().replace(",", "."))
        except ValueError:
            raise complaint(t("form.number", example=KINDS[info.data["name"]].number())) from None

    @field_validator("value")
    @classmethod
    def _within(cls, value: float | None, info: ValidationInfo) -> float | None:
        kind = KINDS[info.data["name"]]
        if value is None:
            return None
        if not kind.least <= value <= kind.most:
            raise complaint(t("form.between", least=f"{kind.least:g}", most=f"{kind.most:g}", unit=unit(kind.unit)))
        if abs(value / kind.step - round(value / kind.step)) > _HAIR:
            raise complaint(t("form.steps", step=f"{kind.step:g}", unit=unit(kind.unit)))
        return value

    def clash(self, others: Mapping[str, float], default: Mapping[str, float]) -> str | None:
        """Why it cannot hold beside the patient's `others`, as a sentence to show at its field; None when it can.

        default: where it differs from the house's, of the patient's ward.
        """
        usual = {name: kind.usual for name, kind in KINDS.items()} | dict(default)
        wanted = {self.name: usual[self.name] if self.value is None else self.value}
        held = usual | dict(others) | wanted
        if held["hr_low"] < held["hr_high"]:
            return None
        if self.name == "hr_low":
            return t("form.below", limit=_shown("hr_high", held))
        return t("form.above", limit=_shown("hr_low", held))

    def clash_of_ward(self, held: Mapping[str, float], beds: Mapping[str, Mapping[str, float]]) -> str | None:
        """The same for a ward that has `held`, and for the patients in its beds who have limits of their own."""
        clash = self.clash(held, {})
        after = dict(held) | ({} if self.value is None else {self.name: self.value})
        if self.value is None:
            after.pop(self.name, None)
        wrong = (bed for bed, own in beds.items() if sensible_limits({**after, **own}) is None)
        return clash or next((t("form.clash_bed", bed=bed) for bed in wrong), None)


def _shown(name: str, held: Mapping[str, float]) -> str:
    return f"{KINDS[name].number(held[name])} {unit(KINDS[name].unit)}"


def complaints(error: ValidationError) -> dict[str, str]:
    """Field -> sentence to show at the field."""
    return {str(problem["loc"][0]): problem["msg"] for problem in error.errors()}


def complaint(sentence: str) -> PydanticCustomError:
    """An error to raise while a field is checked: the sentence to show at it."""
    return PydanticCustomError("wardbeat", "{sentence}", {"sentence": sentence})
