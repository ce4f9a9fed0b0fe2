"""Uploads: begun, filled byte by byte, looked at, asked about, read in. Whoever may: `auth.roles`."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, select, update
from sqlmodel import col

from db.engine import fetch_all, fetch_first, reading
from db.models_uploads import UploadFileRow, UploadRow
from db.upload_views import NewFile, UploadState, UploadView
from db.upserts import table_of

MOST_LISTED = 200

_FACTS = (
    col(UploadRow.id),
    col(UploadRow.user_id),
    col(UploadRow.created_ms),
    col(UploadRow.state),
    col(UploadRow.patient_id),
    col(UploadRow.look),
    col(UploadRow.choice),
    col(UploadRow.refusal),
    col(UploadRow.started_ms),
    col(UploadRow.start_known),
    col(UploadRow.recording_id),
)
_FILE = (
    col(UploadFileRow.upload_id),
    col(UploadFileRow.name),
    col(UploadFileRow.size),
    col(UploadFileRow.modified_ms),
)


def begin_upload(
    connection: Connection, user_id: int, patient_id: int | None, files: Sequence[NewFile], now_ms: int
) -> str:
    """A new upload of these files, of which nothing came yet; its id."""
    name = secrets.token_urlsafe(16)
    facts = {"id": name, "user_id": user_id, "created_ms": now_ms, "patient_id": patient_id}
    connection.execute(insert(table_of(UploadRow)).values(**facts, state=UploadState.RECEIVING.value))
    rows = [
        {"upload_id": name, "name": file.name, "size": file.size, "modified_ms": file.modified_ms} for file in files
    ]
    connection.execute(insert(table_of(UploadFileRow)), rows)
    return name


def upload(engine: Engine, upload_id: str) -> UploadView | None:
    """The upload with this id; None where there is none, or no longer."""
    found = _views(engine, _all().where(col(UploadRow.id) == upload_id))
    return found[0] if found else None


def uploads_of(engine: Engine, user_id: int) -> list[UploadView]:
    """What somebody brought, the newest first, at most `MOST_LISTED`."""
    newest_first = _all().order_by(col(UploadRow.created_ms).desc(), col(UploadRow.id)).limit(MOST_LISTED)
    return _views(engine, newest_first.where(col(UploadRow.user_id) == user_id))


def upload_of_recording(engine: Engine, recording_id: str) -> UploadView | None:
    """What a recording came from; None for one that a device sent."""
    found = _views(engine, _all().where(col(UploadRow.recording_id) == recording_id))
    return found[0] if found else None


def waiting_uploads(engine: Engine) -> list[str]:
    """Ids of all that wait to be read in, the oldest first."""
    mine = select(col(UploadRow.id)).where(col(UploadRow.state) == UploadState.WAITING.value)
    rows = fetch_all(engine, mine.where(col(UploadRow.removed_ms).is_(None)).order_by(col(UploadRow.created_ms)))
    return [str(row[0]) for row in rows]


def owner_of_upload(engine: Engine, upload_id: str) -> int | None:
    """Who brought it."""
    row = fetch_first(engine, select(col(UploadRow.user_id)).where(col(UploadRow.id) == upload_id))
    return None if row is None else int(row[0])


def add_file(connection: Connection, upload_id: str, file: NewFile) -> None:
    """One more file belongs to it; bytes are missing again."""
    row = {"upload_id": upload_id, "name": file.name, "size": file.size}
    connection.execute(insert(table_of(UploadFileRow)).values(**row, modified_ms=file.modified_ms))
    rewrite(connection, upload_id, state=UploadState.RECEIVING.value, refusal=None)


def rewrite(connection: Connection, upload_id: str, **values: Any) -> bool:  # noqa: ANN401  columns of UploadRow
    """Change columns of an upload; False where it is gone."""
    table = table_of(UploadRow)
    mine = (table.c.id == upload_id) & table.c.removed_ms.is_(None)
    return connection.execute(update(table).where(mine).values(**values)).rowcount == 1


def _all() -> Select[*tuple[Any, ...]]:
    return select(*_FACTS).where(col(UploadRow.removed_ms).is_(None))


def _views(engine: Engine, question: Select[*tuple[Any, ...]]) -> list[UploadView]:
    with reading(engine) as connection:
        rows = [tuple(row) for row in connection.execute(question)]
        wanted = [row[0] for row in rows]
        files = connection.execute(select(*_FILE).where(col(UploadFileRow.upload_id).in_(wanted))).all()
    of: dict[str, list[NewFile]] = {name: [] for name in wanted}
    for upload_id, name, size, modified_ms in files:
        of[upload_id].append(NewFile(name, size, modified_ms))
    return [_view(row, tuple(sorted(of[row[0]], key=lambda file: file.name))) for row in rows]


def _view(row: tuple[Any, ...], files: tuple[NewFile, ...]) -> UploadView:
    facts = (*row[:3], UploadState(row[3]), *row[4:])
    return replace(UploadView(*facts), files=files)
