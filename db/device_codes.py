"""One-time codes that are exchanged for a device's token. Only the SHA-256 is kept."""

import secrets
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from db.models import Device
from db.models_patients import DeviceCode
from db.tokens import sha256
from db.upserts import table_of

CODE_MS = 15 * 60_000
"""A code holds for this long."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which look alike."""
CODE_LETTERS = 10
"""49 bits; guessing is slowed down by address and ends with the quarter of an hour."""


class Code(StrEnum):
    """What a code is worth."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def new_code(connection: Connection, device_id: int, now_ms: int) -> str:
    """A code for this device; those that were not used yet end."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LETTERS))
    drop_codes(connection, device_id)
    row = {"code_sha256": sha256(code), "device_id": device_id, "until_ms": now_ms + CODE_MS}
    connection.execute(insert(table_of(DeviceCode)).values(**row))
    return code


def drop_codes(connection: Connection, device_id: int) -> None:
    """No code that was not used yet opens this device."""
    table = table_of(DeviceCode)
    connection.execute(delete(table).where(table.c.device_id == device_id, table.c.used_ms.is_(None)))


def use_code(connection: Connection, typed: str, now_ms: int) -> tuple[Code, int | None]:
    """What the code is worth, and of which device it is; a good one is used up by this."""
    table, digest = table_of(DeviceCode), sha256("".join(typed.upper().split()).replace("-", ""))
    found = connection.execute(select(table).where(table.c.code_sha256 == digest)).first()
    if found is None:
        return Code.UNKNOWN, None
    if found.used_ms is None and found.until_ms > now_ms:
        mine = (table.c.code_sha256 == digest) & table.c.used_ms.is_(None)
        if connection.execute(update(table).where(mine).values(used_ms=now_ms)).rowcount == 1:
            return Code.GOOD, found.device_id
        return Code.USED, found.device_id
    return (Code.EXPIRED if found.used_ms is None else Code.USED), found.device_id


def wearer_of(connection: Connection, device_id: int) -> int | None:
    """The patient who wears the device now."""
    table = table_of(Device)
    patient: int | None = connection.execute(select(table.c.patient_id).where(table.c.id == device_id)).scalar()
    return patient
