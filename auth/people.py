"""What administrators do with people. Each deed is one transaction with its entry in the audit trail.

What cannot be done is told by field, as a sentence; nothing told means that it is done.
"""

from typing import Any

from sqlalchemy import Connection, Engine

from auth.audit import AuditAction
from auth.deeds import Complaints, Deed, WrongError
from auth.logins import end_logins
from auth.passwords import hash_password
from auth.people_forms import NewPersonForm, PersonForm
from auth.roles import TREATING, Role
from db.api_tokens import end_tokens
from db.care import set_wards
from db.engine import writing
from db.people import PersonView, add_person, change_person, is_last, remove_person, set_care, set_password, taken
from words import t


def add(engine: Engine, form: NewPersonForm, deed: Deed) -> Complaints:
    """A new person, who must change the password at the first login."""
    password_hash = hash_password(form.password)
    try:
        with writing(engine) as connection:
            values = _columns(form) | {"name": form.name, "must_change": True}
            _refuse_taken(connection, values)
            user_id = add_person(connection, values, password_hash, deed.at_ms)
            _connect(connection, user_id, form)
            deed.tell(connection, AuditAction.PERSON_ADDED, f"{form.name}: {form.role.value}")
    except WrongError as wrong:
        return wrong.complaints
    return {}


def change(engine: Engine, person: PersonView, version: int, form: PersonForm, deed: Deed) -> Complaints:
    """Details, role, wards and patients. Whose role changes is logged out, and its tokens of the API end."""
    try:
        with writing(engine) as connection:
            values = _columns(form)
            _refuse_taken(connection, values, person.id)
            if form.role is not Role.ADMINISTRATOR:
                _keep_an_administrator(connection, person)
            _change_columns(connection, person.id, version, values)
            _connect(connection, person.id, form)
            if form.role != person.role:
                end_logins(connection, person.id, deed.at_ms)
                end_tokens(connection, person.id, deed.at_ms)
            deed.tell(connection, AuditAction.PERSON_CHANGED, f"{person.name}: {form.role.value}")
    except WrongError as wrong:
        return wrong.complaints
    return {}


def reset_password(engine: Engine, person: PersonView, password: str, deed: Deed) -> None:
    """Another's password, without the one before: it ends all logins and tokens, and must be changed."""
    password_hash = hash_password(password)
    with writing(engine) as connection:
        set_password(connection, person.id, password_hash, deed.user_id)
        end_logins(connection, person.id, deed.at_ms)
        end_tokens(connection, person.id, deed.at_ms)
        deed.tell(connection, AuditAction.PASSWORD_RESET, person.name)


def delete(engine: Engine, person: PersonView, successor: int | None, deed: Deed) -> Complaints:
    """Shut the account for good and hand its patients over; never the last administrator's."""
    try:
        with writing(engine) as connection:
            _keep_an_administrator(connection, person)
            remove_person(connection, person.id, successor, deed.at_ms)
            end_logins(connection, person.id, deed.at_ms)
            end_tokens(connection, person.id, deed.at_ms)
            to = f", patients to {successor}" if successor is not None else ""
            deed.tell(connection, AuditAction.PERSON_DELETED, f"{person.name}{to}")
    except WrongError as wrong:
        return wrong.complaints
    return {}


def _columns(form: PersonForm) -> dict[str, Any]:
    return {"full_name": form.full_name, "role": form.role.value, "email": form.email, "phone": form.phone}


def _refuse_taken(connection: Connection, values: dict[str, Any], but: int = 0) -> None:
    field = taken(connection, values, but)
    if field is not None:
        raise WrongError(field, t(f"people.{field}_taken"))


def _change_columns(connection: Connection, user_id: int, version: int, values: dict[str, Any]) -> None:
    if not change_person(connection, user_id, version, values):
        raise WrongError("version", t("people.changed_meanwhile"))


def _keep_an_administrator(connection: Connection, person: PersonView) -> None:
    if person.role == Role.ADMINISTRATOR and is_last(connection, person.id, Role.ADMINISTRATOR.value):
        raise WrongError("role", t("people.last_administrator"))


def _connect(connection: Connection, user_id: int, form: PersonForm) -> None:
    """Wards for those who treat, patients for those and for the patient's own account, nothing for administrators."""
    set_wards(connection, user_id, set(form.wards) if form.role in TREATING else set())
    patients = set(form.patients) if form.role is not Role.ADMINISTRATOR else set()
    unknown = set_care(connection, user_id, patients)
    if unknown is not None:
        raise WrongError("patients", t("people.no_such_patient", number=unknown))
