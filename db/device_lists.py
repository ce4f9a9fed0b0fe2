"""Devices as people look them up: searched, page by page; and what changes in their own rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, insert, or_, select, update
from sqlmodel import col

from db.device_codes import drop_codes
from db.engine import fetch_all, fetch_first, reading
from db.folding import folded, has
from db.models import Bed, Device, Patient, Ward
from db.patients import PAGE, Among, words_of
from db.tokens import new_token, sha256
from db.upserts import table_of
from ecg.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device and who wears it. battery: percent, contact: as it said at wall ms status_ms; heard_ms: connected last.

    paired_ms: when its token was fetched; None: nobody has one that was fetched with a code.
    """

    id: int
    label: str
    revoked: bool
    patient_id: int | None
    patient: str | None
    ward: str | None
    bed: str | None
    battery: int | None
    charging: bool | None
    contact: str | None
    status_ms: int | None
    heard_ms: int | None
    created_ms: int | None
    paired_ms: int | None


@dataclass(frozen=True, slots=True)
class DevicePage:
    """One page of a list; total: of all pages. page counts from 1."""

    rows: list[ListedDevice]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // PAGE))


def listed_devices(engine: Engine, search: str = "", among: Among | None = None, page: int = 1) -> DevicePage:
    """Devices by label, of which each word of `search` is in label, patient, ward or bed. among: whose patients."""
    wanted = and_(col(Device.id).is_not(None), _reachable(among), *map(_has, words_of(search)))
    with reading(engine) as connection:
        total = int(connection.execute(_worn(select(func.count()).select_from(Device)).where(wanted)).scalar_one())
        number = min(max(page, 1), max(1, -(-total // PAGE)))
        by_label = _devices().where(wanted).order_by(folded(col(Device.label)), col(Device.id))
        rows = [_listed(tuple(row)) for row in connection.execute(by_label.limit(PAGE).offset(PAGE * (number - 1)))]
    return DevicePage(rows, total, number)


def devices_after(engine: Engine, search: str, among: Among | None, after: int, most: int) -> list[ListedDevice]:
    """The same by id: the first `most` with ids above `after`."""
    wanted = and_(col(Device.id) > after, _reachable(among), *map(_has, words_of(search)))
    return [_listed(row) for row in fetch_all(engine, _devices().where(wanted).order_by(col(Device.id)).limit(most))]


def listed_device(engine: Engine, device_id: int) -> ListedDevice | None:
    """The device with this id."""
    row = fetch_first(engine, _devices().where(col(Device.id) == device_id))
    return _listed(row) if row else None


def devices_of_patient(engine: Engine, patient_id: int) -> list[ListedDevice]:
    """The devices that the patient wears, the newest first."""
    rows = fetch_all(engine, _devices().where(col(Device.patient_id) == patient_id).order_by(col(Device.id).desc()))
    return [_listed(row) for row in rows]


def device_in_bed(engine: Engine, ward: str, bed: str) -> ListedDevice:
    """The newest device of the patient in this bed. Raises ConfigurationError when there is none."""
    here = _devices().where(col(Ward.name) == ward, col(Bed.label) == bed).order_by(col(Device.id).desc())
    row = fetch_first(engine, here)
    if row is None:
        raise ConfigurationError(f"Nobody with a device lies in bed {bed} of {ward}. Look at the names on the wall.")
    return _listed(row)


def add_device(connection: Connection, label: str, now_ms: int) -> int:
    """Id of a new device, with a token that nobody knows."""
    table = table_of(Device)
    row = {"label": label, "revoked": False, "created_ms": now_ms, "token_sha256": sha256(new_token())}
    return int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())


def rename_device(connection: Connection, device_id: int, label: str) -> None:
    """What is written on it now."""
    table = table_of(Device)
    connection.execute(update(table).where(table.c.id == device_id).values(label=label))


def new_device_token(connection: Connection, device_id: int, old_until_ms: int | None, now_ms: int) -> str:
    """A new token for the device, which may send again if it was revoked. Returns it.

    The old one stays good until the new one is used, at the latest until wall time `old_until_ms`; None: it ends now.
    """
    token, table = new_token(), table_of(Device)
    found = connection.execute(select(table.c.token_sha256, table.c.revoked).where(table.c.id == device_id)).one()
    kept = None if found.revoked or old_until_ms is None else found.token_sha256
    fresh = {"token_sha256": sha256(token), "old_token_sha256": kept, "old_until_ms": kept and old_until_ms}
    mine = update(table).where(table.c.id == device_id)
    connection.execute(mine.values(**fresh, revoked=False, paired_ms=now_ms))
    return token


def revoke_device(connection: Connection, device_id: int) -> bool:
    """The device may send no more, whatever token it has; False where that was so already."""
    table = table_of(Device)
    gone = {"revoked": True, "old_token_sha256": None, "old_until_ms": None}
    drop_codes(connection, device_id)
    held = update(table).where(table.c.id == device_id, table.c.revoked.is_(False))
    return connection.execute(held.values(**gone)).rowcount == 1


def _devices() -> Select[*tuple[Any, ...]]:
    facts = (col(Device.id), col(Device.label), col(Device.revoked), col(Device.patient_id), col(Patient.name))
    place = (col(Patient.initials), col(Ward.name), col(Bed.label))
    state = (col(Device.battery), col(Device.charging), col(Device.contact), col(Device.status_ms))
    times = (col(Device.heard_ms), col(Device.created_ms), col(Device.paired_ms))
    return _worn(select(*facts, *place, *state, *times).select_from(Device))


def _listed(row: tuple[Any, ...]) -> ListedDevice:
    device_id, label, revoked, patient_id, name, initials, *rest = row
    return ListedDevice(device_id, label, revoked, patient_id, name or initials, *rest)


def _worn(question: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    worn = question.outerjoin(Patient, col(Patient.id) == col(Device.patient_id))
    lies = worn.outerjoin(Bed, col(Bed.patient_id) == col(Device.patient_id))
    return lies.outerjoin(Ward, col(Ward.id) == col(Bed.ward_id))


def _reachable(among: Among | None) -> ColumnElement[bool]:
    if among is None:
        return col(Device.id).is_not(None)
    return or_(col(Ward.name).in_(among.wards), col(Device.patient_id).in_(among.patients))


def _has(word: str) -> ColumnElement[bool]:
    texts = (col(Device.label), col(Patient.name), col(Patient.initials), col(Ward.name), col(Bed.label))
    return or_(*(has(text, word) for text in texts))
