"""Which tokens of devices are good. Only the SHA-256 is kept."""

from collections.abc import Sequence

from sqlalchemy import Engine, or_, select, update
from sqlmodel import col

from db.engine import fetch_all, writing
from db.models import Device
from db.store import table_of

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


def retire_old(engine: Engine, token_sha256: str) -> None:
    """The device whose new token has this digest uses it: its old one is good no more."""
    devices = table_of(Device)
    with writing(engine) as connection:
        same = devices.c.token_sha256 == token_sha256
        connection.execute(update(devices).where(same).values(old_token_sha256=None, old_until_ms=None))
