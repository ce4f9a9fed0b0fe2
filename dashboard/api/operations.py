"""What an operation of the API is: one table entry from which the route, the checks and the document are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from auth.needs import Need

F = TypeVar("F")
Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)

OCTETS = "application/octet-stream"
MOST_JSON = 4 << 20
"""Bytes of a JSON body."""
LARGEST_ID = 2**31 - 1


class Nothing(BaseModel):
    """No parameters, or no body."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Call(Generic[F, Q, B]):
    """A request that may be answered. found: by the guard. version: of If-Match, None where none is sent."""

    found: F
    query: Q
    body: B
    version: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: content as JSON, or raw bytes of the type `media`; version: for the ETag.

    kept: what a repeated request is answered instead, where `content` tells a secret.
    """

    content: BaseModel | bytes | None
    status: int = 200
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    kept: BaseModel | None = None
    media: str = OCTETS


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is and what it is called. path: below /api/v1, with {parameters} of `PARAMETERS`."""

    method: str
    path: str
    name: str
    tag: str
    summary: str


@dataclass(frozen=True, slots=True)
class Operation(Generic[F, Q, B]):
    """One operation.

    guard: takes the parameters of the path, answers the object or ends the request with 403 or 404: it is asked before
    anything that was sent is looked at. needs_version: whether If-Match must be sent. raw: whether the body is an
    octet-stream of at most so many bytes, read by `act` itself. media: of an answer that is a file.
    """

    route: Route
    need: Need
    guard: Callable[..., F]
    act: Callable[[Call[F, Q, B]], Reply]
    answers: type[BaseModel] | None
    query: type[Q]
    body: type[B]
    status: int = 200
    needs_version: bool = False
    raw: int = 0
    media: str = ""


AnyOperation = Operation[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A part of a path: its Flask converter and its schema."""

    converter: str
    schema: Mapping[str, Any]


_ID = PathParameter(f"int(max={LARGEST_ID})", {"type": "integer", "minimum": 0, "maximum": LARGEST_ID})
_INDEX = PathParameter("int(max=1000000000000)", {"type": "integer", "minimum": 0, "maximum": 10**12})
_SHAPE = PathParameter("int(max=999)", {"type": "integer", "minimum": 0, "maximum": 999})
_NAME = PathParameter("string(maxlength=64)", {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"})

PARAMETERS: dict[str, PathParameter] = {
    "user": _ID,
    "patient": _ID,
    "device": _ID,
    "mark": _ID,
    "version": _ID,
    "recording": _NAME,
    "upload": _NAME,
    "analysis": _NAME,
    "rule": _NAME,
    "start": _INDEX,
    "index": _INDEX,
    "shape": _SHAPE,
}
