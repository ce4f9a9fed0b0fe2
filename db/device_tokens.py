"""Tokens of devices exchanged and taken away. Only the SHA-256 is kept; a token is told once."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, or_, select, update
from sqlmodel import col

from db.engine import fetch_all, writing
from db.models import Bed, Device, Ward
from db.store import table_of
from db.tokens import new_token, sha256
from ecg.errors import ConfigurationError

ASKED_AT_ONCE = 500
"""Digests in one question: a database takes some ten thousand values at most."""


def still_good(engine: Engine, tokens: Sequence[str], now_ms: int) -> set[str]:
    """Those of the digests with which a device may send at wall time `now_ms`."""
    good: set[str] = set()
    for at in range(0, len(tokens), ASKED_AT_ONCE):
        some = tokens[at : at + ASKED_AT_ONCE]
        whose = or_(col(Device.token_sha256).in_(some), col(Device.old_token_sha256).in_(some))
        columns = select(col(Device.token_sha256), col(Device.old_token_sha256), col(Device.old_until_ms))
        for current, old, until_ms in fetch_all(engine, columns.where(whose, ~col(Device.revoked))):
            good |= {current, old} if old and until_ms > now_ms else {current}
    return good & set(tokens)


def rotate(engine: Engine, ward: str, bed: str, old_until_ms: int) -> str:
    """A new token for the device of the patient in this bed. Returns it.

    The old one stays good until the new one is used, at the latest until wall time `old_until_ms`. A revoked device may
    send again with the new token; its old one stays refused. Raises ConfigurationError when there is no device.
    """
    token, devices = new_token(), table_of(Device)
    with writing(engine) as connection:
        device_id, current, revoked = _device_of(connection, ward, bed)
        kept = None if revoked else current
        connection.execute(
            update(devices)
            .where(devices.c.id == device_id)
            .values(
                token_sha256=sha256(token), old_token_sha256=kept, old_until_ms=kept and old_until_ms, revoked=False
            )
        )
    return token


def revoke(engine: Engine, ward: str, bed: str) -> None:
    """The device of the patient in this bed may send no more, whatever token it has; ingest hangs up within 5 s.

    Raises ConfigurationError when there is no device.
    """
    devices = table_of(Device)
    with writing(engine) as connection:
        device_id, _, _ = _device_of(connection, ward, bed)
        gone = {"revoked": True, "old_token_sha256": None, "old_until_ms": None}
        connection.execute(update(devices).where(devices.c.id == device_id).values(**gone))


def retire_old(engine: Engine, token_sha256: str) -> None:
    """The device whose new token has this digest uses it: its old one is good no more."""
    devices = table_of(Device)
    with writing(engine) as connection:
        same = devices.c.token_sha256 == token_sha256
        connection.execute(update(devices).where(same).values(old_token_sha256=None, old_until_ms=None))


def _device_of(connection: Connection, ward: str, bed: str) -> tuple[int, str, bool]:
    """Id, digest and state of the newest device of the patient in the bed."""
    lies = select(col(Device.id), col(Device.token_sha256), col(Device.revoked)).join(
        Bed, col(Bed.patient_id) == col(Device.patient_id)
    )
    here = lies.join(Ward, col(Ward.id) == col(Bed.ward_id)).where(col(Ward.name) == ward, col(Bed.label) == bed)
    found = connection.execute(here.order_by(col(Device.id).desc())).first()
    if found is None:
        raise ConfigurationError(f"Nobody with a device lies in bed {bed} of {ward}. Look at the names on the wall.")
    return int(found[0] or 0), str(found[1]), bool(found[2])
