"""In what order the beds of a ward stand: as people arranged them, else by label."""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select, update
from sqlmodel import col

from db.engine import fetch_all, fetch_first
from db.models import Bed, Ward
from db.upserts import table_of
from db.views import WardView

_DIGITS = re.compile(r"(\d+)")

Natural = tuple[tuple[int, int, str], ...]


def natural(label: str) -> Natural:
    """Sorts labels as people do: "2" before "10", "A9" before "A10"."""
    parts = [part for part in _DIGITS.split(label) if part]
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part.casefold()) for part in parts)


def standing(place: int | None, label: str) -> tuple[int, int, Natural]:
    """Sorts the beds of a ward: those that were given a place by it, then the others by their label."""
    return (0, place, natural(label)) if place is not None else (1, 0, natural(label))


def wards(engine: Engine) -> list[WardView]:
    """All wards, as people sort them."""
    rows = fetch_all(engine, select(col(Ward.id), col(Ward.name)))
    return sorted((WardView(*row) for row in rows), key=lambda ward: natural(ward.name))


def ward_name(engine: Engine, ward_id: int) -> str | None:
    """What the ward with this id is called."""
    row = fetch_first(engine, select(col(Ward.name)).where(col(Ward.id) == ward_id))
    return row[0] if row else None


def arrange_beds(connection: Connection, ward_id: int, beds: Sequence[int]) -> bool:
    """Put the beds of a ward, by id, in this order; none: each where its label puts it. False, and nothing is changed,
    unless they are the ward's, all of them and each once (one that was made meanwhile must not be lost).
    """
    table = table_of(Bed)
    of_ward = select(table.c.id).where(table.c.ward_id == ward_id).with_for_update()
    theirs = connection.execute(of_ward).scalars().all()
    if beds and sorted(beds) != sorted(theirs):
        return False
    connection.execute(update(table).where(table.c.ward_id == ward_id).values(place=None))
    for place, bed_id in enumerate(beds):
        connection.execute(update(table).where(table.c.id == bed_id).values(place=place))
    return True
