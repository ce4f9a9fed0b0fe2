"""Invitations: an administrator's link that makes one account with a role, within a week."""

from sqlalchemy import Engine, delete, insert, select
from sqlmodel import col

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.roles import Role
from auth.tokens import new_token, sha256
from db.engine import fetch_first, writing
from db.models_accounts import Invitation
from db.upserts import table_of

HOLDS_MS = 7 * 24 * 3_600_000


def invite(engine: Engine, role: Role, deed: Deed) -> str:
    """The link's token. Old invitations are cleared away."""
    token, table = new_token(), table_of(Invitation)
    row = {"token_sha256": sha256(token), "role": role.value, "user_id": deed.user_id, "created_ms": deed.at_ms}
    with writing(engine) as connection:
        connection.execute(delete(table).where(table.c.created_ms <= deed.at_ms - HOLDS_MS))
        connection.execute(insert(table).values(**row))
        deed.tell(connection, AuditAction.INVITED, role.value)
    return token


def invited_as(engine: Engine, token: str, now_ms: int) -> Role | None:
    """The role that the link gives; None where it does not hold."""
    holds = col(Invitation.created_ms) > now_ms - HOLDS_MS
    question = select(col(Invitation.role)).where(col(Invitation.token_sha256) == sha256(token), holds)
    row = fetch_first(engine, question)
    return Role(row[0]) if row else None
