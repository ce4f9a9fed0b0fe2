"""Consent of patients to the training of networks on what is recorded of them: given or withdrawn, by whom, when."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, insert, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import Patient, User
from db.models_patients import Consent
from db.upserts import table_of


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What somebody (full name) wrote down at wall ms `at_ms`."""

    given: bool
    person: str
    at_ms: int


def consents(engine: Engine, patient_id: int) -> list[ConsentView]:
    """What was written down of one patient, what holds first; empty: nobody was asked, and nothing is allowed."""
    facts = select(col(Consent.given), col(User.full_name), col(Consent.at_ms))
    told = facts.join_from(Consent, User, col(User.id) == col(Consent.user_id))
    mine = told.where(col(Consent.patient_id) == patient_id).order_by(col(Consent.id).desc())
    return [ConsentView(*row) for row in fetch_all(engine, mine)]


def training_consent(engine: Engine) -> frozenset[int]:
    """The patients on whose recordings networks may be trained now."""
    newest = select(func.max(col(Consent.id))).group_by(col(Consent.patient_id))
    holds = select(col(Consent.patient_id)).join(Patient, col(Patient.id) == col(Consent.patient_id))
    given = holds.where(col(Consent.id).in_(newest), col(Consent.given), col(Patient.deleted_ms).is_(None))
    return frozenset(int(row[0]) for row in fetch_all(engine, given))


def write_consent(connection: Connection, patient_id: int, given: bool, user_id: int, now_ms: int) -> bool:
    """Add what the patient says; False, and nothing is added, where that holds already."""
    newest = select(col(Consent.given)).where(col(Consent.patient_id) == patient_id).order_by(col(Consent.id).desc())
    before = connection.execute(newest.limit(1)).scalar()
    if bool(before) is given and (before is not None or not given):
        return False
    row = {"patient_id": patient_id, "given": given, "user_id": user_id, "at_ms": now_ms}
    connection.execute(insert(table_of(Consent)).values(**row))
    return True
