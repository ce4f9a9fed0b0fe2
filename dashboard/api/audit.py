"""The audit trail, for administrators."""

from datetime import datetime

from pydantic import BaseModel, Field

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import nothing
from dashboard.api.me import moment
from dashboard.api.operations import LARGEST_ID, AnyOperation, Call, Nothing, Operation, Reply, Route
from dashboard.api.paging import Page, PageQuery, Text, Time, page, place_of
from db.audit_views import AuditLine
from db.trail import Wanted, newest_lines


class Entry(BaseModel):
    """One entry of the audit trail."""

    number: int
    at: datetime
    user: int | None
    person: str | None = Field(description="The user name then.")
    role: str | None
    action: str
    subject: str
    address: str = Field(description="From where, and with which token of this interface.")
    patient: int | None


class AuditQuery(PageQuery):
    """Which entries; the newest come first."""

    person: Text | None = Field(None, description="Part of a user name.")
    patient: int | None = Field(None, ge=0, le=LARGEST_ID)
    action: Text | None = None
    since: Time | None = None
    until: Time | None = None


def _list(call: Call[None, AuditQuery, Nothing]) -> Reply:
    asked = call.query
    place = place_of(asked.cursor, (int,))
    wanted = Wanted(asked.person, asked.patient, asked.action, _ms(asked.since), _ms(asked.until))
    found = newest_lines(door().engine, wanted, int(place[0]) if place else None, asked.limit + 1)
    return Reply(page(found, asked.limit, _entry, lambda line: (line.number,)))


def _entry(line: AuditLine) -> Entry:
    what = {"action": line.action, "subject": line.subject, "address": line.address, "patient": line.patient_id}
    who = {"user": line.user_id, "person": line.person, "role": line.role}
    return Entry.model_validate({"number": line.number, "at": moment(line.at_ms), **who, **what})


def _ms(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1000)


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/audit", "list_audit", "audit", "Who did what, newest first"),
        Need(Action.VIEW, ObjectKind.AUDIT),
        nothing,
        _list,
        Page[Entry],
        AuditQuery,
        Nothing,
    ),
]
