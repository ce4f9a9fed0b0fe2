"""Logins live in the database: the browser holds a random token, we hold its SHA-256. A copy dies at logout."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, select, update
from sqlmodel import col

from auth.audit import AuditAction, write_audit
from auth.passwords import hash_password, needs_new_hash, password_fits
from auth.tokens import new_token, sha256
from db.engine import fetch_first, writing
from db.models import Login, User
from db.store import table_of

IDLE_MS = 12 * 3_600_000
"""A login that nobody used for this long is over: one long shift."""
ABSOLUTE_MS = 7 * 24 * 3_600_000
"""A login is over after this, however busy."""
SEEN_EVERY_MS = 60_000
"""Use is written down at most this often."""


@dataclass(frozen=True, slots=True)
class ActiveLogin:
    """A login that holds now, and whose it is."""

    id: int
    user_id: int
    name: str
    full_name: str
    role: str
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


def start_login(connection: Connection, user_id: int, now_ms: int, address: str) -> str:
    """Token of a new login, for the cookie. Logins that are over for good are cleared away."""
    token, table = new_token(), table_of(Login)
    connection.execute(delete(table).where(table.c.created_ms < now_ms - ABSOLUTE_MS))
    times = {"created_ms": now_ms, "seen_ms": now_ms}
    connection.execute(insert(table).values(token_sha256=sha256(token), user_id=user_id, **times))
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
    person = (col(User.id), col(User.name), col(User.full_name), col(User.role))
    question = select(col(Login.id), *person, col(Login.seen_ms)).join_from(
        Login, User, col(Login.user_id) == col(User.id)
    )
    not_ended = question.where(col(Login.revoked_ms).is_(None), col(User.active).is_(True))
    return not_ended.where(col(Login.seen_ms) > now_ms - IDLE_MS, col(Login.created_ms) > now_ms - ABSOLUTE_MS)


def _keep_hash(engine: Engine, user_id: int, password_hash: str) -> None:
    table = table_of(User)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == user_id).values(password_hash=password_hash))
