"""Who works where, who is in whose care, and where a patient lies."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select
from sqlmodel import col

from db.engine import fetch_all, fetch_first, reading
from db.models import Bed, Patient, User, Ward
from db.models_care import Care, WardMember
from db.upserts import insert_new, table_of


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where a patient lies now: the ward's name, None in no bed."""

    patient_id: int
    ward: str | None


@dataclass(frozen=True, slots=True)
class CareView:
    """What a person is connected with: names of wards, ids of patients."""

    wards: frozenset[str]
    patients: frozenset[int]


def care_of(engine: Engine, user_id: int) -> CareView:
    """The wards that somebody works in and the patients in his or her care."""
    wards = select(col(Ward.name)).join(WardMember, col(WardMember.ward_id) == col(Ward.id))
    patients = select(col(Care.patient_id)).join(Patient, col(Patient.id) == col(Care.patient_id))
    patients = patients.where(col(Care.user_id) == user_id, col(Patient.deleted_ms).is_(None))
    with reading(engine) as connection:
        names = connection.execute(wards.where(col(WardMember.user_id) == user_id)).scalars().all()
        return CareView(frozenset(names), frozenset(connection.execute(patients).scalars().all()))


def place_of_patient(engine: Engine, patient_id: int) -> PlaceView | None:
    """Where the patient lies; None for a number that nobody has, or no longer."""
    lies = select(col(Patient.id), col(Ward.name)).select_from(Patient)
    lies = lies.outerjoin(Bed, col(Bed.patient_id) == col(Patient.id)).outerjoin(Ward, col(Ward.id) == col(Bed.ward_id))
    row = fetch_first(engine, lies.where(col(Patient.id) == patient_id, col(Patient.deleted_ms).is_(None)))
    return PlaceView(*row) if row else None


@dataclass(frozen=True, slots=True)
class Carer:
    """Somebody who looks after a patient; by_ward: because of working where the patient lies."""

    id: int
    name: str
    role: str
    by_ward: bool


def carers(engine: Engine, patient_id: int) -> list[Carer]:
    """Who has the patient in care, and who works in the ward where he or she lies, by name."""
    facts = (col(User.id), col(User.full_name), col(User.role))
    named = select(*facts).join(Care, col(Care.user_id) == col(User.id)).where(col(Care.patient_id) == patient_id)
    works = select(*facts).join(WardMember, col(WardMember.user_id) == col(User.id))
    there = works.join(Bed, col(Bed.ward_id) == col(WardMember.ward_id)).where(col(Bed.patient_id) == patient_id)
    by_name = [Carer(row[0], row[1], row[2], False) for row in fetch_all(engine, named)]
    by_ward = [Carer(row[0], row[1], row[2], True) for row in fetch_all(engine, there)]
    return sorted(by_name + by_ward, key=lambda each: each.name.casefold())


def set_wards(connection: Connection, user_id: int, ward_ids: set[int]) -> None:
    """From now on the person works in these wards and in no other."""
    members = table_of(WardMember)
    connection.execute(delete(members).where(members.c.user_id == user_id, members.c.ward_id.not_in(ward_ids)))
    insert_new(connection, WardMember, [{"user_id": user_id, "ward_id": ward} for ward in sorted(ward_ids)])


def take_into_care(connection: Connection, user_id: int, patient_id: int) -> None:
    """The patient is in the person's care, too. Harmless when repeated."""
    insert_new(connection, Care, [{"user_id": user_id, "patient_id": patient_id}])


def end_care(connection: Connection, user_id: int, patient_id: int) -> None:
    """The patient is no longer in the person's care."""
    care = table_of(Care)
    connection.execute(delete(care).where(care.c.user_id == user_id, care.c.patient_id == patient_id))
