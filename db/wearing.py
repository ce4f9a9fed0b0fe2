"""Who wears which device, and who wore it when. What a device records belongs to whoever wore it when it began.

A device whose wearer was never written down (`db.provision`) has been worn by its patient ever since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select, update
from sqlmodel import col

from db.device_codes import drop_codes
from db.engine import fetch_all, reading
from db.models import Device, Patient, Recording
from db.models_patients import Wearing
from db.tokens import new_token, sha256
from db.upserts import table_of

EVER_MS = 0
AT_ONCE = 500
"""Names in one question."""


@dataclass(frozen=True, slots=True)
class WearingView:
    """Somebody wore a device in [from_ms, until_ms); until_ms is None while it is so."""

    id: int
    device_id: int
    patient_id: int
    patient: str
    from_ms: int
    until_ms: int | None


def wearings(engine: Engine, device_id: int) -> list[WearingView]:
    """Who wore the device, the newest first."""
    facts = (col(Wearing.id), col(Wearing.device_id), col(Wearing.patient_id), col(Patient.name), col(Patient.initials))
    told = select(*facts, col(Wearing.from_ms), col(Wearing.until_ms))
    joined = told.join_from(Wearing, Patient, col(Patient.id) == col(Wearing.patient_id))
    mine = joined.where(col(Wearing.device_id) == device_id).order_by(col(Wearing.from_ms).desc())
    return [_view(row) for row in fetch_all(engine, mine)]


def patients_of(engine: Engine, recordings: Iterable[tuple[str, int, int]]) -> Mapping[str, int | None]:
    """Recording -> whose it is, for (recording, device, wall ms of sample 0) each.

    Of a recording that is stored for this device what is stored, of another `whose`.
    """
    wanted = list(recordings)
    known: dict[tuple[str, int], int | None] = {}
    facts = (col(Recording.id), col(Recording.device_id), col(Recording.patient_id))
    with reading(engine) as connection:
        for at in range(0, len(wanted), AT_ONCE):
            names = [name for name, _, _ in wanted[at : at + AT_ONCE]]
            stored = connection.execute(select(*facts).where(col(Recording.id).in_(names)))
            known |= {(row[0], row[1]): row[2] for row in stored}
        new = [each for each in wanted if each[:2] not in known]
        worn = whose(connection, [(device, started_ms) for _, device, started_ms in new])
    known |= {(name, device): worn[device, started_ms] for name, device, started_ms in new}
    return {name: known[name, device] for name, device, _ in wanted}


def whose(connection: Connection, begun: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int | None]:
    """(device, wall ms of sample 0) -> whose a recording is that is new here: of who wears the device.

    Nobody's, if it says that it began before somebody else had given the device away: it is either that patient's, and
    late, or the phone's clock is wrong, and nobody here can tell. `give` for that time settles it.
    """
    wanted = set(begun)
    devices = {device for device, _ in wanted}
    rows = connection.execute(select(col(Device.id), col(Device.patient_id)).where(col(Device.id).in_(devices)))
    wearer = {row[0]: row[1] for row in rows}
    until = func.max(col(Wearing.until_ms))
    others = select(col(Wearing.device_id), until).join(Device, col(Device.id) == col(Wearing.device_id))
    given = others.where(col(Wearing.device_id).in_(devices), col(Wearing.patient_id) != col(Device.patient_id))
    handed = {row[0]: row[1] or 0 for row in connection.execute(given.group_by(col(Wearing.device_id)))}
    return {
        (device, started_ms): wearer.get(device) if started_ms >= handed.get(device, EVER_MS) else None
        for device, started_ms in wanted
    }


def last_sample(engine: Engine, recording: str, device_id: int, started_ms: int, rate: float) -> int | None:
    """One past the last device sample that this recording may have; None: it goes on.

    A stored recording ends when its patient stopped wearing the device; so what another wears later is never in it.
    """
    with reading(engine) as connection:
        stored = connection.execute(select(col(Recording.patient_id)).where(col(Recording.id) == recording)).first()
        wearer = connection.execute(select(col(Device.patient_id)).where(col(Device.id) == device_id)).scalar()
        if stored is None or stored[0] is None or stored[0] == wearer:
            return None
        mine = (col(Wearing.device_id) == device_id) & (col(Wearing.patient_id) == stored[0])
        until_ms = connection.execute(select(func.max(col(Wearing.until_ms))).where(mine)).scalar()
    return max(0, floor(((until_ms or 0) - started_ms) / 1000 * rate))


def clash(connection: Connection, device_id: int, from_ms: int, until_ms: int | None) -> WearingView | None:
    """Who wore the device in a part of this time, the newest; None: nobody."""
    table, end = table_of(Wearing), until_ms
    overlaps = [table.c.device_id == device_id, func.coalesce(table.c.until_ms, from_ms + 1) > from_ms]
    if end is not None:
        overlaps.append(table.c.from_ms < end)
    facts = select(table.c.id, table.c.device_id, table.c.patient_id, col(Patient.name), col(Patient.initials))
    told = facts.add_columns(table.c.from_ms, table.c.until_ms).join(Patient, col(Patient.id) == table.c.patient_id)
    row = connection.execute(told.where(*overlaps).order_by(table.c.from_ms.desc())).first()
    return _view(tuple(row)) if row else None


def write_down(connection: Connection, device_id: int) -> None:
    """Make a row of what is only known from the device's own: that its patient has worn it ever since."""
    patient_id = connection.execute(select(col(Device.patient_id)).where(col(Device.id) == device_id)).scalar()
    mine = (col(Wearing.device_id) == device_id) & col(Wearing.until_ms).is_(None)
    if patient_id is not None and connection.execute(select(col(Wearing.id)).where(mine)).first() is None:
        row = {"device_id": device_id, "patient_id": patient_id, "from_ms": EVER_MS, "until_ms": None}
        connection.execute(insert(table_of(Wearing)).values(**row))


