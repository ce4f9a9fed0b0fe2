"""Into which bed a patient is put, and out of it."""

from typing import Literal

from sqlalchemy import Connection, Engine, select, update
from sqlmodel import col

from db.bed_order import natural, standing
from db.engine import fetch_all
from db.models import Bed, Ward
from db.upserts import insert_new, table_of

Wrong = Literal["ward", "bed", "room"]
"""Why nobody can lie there: no such ward, no such bed, or somebody lies in it ("room")."""


def free_beds(engine: Engine) -> list[tuple[str, list[str]]]:
    """All wards by name, each with its beds in which nobody lies, in their order."""
    facts = select(col(Ward.name), col(Bed.label), col(Bed.place), col(Bed.patient_id))
    rows = fetch_all(engine, facts.select_from(Ward).outerjoin(Bed, col(Bed.ward_id) == col(Ward.id)))
    names = sorted({str(row[0]) for row in rows}, key=natural)
    free = [row for row in rows if row[1] is not None and row[3] is None]
    in_order = sorted(free, key=lambda row: standing(row[2], row[1]))
    return [(name, [str(row[1]) for row in in_order if row[0] == name]) for name in names]


def make_bed(connection: Connection, ward: str, bed: str) -> None:
    """Ward and bed, by their names, are there from now on."""
    wards = table_of(Ward)
    insert_new(connection, Ward, [{"name": ward}])
    ward_id = connection.execute(select(wards.c.id).where(wards.c.name == ward)).scalar_one()
    insert_new(connection, Bed, [{"ward_id": ward_id, "label": bed}])


def lie_down(connection: Connection, patient_id: int, ward: str, bed: str) -> Wrong | None:
    """The patient lies there from now on, and nowhere else; why not, and then nothing is changed."""
    wards, beds = table_of(Ward), table_of(Bed)
    ward_id = connection.execute(select(wards.c.id).where(wards.c.name == ward)).scalar()
    if ward_id is None:
        return "ward"
    mine = select(beds.c.id, beds.c.patient_id).where(beds.c.ward_id == ward_id, beds.c.label == bed)
    found = connection.execute(mine.with_for_update()).first()
    if found is None:
        return "bed"
    if found.patient_id not in (None, patient_id):
        return "room"
    leave_bed(connection, patient_id)
    connection.execute(update(beds).where(beds.c.id == found.id).values(patient_id=patient_id))
    return None


def leave_bed(connection: Connection, patient_id: int) -> bool:
    """The patient lies in no bed; False where that was so already."""
    beds = table_of(Bed)
    left = update(beds).where(beds.c.patient_id == patient_id).values(patient_id=None)
    return connection.execute(left).rowcount > 0
