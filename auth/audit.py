"""The audit trail: who did what, when and from where. Written in the transaction of what it tells."""

from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import AuditEntry, User
from db.store import table_of

MAX_SUBJECT = 128
MAX_ADDRESS = 64


class AuditAction(StrEnum):
    """What is written down."""

    LOGIN = "login"
    LOGIN_REFUSED = "login refused"
    LOGOUT = "logout"
    FIRST_ADMINISTRATOR = "first administrator"
    LIMIT_SET = "limit set"
    MARK_SET = "mark set"
    MARK_DELETED = "mark deleted"
    MARK_RESTORED = "mark restored"
    DEAD_LETTER_RETRIED = "dead letter retried"
    DEAD_LETTER_DROPPED = "dead letter dropped"
    PURGED = "purged"
    WALL_OFFERED = "wall offered"
    WALL_PAIRED = "wall paired"
    WALL_REVOKED = "wall revoked"
    WALL_RENAMED = "wall renamed"
    WALL_NAMES = "wall names"
    BEDS_ARRANGED = "beds arranged"
    REFUSED = "refused"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    PERSON_DELETED = "person deleted"
    PASSWORD_RESET = "password reset"
    PASSWORD_CHANGED = "password changed"
    PASSWORD_REFUSED = "password refused"
    ACCOUNT_CHANGED = "account changed"
    LOGIN_ENDED = "login ended"
    LOGINS_ENDED = "other logins ended"
    INVITED = "invited"
    CODE_SENT = "code sent"
    CODE_REFUSED = "code refused"
    REGISTERED = "registered"


def write_audit(
    connection: Connection, at_ms: int, action: AuditAction, user_id: int | None, subject: str, address: str
) -> None:
    """Add one entry, with the role that the user has now. `subject` is the name or object concerned, never a secret.

    Long texts are cut.
    """
    role = connection.execute(select(col(User.role)).where(col(User.id) == user_id)).scalar() if user_id else None
    entry = {"at_ms": at_ms, "user_id": user_id, "role": role, "action": action.value}
    texts = {"subject": subject[:MAX_SUBJECT], "address": address[:MAX_ADDRESS]}
    connection.execute(insert(table_of(AuditEntry)).values(**entry, **texts))


def audit_actions(engine: Engine) -> list[tuple[AuditAction, str]]:
    """(action, subject) of all entries, oldest first."""
    question = select(col(AuditEntry.action), col(AuditEntry.subject)).order_by(col(AuditEntry.id))
    return [(AuditAction(action), subject) for action, subject in fetch_all(engine, question)]
