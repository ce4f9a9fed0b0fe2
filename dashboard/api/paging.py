"""Pages of lists: so many items, and a cursor that says where the next page begins."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from dashboard.api.problems import FieldProblem, ProblemError

T = TypeVar("T")
V = TypeVar("V", bound=BaseModel)
Place = tuple[str | int, ...]
"""Behind which item a page ended: the values by which the list is sorted."""

MOST_ITEMS = 200
Text = Annotated[str, StringConstraints(max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A short line of text."""


def _dated(sent: object) -> object:
    """Bare numbers are no times."""
    if isinstance(sent, str) and not re.match(r"\d{4}-\d\d-\d\d[Tt ]", sent):
        raise ValueError("a time with its zone is expected, as 2026-11-27T18:00:00Z")
    return sent


Time = Annotated[AwareDatetime, BeforeValidator(_dated)]
"""A moment, with its zone."""


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=MOST_ITEMS, description="Items on a page.")
    cursor: str | None = Field(None, max_length=400, description="`next_cursor` of the page before.")


class Page(BaseModel, Generic[V]):
    """One page of a list."""

    items: list[V]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


def place_of(cursor: str | None, like: tuple[type, ...]) -> Place | None:
    """Where the page before ended, of values of these types; None for the first page. 422 for no cursor of ours."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _no_cursor() from None
    if not isinstance(place, list) or len(place) != len(like) or not _fits(place, like):
        raise _no_cursor()
    return tuple(place)


def page(found: Sequence[T], limit: int, shown: Callable[[T], V], place: Callable[[T], Place]) -> Page[V]:
    """A page of `found`, which was asked for with one item more than `limit`; place: of the last item."""
    items, more = found[:limit], len(found) > limit
    return Page(items=[shown(each) for each in items], next_cursor=_cursor(place(items[-1])) if more else None)


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()


def _fits(place: list[object], like: tuple[type, ...]) -> bool:
    return all(
        type(value) is kind and (not isinstance(value, int) or abs(value) < 2**53) and value != "\0"
        for value, kind in zip(place, like, strict=True)
    )


def _no_cursor() -> ProblemError:
    wrong = [FieldProblem(pointer="cursor", detail="Send what was next_cursor on the page before.")]
    return ProblemError(422, "invalid", "Some fields are not as the document says.", wrong)
