"""Codes that prove that somebody reads a contact's messages: eight digits, a quarter of an hour, five guesses."""

import secrets
from enum import StrEnum

from sqlalchemy import Connection, select, update

from auth.tokens import sha256
from db.models_accounts import PendingCode
from db.upserts import table_of, upsert
from words import t

CODE_MS = 15 * 60_000
MOST_TRIES = 5
DIGITS = 8


class Purpose(StrEnum):
    """What a code opens."""

    REGISTER = "register"
    RESET = "reset"
    CONTACT = "contact"


def new_code(connection: Connection, contact: str, purpose: Purpose, now_ms: int) -> str:
    """A code that replaces the one before."""
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    row = {"contact": contact, "purpose": purpose.value, "code_sha256": sha256(code), "created_ms": now_ms, "tries": 0}
    upsert(connection, PendingCode, [row])
    return code


def guess(connection: Connection, contact: str, purpose: Purpose, typed: str, now_ms: int) -> bool:
    """Whether the code fits; a wrong guess is counted, in this transaction, and after five the code is dead."""
    table, code = table_of(PendingCode), "".join(typed.split())
    holds = (table.c.contact == contact) & (table.c.purpose == purpose.value)
    holds &= (table.c.created_ms > now_ms - CODE_MS) & (table.c.tries < MOST_TRIES)
    found = connection.execute(select(table.c.code_sha256).where(holds).with_for_update()).scalar()
    if found is not None and secrets.compare_digest(found, sha256(code)):
        return True
    connection.execute(update(table).where(holds).values(tries=table.c.tries + 1))
    return False


def use_up(connection: Connection, contact: str, purpose: Purpose) -> None:
    """The code has done its work."""
    table = table_of(PendingCode)
    connection.execute(table.delete().where(table.c.contact == contact, table.c.purpose == purpose.value))


def code_sentence(code: str) -> str:
    """What is sent."""
    return t("code.text", code=f"{code[:4]} {code[4:]}", minutes=CODE_MS // 60_000)
