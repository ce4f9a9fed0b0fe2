"""Tokens of the REST API: made, looked up, listed, revoked. What they may do: `auth.roles`."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, or_, select, update
from sqlmodel import col

from db.engine import fetch_all, fetch_first, writing
from db.models import User, Ward
from db.models_api import ApiToken, ApiTokenWard
from db.upserts import table_of


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be kept. user_id: whose rights it has; None: a service's, of these wards, or of all (everywhere)."""

    token_sha256: str
    name: str
    user_id: int | None
    made_by: int
    scopes: tuple[str, ...]
    wards: frozenset[int]
    everywhere: bool
    created_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token. person, role: of whom it has the rights, None for a service; wards: names of those a service reaches."""

    id: int
    name: str
    user_id: int | None
    person: str | None
    role: str | None
    scopes: tuple[str, ...]
    everywhere: bool
    created_ms: int
    expires_ms: int
    seen_ms: int | None
    revoked_ms: int | None
    wards: frozenset[str] = frozenset()


def add_token(connection: Connection, new: NewToken) -> int:
    """Keep a token; its id."""
    table = table_of(ApiToken)
    times = {"created_ms": new.created_ms, "expires_ms": new.expires_ms}
    whose = {"user_id": new.user_id, "made_by": new.made_by, "everywhere": new.everywhere}
    row = {"token_sha256": new.token_sha256, "name": new.name, "scopes": " ".join(new.scopes), **whose, **times}
    token_id = int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())
    wards = [{"token_id": token_id, "ward_id": ward} for ward in sorted(new.wards)]
    if wards:
        connection.execute(insert(table_of(ApiTokenWard)), wards)
    return token_id


def token_by_digest(engine: Engine, token_sha256: str, now_ms: int) -> TokenView | None:
    """The token that holds at `now_ms`: not revoked, not over, and its person may log in and owes no new password."""
    holds = _tokens().where(col(ApiToken.token_sha256) == token_sha256, *_held(now_ms))
    row = fetch_first(engine, holds)
    return _with_wards(engine, [_view(row)])[0] if row else None


def tokens_of(engine: Engine, user_id: int, now_ms: int) -> list[TokenView]:
    """The tokens of a person that hold, the newest first."""
    mine = _tokens().where(col(ApiToken.user_id) == user_id, *_held(now_ms))
    return [_view(row) for row in fetch_all(engine, mine.order_by(col(ApiToken.id).desc()))]


def all_tokens(engine: Engine, now_ms: int) -> list[TokenView]:
    """All tokens that hold: those of services first, the newest first."""
    services_first = (col(ApiToken.user_id).is_not(None), col(ApiToken.id).desc())
    rows = fetch_all(engine, _tokens().where(*_held(now_ms)).order_by(*services_first))
    return _with_wards(engine, [_view(row) for row in rows])


def revoke_token(connection: Connection, token_id: int, now_ms: int, user_id: int | None = None) -> str | None:
    """End a token (of this person, where one is given); its name, None where there is none that holds."""
    table = table_of(ApiToken)
    mine = (table.c.id == token_id) & table.c.revoked_ms.is_(None)
    if user_id is not None:
        mine &= table.c.user_id == user_id
    row = connection.execute(update(table).where(mine).values(revoked_ms=now_ms).returning(table.c.name)).first()
    return None if row is None else str(row[0])


def end_tokens(connection: Connection, user_id: int, now_ms: int) -> None:
    """End all tokens of a person."""
    table = table_of(ApiToken)
    mine = (table.c.user_id == user_id) & table.c.revoked_ms.is_(None)
    connection.execute(update(table).where(mine).values(revoked_ms=now_ms))


def note_token(engine: Engine, token_id: int, now_ms: int) -> None:
    """Write down that the token was used."""
    table = table_of(ApiToken)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == token_id).values(seen_ms=now_ms))


def _held(now_ms: int) -> tuple[Any, ...]:
    welcome = col(User.active).is_(True) & col(User.must_change).is_(False)
    whose = or_(col(ApiToken.user_id).is_(None), welcome)
    return col(ApiToken.revoked_ms).is_(None), col(ApiToken.expires_ms) > now_ms, whose


def _tokens() -> Select[*tuple[Any, ...]]:
    person = (col(ApiToken.user_id), col(User.name), col(User.role))
    reach = (col(ApiToken.scopes), col(ApiToken.everywhere))
    times = (col(ApiToken.created_ms), col(ApiToken.expires_ms), col(ApiToken.seen_ms), col(ApiToken.revoked_ms))
    question = select(col(ApiToken.id), col(ApiToken.name), *person, *reach, *times)
    return question.outerjoin_from(ApiToken, User, col(ApiToken.user_id) == col(User.id))


def _view(row: tuple[Any, ...]) -> TokenView:
    token_id, name, user_id, person, role, scopes, *rest = row
    return TokenView(token_id, name, user_id, person, role, tuple(scopes.split()), *rest)


def _with_wards(engine: Engine, tokens: list[TokenView]) -> list[TokenView]:
    ids = [each.id for each in tokens if each.user_id is None and not each.everywhere]
    facts = select(col(ApiTokenWard.token_id), col(Ward.name)).join(Ward, col(Ward.id) == col(ApiTokenWard.ward_id))
    wards: dict[int, set[str]] = {}
    for token_id, name in fetch_all(engine, facts.where(col(ApiTokenWard.token_id).in_(ids))) if ids else ():
        wards.setdefault(token_id, set()).add(name)
    return [replace(each, wards=frozenset(wards.get(each.id, ()))) for each in tokens]
