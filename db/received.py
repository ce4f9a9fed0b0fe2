"""Raw samples as they come: each sample stored once, and the ledger beside it, in the recorder's own transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from db.extent import Extent
from db.models import Recording, Segment
from db.models_recorder import LedgerRow, MissingRow
from db.overview import widen_overview
from db.rows import segment_row
from db.upserts import insert_into, insert_new, table_of
from db.views import NewSegment

AT_ONCE = 500
"""Names in one question."""


class Known(NamedTuple):
    """What the database has of a recording before a batch."""

    rate: float
    until: int
    settled: int


def store_segments(connection: Connection, segments: Sequence[NewSegment]) -> None:
    """Store what is new in `segments`, which stand in the order in which they came.

    Raises sqlalchemy.exc.IntegrityError when a recording is not in the database.
    """
    if not segments:
        return
    known = _known(connection, {segment.recording for segment in segments})
    extents = _extents(connection, known, segments)
    before = {name: list(extent.holes) for name, extent in extents.items()}
    fresh = [part for segment in segments for part in _new_parts(extents[segment.recording], segment)]
    insert_new(connection, Segment, [segment_row(part) for part in fresh])
    _write_ledgers(connection, extents, before)
    _widen_what_is_settled(connection, fresh, known)


def _known(connection: Connection, names: set[str]) -> dict[str, Known]:
    """Recordings that are in the database."""
    found: dict[str, Known] = {}
    wanted = sorted(names)
    facts = (col(Recording.id), col(Recording.rate), col(LedgerRow.until), col(LedgerRow.settled))
    question = select(*facts).outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    for at in range(0, len(wanted), AT_ONCE):
        rows = connection.execute(question.where(col(Recording.id).in_(wanted[at : at + AT_ONCE])))
        found |= {row[0]: Known(row[1], row[2] or 0, row[3] or 0) for row in rows}
    return found


def _extents(connection: Connection, known: Mapping[str, Known], segments: Iterable[NewSegment]) -> dict[str, Extent]:
    """An extent of each recording; its holes are asked for only where something may fall into them."""
    first: dict[str, int] = {}
    for segment in segments:
        first[segment.recording] = min(segment.start, first.get(segment.recording, segment.start))
    nothing = Known(0.0, 0, 0)
    return {
        name: Extent(
            known.get(name, nothing).until,
            _holes(connection, name, start) if start < known.get(name, nothing).until else (),
        )
        for name, start in first.items()
    }


def _holes(connection: Connection, recording: str, start: int) -> list[tuple[int, int]]:
    question = select(col(MissingRow.start), col(MissingRow.end)).where(col(MissingRow.recording_id) == recording)
    return [(row[0], row[1]) for row in connection.execute(question.where(col(MissingRow.end) > start))]


def _new_parts(extent: Extent, segment: NewSegment) -> list[NewSegment]:
    start = int(segment.start)
    parts = extent.receive(start, start + len(segment.samples))
    return [NewSegment(segment.recording, a, segment.samples[a - start : b - start]) for a, b in parts]


def _write_ledgers(
    connection: Connection, extents: Mapping[str, Extent], before: Mapping[str, list[tuple[int, int]]]
) -> None:
    rows = []
    for name, extent in extents.items():
        gone, come = set(before[name]) - set(extent.holes), set(extent.holes) - set(before[name])
        _change_holes(connection, name, gone, come)
        missing = sum(b - a for a, b in come) - sum(b - a for a, b in gone)
        counts = {"missing": missing, "late": extent.late, "repeated": extent.repeated}
        rows.append({"recording_id": name, "until": extent.until, **counts, "purged": 0, "settled": 0})
    statement = insert_into(connection, LedgerRow)
    table = table_of(LedgerRow)
    added = {name: table.c[name] + statement.excluded[name] for name in ("missing", "late", "repeated")}
    changed = {"until": statement.excluded.until, **added}
    connection.execute(statement.on_conflict_do_update(index_elements=["recording_id"], set_=changed), rows)


def _change_holes(
    connection: Connection, recording: str, gone: set[tuple[int, int]], come: set[tuple[int, int]]
) -> None:
    table = table_of(MissingRow)
    for start, _ in gone:
        connection.execute(delete(table).where(table.c.recording_id == recording, table.c.start == start))
    insert_new(connection, MissingRow, [{"recording_id": recording, "start": a, "end": b} for a, b in sorted(come)])


def _widen_what_is_settled(connection: Connection, fresh: Iterable[NewSegment], known: Mapping[str, Known]) -> None:
    """Late samples show at once in an overview that is made already."""
    for part in fresh:
        if part.recording in known and part.start < known[part.recording].settled:
            widen_overview(connection, part.recording, known[part.recording].rate, [part])
