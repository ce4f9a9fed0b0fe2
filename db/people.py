"""People as administrators see them: looked up, added, changed, deleted. What they typed was checked in `auth`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, insert, or_, select, update
from sqlmodel import col

from db.engine import fetch_all, fetch_first
from db.models import Patient, User, Ward
from db.models_care import Care, WardMember
from db.upserts import insert_new, table_of

MOST_PEOPLE = 200
"""A list shows so many; who is not among them is found by typing more of the name."""
MOST_TO_CHOOSE = 5000
"""A hospital's staff: a browser's list finds a name by its first letters."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with an account. version: to be given back with a change. patients: how many are in care."""

    id: int
    name: str
    full_name: str
    role: str
    email: str | None
    phone: str | None
    language: str | None
    must_change: bool
    version: int
    patients: int


def people(engine: Engine, search: str = "") -> list[PersonView]:
    """Whose user name, name, e-mail or phone contains `search` (letters, digits as typed), by name."""
    by_name = _found(search).order_by(func.lower(col(User.full_name)), col(User.id))
    return [PersonView(*row) for row in fetch_all(engine, by_name.limit(MOST_PEOPLE))]


def people_with(engine: Engine, roles: Iterable[str]) -> list[PersonView]:
    """Everybody with one of these roles, by name: to choose from. At most `MOST_TO_CHOOSE`."""
    able = _people().where(col(User.role).in_(list(roles))).order_by(func.lower(col(User.full_name)), col(User.id))
    return [PersonView(*row) for row in fetch_all(engine, able.limit(MOST_TO_CHOOSE))]


def people_after(engine: Engine, search: str, after: int, most: int) -> list[PersonView]:
    """As `people`, but by id: the first `most` with ids above `after`."""
    by_id = _found(search).where(col(User.id) > after).order_by(col(User.id))
    return [PersonView(*row) for row in fetch_all(engine, by_id.limit(most))]


def person(engine: Engine, user_id: int) -> PersonView | None:
    """The person with this id; None where there is none, or no longer."""
    row = fetch_first(engine, _people().where(col(User.id) == user_id))
    return PersonView(*row) if row else None


def person_by_name(engine: Engine, name: str) -> PersonView | None:
    """The person with this user name (lower case)."""
    row = fetch_first(engine, _people().where(col(User.name) == name))
    return PersonView(*row) if row else None


def person_by_contact(engine: Engine, contact: str) -> PersonView | None:
    """Whose e-mail or phone this is."""
    row = fetch_first(engine, _people().where(or_(col(User.email) == contact, col(User.phone) == contact)))
    return PersonView(*row) if row else None


def taken(connection: Connection, values: Mapping[str, Any], but: int = 0) -> str | None:
    """The first of name, email and phone that somebody else has already; user names of deleted people stay taken."""
    table = table_of(User)
    for name in ("name", "email", "phone"):
        if values.get(name):
            same = select(table.c.id).where(table.c[name] == values[name], table.c.id != but)
            if connection.execute(same).first() is not None:
                return name
    return None


def add_person(connection: Connection, values: Mapping[str, Any], password_hash: str, now_ms: int) -> int:
    """Id of a new person with these columns of `User`. Raises IntegrityError where name, e-mail or phone is taken."""
    table = table_of(User)
    row = {**values, "password_hash": password_hash, "active": True, "created_ms": now_ms}
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def change_person(connection: Connection, user_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Change these columns, unless somebody else has changed the person since `version` was read: then False."""
    table = table_of(User)
    same = (table.c.id == user_id) & (table.c.version == version) & table.c.deleted_ms.is_(None)
    return connection.execute(update(table).where(same).values(**values, version=version + 1)).rowcount == 1


def set_password(connection: Connection, user_id: int, password_hash: str, by_another: int | None) -> None:
    """Keep the hash of a new password; one that another person (by id) has set must be changed at the next login."""
    values = {"password_hash": password_hash, "must_change": by_another is not None}
    connection.execute(update(table_of(User)).where(table_of(User).c.id == user_id).values(**values))


def is_last(connection: Connection, user_id: int, role: str) -> bool:
    """Whether the person is the only one left in this role. Others wait with the same question until this commits."""
    table = table_of(User)
    there = (table.c.role == role) & table.c.active.is_(True)
    ids = connection.execute(select(table.c.id).where(there).with_for_update()).scalars().all()
    return list(ids) == [user_id]


def remove_person(connection: Connection, user_id: int, successor: int | None, now_ms: int) -> None:
    """The account is shut for good, its name stays taken; the patients in its care go over to `successor`, if any."""
    care, members, table = table_of(Care), table_of(WardMember), table_of(User)
    if successor is not None:
        mine = connection.execute(select(care.c.patient_id).where(care.c.user_id == user_id)).scalars()
        insert_new(connection, Care, [{"user_id": successor, "patient_id": patient} for patient in mine])
    for each in (care, members):
        connection.execute(delete(each).where(each.c.user_id == user_id))
    gone = {"active": False, "deleted_ms": now_ms, "email": None, "phone": None}
    connection.execute(update(table).where(table.c.id == user_id).values(**gone))


def wards_with_member(engine: Engine, user_id: int) -> list[tuple[int, str, bool]]:
    """All wards by name: id, name, whether the person works there."""
    mine = select(col(WardMember.ward_id)).where(col(WardMember.user_id) == user_id)
    rows = fetch_all(engine, select(col(Ward.id), col(Ward.name), col(Ward.id).in_(mine)).order_by(col(Ward.name)))
    return [(int(row[0]), str(row[1]), bool(row[2])) for row in rows]


def patients_in_care(engine: Engine, user_id: int) -> list[tuple[int, str]]:
    """Number and initials of the patients in somebody's care, or of whom a patient's account is."""
    question = select(col(Patient.id), col(Patient.initials)).join(Care, col(Care.patient_id) == col(Patient.id))
    rows = fetch_all(engine, question.where(col(Care.user_id) == user_id).order_by(col(Patient.id)))
    return [(int(row[0]), str(row[1])) for row in rows]


def set_care(connection: Connection, user_id: int, patients: set[int]) -> int | None:
    """From now on these and no other patients are in the person's care. The first number that nobody has, else None."""
    known = select(table_of(Patient).c.id).where(table_of(Patient).c.id.in_(patients))
    unknown = patients - {int(row[0]) for row in connection.execute(known)}
    if unknown:
        return min(unknown)
    care = table_of(Care)
    connection.execute(delete(care).where(care.c.user_id == user_id, care.c.patient_id.not_in(patients)))
    insert_new(connection, Care, [{"user_id": user_id, "patient_id": patient} for patient in sorted(patients)])
    return None


def _found(search: str) -> Select[*tuple[Any, ...]]:
    if not search.strip():
        return _people()
    texts = (col(User.name), func.lower(col(User.full_name)), col(User.email), col(User.phone))
    return _people().where(or_(*(text.contains(search.strip().lower(), autoescape=True) for text in texts)))


def _people() -> Select[*tuple[Any, ...]]:
    facts = (col(User.id), col(User.name), col(User.full_name), col(User.role), col(User.email), col(User.phone))
    in_care = select(func.count()).where(col(Care.user_id) == col(User.id)).correlate(User).scalar_subquery()
    more = (col(User.language), col(User.must_change), col(User.version), in_care)
    return select(*facts, *more).where(col(User.deleted_ms).is_(None))
