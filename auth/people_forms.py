"""What is typed about people: details, contacts, passwords; checked field by field."""

from collections.abc import Sequence
from typing import Annotated

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationInfo, field_validator

from auth.forms import FullName, NewName, NewPassword, complaint
from auth.roles import Role
from words import LANGUAGES, t


def email_of(typed: str) -> str | None:
    """The address in its one written form, None for nothing typed. Raises a complaint."""
    if not typed.strip():
        return None
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise complaint(t("form.email")) from None


def phone_of(typed: str) -> str | None:
    """The number as E.164 ("+8613800138000"), None for nothing typed. Raises a complaint."""
    if not typed.strip():
        return None
    try:
        number = phonenumbers.parse(typed.strip(), None)
    except phonenumbers.NumberParseException:
        raise complaint(t("form.phone")) from None
    if not phonenumbers.is_valid_number(number):
        raise complaint(t("form.phone"))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def contact_of(typed: str) -> str:
    """An e-mail address or a phone number in its one written form. Raises a complaint."""
    contact = email_of(typed) if "@" in typed else phone_of(typed)
    if contact is None:
        raise complaint(t("form.contact"))
    return contact


def _numbers(typed: str) -> frozenset[int]:
    words = typed.replace(",", " ").replace("，", " ").split()
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        raise complaint(t("form.patient_numbers"))
    return frozenset(int(word) for word in words)


def _language(typed: str) -> str | None:
    return typed if typed in LANGUAGES else None


Email = Annotated[str | None, BeforeValidator(email_of)]
Phone = Annotated[str | None, BeforeValidator(phone_of)]
Contact = Annotated[str, AfterValidator(contact_of)]
Language = Annotated[str | None, BeforeValidator(_language)]


class PersonForm(BaseModel):
    """What an administrator types about a person. wards: ids. patients: numbers, between them commas or spaces."""

    full_name: FullName
    role: Role
    email: Email
    phone: Phone
    wards: Sequence[int] = ()
    patients: Annotated[frozenset[int], BeforeValidator(_numbers)]

    @field_validator("patients")
    @classmethod
    def _oneself(cls, numbers: frozenset[int], info: ValidationInfo) -> frozenset[int]:
        if info.data.get("role") is Role.PATIENT and len(numbers) != 1:
            raise complaint(t("form.one_patient"))
        return numbers


class NewPersonForm(PersonForm):
    """A person to be added, with a password that must be changed at the first login."""

    name: NewName
    password: NewPassword


class AccountForm(BaseModel):
    """What people change of themselves: never the user name, never the role."""

    full_name: FullName
    language: Language


class ResetForm(BaseModel):
    """A password that an administrator sets for somebody else."""

    password: NewPassword


class CodeForm(BaseModel):
    """To where a code shall be sent: an e-mail address or a phone number."""

    contact: Contact
