"""What administrators type to find entries of the audit trail, checked field by field."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from auth.audit import AuditAction
from auth.forms import complaint
from db.trail import Wanted
from words import t
from written import wall_ms_of

MOST_LETTERS = 128


def _text(typed: str) -> str | None:
    return typed.replace("\0", "").strip()[:MOST_LETTERS] or None


def _action(typed: str) -> AuditAction | None:
    return AuditAction(typed) if typed in set(AuditAction) else None


def _patient(typed: str) -> int | None:
    number = typed.strip()
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise complaint(t("audit.number"))
    return int(number)


def _moment(typed: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return wall_ms_of(typed.strip())
    except ValueError:
        raise complaint(t("audit.moment")) from None


Text = Annotated[str | None, BeforeValidator(_text)]
Moment = Annotated[int | None, BeforeValidator(_moment)]


class AuditForm(BaseModel):
    """Which entries: who, what, to what, which patient, from where, and when (since and until, wall ms)."""

    person: Text = None
    action: Annotated[AuditAction | None, BeforeValidator(_action)] = None
    subject: Text = None
    patient: Annotated[int | None, BeforeValidator(_patient)] = None
    address: Text = None
    since: Moment = None
    until: Moment = None

    def wanted(self) -> Wanted:
        """The same as a question."""
        action = self.action.value if self.action else None
        return Wanted(self.person, self.patient, action, self.since, self.until, self.subject, self.address)
