"""Reports of recordings: begun, written, pre-approved, signed, released, withdrawn. A signed version never changes."""

from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.deleted import not_deleted
from db.engine import fetch_all, fetch_first
from db.models import Recording, User
from db.models_reports import ReportRow
from db.report_views import OPEN, ReportState, ReportVersion, read_content
from db.upserts import table_of
from ecg.report_content import ReportContent

_AUTHOR, _APPROVER = aliased(User), aliased(User)
_FACTS = (
    *(col(ReportRow.recording_id), col(ReportRow.version), col(ReportRow.state), col(ReportRow.revision)),
    *(col(ReportRow.zone), col(ReportRow.conclusion), col(ReportRow.made_ms)),
    *(col(ReportRow.approved_ms), col(ReportRow.approved_sha256)),
    *(col(ReportRow.signed_ms), col(ReportRow.signer), col(ReportRow.sha256), col(ReportRow.released_ms)),
    *(col(_AUTHOR.full_name), col(_APPROVER.full_name)),
)
_OPEN = tuple(state.value for state in OPEN)


def report_versions(engine: Engine, recording_id: str) -> list[ReportVersion]:
    """All versions of a recording's report, the newest first."""
    mine = _all().where(col(ReportRow.recording_id) == recording_id).order_by(col(ReportRow.version).desc())
    return [_view(row) for row in fetch_all(engine, mine)]


def report_version(engine: Engine, recording_id: str, version: int) -> ReportVersion | None:
    """One version."""
    same = (col(ReportRow.recording_id) == recording_id) & (col(ReportRow.version) == version)
    row = fetch_first(engine, _all().where(same))
    return _view(row) if row else None


def signed_content(engine: Engine, recording_id: str, version: int) -> ReportContent | None:
    """What was signed as this version; None where it is not signed."""
    same = (col(ReportRow.recording_id) == recording_id) & (col(ReportRow.version) == version)
    row = fetch_first(engine, select(col(ReportRow.content)).where(same))
    return read_content(bytes(row[0])) if row and row[0] is not None else None


def released_reports(engine: Engine, patient_id: int) -> list[ReportVersion]:
    """The signed versions that a patient may see, the newest first."""
    mine = _all().join(Recording, col(Recording.id) == col(ReportRow.recording_id))
    mine = mine.where(col(Recording.patient_id) == patient_id, not_deleted(), col(ReportRow.released_ms).is_not(None))
    return [_view(row) for row in fetch_all(engine, mine.order_by(col(ReportRow.signed_ms).desc()))]


def begin_report(
    connection: Connection, recording_id: str, conclusion: str, zone: str, user_id: int | None, now_ms: int
) -> tuple[int, bool]:
    """The version that is open, and whether it was begun now: there is one open version at a time."""
    table, recordings = table_of(ReportRow), table_of(Recording)
    mine = table.c.recording_id == recording_id
    connection.execute(
        select(recordings.c.id).where(recordings.c.id == recording_id).with_for_update()
    )  # one at a time
    known = connection.execute(select(table.c.version).where(mine, table.c.state.in_(_OPEN))).scalar()
    if known is not None:
        return int(known), False
    version = 1 + int(connection.execute(select(func.coalesce(func.max(table.c.version), 0)).where(mine)).scalar_one())
    facts = {"recording_id": recording_id, "version": version, "conclusion": conclusion, "zone": zone}
    who = {"made_by": user_id, "made_ms": now_ms}
    connection.execute(insert(table).values(**facts, **who, state=ReportState.DRAFT.value, revision=1))
    return version, True


def write_report(connection: Connection, recording_id: str, version: int, revision: int, **values: Any) -> bool:  # noqa: ANN401
    """Change columns of an open version, if nobody has changed it since `revision`; False where somebody has."""
    table = table_of(ReportRow)
    same = (table.c.recording_id == recording_id) & (table.c.version == version) & (table.c.revision == revision)
    changed = update(table).where(same & table.c.state.in_(_OPEN)).values(**values, revision=revision + 1)
    return connection.execute(changed).rowcount == 1


def release_report(connection: Connection, recording_id: str, version: int, user_id: int | None, now_ms: int) -> bool:
    """Let the patient see a signed version; False where it is not signed, or released already."""
    table = table_of(ReportRow)
    same = (table.c.recording_id == recording_id) & (table.c.version == version)
    fresh = same & (table.c.state == ReportState.SIGNED.value) & table.c.released_ms.is_(None)
    values = {"released_by": user_id, "released_ms": now_ms}
    return connection.execute(update(table).where(fresh).values(**values)).rowcount == 1


def retract_report(connection: Connection, recording_id: str, version: int) -> bool:
    """No longer let the patient see it; False where it is not released."""
    table = table_of(ReportRow)
    same = (table.c.recording_id == recording_id) & (table.c.version == version) & table.c.released_ms.is_not(None)
    return connection.execute(update(table).where(same).values(released_by=None, released_ms=None)).rowcount == 1


def _all() -> Select[*tuple[Any, ...]]:
    known = select(*_FACTS).select_from(ReportRow).outerjoin(_AUTHOR, col(ReportRow.made_by) == col(_AUTHOR.id))
    return known.outerjoin(_APPROVER, col(ReportRow.approved_by) == col(_APPROVER.id))


def _view(row: tuple[Any, ...]) -> ReportVersion:
    recording_id, version, state, *rest = row
    return ReportVersion(recording_id, version, ReportState(state), *rest)
