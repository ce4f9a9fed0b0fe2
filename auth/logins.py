"""Logins live in the database: the browser holds a random token, we hold its SHA-256. A copy dies at logout."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Case, Connection, Engine, Select, case, delete, insert, literal, select, update
from sqlmodel import col

from auth.audit import MAX_ADDRESS, AuditAction, write_audit
from auth.passwords import hash_password, needs_new_hash, password_fits
from auth.roles import Role
from auth.tokens import new_token, sha256
from db.engine import fetch_all, fetch_first, writing
from db.models import Login, User
from db.store import table_of

_HOUR_MS, _DAY_MS = 3_600_000, 24 * 3_600_000
IDLE_MS = {
    Role.ADMINISTRATOR: 2 * _HOUR_MS,
    Role.DOCTOR: 12 * _HOUR_MS,
    Role.NURSE: 12 * _HOUR_MS,
    Role.PATIENT: 7 * _DAY_MS,
}
"""A login that nobody used for this long is over: for those who treat patients one long shift."""
ABSOLUTE_MS = {
    Role.ADMINISTRATOR: _DAY_MS,
    Role.DOCTOR: 7 * _DAY_MS,
    Role.NURSE: 7 * _DAY_MS,
    Role.PATIENT: 30 * _DAY_MS,
}
"""A login is over after this, however busy."""
MAX_AGENT = 200
SEEN_EVERY_MS = 60_000
"""Use is written down at most this often."""


@dataclass(frozen=True, slots=True)
class LoginView:
    """A login for the list of one's own. Wall ms; address and agent as the browser gave them at login."""

    id: int
    created_ms: int
    seen_ms: int
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class ActiveLogin:
    """A login that holds now, and whose it is."""

    id: int
    user_id: int
    name: str
    full_name: str
    role: str
    must_change: bool
    seen_ms: int


def check_password(engine: Engine, name: str, password: str) -> int | None:
    """Id of the active user with this name (lower case) and password; None takes as long as a wrong password."""
    known = select(col(User.id), col(User.password_hash)).where(col(User.name) == name, col(User.active).is_(True))
    user_id, password_hash = fetch_first(engine, known) or (None, None)
    if not password_fits(password_hash, password):
        return None
    if password_hash and needs_new_hash(password_hash):
        _keep_hash(engine, int(user_id), hash_password(password))
    return int(user_id)


def start_login(connection: Connection, user_id: int, now_ms: int, address: str, agent: str = "") -> str:
    """Token of a new login, for the cookie. Logins that are over for good are cleared away. agent: of the browser."""
    token, table = new_token(), table_of(Login)
    connection.execute(delete(table).where(table.c.created_ms < now_ms - max(ABSOLUTE_MS.values())))
    times = {"created_ms": now_ms, "seen_ms": now_ms}
    origin = {"address": address[:MAX_ADDRESS], "agent": agent[:MAX_AGENT]}
    connection.execute(insert(table).values(token_sha256=sha256(token), user_id=user_id, **times, **origin))
    write_audit(connection, now_ms, AuditAction.LOGIN, user_id, "", address)
    return token


def active_login(engine: Engine, token: str, now_ms: int) -> ActiveLogin | None:
    """The login that this cookie belongs to, if it holds at `now_ms`."""
    row = fetch_first(engine, _holding(now_ms).where(col(Login.token_sha256) == sha256(token)))
    return ActiveLogin(*row) if row else None


def login_that_holds(engine: Engine, login_id: int, now_ms: int) -> ActiveLogin | None:
    """The login, unless it was logged out, is over, or its user was switched off. For long connections."""
    row = fetch_first(engine, _holding(now_ms).where(col(Login.id) == login_id))
    return ActiveLogin(*row) if row else None


def logins_of(engine: Engine, user_id: int, now_ms: int) -> list[LoginView]:
    """The logins of a person that hold now, the one used last first."""
    facts = (col(Login.id), col(Login.created_ms), col(Login.seen_ms), col(Login.address), col(Login.agent))
    question = _held(select(*facts).join(User, col(Login.user_id) == col(User.id)), now_ms)
    rows = fetch_all(engine, question.where(col(Login.user_id) == user_id).order_by(col(Login.seen_ms).desc()))
    return [LoginView(*row) for row in rows]


def end_logins(connection: Connection, user_id: int, now_ms: int, but: int | None = None) -> None:
    """End all logins of a person except the one with the id `but`. At once over HTTP, within 5 s on open sockets."""
    table = table_of(Login)
    mine = (table.c.user_id == user_id) & table.c.revoked_ms.is_(None) & (table.c.id != (but or 0))
    connection.execute(update(table).where(mine).values(revoked_ms=now_ms))


def end_one(connection: Connection, user_id: int, login_id: int, now_ms: int) -> bool:
    """End one login of this person; False where it is not theirs or is over."""
    table = table_of(Login)
    mine = (table.c.user_id == user_id) & (table.c.id == login_id) & table.c.revoked_ms.is_(None)
    return connection.execute(update(table).where(mine).values(revoked_ms=now_ms)).rowcount == 1


def note_use(engine: Engine, login: ActiveLogin, now_ms: int) -> None:
    """Write down that the login was used, once a minute at most."""
    if now_ms - login.seen_ms < SEEN_EVERY_MS:
        return
    table = table_of(Login)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == login.id).values(seen_ms=now_ms))


def end_login(engine: Engine, login: ActiveLogin, now_ms: int, address: str) -> None:
    """Log out: the cookie, and every copy of it, is worth nothing from now on."""
    table = table_of(Login)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == login.id).values(revoked_ms=now_ms))
        write_audit(connection, now_ms, AuditAction.LOGOUT, login.user_id, "", address)


def _holding(now_ms: int) -> Select[*tuple[Any, ...]]:
    """Columns of `ActiveLogin` for all logins that hold at `now_ms`."""
    person = (col(User.id), col(User.name), col(User.full_name), col(User.role), col(User.must_change))
    question = select(col(Login.id), *person, col(Login.seen_ms)).join_from(
        Login, User, col(Login.user_id) == col(User.id)
    )
    return _held(question, now_ms)


def _held(question: Select[*tuple[Any, ...]], now_ms: int) -> Select[*tuple[Any, ...]]:
    """Only logins that hold at `now_ms`, by the limits of their person's role; of a role unknown by the shortest."""
    now, idle, absolute = literal(now_ms, BigInteger), _by_role(IDLE_MS), _by_role(ABSOLUTE_MS)
    open_ones = question.where(col(Login.revoked_ms).is_(None), col(User.active).is_(True))
    return open_ones.where(col(Login.seen_ms) > now - idle, col(Login.created_ms) > now - absolute)


def _by_role(limits: dict[Role, int]) -> Case[int]:
    return case({role.value: ms for role, ms in limits.items()}, value=col(User.role), else_=min(limits.values()))


def _keep_hash(engine: Engine, user_id: int, password_hash: str) -> None:
    table = table_of(User)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == user_id).values(password_hash=password_hash))
