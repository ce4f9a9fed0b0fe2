"""Deleting what is older than the house keeps it: in small transactions, audited, and never what is not yet older.

Raw samples go by whole segments, but for those that show an alert, which stay as long as it does; the ledger counts
what went as purged: it was received and is not missing. With the events goes the overview. Recordings, ledgers, people
and the audit trail stay.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, case, delete, func, literal, not_, select, update
from sqlmodel import col

from db.engine import reading, writing
from db.models import (
    AfBurdenRow,
    BeatRow,
    EpisodeRow,
    GapRow,
    QualityRow,
    Recording,
    Segment,
    VitalSignsRow,
)
from db.models_alerts import AlertRow
from db.models_recorder import LedgerRow, OverviewRow
from db.models_trends import TrendRow
from db.pyramid import CELLS, LEVEL_SECONDS
from db.upserts import table_of
from ecg.alert_evidence import STRIP_REACH
from ecg.rates import BAND_SETTLES, SAMPLE_RATE

DAY_MS = 86_400_000
ROWS_AT_ONCE = 1000
SEGMENTS_AT_ONCE = 100
"""In one transaction: some hundredths of a second, in which the recorder waits."""
SHOWN_S = (STRIP_REACH + BAND_SETTLES) / SAMPLE_RATE
"""Seconds of raw samples on each side of an alert's onset without which its strip cannot be drawn again."""
PAGES_AT_ONCE = 2000
"""More than one such transaction frees, so that the file keeps up."""

Note = Callable[[Connection, str, int | None], None]
"""Writes a sentence, and the patient whom it is about, into the audit trail."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days raw samples and events are kept; None for ever."""

    samples_days: int | None = None
    events_days: int | None = None


class Due(NamedTuple):
    """What is older than it may be in one table: rows, and bytes where they are known."""

    table: str
    recordings: int
    rows: int
    bytes: int


class Kind(NamedTuple):
    """A table; `old` says of its rows whether they end before some seconds of a recording of some rate."""

    table: Table
    old: Callable[[Any, Any], ColumnElement[bool]]
    order: str
    content: str | None = None


def kinds(retention: Retention) -> list[tuple[Kind, int]]:
    """Everything that is not kept for ever, and for how many days it is."""
    samples = [] if retention.samples_days is None else [(_samples(), retention.samples_days)]
    if retention.events_days is None:
        return samples
    return samples + [(kind, retention.events_days) for kind in _events()]


def _samples() -> Kind:
    return Kind(table_of(Segment), _old_samples, "start", "blob")


def _old_samples(seconds: Any, rate: Any) -> ColumnElement[bool]:  # noqa: ANN401
    segment, alert = table_of(Segment).c, table_of(AlertRow).c
    onset, end = alert.start / float(SAMPLE_RATE), segment.start + segment.count
    near = (segment.start < (onset + SHOWN_S) * rate, end > (onset - SHOWN_S) * rate)
    shown = select(alert.start).where(alert.recording_id == segment.recording_id, *near)
    return and_(end <= seconds * rate, not_(shown.exists()))


def _events() -> list[Kind]:
    points = [table_of(model) for model in (BeatRow, VitalSignsRow, AfBurdenRow)]
    spans = [table_of(model) for model in (GapRow, EpisodeRow, AlertRow)]
    return [
        *(Kind(table, partial(_before, table.c["index"]), "index") for table in points),
        *(Kind(table, partial(_before, table.c.end), "start") for table in spans),
        Kind(table_of(QualityRow), _old_quality, "index"),
        Kind(table_of(OverviewRow), _old_overview, "block", "cells"),
        Kind(table_of(TrendRow), _old_trend, "minute"),
    ]


def _before(column: ColumnElement[Any], seconds: Any, _rate: Any) -> ColumnElement[bool]:  # noqa: ANN401
    old: ColumnElement[bool] = column < seconds * SAMPLE_RATE
    return old


