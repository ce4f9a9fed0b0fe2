"""Walls: screens without a person. A code, typed once on the screen, becomes a credential that opens one ward's wall.

The browser holds a random token, we hold its SHA-256; it holds until it is revoked or unused for 90 days.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, insert, select, update
from sqlmodel import col

from auth.audit import AuditAction, write_audit
from auth.deeds import Deed
from auth.roles import Machine
from auth.tokens import new_token, sha256
from db.engine import fetch_all, fetch_first, writing
from db.models import Ward
from db.models_walls import WallScreen
from db.store import table_of
from ecg.errors import ConfigurationError

CODE_MS = 10 * 60_000
"""A pairing code holds for this long."""
UNUSED_MS = 90 * 24 * 3_600_000
"""A wall that was not switched on for this long must be paired again."""
SEEN_EVERY_MS = 60_000
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which look alike across a room."""
CODE_LETTERS = 8
"""40 bits; guessing is slowed down by address and ends with the ten minutes."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall's credential. seen_ms is None before it is paired, revoked_ms while it is not revoked.

    names: whether it may show who lies in the beds.
    """

    id: int
    ward: str
    name: str
    created_ms: int
    seen_ms: int | None
    revoked_ms: int | None
    names: bool

    @property
    def role(self) -> Machine:
        """What it is to `auth.roles`."""
        return Machine.NAMING_WALL if self.names else Machine.WALL


def offer_wall(engine: Engine, ward: str, name: str, deed: Deed) -> str:
    """A pairing code for a wall of `ward`. Raises ConfigurationError when there is no such ward."""
    found = fetch_first(engine, select(col(Ward.id)).where(col(Ward.name) == ward))
    if found is None:
        known = ", ".join(row[0] for row in fetch_all(engine, select(col(Ward.name)).order_by(col(Ward.name))))
        raise ConfigurationError(f"There is no ward {ward!r}. There are: {known or 'none yet'}.")
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LETTERS))
    with writing(engine) as connection:
        wall = {"ward_id": found[0], "name": name, "code_sha256": sha256(code), "created_ms": deed.at_ms}
        connection.execute(insert(table_of(WallScreen)).values(**wall))
        deed.tell(connection, AuditAction.WALL_OFFERED, f"{name}, {ward}")
    return code


def pair_wall(engine: Engine, typed: str, now_ms: int, address: str) -> str | None:
    """Token for the cookie of the screen on which the code was typed, None when that does not hold; it holds once."""
    code, token, table = "".join(typed.upper().split()).replace("-", ""), new_token(), table_of(WallScreen)
    open_until = table.c.created_ms > now_ms - CODE_MS
    with writing(engine) as connection:
        mine = (table.c.code_sha256 == sha256(code)) & table.c.revoked_ms.is_(None) & open_until
        taken = {"code_sha256": None, "token_sha256": sha256(token), "seen_ms": now_ms}
        if connection.execute(update(table).where(mine).values(**taken)).rowcount != 1:
            return None
        name = connection.execute(select(table.c.name).where(table.c.token_sha256 == sha256(token))).scalar_one()
        write_audit(connection, now_ms, AuditAction.WALL_PAIRED, None, name, address)
    return token


def wall_of_token(engine: Engine, token: str, now_ms: int) -> Wall | None:
    """The wall that this cookie belongs to, if it holds at `now_ms`."""
    return _one(engine, _holding(now_ms).where(col(WallScreen.token_sha256) == sha256(token)))


def wall_that_holds(engine: Engine, wall_id: int, now_ms: int) -> Wall | None:
    """The wall, unless it was revoked or lay unused. For long connections."""
    return _one(engine, _holding(now_ms).where(col(WallScreen.id) == wall_id))


def note_wall(engine: Engine, wall: Wall, now_ms: int) -> None:
    """Write down that the wall is on, once a minute at most."""
    if wall.seen_ms is not None and now_ms - wall.seen_ms < SEEN_EVERY_MS:
        return
    table = table_of(WallScreen)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == wall.id).values(seen_ms=now_ms))


def be_seen(engine: Engine, wall_id: int, now_ms: int) -> None:
    """A wall's screen looks at its ward now. For long connections: they make no requests that `note_wall` would see."""
    table = table_of(WallScreen)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == wall_id).values(seen_ms=now_ms))


def walls(engine: Engine) -> list[Wall]:
    """All that were ever offered, oldest first."""
    return [Wall(*row) for row in fetch_all(engine, _all().order_by(col(WallScreen.id)))]


def revoke_wall(engine: Engine, wall_id: int, deed: Deed) -> Wall:
    """End a wall's credential or its code for good. Raises ConfigurationError when there is no such wall."""
    ended = {"revoked_ms": deed.at_ms, "code_sha256": None}
    return _change(engine, wall_id, ended, deed, AuditAction.WALL_REVOKED, "")


def rename_wall(engine: Engine, wall_id: int, name: str, deed: Deed) -> Wall:
    """Write down where it hangs now. Raises ConfigurationError when there is no such wall."""
    return _change(engine, wall_id, {"name": name}, deed, AuditAction.WALL_RENAMED, f" → {name}")


def allow_names(engine: Engine, wall_id: int, deed: Deed) -> Wall:
    """Let a wall show who lies in the beds. Raises ConfigurationError when there is no such wall."""
    return _change(engine, wall_id, {"names": True}, deed, AuditAction.WALL_NAMES, ": allowed")


def forbid_names(engine: Engine, wall_id: int, deed: Deed) -> Wall:
    """From now on a wall shows initials only. Raises ConfigurationError when there is no such wall."""
    return _change(engine, wall_id, {"names": False}, deed, AuditAction.WALL_NAMES, ": forbidden")


def _change(
    engine: Engine, wall_id: int, values: Mapping[str, object], deed: Deed, action: AuditAction, how: str
) -> Wall:
    """The wall as it was. Nothing changes, and nothing is told, of one that is revoked."""
    wall = _one(engine, _all().where(col(WallScreen.id) == wall_id))
    if wall is None:
        raise ConfigurationError(f"There is no wall {wall_id}. See: wardbeat walls list")
    table = table_of(WallScreen)
    open_ones = update(table).where(table.c.id == wall_id, table.c.revoked_ms.is_(None))
    with writing(engine) as connection:
        if connection.execute(open_ones.values(**values)).rowcount:
            deed.tell(connection, action, f"{wall.name}, {wall.ward}{how}")
    return wall


def _all() -> Select[*tuple[Any, ...]]:
    times = (col(WallScreen.created_ms), col(WallScreen.seen_ms), col(WallScreen.revoked_ms))
    of_screen = (*times, col(WallScreen.names))
    return select(col(WallScreen.id), col(Ward.name), col(WallScreen.name), *of_screen).join_from(
        WallScreen, Ward, col(WallScreen.ward_id) == col(Ward.id)
    )


def _holding(now_ms: int) -> Select[*tuple[Any, ...]]:
    used = col(WallScreen.seen_ms) > now_ms - UNUSED_MS
    return _all().where(col(WallScreen.revoked_ms).is_(None), col(WallScreen.token_sha256).is_not(None), used)


def _one(engine: Engine, question: Select[*tuple[Any, ...]]) -> Wall | None:
    row = fetch_first(engine, question)
    return Wall(*row) if row else None
