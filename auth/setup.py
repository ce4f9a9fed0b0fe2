"""The first administrator: a one-time link instead of a default password."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlmodel import col

from auth.audit import AuditAction, write_audit
from auth.forms import FirstAdministratorForm
from auth.logins import start_login
from auth.passwords import hash_password
from auth.roles import Role
from auth.tokens import new_token, sha256
from db.engine import fetch_first, writing
from db.models import User
from db.models_accounts import LoginToken
from db.queries import has_users
from db.store import table_of

PURPOSE = "first administrator"
Note = Callable[[Connection], None]
"""Writes into the audit trail that it was done."""


def first_admin_link(engine: Engine, base_url: str, note: Note = lambda _: None) -> str | None:
    """The link that makes the first administrator, once; None when somebody can log in already.

    A new link replaces one that was not used. note: called in that transaction.
    """
    token, table = new_token(), table_of(LoginToken)
    with writing(engine) as connection:
        if _somebody(connection):
            return None
        connection.execute(delete(table).where(table.c.purpose == PURPOSE))
        connection.execute(insert(table).values(token_sha256=sha256(token), purpose=PURPOSE))
        note(connection)
    return f"{base_url.rstrip('/')}/setup/{token}"


def link_is_open(engine: Engine, token: str) -> bool:
    """Whether the link with this token can still be used."""
    known = select(col(LoginToken.purpose)).where(col(LoginToken.token_sha256) == sha256(token))
    return fetch_first(engine, known) == (PURPOSE,) and not has_users(engine)


def make_first_administrator(
    engine: Engine, token: str, form: FirstAdministratorForm, now_ms: int, address: str
) -> str | None:
    """Use the link up, make the administrator and log in: the cookie's token. None when the link is not open."""
    password_hash, table = hash_password(form.password), table_of(LoginToken)
    with writing(engine) as connection:
        used = connection.execute(delete(table).where(table.c.token_sha256 == sha256(token)))
        if used.rowcount != 1 or _somebody(connection):
            return None
        user_id = _add_administrator(connection, form, password_hash, now_ms)
        write_audit(connection, now_ms, AuditAction.FIRST_ADMINISTRATOR, user_id, form.name, address)
        return start_login(connection, user_id, now_ms, address)


def _add_administrator(connection: Connection, form: FirstAdministratorForm, password_hash: str, now_ms: int) -> int:
    table = table_of(User)
    person = {"name": form.name, "full_name": form.full_name, "role": Role.ADMINISTRATOR.value}
    rest = {"password_hash": password_hash, "active": True, "created_ms": now_ms}
    return int(connection.execute(insert(table).values(**person, **rest).returning(table.c.id)).scalar_one())


def _somebody(connection: Connection) -> bool:
    return connection.execute(select(col(User.id)).limit(1)).first() is not None
