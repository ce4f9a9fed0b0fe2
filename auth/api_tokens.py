"""Tokens of the REST API: what is typed to make one, and the deeds, each one transaction with its audit entry."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationInfo, field_validator
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.forms import complaint
from auth.roles import Machine
from auth.scopes import Scope, useful_scopes
from auth.tokens import new_token, sha256
from db.api_tokens import NewToken, TokenView, add_token, note_token, revoke_token
from db.engine import writing
from words import t

MAX_NAME = 64
DAY_MS = 24 * 3_600_000
LIFETIMES = (1, 30, 90, 365)
"""Days a token may hold."""
SEEN_EVERY_MS = 60_000
MARK = "wb_"
"""So that whoever finds a token in a file knows what it opens."""
EVERY_WARD = "all"


def _check_name(name: str) -> str:
    if not name or not name.isprintable():
        raise complaint(t("tokens.write_name"))
    if len(name) > MAX_NAME:
        raise complaint(t("form.at_most", count=MAX_NAME))
    return name


class TokenForm(BaseModel):
    """A token as it is wished for by somebody in the role `ROLE` (context): what for, what it may do, for how long."""

    name: Annotated[str, BeforeValidator(str.strip), AfterValidator(_check_name)]
    scopes: tuple[str, ...]
    days: int

    @field_validator("scopes")
    @classmethod
    def _useful(cls, scopes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        role = (info.context or {}).get("role", "")
        if not scopes or not set(scopes) <= set(useful_scopes(role)):
            raise complaint(t("tokens.choose_scopes"))
        return tuple(scope for scope in Scope if scope in scopes)

    @field_validator("days")
    @classmethod
    def _offered(cls, days: int) -> int:
        if days not in LIFETIMES:
            raise complaint(t("tokens.choose_days"))
        return days


def make_own(engine: Engine, form: TokenForm, user_id: int, deed: Deed) -> str:
    """A token with the rights of whoever makes it, within its scopes. It is told once."""
    return _make(engine, form, deed, user_id, frozenset(), "")


def make_service(engine: Engine, form: TokenForm, wards: Iterable[int] | None, deed: Deed) -> str:
    """A token of a service that reaches these wards (ids), or all (None). It is told once."""
    return _make(engine, form, deed, None, wards if wards is None else frozenset(wards), "service ")


def _make(
    engine: Engine, form: TokenForm, deed: Deed, user_id: int | None, wards: frozenset[int] | None, kind: str
) -> str:
    token, ends_ms = MARK + new_token(), deed.at_ms + form.days * DAY_MS
    reach = (frozenset(), True) if wards is None else (wards, False)
    kept = NewToken(sha256(token), form.name, user_id, deed.user_id or 0, form.scopes, *reach, deed.at_ms, ends_ms)
    with writing(engine) as connection:
        number = add_token(connection, kept)
        deed.tell(connection, AuditAction.TOKEN_MADE, f"{kind}token {number} {form.name}: {' '.join(form.scopes)}")
    return token


def revoke(engine: Engine, token_id: int, deed: Deed, whose: int | None = None) -> bool:
    """End a token at once (only one of this person, where one is given); False where there is none that holds."""
    with writing(engine) as connection:
        name = revoke_token(connection, token_id, deed.at_ms, whose)
        if name is not None:
            deed.tell(connection, AuditAction.TOKEN_REVOKED, f"token {token_id} {name}")
    return name is not None


def note_token_use(engine: Engine, token: TokenView, now_ms: int) -> None:
    """Write down that the token was used, once a minute at most."""
    if token.seen_ms is None or now_ms - token.seen_ms >= SEEN_EVERY_MS:
        note_token(engine, token.id, now_ms)


def service_scopes() -> list[Scope]:
    """What a service's token may be made for."""
    return useful_scopes(Machine.SERVICE)