def give(
    connection: Connection, device_id: int, patient_id: int, from_ms: int, until_ms: int | None, now_ms: int
) -> int:
    """The patient wears the device in this time, which is nobody else's (`clash`), and what is nobody's of it is the
    patient's from now on. How many recordings that were.
    """
    row = {"device_id": device_id, "patient_id": patient_id, "from_ms": from_ms, "until_ms": until_ms}
    connection.execute(insert(table_of(Wearing)).values(**row))
    devices, recordings = table_of(Device), table_of(Recording)
    if until_ms is None or until_ms > now_ms:
        connection.execute(update(devices).where(devices.c.id == device_id).values(patient_id=patient_id))
    mine = (
        (recordings.c.device_id == device_id) & recordings.c.patient_id.is_(None) & (recordings.c.started_ms >= from_ms)
    )
    if until_ms is not None:
        mine &= recordings.c.started_ms < until_ms
    return int(connection.execute(update(recordings).where(mine).values(patient_id=patient_id)).rowcount)


def sends(device: type[Device]) -> ColumnElement[bool]:
    """Whether a device may send: it is not revoked, and somebody has its token. One that waits to be paired shows
    nothing on any bed yet.
    """
    has_token = or_(col(device.paired_ms).is_not(None), col(device.created_ms).is_(None))
    return and_(col(device.revoked).is_(False), has_token)


def take_away(connection: Connection, device_ids: Iterable[int], now_ms: int) -> None:
    """Nobody wears these devices any more, and their tokens and codes are void: who has one records for nobody."""
    devices, worn = table_of(Device), table_of(Wearing)
    for device_id in device_ids:
        write_down(connection, device_id)
        mine = (worn.c.device_id == device_id) & (worn.c.until_ms.is_(None) | (worn.c.until_ms > now_ms))
        connection.execute(update(worn).where(mine).values(until_ms=now_ms))
        void = {"token_sha256": sha256(new_token()), "old_token_sha256": None, "old_until_ms": None}
        free = {**void, "patient_id": None, "paired_ms": None}
        connection.execute(update(devices).where(devices.c.id == device_id).values(**free))
        drop_codes(connection, device_id)


def devices_of(connection: Connection, patient_id: int) -> list[int]:
    """The devices that the patient wears, revoked ones too."""
    rows = connection.execute(select(col(Device.id)).where(col(Device.patient_id) == patient_id))
    return [row[0] for row in rows if row[0] is not None]


def over(engine: Engine, now_ms: int) -> list[int]:
    """Devices whose time with a patient is over, though nobody has taken them away yet."""
    mine = (col(Wearing.device_id) == col(Device.id)) & (col(Wearing.patient_id) == col(Device.patient_id))
    ended = select(col(Device.id)).join(Wearing, mine).group_by(col(Device.id))
    going_on = func.coalesce(col(Wearing.until_ms), now_ms + 1)
    return [int(row[0]) for row in fetch_all(engine, ended.having(func.max(going_on) <= now_ms))]


def _view(row: tuple[Any, ...]) -> WearingView:
    wearing_id, device_id, patient_id, name, initials, from_ms, until_ms = row
    return WearingView(wearing_id, device_id, patient_id, name or initials, from_ms, until_ms)
