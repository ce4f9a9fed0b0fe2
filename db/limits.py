"""What people set for patients and wards: each change is a row that stays, and the newest of its kind holds.

A patient's own limit comes before the default of the ward where he or she lies now, and that before the house's.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import Bed, Device, Patient, User, Ward
from db.models_limits import PatientLimit, WardLimit
from db.upserts import table_of
from db.views import LimitSetting
from ecg.limits import in_force

Values = Mapping[str, float]
_Kind = type[PatientLimit] | type[WardLimit]


def set_limit(
    connection: Connection,
    patient_id: int,
    name: str,
    value: float | None,
    user_id: int | None,
    at_ms: int,
    reason: str,
) -> bool:
    """Add a row; False, and nothing is added, where the same person set just that last (a form sent twice)."""
    wish = {"value": value, "user_id": user_id, "reason": reason}
    return _set(connection, PatientLimit, {"patient_id": patient_id, "name": name}, wish, at_ms)


def set_ward_limit(
    connection: Connection, ward_id: int, name: str, value: float | None, user_id: int, at_ms: int, reason: str
) -> bool:
    """The same for a ward."""
    wish = {"value": value, "user_id": user_id, "reason": reason}
    return _set(connection, WardLimit, {"ward_id": ward_id, "name": name}, wish, at_ms)


def _set(connection: Connection, kind: _Kind, whose: dict[str, Any], wish: dict[str, Any], at_ms: int) -> bool:
    table = table_of(kind)
    same = [table.c[name] == value for name, value in whose.items()]
    last = select(*(table.c[each] for each in wish)).where(*same).order_by(table.c.id.desc()).limit(1)
    known = connection.execute(last).first()
    if known is not None and tuple(known) == tuple(wish.values()):
        return False
    connection.execute(insert(table).values(at_ms=at_ms, **whose, **wish))
    return True


def revert_limits(connection: Connection, patient_id: int, user_id: int | None, at_ms: int, reason: str) -> list[str]:
    """At discharge: every limit of the patient goes back to the default, as rows that say who did it, when and why.

    Gives the names of those that were set; harmless when repeated.
    """
    reverted = sorted(limits_to_change(connection, patient_id))
    for name in reverted:
        set_limit(connection, patient_id, name, None, user_id, at_ms, reason)
    return reverted


def limit_history(engine: Engine, patient_id: int, name: str, most: int) -> list[LimitSetting]:
    """The newest `most` settings of one limit, the one that holds first; empty where nobody has set any."""
    return _history(engine, PatientLimit, name, most, ("patient_id", patient_id))


def ward_limit_history(engine: Engine, ward_id: int, name: str, most: int) -> list[LimitSetting]:
    """The same of a ward."""
    return _history(engine, WardLimit, name, most, ("ward_id", ward_id))


def _history(engine: Engine, kind: _Kind, name: str, most: int, whose: tuple[str, int]) -> list[LimitSetting]:
    table = table_of(kind)
    facts = (table.c.value, func.coalesce(col(User.full_name), "–"), table.c.at_ms, table.c.reason)
    told = select(*facts).join_from(table, User, table.c.user_id == col(User.id), isouter=True)
    mine = told.where(table.c[whose[0]] == whose[1], table.c.name == name)
    return [LimitSetting(*row) for row in fetch_all(engine, mine.order_by(table.c.id.desc()).limit(most))]


def limits_of_patients(engine: Engine) -> Mapping[int, Values]:
    """Patient -> limit -> value that holds now and is not the house's. For whom nothing was ever set, neither for the
    patient nor in any ward, is missing: once there is a ward's default, whoever wears a device is here.
    """
    own, of_ward = _by_key(engine, _held(PatientLimit)), _by_key(engine, _held(WardLimit))
    if not of_ward:
        return own
    lies = dict(_places(engine))
    return {
        patient: in_force(of_ward.get(lies.get(patient) or 0, {}), own.get(patient, {})) for patient in {*lies, *own}
    }


def limits_of_patient(engine: Engine, patient_id: int) -> Values:
    """The same of one patient, empty where nothing was set."""
    own = _by_key(engine, _held(PatientLimit).where(col(PatientLimit.patient_id) == patient_id))
    return in_force(defaults_of_patient(engine, patient_id), own.get(patient_id, {}))


def defaults_of_patient(engine: Engine, patient_id: int) -> Values:
    """The defaults of the ward where the patient lies now."""
    held = _held(WardLimit).join(Bed, col(Bed.ward_id) == col(WardLimit.ward_id))
    return next(iter(_by_key(engine, held.where(col(Bed.patient_id) == patient_id)).values()), {})


def ward_defaults(engine: Engine, ward: str | None) -> Values:
    """Limit -> value that this ward, by its name, has in place of the house's."""
    held = _held(WardLimit).join(Ward, col(Ward.id) == col(WardLimit.ward_id)).where(col(Ward.name) == ward)
    return next(iter(_by_key(engine, held).values()), {})


def limits_to_change(connection: Connection, patient_id: int) -> Values:
    """The patient's values that hold, by limit; until the transaction ends nobody else can change them."""
    patient = table_of(Patient)
    connection.execute(select(patient.c.id).where(patient.c.id == patient_id).with_for_update())
    held = connection.execute(_held(PatientLimit).where(col(PatientLimit.patient_id) == patient_id))
    return {name: value for _, name, value in held if value is not None}


def ward_limits_to_change(connection: Connection, ward_id: int) -> tuple[Values, Mapping[str, Values]]:
    """The ward's values that hold, and by bed those of the patients who lie there; nobody else can change the ward's
    until the transaction ends.
    """
    ward = table_of(Ward)
    connection.execute(select(ward.c.id).where(ward.c.id == ward_id).with_for_update())
    held = connection.execute(_held(WardLimit).where(col(WardLimit.ward_id) == ward_id))
    own = _held(PatientLimit).add_columns(col(Bed.label)).join(Bed, col(Bed.patient_id) == col(PatientLimit.patient_id))
    beds: dict[str, dict[str, float]] = {}
    for _, name, value, label in connection.execute(own.where(col(Bed.ward_id) == ward_id)):
        if value is not None:
            beds.setdefault(label, {})[name] = value
    return {name: value for _, name, value in held if value is not None}, beds


def _by_key(engine: Engine, held: Select[*tuple[Any, ...]]) -> dict[int, dict[str, float]]:
    values: dict[int, dict[str, float]] = {}
    for number, name, value in fetch_all(engine, held):
        own = values.setdefault(number, {})
        if value is not None:
            own[name] = value
    return values


def _held(kind: _Kind) -> Select[*tuple[Any, ...]]:
    table = table_of(kind)
    whose = table.c.patient_id if kind is PatientLimit else table.c.ward_id
    newest = select(func.max(table.c.id)).group_by(whose, table.c.name)
    return select(whose, table.c.name, table.c.value).where(table.c.id.in_(newest))


def _places(engine: Engine) -> list[tuple[Any, ...]]:
    """Patient and ward's number, None in no bed, of everybody who lies in one or wears a device."""
    worn = select(col(Device.patient_id)).where(col(Device.revoked).is_(False), col(Device.patient_id).is_not(None))
    places = select(col(Patient.id), col(Bed.ward_id)).outerjoin(Bed, col(Bed.patient_id) == col(Patient.id))
    return fetch_all(engine, places.where(col(Bed.id).is_not(None) | col(Patient.id).in_(worn)))
