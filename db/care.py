"""Who works where, who is in whose care, and where a patient lies."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, exists, or_, select
from sqlmodel import col

from db.engine import fetch_all, fetch_first, reading
from db.models import Bed, Patient, Recording, Ward
from db.models_care import Care, WardMember
from db.upserts import insert_new, table_of
from db.views import PatientPlace

MOST_LISTED = 2000
"""Patients in one list to choose from."""


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
    patients = select(col(Care.patient_id)).where(col(Care.user_id) == user_id)
    with reading(engine) as connection:
        names = connection.execute(wards.where(col(WardMember.user_id) == user_id)).scalars().all()
        return CareView(frozenset(names), frozenset(connection.execute(patients).scalars().all()))


def place_of_patient(engine: Engine, patient_id: int) -> PlaceView | None:
    """Where the patient lies; None for a number that nobody has who is or was in a bed here."""
    lies = select(col(Patient.id), col(Ward.name)).select_from(Patient)
    lies = lies.outerjoin(Bed, col(Bed.patient_id) == col(Patient.id)).outerjoin(Ward, col(Ward.id) == col(Bed.ward_id))
    recorded = exists().where(col(Recording.patient_id) == col(Patient.id))
    known = lies.where(col(Patient.id) == patient_id, or_(col(Bed.id).is_not(None), recorded))
    row = fetch_first(engine, known)
    return PlaceView(*row) if row else None


def known_patients(engine: Engine, care: CareView | None) -> list[PatientPlace]:
    """The patients whom somebody with this care sees, by ward and bed; None: all of them. At most `MOST_LISTED`."""
    facts = (col(Patient.id), col(Patient.initials), col(Patient.name), col(Ward.name), col(Bed.label))
    lie = select(*facts).select_from(Patient).outerjoin(Bed, col(Bed.patient_id) == col(Patient.id))
    lie = lie.outerjoin(Ward, col(Ward.id) == col(Bed.ward_id)).order_by(
        col(Ward.name), col(Bed.label), col(Patient.id)
    )
    recorded = exists().where(col(Recording.patient_id) == col(Patient.id))
    known = lie.where(or_(col(Bed.id).is_not(None), recorded)).limit(MOST_LISTED)
    if care is not None:
        known = known.where(or_(col(Ward.name).in_(care.wards), col(Patient.id).in_(care.patients)))
    return [PatientPlace(*row) for row in fetch_all(engine, known)]


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
