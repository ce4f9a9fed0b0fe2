"""What people did about alerts, all of it: acts, and the columns of the alert that they come to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.alert_views import AlertKey
from db.engine import fetch_all, reading
from db.models import User
from db.models_alerts import AlertAct, AlertRow
from db.review_views import DoneAct, Standing, standing
from db.upserts import table_of
from ecg.alert_review import ReviewAct
from ecg.alert_rules import AlertName
from ecg.alert_states import Happening

AT_ONCE = 200
"""Keys in one question."""
_TO = aliased(User)
_FACTS = (
    *(col(AlertAct.id), col(AlertAct.recording_id), col(AlertAct.rule), col(AlertAct.start), col(AlertAct.what)),
    *(col(AlertAct.user_id), col(User.full_name), col(AlertAct.at_ms), col(AlertAct.note)),
    *(col(AlertAct.person_id), col(_TO.full_name), col(AlertAct.deed)),
)
HAPPENINGS = frozenset(happening.value for happening in Happening)


def standings(connection: Connection, keys: Sequence[AlertKey]) -> dict[AlertKey, Standing]:
    """What was done about each of these alerts, in their order."""
    acts: dict[AlertKey, list[DoneAct]] = defaultdict(list)
    for at in range(0, len(keys), AT_ONCE):
        for row in connection.execute(_of(keys[at : at + AT_ONCE]).order_by(col(AlertAct.id))):
            act = _act(tuple(row))
            acts[act.key].append(act)
    return {key: standing(acts[key]) for key in keys}


def standings_of(engine: Engine, keys: Sequence[AlertKey]) -> dict[AlertKey, Standing]:
    """`standings` in a read of its own."""
    with reading(engine) as connection:
        return standings(connection, keys)


def acts_of_deed(connection: Connection, deed: int) -> list[DoneAct]:
    """What was done at once under this number."""
    done = _acts().where((col(AlertAct.deed) == deed) | (col(AlertAct.id) == deed)).order_by(col(AlertAct.id))
    return [_act(tuple(row)) for row in connection.execute(done)]


def add_acts(connection: Connection, rows: Iterable[dict[str, Any]]) -> int:
    """Write down what was done at once (columns of `AlertAct` without id and deed); gives the number of the deed."""
    deed: int | None = None
    acts = table_of(AlertAct)
    for row in rows:
        made = connection.execute(insert(acts).values(**row, deed=deed).returning(acts.c.id))
        deed = int(made.scalar_one()) if deed is None else deed
    return deed or 0


def act_row(
    key: AlertKey,
    what: Happening | ReviewAct,
    user_id: int | None,
    at_ms: int,
    note: str = "",
    to_id: int | None = None,
) -> dict[str, Any]:
    """A row for `add_acts`."""
    of_alert = {"recording_id": key[0], "rule": key[1].value, "start": int(key[2])}
    return {**of_alert, "what": what.value, "user_id": user_id, "at_ms": at_ms, "note": note, "person_id": to_id}


def keep_standing(connection: Connection, keys: Sequence[AlertKey]) -> None:
    """Let the alerts' rows say what their acts come to."""
    alerts = table_of(AlertRow)
    for (recording, rule, start), made in standings(connection, keys).items():
        facts = {
            "seen_ms": made.seen_ms,
            "verdict": made.verdict and made.verdict.value,
            "judged_by": made.judge_id,
            "judged_ms": made.judged_ms,
            "assignee_id": made.assignee_id,
        }
        mine = (alerts.c.recording_id == recording, alerts.c.rule == rule.value, alerts.c.start == start)
        connection.execute(update(alerts).where(*mine).values(**facts))


def newest_review(engine: Engine) -> int:
    """The number of the newest act of any kind; 0 where there is none."""
    [(number,)] = fetch_all(engine, select(func.coalesce(func.max(col(AlertAct.id)), 0)))
    return int(number)


def _acts() -> Select[*tuple[Any, ...]]:
    joined = select(*_FACTS).join_from(AlertAct, User, col(AlertAct.user_id) == col(User.id), isouter=True)
    return joined.outerjoin(_TO, col(AlertAct.person_id) == col(_TO.id))


def _of(keys: Sequence[AlertKey]) -> Select[*tuple[Any, ...]]:
    recordings = {key[0] for key in keys}
    which = tuple_(col(AlertAct.rule), col(AlertAct.start), col(AlertAct.recording_id))
    named = [(rule.value, start, recording) for recording, rule, start in keys]
    return _acts().where(col(AlertAct.recording_id).in_(recordings), which.in_(named))


def _act(row: tuple[Any, ...]) -> DoneAct:
    number, recording, rule, start, what, user_id, person, at_ms, note, to_id, to, deed = row
    kind = Happening(what) if what in HAPPENINGS else ReviewAct(what)
    return DoneAct(number, (recording, AlertName(rule), start), kind, user_id, person, at_ms, note, to_id, to, deed)
