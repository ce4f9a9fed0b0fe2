"""Purging patients who were deleted 30 days ago: everything of them, in small transactions, on the record."""

from sqlalchemy import Engine, delete, func, select
from sqlmodel import col

from db.engine import fetch_all, fetch_first, writing
from db.erase import erase_some, tables_of
from db.models import Patient
from db.patients import RESTORE_MS
from db.purge import Note
from db.upserts import table_of


def patients_due(engine: Engine, now_ms: int) -> int:
    """How many patients `purge_patients` would delete with all that belongs to them."""
    gone = select(func.count()).select_from(Patient).where(col(Patient.deleted_ms) <= now_ms - RESTORE_MS)
    return int(fetch_all(engine, gone)[0][0])


def purge_patients(engine: Engine, now_ms: int, note: Note) -> int:
    """Delete some of what is due, in ONE short transaction; rows deleted, 0 when nothing is left."""
    due = select(col(Patient.id)).where(col(Patient.deleted_ms) <= now_ms - RESTORE_MS).order_by(col(Patient.id))
    found = fetch_first(engine, due.limit(1))
    if found is None:
        return 0
    there, patient_id = tables_of(engine), int(found[0])
    with writing(engine) as connection:
        if rows := erase_some(connection, there, "patient", patient_id):
            return rows
        patients = table_of(Patient)
        connection.execute(delete(patients).where(patients.c.id == patient_id))
        note(connection, f"patient {patient_id}, deleted 30 days ago", patient_id)
    return 1
