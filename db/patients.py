"""Patients as people look them up: searched, page by page; and what changes in their own rows."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.engine import fetch_all, fetch_first, reading
from db.folding import folded, has
from db.models import Bed, Device, Patient, User, Ward
from db.upserts import table_of

PAGE = 50
MOST_WORDS = 6
RESTORE_MS = 30 * 24 * 3_600_000
"""So long a deleted patient can be brought back."""


@dataclass(frozen=True, slots=True)
class PatientView:
    """A patient, where he or she lies, and the newest device. name: "" where only the initials are known.

    version: to be given back with a change. born: as 1957-03-08. deleted_ms, deleted_by (full name): of deleted ones.
    """

    id: int
    number: str | None
    name: str
    initials: str
    born: str | None
    sex: str | None
    version: int
    ward: str | None
    bed: str | None
    bed_id: int | None
    device_id: int | None
    device: str | None
    deleted_ms: int | None = None
    deleted_by: str | None = None

    @property
    def called(self) -> str:
        """The name, or the initials where there is none."""
        return self.name or self.initials


@dataclass(frozen=True, slots=True)
class Among:
    """Whom somebody may look for: who lies in these wards (by name), and these patients (by id)."""

    wards: Collection[str]
    patients: Collection[int]


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One page of a list; total: of all pages. page counts from 1."""

    rows: list[PatientView]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // PAGE))


