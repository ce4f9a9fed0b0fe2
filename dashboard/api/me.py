"""Who a token stands for."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from auth.needs import FILES
from auth.requests import current_token
from dashboard.api.asking import nothing, who_asks
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route

NOTICE = "Not a certified medical device."


class Me(BaseModel):
    """Who asks."""

    token: int = Field(description="Number of the token, by which the audit trail names it.")
    name: str = Field(description="What the token was made for.")
    person: str | None = Field(description="User name of whom it has the rights; null: a service's.")
    role: str
    scopes: list[str]
    wards: list[str] = Field(description="Wards that it reaches by working there; an administrator reaches all.")
    expires_at: datetime
    notice: str = Field(description="What Wardbeat is not.")


def moment(ms: int) -> datetime:
    """Wall ms as the API writes times."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def _me(_call: Call[None, Nothing, Nothing]) -> Reply:
    token, who = current_token(), who_asks()
    assert token is not None
    return Reply(
        Me(
            token=token.id,
            name=token.name,
            person=token.person,
            role=str(who.role),
            scopes=list(token.scopes),
            wards=sorted(who.wards),
            expires_at=moment(token.expires_ms),
            notice=NOTICE,
        )
    )


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/me", "me", "token", "Who this token stands for"), FILES, nothing, _me, Me, Nothing, Nothing
    ),
]
