"""Telling people of alerts by e-mail and webhook: what is to be sent lies in the database with the alert.

A message that is not taken is tried again with growing pauses, and then failed, in the table, the log and the audit
trail. What becomes due for one person at once goes out in one message, so that a storm of alerts is none of mails.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.audit import AuditAction, write_audit
from auth.post import Mailer
from db.alert_views import WatchedBed, key_of
from db.engine import writing
from db.notices import (
    CALLED,
    FAILED,
    MAIL,
    SEEN,
    SENT,
    TOLD,
    WAITING,
    DueNotice,
    WishView,
    add_notices,
    due_notices,
    forget_notices,
    settle_notices,
    wish_of,
    wishes,
)
from ecg.alert_rules import RULES, Priority
from ecg.notice_times import HIGH_GAP_MS, LEAST_GAP_MS, is_let_through, next_try_ms, wait_s
from ecg.types import Alert
from streaming.alert_news import Call
from streaming.notice_text import as_json, subject, text
from streaming.outage import Outage
from streaming.process import nap
from streaming.webhook import Webhook

log = logging.getLogger(__name__)

STEP_SECONDS = 1.0
KEPT_MS = 90 * 86_400_000
"""What became of a notice is kept for so long."""
AT_ONCE = 4
_Way = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Ways:
    """How the house can reach people. names: whether patients' names may be told. origin: of the web application."""

    mailer: Mailer | None
    webhook: Webhook | None
    names: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """Who is to be told of an alert, on which way, and from when on."""

    alert: Alert
    cause: str
    to: tuple[tuple[_Way, int], ...]

    def write(self, connection: Connection) -> None:
        """With the alert, in its transaction."""
        for way, due_ms in self.to:
            add_notices(connection, [way], self.cause, key_of(self.alert), due_ms)


def announcement(engine: Engine, alert: Alert, began_ms: int, bed: WatchedBed) -> Announcement:
    """Of an alert that is told now: to whoever works there or has the patient in care, and wants to know."""
    to: list[tuple[_Way, int]] = []
    for view in wishes(engine, bed.ward, bed.patient_id):
        after = wait_s(view.wish, RULES[alert.rule])
        if after is None:
            continue
        due_ms = began_ms + round(1000 * after)
        priority = RULES[alert.rule].priority_after(after)
        if is_let_through(view.wish, priority, minute_of(due_ms, view.zone)):
            to += [((view.user_id, channel), due_ms) for channel in view.channels]
    return Announcement(alert, TOLD, tuple(to))


def call_of(engine: Engine, call: Call) -> Announcement:
    """Of somebody whom the ward's plan calls: at any hour, on the ways that he or she has chosen."""
    view = None if call.user_id is None else wish_of(engine, call.user_id)
    channels = view.channels if view else ()
    return Announcement(call.alert, CALLED, tuple(((call.user_id or 0, way), call.at_ms) for way in channels))


def minute_of(wall_ms: int, zone: str) -> int:
    """The minute of the day there."""
    at = datetime.fromtimestamp(wall_ms / 1000, zone_of(zone))
    return 60 * at.hour + at.minute