def patients(engine: Engine, search: str = "", among: Among | None = None, page: int = 1) -> PatientPage:
    """Patients, by name, of whom each word of `search` is in name, number, initials, ward and bed, or device.

    among: None for everybody. A page beyond the last is the last.
    """
    wanted = and_(col(Patient.deleted_ms).is_(None), _reachable(among), *map(_has, words_of(search)))
    with reading(engine) as connection:
        total = int(connection.execute(_placed(select(func.count()).select_from(Patient)).where(wanted)).scalar_one())
        number = min(max(page, 1), max(1, -(-total // PAGE)))
        ordered = _patients().where(wanted).order_by(*_order()).limit(PAGE).offset(PAGE * (number - 1))
        rows = [PatientView(*row) for row in connection.execute(ordered)]
    return PatientPage(rows, total, number)


def patients_after(engine: Engine, search: str, among: Among | None, after: int, most: int) -> list[PatientView]:
    """The same by id: the first `most` with ids above `after`."""
    wanted = and_(col(Patient.deleted_ms).is_(None), _reachable(among), *map(_has, words_of(search)))
    by_id = _patients().where(wanted, col(Patient.id) > after).order_by(col(Patient.id)).limit(most)
    return [PatientView(*row) for row in fetch_all(engine, by_id)]


def patient(engine: Engine, patient_id: int) -> PatientView | None:
    """The patient; None where there is none, or no longer."""
    row = fetch_first(engine, _patients().where(col(Patient.id) == patient_id, col(Patient.deleted_ms).is_(None)))
    return PatientView(*row) if row else None


def deleted_patients(engine: Engine, patient_id: int | None = None) -> list[PatientView]:
    """Who is deleted and not purged yet, the newest first; or only that one."""
    question = _patients(col(Patient.deleted_ms), col(User.full_name))
    question = question.outerjoin(User, col(User.id) == col(Patient.deleted_by))
    gone = question.where(col(Patient.deleted_ms).is_not(None))
    mine = gone if patient_id is None else gone.where(col(Patient.id) == patient_id)
    return [PatientView(*row) for row in fetch_all(engine, mine.order_by(col(Patient.deleted_ms).desc()))]


def words_of(search: str) -> list[str]:
    """What is looked for: small letters, whatever keyboard they come from."""
    return unicodedata.normalize("NFKC", search).lower().split()[:MOST_WORDS]


def number_taken(connection: Connection, number: str | None, but: int = 0) -> bool:
    """Whether another patient has this number, deleted ones too: they may come back."""
    if number is None:
        return False
    same = select(col(Patient.id)).where(col(Patient.number) == number, col(Patient.id) != but)
    return connection.execute(same).first() is not None


def add_patient(connection: Connection, values: Mapping[str, Any]) -> int:
    """Id of a new patient. Raises IntegrityError where the number is taken."""
    table = table_of(Patient)
    return int(connection.execute(insert(table).values(**values, version=1).returning(table.c.id)).scalar_one())


def change_patient(connection: Connection, patient_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Change these columns, unless somebody else has changed the patient since `version` was read: then False."""
    table = table_of(Patient)
    same = (table.c.id == patient_id) & (table.c.version == version) & table.c.deleted_ms.is_(None)
    return connection.execute(update(table).where(same).values(**values, version=version + 1)).rowcount == 1


def hold_patient(connection: Connection, patient_id: int) -> bool:
    """Nobody else changes the patient until this transaction ends; False where he or she is not here any more."""
    table = table_of(Patient)
    mine = select(table.c.id).where(table.c.id == patient_id, table.c.deleted_ms.is_(None))
    return connection.execute(mine.with_for_update()).first() is not None


def mark_deleted(connection: Connection, patient_id: int, now_ms: int, user_id: int | None) -> bool:
    """Nobody sees the patient any more; False where that was so already."""
    table = table_of(Patient)
    here = (table.c.id == patient_id) & table.c.deleted_ms.is_(None)
    gone = {"deleted_ms": now_ms, "deleted_by": user_id, "version": table.c.version + 1}
    return connection.execute(update(table).where(here).values(**gone)).rowcount == 1


def mark_restored(connection: Connection, patient_id: int, now_ms: int) -> bool:
    """The patient is back; False where it is too late, or nobody had deleted him or her."""
    table = table_of(Patient)
    in_time = (table.c.id == patient_id) & (table.c.deleted_ms > now_ms - RESTORE_MS)
    back = {"deleted_ms": None, "deleted_by": None, "version": table.c.version + 1}
    return connection.execute(update(table).where(in_time).values(**back)).rowcount == 1


def _patients(*more: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    device = aliased(Device)
    worn = (col(device.patient_id) == col(Patient.id)) & col(device.revoked).is_(False)
    newest = select(func.max(col(device.id))).where(worn).correlate(Patient).scalar_subquery()
    label = select(col(Device.label)).where(col(Device.id) == newest).correlate(Patient).scalar_subquery()
    facts = (col(Patient.id), col(Patient.number), col(Patient.name), col(Patient.initials), col(Patient.born))
    place = (col(Patient.sex), col(Patient.version), col(Ward.name), col(Bed.label), col(Bed.id))
    return _placed(select(*facts, *place, newest, label, *more).select_from(Patient))


def _placed(question: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    lies = question.outerjoin(Bed, col(Bed.patient_id) == col(Patient.id))
    return lies.outerjoin(Ward, col(Ward.id) == col(Bed.ward_id))


def _reachable(among: Among | None) -> ColumnElement[bool]:
    if among is None:
        return col(Patient.id).is_not(None)
    return or_(col(Ward.name).in_(among.wards), col(Patient.id).in_(among.patients))


def _has(word: str) -> ColumnElement[bool]:
    texts = (col(Patient.name), col(Patient.number), col(Patient.initials), col(Ward.name), col(Bed.label))
    found = [has(text, word) for text in texts]
    worn = select(col(Device.patient_id)).where(has(col(Device.label), word), col(Device.patient_id).is_not(None))
    named = [col(Patient.id) == int(word)] if word.isascii() and word.isdigit() and len(word) < 10 else []
    return or_(*found, *named, col(Patient.id).in_(worn))


def _order() -> tuple[SQLColumnExpression[Any], ...]:
    shown = case((col(Patient.name) == "", col(Patient.initials)), else_=col(Patient.name))
    return folded(shown), col(Patient.id)
