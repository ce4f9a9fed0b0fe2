"""Alerts, what people did about them, and where they are shown. Writes may be repeated."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, case, exists, func, insert, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.alert_views import ActView, AlertView, WatchedBed
from db.engine import fetch_all, fetch_first
from db.models import Bed, Device, Recording, User, Ward
from db.models_alerts import AlertAct, AlertRow
from db.models_recorder import LedgerRow
from db.rows import Row
from db.upserts import insert_into, table_of
from db.wearing import sends
from ecg.alert_rules import AlertName, Priority
from ecg.alert_states import Happening
from ecg.findings import QualityReason
from ecg.rates import to_milliseconds
from ecg.types import Alert, Evidence

_FACTS = (
    *(col(AlertRow.recording_id), col(AlertRow.rule), col(AlertRow.priority), col(AlertRow.start), col(AlertRow.end)),
    *(col(AlertRow.evidence), col(AlertRow.model), col(AlertRow.began_ms)),
    *(col(Recording.started_ms), col(Recording.patient_id)),
)
_ACT = (
    *(col(AlertAct.id), col(AlertAct.recording_id), col(AlertAct.rule), col(AlertAct.start), col(AlertAct.what)),
    *(col(User.full_name), col(AlertAct.at_ms), col(AlertAct.note)),
)


def store_alerts(connection: Connection, rows: Sequence[Row]) -> None:
    """Add alerts; one that is there learns its end with the evidence of all of it, and when it was told, once each."""
    if not rows:
        return
    statement, known = insert_into(connection, AlertRow), table_of(AlertRow).c
    fresh = statement.excluded
    learnt = {
        "end": func.coalesce(known.end, fresh.end),
        "evidence": case((known.end.is_(None) & fresh.end.is_not(None), fresh.evidence), else_=known.evidence),
        "began_ms": func.coalesce(known.began_ms, fresh.began_ms),
    }
    keys = ["recording_id", "rule", "start"]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=learnt), list(rows))


def alerts(engine: Engine, recording: str, start: int, end: int) -> list[Alert]:
    """Alerts that begin in [start, end), in the order of their start."""
    mine = _alerts().where(col(AlertRow.recording_id) == recording)
    inside = mine.where(col(AlertRow.start) >= start, col(AlertRow.start) < end)
    return [_view(row).alert for row in fetch_all(engine, inside.order_by(col(AlertRow.start), col(AlertRow.rule)))]


def alerts_after(
    engine: Engine, recording: str, start: int, end: int, after: tuple[int, str] | None, most: int
) -> list[AlertView]:
    """The first `most` alerts that begin in [start, end), by start and rule, behind the start and rule `after`."""
    began, rule = col(AlertRow.start), col(AlertRow.rule)
    inside = _alerts().where(col(AlertRow.recording_id) == recording, began >= start, began < end)
    if after is not None:
        inside = inside.where(or_(began > after[0], and_(began == after[0], rule > after[1])))
    return [_view(row) for row in fetch_all(engine, inside.order_by(began, rule).limit(most))]


def newest_alerts(engine: Engine, recording: str, most: int) -> list[Alert]:
    """The alerts of a recording that began last, the newest first."""
    mine = _alerts().where(col(AlertRow.recording_id) == recording)
    newest_first = mine.order_by(col(AlertRow.start).desc(), col(AlertRow.rule)).limit(most)
    return [_view(row).alert for row in fetch_all(engine, newest_first)]


def alert_at(connection: Connection, recording: str, rule: str, start: int) -> AlertView | None:
    """One alert by its key, held for this transaction where the database can; None where there is none."""
    row = connection.execute(_keyed(recording, rule, start).with_for_update(of=AlertRow)).first()
    return None if row is None else _view(tuple(row))


def alert_view(engine: Engine, recording: str, rule: str, start: int) -> AlertView | None:
    """The same without holding it."""
    row = fetch_first(engine, _keyed(recording, rule, start))
    return None if row is None else _view(row)


def unfinished_alerts(engine: Engine) -> list[AlertView]:
    """Alerts that last, and those of high priority that nobody has acknowledged; the oldest first."""
    act, undone = aliased(AlertAct), aliased(AlertAct)
    same = _of(act) & (col(act.what) == Happening.ACKNOWLEDGE.value)
    back = _of(undone) & (col(undone.what) == Happening.WITHDRAW.value) & (col(undone.id) > col(act.id))
    seen = exists().where(same, ~exists().where(back))
    waits = (col(AlertRow.priority) == Priority.HIGH.value) & ~seen
    return [_view(row) for row in fetch_all(engine, _alerts().where(or_(col(AlertRow.end).is_(None), waits)))]


def _of(act: type[AlertAct]) -> ColumnElement[bool]:
    """Whether an act is about the alert of the row."""
    return and_(
        col(act.recording_id) == col(AlertRow.recording_id),
        col(act.rule) == col(AlertRow.rule),
        col(act.start) == col(AlertRow.start),
    )


def last_alerts(engine: Engine, recordings: Iterable[str]) -> list[AlertView]:
    """Of each recording the alert that ended last."""
    names = list(recordings)
    newest = (
        select(col(AlertRow.recording_id), func.max(col(AlertRow.end)).label("end"))
        .where(col(AlertRow.recording_id).in_(names))
        .group_by(col(AlertRow.recording_id))
        .subquery()
    )
    same = (newest.c.recording_id == col(AlertRow.recording_id)) & (newest.c.end == col(AlertRow.end))
    return [_view(row) for row in fetch_all(engine, _alerts().join(newest, same))]


def acts_after(engine: Engine, act_id: int) -> list[ActView]:
    """What was done since, in its order."""
    return [_act(row) for row in fetch_all(engine, _acts().where(col(AlertAct.id) > act_id).order_by(col(AlertAct.id)))]


def acts_of(connection: Connection, recording: str, rule: str, start: int) -> list[ActView]:
    """What was done about one alert, in its order."""
    mine = _acts().where(col(AlertAct.recording_id) == recording, col(AlertAct.rule) == rule)
    return [_act(tuple(row)) for row in connection.execute(mine.where(col(AlertAct.start) == start).order_by("id"))]


def acts_about(engine: Engine, recordings: Iterable[str]) -> list[ActView]:
    """What was done about all alerts of these recordings, in its order."""
    mine = _acts().where(col(AlertAct.recording_id).in_(list(recordings)))
    return [_act(row) for row in fetch_all(engine, mine.order_by(col(AlertAct.id)))]


def newest_act(engine: Engine) -> int:
    """The number of the newest act; 0 where there is none."""
    [(number,)] = fetch_all(engine, select(func.coalesce(func.max(col(AlertAct.id)), 0)))
    return int(number)


def add_act(
    connection: Connection, alert: Alert, what: Happening, user_id: int | None, at_ms: int, note: str = ""
) -> None:
    """Write down what was done."""
    key = {"recording_id": alert.recording, "rule": alert.rule.value, "start": int(alert.start)}
    row = {**key, "what": what.value, "user_id": user_id, "at_ms": at_ms, "note": note}
    connection.execute(insert(table_of(AlertAct)).values(**row))


def watched_beds(engine: Engine) -> list[WatchedBed]:
    """The beds whose patient wears a device that has begun a recording: the newest one of that device."""
    worn = select(col(Device.patient_id), func.max(col(Device.id)).label("device_id"))
    worn_by = worn.where(sends(Device)).group_by(col(Device.patient_id)).subquery()
    newest = select(col(Recording.device_id), func.max(col(Recording.started_ms)).label("started_ms"))
    begun = newest.group_by(col(Recording.device_id)).subquery()
    facts = (
        *(col(Bed.id), col(Ward.name), col(Bed.patient_id), col(Recording.id), col(Recording.started_ms)),
        *(col(Recording.rate), col(LedgerRow.until)),
        *(col(Recording.rate_error_ppm), col(Recording.rate_error_within_ppm)),
        *(col(Device.battery), col(Device.charging), col(Device.status_ms)),
    )
    question = (
        select(*facts)
        .join_from(Bed, Ward, col(Bed.ward_id) == col(Ward.id))
        .join(worn_by, worn_by.c.patient_id == col(Bed.patient_id))
        .join(begun, begun.c.device_id == worn_by.c.device_id)
        .join(
            Recording,
            (col(Recording.device_id) == begun.c.device_id) & (col(Recording.started_ms) == begun.c.started_ms),
        )
        .where(col(Recording.patient_id) == col(Bed.patient_id))  # not what somebody else wore the device for
        .join(Device, col(Device.id) == begun.c.device_id)
        .outerjoin(LedgerRow, col(LedgerRow.recording_id) == col(Recording.id))
    )
    return [WatchedBed(*row) for row in fetch_all(engine, question)]


def _alerts() -> Select[*tuple[Any, ...]]:
    return select(*_FACTS).join_from(AlertRow, Recording, col(AlertRow.recording_id) == col(Recording.id))


def _keyed(recording: str, rule: str, start: int) -> Select[*tuple[Any, ...]]:
    mine = _alerts().where(col(AlertRow.recording_id) == recording)
    return mine.where(col(AlertRow.rule) == rule, col(AlertRow.start) == start)


def _acts() -> Select[*tuple[Any, ...]]:
    joined = select(*_ACT).join_from(AlertAct, User, col(AlertAct.user_id) == col(User.id), isouter=True)
    return joined.where(col(AlertAct.what).in_([happening.value for happening in Happening]))


def _view(row: tuple[Any, ...]) -> AlertView:
    recording, rule, priority, start, end, made, model, began_ms, started_ms, patient_id = row
    facts = json.loads(made)
    evidence = Evidence(**{**facts, "beats": tuple(facts["beats"]), "reason": QualityReason(facts["reason"])})
    alert = Alert(recording, AlertName(rule), Priority(priority), start, end, evidence, model)
    return AlertView(alert, started_ms + to_milliseconds(start) if began_ms is None else began_ms, patient_id)


def _act(row: tuple[Any, ...]) -> ActView:
    number, recording, rule, start, what, person, at_ms, note = row
    return ActView(number, (recording, AlertName(rule), start), Happening(what), person, at_ms, note)
