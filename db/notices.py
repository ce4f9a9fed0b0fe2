"""Notices: what people want to be told of alerts, and what is to be sent. Written with the alert, so none is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, select, update
from sqlmodel import col

from db.alert_views import AlertKey
from db.engine import fetch_all, fetch_first
from db.models import Bed, Patient, Recording, User, Ward
from db.models_alerts import AlertRow
from db.models_care import Care, WardMember
from db.models_notices import Notice, NoticeWish
from db.upserts import insert_new, table_of, upsert
from ecg.alert_rules import AlertName, Priority
from ecg.notice_times import Wish

MAIL, WEBHOOK = "mail", "webhook"
TOLD, CALLED, TEST = "told", "called", "test"
WAITING, SENT, SEEN, FAILED = "waiting", "sent", "seen", "failed"
MOST_AT_ONCE = 200
NOBODYS = ("", "", 0)
"""Recording, rule and start of a test."""


@dataclass(frozen=True, slots=True)
class WishView:
    """One person's wishes and how to reach him or her. zone: as "Asia/Shanghai", "" for the machine's."""

    user_id: int
    name: str
    email: str | None
    language: str | None
    wish: Wish
    by_mail: bool
    by_webhook: bool
    zone: str
    names: bool

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways that are wanted and known."""
        mail = (MAIL,) if self.by_mail and self.email else ()
        return (*mail, WEBHOOK) if self.by_webhook else mail


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice whose time has come, with what is to be said. seen: whether somebody has acknowledged the alert, or it
    is over and waits for nobody.
    """

    id: int
    user_id: int
    channel: str
    cause: str
    rule: AlertName | None
    began_ms: int
    seen: bool
    tries: int
    patient_id: int | None
    ward: str | None
    bed: str | None
    initials: str
    patient: str
    key: tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What became of a notice. at_ms: when it was settled, or is tried next."""

    channel: str
    cause: str
    rule: AlertName | None
    state: str
    at_ms: int
    tries: int
    error: str


_WISH = (
    *(col(NoticeWish.user_id), col(User.name), col(User.email), col(User.language)),
    *(col(NoticeWish.least), col(NoticeWish.after_s), col(NoticeWish.quiet_from), col(NoticeWish.quiet_to)),
    *(col(NoticeWish.high_in_quiet), col(NoticeWish.by_mail), col(NoticeWish.by_webhook)),
    *(col(NoticeWish.zone), col(NoticeWish.names)),
)


def wishes(engine: Engine, ward: str | None, patient_id: int, users: Iterable[int] = ()) -> list[WishView]:
    """Of those who work in this ward, have the patient in their care, or are named."""
    works = (
        select(col(WardMember.user_id))
        .join(Ward, col(Ward.id) == col(WardMember.ward_id))
        .where(col(Ward.name) == ward)
    )
    cares = select(col(Care.user_id)).where(col(Care.patient_id) == patient_id)
    whose = col(NoticeWish.user_id)
    here = whose.in_(works) | whose.in_(cares) | whose.in_(list(users))
    return [_wish(row) for row in fetch_all(engine, _wishes().where(here))]


def wish_of(engine: Engine, user_id: int) -> WishView | None:
    """One person's; None where nothing was ever set."""
    row = fetch_first(engine, _wishes().where(col(NoticeWish.user_id) == user_id))
    return None if row is None else _wish(row)


def keep_wish(
    connection: Connection, user_id: int, wish: Wish, ways: tuple[bool, bool], zone: str, names: bool
) -> None:
    """From now on these hold. ways: by mail, by webhook."""
    quiet = wish.quiet or (None, None)
    row: dict[str, Any] = {
        "user_id": user_id,
        "by_mail": ways[0],
        "by_webhook": ways[1],
        "least": wish.least.value,
        "names": names,
    }
    row |= {"after_s": wish.after_s, "quiet_from": quiet[0], "quiet_to": quiet[1], "zone": zone}
    upsert(connection, NoticeWish, [{**row, "high_in_quiet": wish.high_in_quiet}])


def add_notices(
    connection: Connection, to: Sequence[tuple[int, str]], cause: str, key: AlertKey | tuple[str, str, int], due_ms: int
) -> None:
    """To be sent from `due_ms` on, to each (person, channel) once, however often this is asked for."""
    about = {"recording_id": key[0], "rule": str(key[1]), "start": int(key[2]), "cause": cause, "due_ms": due_ms}
    state = {"state": WAITING, "tries": 0, "error": ""}
    insert_new(connection, Notice, [{"user_id": user, "channel": way, **about, **state} for user, way in to])