def _old_quality(seconds: Any, _rate: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """All but the last one before, which holds on."""
    mine = table_of(QualityRow)
    others = mine.alias("later")
    same = others.c.recording_id == mine.c.recording_id
    later = select(others.c["index"]).where(same, others.c["index"] > mine.c["index"])
    return later.where(others.c["index"] < seconds * SAMPLE_RATE).exists()


def _old_overview(seconds: Any, _rate: Any) -> ColumnElement[bool]:  # noqa: ANN401
    columns = table_of(OverviewRow).c
    length = case(*((columns.level == level, CELLS * each) for level, each in enumerate(LEVEL_SECONDS)), else_=0)
    old: ColumnElement[bool] = (columns.block + 1) * length <= seconds
    return old


def _old_trend(seconds: Any, _rate: Any) -> ColumnElement[bool]:  # noqa: ANN401
    old: ColumnElement[bool] = (table_of(TrendRow).c.minute + 1) * 60 <= seconds
    return old


def due(engine: Engine, retention: Retention, now_ms: int) -> list[Due]:
    """What `purge_some` would delete, table by table; changes nothing."""
    with reading(engine) as connection:
        today = _today(connection, now_ms)
        return [_due(connection, kind, today - days * DAY_MS) for kind, days in kinds(retention)]


def _due(connection: Connection, kind: Kind, before_ms: int) -> Due:
    size = func.coalesce(func.sum(func.length(kind.table.c[kind.content])), 0) if kind.content else literal(0)
    counted = select(func.count(func.distinct(kind.table.c.recording_id)), func.count(), size)
    joined = kind.table.join(table_of(Recording), kind.table.c.recording_id == col(Recording.id))
    row = connection.execute(counted.select_from(joined).where(_old(kind, before_ms))).one()
    return Due(kind.table.name, *(int(number) for number in row))


def _old(kind: Kind, before_ms: int) -> ColumnElement[bool]:
    return kind.old((before_ms - col(Recording.started_ms)) / 1000.0, col(Recording.rate))


def _today(connection: Connection, now_ms: int) -> int:
    """The present, but at most a day after the newest stored sample: a clock that runs away must not delete a ward."""
    newest = func.max(col(Recording.started_ms) + col(LedgerRow.until) * 1000.0 / col(Recording.rate))
    question = select(newest).join_from(LedgerRow, Recording, col(LedgerRow.recording_id) == col(Recording.id))
    stored = connection.execute(question).scalar()
    return now_ms if stored is None else min(now_ms, int(stored) + DAY_MS)


def purge_some(engine: Engine, retention: Retention, now_ms: int, note: Note) -> int:
    """Delete some of what is too old, in ONE short transaction; rows deleted, 0 when nothing is left.

    note: writes a sentence about a patient into the audit trail, in that transaction.
    """
    with reading(engine) as connection:
        today = _today(connection, now_ms)
        old = ((kind, today - days * DAY_MS) for kind, days in kinds(retention))
        found = ((kind, before_ms, _first_with(connection, kind, before_ms)) for kind, before_ms in old)
        chosen = next((each for each in found if each[2] is not None), None)
    if chosen is None:
        return 0
    kind, before_ms, recording = chosen
    assert recording is not None
    with writing(engine) as connection:
        count = _delete_some(connection, kind, before_ms, recording)
        note(connection, f"{count} rows of {kind.table.name}, recording {recording.id}", recording.patient_id)
    _give_space_back(engine)
    return count


def _first_with(connection: Connection, kind: Kind, before_ms: int) -> Any | None:  # noqa: ANN401  a row
    of_recording = select(kind.table.c.recording_id).where(kind.table.c.recording_id == col(Recording.id))
    facts = select(col(Recording.id), col(Recording.started_ms), col(Recording.rate), col(Recording.patient_id))
    old = facts.where(col(Recording.started_ms) < before_ms, of_recording.where(_old(kind, before_ms)).exists())
    return connection.execute(old.order_by(col(Recording.started_ms)).limit(1)).first()


def _delete_some(connection: Connection, kind: Kind, before_ms: int, recording: Any) -> int:  # noqa: ANN401  a row
    order = kind.table.c[kind.order]
    seconds = (before_ms - recording.started_ms) / 1000.0
    mine = (kind.table.c.recording_id == recording.id, kind.old(seconds, recording.rate))
    most = SEGMENTS_AT_ONCE if kind.content == "blob" else ROWS_AT_ONCE
    last = connection.execute(select(order).where(*mine).order_by(order).offset(most - 1).limit(1)).scalar()
    chosen = mine if last is None else (*mine, order <= last)
    if kind.content != "blob":
        return int(connection.execute(delete(kind.table).where(*chosen)).rowcount)
    gone = connection.execute(delete(kind.table).where(*chosen).returning(kind.table.c.count)).scalars().all()
    ledger = table_of(LedgerRow)
    counted = update(ledger).where(ledger.c.recording_id == recording.id)
    connection.execute(counted.values(purged=ledger.c.purged + sum(gone)))
    return len(gone)


def _give_space_back(engine: Engine) -> None:
    """SQLite: shorten the file a little. PostgreSQL does so by itself (autovacuum)."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            driver = cast(sqlite3.Connection, connection.driver_connection)
            # As a script: it frees a page at each step, and of other statements the driver takes the first step only.
            driver.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")
