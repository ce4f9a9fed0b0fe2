"""Analyses of recordings: asked for, run, cancelled, kept; and one of them in force."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, insert, select, update
from sqlmodel import col

from db.engine import fetch_all, fetch_first, writing
from db.models import AfBurdenRow, BeatRow, EpisodeRow, GapRow, QualityRow, User, VitalSignsRow
from db.models_networks import NetworkRow
from db.models_trends import TrendRow
from db.models_uploads import AnalysisPart, AnalysisRow
from db.store import Part, store_part
from db.upload_views import OPEN_STATES, AnalysisState, AnalysisView
from db.upserts import table_of, upsert
from ecg.types import Alert, Event

ROWS_AT_ONCE = 5000
"""Deleted in one transaction, in which nobody else writes."""
_OPEN = tuple(state.value for state in OPEN_STATES)
_FACTS = (
    col(AnalysisRow.id),
    col(AnalysisRow.recording_id),
    col(AnalysisRow.model),
    col(AnalysisRow.user_id),
    col(AnalysisRow.asked_ms),
    col(AnalysisRow.began_ms),
    col(AnalysisRow.ended_ms),
    col(AnalysisRow.state),
    col(AnalysisRow.progress),
    col(AnalysisRow.tries),
    col(AnalysisRow.refusal),
    col(AnalysisRow.in_force),
    col(User.full_name),
)


def ask_analysis(connection: Connection, recording_id: str, model: str, user_id: int | None, now_ms: int) -> str:
    """Id of a new analysis that waits; of the one that waits or runs already, where there is one with this network."""
    table = table_of(AnalysisRow)
    same = (table.c.recording_id == recording_id) & (table.c.model == model) & table.c.state.in_(_OPEN)
    known = connection.execute(select(table.c.id).where(same)).scalar()
    if known is not None:
        return str(known)
    name = secrets.token_urlsafe(16)
    facts = {"id": name, "recording_id": recording_id, "model": model, "user_id": user_id, "asked_ms": now_ms}
    connection.execute(insert(table).values(**facts, state=AnalysisState.WAITING.value, progress=0, tries=0))
    return name


def analysis(engine: Engine, analysis_id: str) -> AnalysisView | None:
    """The analysis with this id."""
    row = fetch_first(engine, _all().where(col(AnalysisRow.id) == analysis_id))
    return _view(row) if row else None


def analyses(engine: Engine, recording_id: str) -> list[AnalysisView]:
    """All of a recording, the newest first."""
    mine = _all().where(col(AnalysisRow.recording_id) == recording_id)
    rows = fetch_all(engine, mine.order_by(col(AnalysisRow.asked_ms).desc(), col(AnalysisRow.id)))
    return [_view(row) for row in rows]


def newest_analyses(engine: Engine, recording_ids: Sequence[str]) -> dict[str, AnalysisView]:
    """Recording -> the analysis that was asked for last."""
    mine = _all().where(col(AnalysisRow.recording_id).in_(recording_ids)).order_by(col(AnalysisRow.asked_ms))
    return {row[1]: _view(row) for row in fetch_all(engine, mine)}


def open_analyses(engine: Engine) -> list[AnalysisView]:
    """All that wait or run, in the order in which they are done."""
    rows = fetch_all(engine, _all().where(col(AnalysisRow.state).in_(_OPEN)).order_by(col(AnalysisRow.asked_ms)))
    return [_view(row) for row in rows]


def place_in_queue(engine: Engine, asked: AnalysisView) -> int:
    """How many analyses are done before this one that waits."""
    earlier = (col(AnalysisRow.state) == AnalysisState.RUNNING.value) | (col(AnalysisRow.asked_ms) < asked.asked_ms)
    question = select(func.count()).where(col(AnalysisRow.state).in_(_OPEN), earlier, col(AnalysisRow.id) != asked.id)
    row = fetch_first(engine, question)
    return int(row[0]) if row else 0


def turn(
    connection: Connection,
    analysis_id: str,
    before: Sequence[AnalysisState],
    **values: Any,  # noqa: ANN401
) -> bool:
    """Change columns of an analysis that is in one of the states `before`; False where it is in none of them."""
    table = table_of(AnalysisRow)
    states = [state.value for state in before]
    same = (table.c.id == analysis_id) & table.c.state.in_(states)
    return connection.execute(update(table).where(same).values(**values)).rowcount == 1


def forget_parts(connection: Connection, analysis_id: str) -> None:
    """It begins anew."""
    parts = table_of(AnalysisPart)
    connection.execute(delete(parts).where(parts.c.analysis_id == analysis_id))


def keep_part(connection: Connection, analysis_id: str, part: int, blob: bytes) -> None:
    """Keep what was told in one step. Harmless when repeated."""
    upsert(connection, AnalysisPart, [{"analysis_id": analysis_id, "part": part, "blob": blob}])


def parts_of(engine: Engine, analysis_id: str) -> list[int]:
    """The numbers of all parts, in order."""
    mine = select(col(AnalysisPart.part)).where(col(AnalysisPart.analysis_id) == analysis_id)
    return [int(row[0]) for row in fetch_all(engine, mine.order_by(col(AnalysisPart.part)))]


def part_of(engine: Engine, analysis_id: str, part: int) -> bytes:
    """One part as it was kept; nothing where there is none."""
    same = (col(AnalysisPart.analysis_id) == analysis_id) & (col(AnalysisPart.part) == part)
    row = fetch_first(engine, select(col(AnalysisPart.blob)).where(same))
    return bytes(row[0]) if row else b""


def clear_findings(engine: Engine, recording_id: str) -> None:
    """Delete what an earlier analysis found in the recording, in short transactions."""
    for model, order in (
        (BeatRow, "index"), (VitalSignsRow, "index"), (QualityRow, "index"), (AfBurdenRow, "index"),
        (EpisodeRow, "start"), (GapRow, "start"), (TrendRow, "minute"), (NetworkRow, "index"),
    ):  # fmt: skip
        table = table_of(model)
        mine, at = table.c.recording_id == recording_id, table.c[order]
        while True:
            with writing(engine) as connection:
                last = connection.execute(select(at).where(mine).order_by(at).offset(ROWS_AT_ONCE).limit(1)).scalar()
                connection.execute(delete(table).where(mine) if last is None else delete(table).where(mine, at < last))
            if last is None:
                break


def store_findings(engine: Engine, events: Sequence[Event]) -> None:
    """Rows of what an analysis told, as the recorder writes them. Alerts are left out: a file calls nobody."""
    with writing(engine) as connection:
        store_part(connection, Part(events=[event for event in events if not isinstance(event, Alert)]))


def put_in_force(connection: Connection, recording_id: str, analysis_id: str, now_ms: int) -> bool:
    """It is done, and its rows are the recording's; False where it was cancelled meanwhile."""
    table = table_of(AnalysisRow)
    done = {"state": AnalysisState.DONE.value, "progress": 1000, "ended_ms": now_ms, "in_force": True}
    if not turn(connection, analysis_id, (AnalysisState.RUNNING,), **done):
        return False
    others = (table.c.recording_id == recording_id) & (table.c.id != analysis_id)
    connection.execute(update(table).where(others).values(in_force=False))
    return True


def _all() -> Select[*tuple[Any, ...]]:
    return select(*_FACTS).select_from(AnalysisRow).outerjoin(User, col(AnalysisRow.user_id) == col(User.id))


def _view(row: tuple[Any, ...]) -> AnalysisView:
    name, recording_id, model, user_id, asked_ms, began_ms, ended_ms, state, *rest = row
    return AnalysisView(name, recording_id, model, user_id, asked_ms, began_ms, ended_ms, AnalysisState(state), *rest)