def due_notices(engine: Engine, now_ms: int) -> list[DueNotice]:
    """What is to be sent now, the oldest first."""
    same = (col(AlertRow.recording_id) == col(Notice.recording_id)) & (col(AlertRow.rule) == col(Notice.rule))
    facts = (
        *(col(Notice.id), col(Notice.user_id), col(Notice.channel), col(Notice.cause), col(Notice.rule)),
        *(col(AlertRow.began_ms), col(AlertRow.seen_ms), col(AlertRow.end), col(AlertRow.priority), col(Notice.tries)),
        *(col(Recording.patient_id), col(Ward.name), col(Bed.label), col(Patient.initials), col(Patient.name)),
        *(col(Notice.recording_id), col(Notice.start), col(Notice.due_ms)),
    )
    asked = select(*facts).outerjoin(AlertRow, same & (col(AlertRow.start) == col(Notice.start)))
    asked = asked.outerjoin(Recording, col(Recording.id) == col(Notice.recording_id))
    asked = asked.outerjoin(Patient, col(Patient.id) == col(Recording.patient_id))
    asked = asked.outerjoin(Bed, col(Bed.patient_id) == col(Patient.id)).outerjoin(
        Ward, col(Ward.id) == col(Bed.ward_id)
    )
    waiting = asked.where(col(Notice.state) == WAITING, col(Notice.due_ms) <= now_ms)
    return [_due(row) for row in fetch_all(engine, waiting.order_by(col(Notice.due_ms)).limit(MOST_AT_ONCE))]


def settle_notices(connection: Connection, ids: Sequence[int], state: str, at_ms: int, tries: int, error: str) -> None:
    """What became of these: `state`, or WAITING to be tried again at `at_ms`."""
    table = table_of(Notice)
    facts: dict[str, Any] = {"state": state, "tries": tries, "error": error[:200]}
    facts |= {"due_ms": at_ms} if state == WAITING else {"ended_ms": at_ms}
    connection.execute(update(table).where(table.c.id.in_(list(ids))).values(**facts))


def forget_notices(connection: Connection, before_ms: int) -> None:
    """Delete what was settled before then."""
    table = table_of(Notice)
    connection.execute(delete(table).where(table.c.state != WAITING, table.c.ended_ms < before_ms))


def newest_notices(engine: Engine, user_id: int, most: int) -> list[NoticeView]:
    """What one person was told, or shall be, the newest first."""
    facts = (col(Notice.channel), col(Notice.cause), col(Notice.rule), col(Notice.state), col(Notice.ended_ms))
    mine = select(*facts, col(Notice.due_ms), col(Notice.tries), col(Notice.error)).where(
        col(Notice.user_id) == user_id
    )
    rows = fetch_all(engine, mine.order_by(col(Notice.id).desc()).limit(most))
    return [NoticeView(r[0], r[1], AlertName(r[2]) if r[2] else None, r[3], r[4] or r[5], r[6], r[7]) for r in rows]


def _wishes() -> Select[*tuple[Any, ...]]:
    known = select(*_WISH).join(User, col(User.id) == col(NoticeWish.user_id))
    return known.where(col(User.deleted_ms).is_(None), col(User.active).is_(True))


def _wish(row: tuple[Any, ...]) -> WishView:
    user_id, name, email, language, least, after_s, begin, end, high, by_mail, by_webhook, zone, names = row
    quiet = None if begin is None or end is None else (begin, end)
    wish = Wish(Priority(least), after_s, quiet, high)
    return WishView(user_id, name, email, language, wish, by_mail, by_webhook, zone, names)


def _due(row: tuple[Any, ...]) -> DueNotice:
    number, user_id, channel, cause, rule, began_ms, seen_ms, end, priority, tries, patient_id, *place = row
    ward, bed, initials, patient, recording, start, due_ms = place
    over = end is not None and priority != Priority.HIGH.value
    seen = cause != TEST and (seen_ms is not None or over)
    name = AlertName(rule) if rule else None
    facts = (began_ms or due_ms, seen, tries, patient_id, ward, bed, initials or "", patient or "")
    return DueNotice(number, user_id, channel, cause, name, *facts, (recording, rule, start))