def zone_of(name: str) -> ZoneInfo | None:
    """None, the machine's own, for a zone that nobody knows."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


class NoticeSender:
    """Sends what is due."""

    def __init__(self, engine: Engine, ways: Ways) -> None:
        self._engine, self._ways = engine, ways
        self._sent_ms: dict[_Way, int] = {}
        self._forgot_ms = 0
        self._database = Outage("The notices")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        while not stop.is_set():
            turns = self._database.turns
            try:
                await self.step(time.time_ns() // 1_000_000)
            except SQLAlchemyError as error:
                self._database.goes_on(error, turns)
            else:
                self._database.over(turns)
            await nap(stop, STEP_SECONDS)

    async def step(self, now_ms: int) -> None:
        """Everything that is due at wall ms `now_ms`, a few at once."""
        due = await asyncio.to_thread(due_notices, self._engine, now_ms)
        if now_ms - self._forgot_ms > KEPT_MS // 90:
            self._forgot_ms = now_ms
            await asyncio.to_thread(self._forget, now_ms - KEPT_MS)
        seen = [one.id for one in due if one.seen]
        if seen:
            await asyncio.to_thread(self._settle, seen, SEEN, now_ms, 0, "")
        groups = by_way(one for one in due if not one.seen)
        ready = [(way, some) for way, some in groups.items() if self._may_send(way, some, now_ms)]
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._send(gate, way, some, now_ms) for way, some in ready))

    def _may_send(self, way: _Way, notices: Sequence[DueNotice], now_ms: int) -> bool:
        grave = any(one.rule is None or RULES[one.rule].priority is Priority.HIGH for one in notices)
        gap = HIGH_GAP_MS if grave else LEAST_GAP_MS
        return now_ms - self._sent_ms.get(way, 0) >= gap

    async def _send(self, gate: asyncio.Semaphore, way: _Way, notices: Sequence[DueNotice], now_ms: int) -> None:
        async with gate:
            self._sent_ms[way] = now_ms
            error = await asyncio.to_thread(self._deliver, way, notices, now_ms)
            if error:
                del self._sent_ms[way]  # the next try has a time of its own
        await asyncio.to_thread(self._note, way, notices, now_ms, error)

    def _deliver(self, way: _Way, notices: Sequence[DueNotice], now_ms: int) -> str:
        """What went wrong, "" for nothing."""
        view, ways = wish_of(self._engine, way[0]), self._ways
        try:
            if view is None or way[1] not in view.channels:
                return "not wanted any more"
            if way[1] == MAIL:
                self._mail(view, notices)
            elif ways.webhook is None:
                return "no webhook is set"
            else:
                ways.webhook.deliver(as_json(view, notices, ways.names, ways.origin, now_ms), now_ms)
        except Exception as error:  # the edge: whatever goes wrong with a message, alerts are kept on
            return f"{type(error).__name__}: {error}"
        return ""

    def _mail(self, view: WishView, notices: Sequence[DueNotice]) -> None:
        ways = self._ways
        if ways.mailer is None:
            raise ValueError("no mail server is set")
        words = text(view, notices, ways.names, ways.origin, zone_of(view.zone))
        ways.mailer.deliver(view.email or "", subject(view, notices), words)

    def _note(self, way: _Way, notices: Sequence[DueNotice], now_ms: int, error: str) -> None:
        ids, tries = [one.id for one in notices], max(one.tries for one in notices) + 1
        if not error:
            log.info("%d notices to person %d by %s.", len(ids), *way)
            self._settle(ids, SENT, now_ms, tries, "")
            return
        again = next_try_ms(tries, now_ms)
        log.warning("%d notices to person %d by %s, try %d: %s", len(ids), *way, tries, error)
        self._settle(ids, WAITING if again else FAILED, again or now_ms, tries, error)

    def _forget(self, before_ms: int) -> None:
        with writing(self._engine) as connection:
            forget_notices(connection, before_ms)

    def _settle(self, ids: Sequence[int], state: str, at_ms: int, tries: int, error: str) -> None:
        with writing(self._engine) as connection:
            settle_notices(connection, ids, state, at_ms, tries, error)
            if state == FAILED:
                subject_of = f"{len(ids)} notices after {tries} tries: {error}"
                write_audit(connection, at_ms, AuditAction.NOTICE_FAILED, None, subject_of, "alerts")


def by_way(notices: Iterable[DueNotice]) -> Mapping[_Way, list[DueNotice]]:
    """Together what goes to one person on one way."""
    groups: dict[_Way, list[DueNotice]] = defaultdict(list)
    for one in notices:
        groups[one.user_id, one.channel].append(one)
    return groups
