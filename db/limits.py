"""What people set for patients: each change is a row that stays, and the newest of a patient and limit holds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import Patient, User
from db.models_limits import PatientLimit
from db.store import table_of
from db.views import LimitSetting


def set_limit(
    connection: Connection, patient_id: int, name: str, value: float | None, user_id: int, at_ms: int, reason: str
) -> bool:
    """Add a row; False, and nothing is added, where the same person set just that last (a form sent twice)."""
    table = table_of(PatientLimit)
    wish = {"value": value, "user_id": user_id, "reason": reason}
    of_patient = select(*(table.c[each] for each in wish)).where(table.c.patient_id == patient_id, table.c.name == name)
    last = connection.execute(of_patient.order_by(table.c.id.desc()).limit(1)).first()
    if last is not None and tuple(last) == tuple(wish.values()):
        return False
    connection.execute(insert(table).values(patient_id=patient_id, name=name, at_ms=at_ms, **wish))
    return True


def limit_history(engine: Engine, patient_id: int, name: str, most: int) -> list[LimitSetting]:
    """The newest `most` settings of one limit, the one that holds first; empty where nobody has set any."""
    facts = (col(PatientLimit.value), col(User.full_name), col(PatientLimit.at_ms), col(PatientLimit.reason))
    told = select(*facts).join_from(PatientLimit, User, col(PatientLimit.user_id) == col(User.id))
    of_patient = told.where(col(PatientLimit.patient_id) == patient_id, col(PatientLimit.name) == name)
    newest_first = of_patient.order_by(col(PatientLimit.id).desc()).limit(most)
    return [LimitSetting(*row) for row in fetch_all(engine, newest_first)]


def limits_of_patients(engine: Engine) -> Mapping[int, Mapping[str, float]]:
    """Patient -> limit -> value that holds now; nothing where it is the usual one. Who has no row is missing."""
    values: dict[int, dict[str, float]] = {}
    for patient_id, name, value in fetch_all(engine, _held()):
        own = values.setdefault(patient_id, {})
        if value is not None:
            own[name] = value
    return values


def limits_to_change(connection: Connection, patient_id: int) -> Mapping[str, float]:
    """The patient's values that hold, by limit; until the transaction ends nobody else can change them."""
    patient = table_of(Patient)
    connection.execute(select(patient.c.id).where(patient.c.id == patient_id).with_for_update())
    held = connection.execute(_held().where(col(PatientLimit.patient_id) == patient_id))
    return {name: value for _, name, value in held if value is not None}


def revert_limits(connection: Connection, patient_id: int, user_id: int, at_ms: int, reason: str) -> list[str]:
    """Every limit of the patient is the usual one again; which were not."""
    names = sorted(limits_to_change(connection, patient_id))
    for name in names:
        set_limit(connection, patient_id, name, None, user_id, at_ms, reason)
    return names


def _held() -> Select[*tuple[Any, ...]]:
    newest = select(func.max(col(PatientLimit.id))).group_by(col(PatientLimit.patient_id), col(PatientLimit.name))
    facts = (col(PatientLimit.patient_id), col(PatientLimit.name), col(PatientLimit.value))
    return select(*facts).where(col(PatientLimit.id).in_(newest))
