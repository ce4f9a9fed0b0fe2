"""Exports: asked for, written by a job, fetched by whoever asked, and gone after a day."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlmodel import col

from db.engine import fetch_all
from db.models_exports import ExportRow
from db.upserts import table_of

KEPT_MS = 24 * 3_600_000
"""After this long an archive is deleted: it is a copy of what is stored anyway."""
MOST_LISTED = 50
_FACTS = (
    *(col(ExportRow.id), col(ExportRow.user_id), col(ExportRow.recordings), col(ExportRow.kinds)),
    *(col(ExportRow.asked_ms), col(ExportRow.state), col(ExportRow.progress), col(ExportRow.size)),
    col(ExportRow.left_out),
)


class ExportState(StrEnum):
    """How far an archive is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (ExportState.WAITING.value, ExportState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class ExportView:
    """An archive. See `db.models_exports.ExportRow`."""

    id: str
    user_id: int
    recordings: tuple[str, ...]
    kinds: tuple[str, ...]
    asked_ms: int
    state: ExportState
    progress: int
    size: int
    left_out: int


def ask_export(
    connection: Connection, recordings: Sequence[str], kinds: Sequence[str], user_id: int, now_ms: int
) -> str:
    """Id of a new archive that waits; of the same one, where it is asked for again before it is written."""
    table = table_of(ExportRow)
    wish = {"recordings": json.dumps(list(recordings)), "kinds": json.dumps(list(kinds)), "user_id": user_id}
    same = [table.c[name] == value for name, value in wish.items()]
    known = connection.execute(select(table.c.id).where(*same, table.c.state.in_(OPEN))).scalar()
    if known is not None:
        return str(known)
    name = secrets.token_urlsafe(16)
    facts = {"asked_ms": now_ms, "state": ExportState.WAITING.value, "progress": 0, "size": 0, "left_out": 0}
    connection.execute(insert(table).values(id=name, **wish, **facts))
    return name


def export(engine: Engine, export_id: str) -> ExportView | None:
    """The archive with this id."""
    return next(iter(_views(engine, col(ExportRow.id) == export_id)), None)


def exports_of(engine: Engine, user_id: int) -> list[ExportView]:
    """What somebody asked for, the newest first."""
    return _views(engine, col(ExportRow.user_id) == user_id)


def open_exports(engine: Engine) -> list[ExportView]:
    """All that wait or are being written."""
    return _views(engine, col(ExportRow.state).in_(OPEN))


def old_exports(engine: Engine, now_ms: int) -> list[ExportView]:
    """Those whose time is over."""
    return _views(engine, col(ExportRow.asked_ms) < now_ms - KEPT_MS)


def turn_export(connection: Connection, export_id: str, **values: Any) -> bool:  # noqa: ANN401
    """Change columns of an archive; False where it is gone."""
    table = table_of(ExportRow)
    return connection.execute(update(table).where(table.c.id == export_id).values(**values)).rowcount == 1


def drop_export(connection: Connection, export_id: str) -> bool:
    """Forget an archive; False where it is gone."""
    table = table_of(ExportRow)
    return connection.execute(delete(table).where(table.c.id == export_id)).rowcount == 1


def _views(engine: Engine, mine: Any) -> list[ExportView]:  # noqa: ANN401
    newest = select(*_FACTS).where(mine).order_by(col(ExportRow.asked_ms).desc(), col(ExportRow.id)).limit(MOST_LISTED)
    return [_view(row) for row in fetch_all(engine, newest)]


def _view(row: tuple[Any, ...]) -> ExportView:
    name, user_id, recordings, kinds, asked_ms, state, *rest = row
    lists = (tuple(json.loads(recordings)), tuple(json.loads(kinds)))
    return ExportView(name, user_id, *lists, asked_ms, ExportState(state), *rest)
