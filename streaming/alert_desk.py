"""The alert desk: the process that knows of every alert how it stands, and tells all screens.

    events streams → WardAlerts ← acts of people (database), beds, the clock
                         ├→ database: what was told, who was called
                         └→ board (one entry in Valkey) → gateway

A process of its own, because what it sees outlives every other: a worker that stands still is one of its alerts, a
gateway may be there twice or not at all, and the web application has no clock. It keeps nothing: alerts and acts lie in
the database, and what the database has not yet is read again from the streams. While the database is away the board
goes on, and what is to be written waits.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from auth.post import Mailer
from db.alert_reviews import newest_review
from db.alert_views import AlertView, WatchedBed
from db.alerts import (
    acts_about,
    acts_after,
    last_alerts,
    newest_act,
    unfinished_alerts,
    watched_beds,
)
from db.engine import open_engine
from db.queries import positions
from db.ward_plans import ward_plans
from ecg.alert_states import Happening
from ecg.errors import ConfigurationError, StreamError
from ecg.types import Alert
from settings import Settings
from streaming import keys
from streaming.alert_news import Beds, Deed, Heard, Lagging, Tick, Told, newest_of
from streaming.alert_ward import WardAlerts
from streaming.alert_writes import write_deeds
from streaming.board import Board, encode_board
from streaming.bus import Bus
from streaming.entries import START, Entry, events_of
from streaming.notices import NoticeSender, Ways
from streaming.outage import Outage
from streaming.process import nap, run_until_stopped
from streaming.webhook import Webhook

log = logging.getLogger(__name__)

COUNT = 256
BLOCK_MS = 100
STEP_SECONDS = 0.1
LOOK_SECONDS = 0.25
"""Between two looks at what people did: they see it on every screen within a second."""
BEDS_SECONDS = 2.0
LAG_SECONDS = 1.0
PUBLISH_SECONDS = 1.0
STOOD_STILL_MS = 3000


def wall_ms() -> int:
    """Wall milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class AlertDesk:
    """Follows the events of all shards and keeps the board."""

    def __init__(self, bus: Bus, engine: Engine) -> None:
        self._bus = bus
        self._engine = engine
        self._ward = WardAlerts()
        self._database = Outage("The database")
        self._places: dict[bytes, str] = {}
        self._due: list[Deed] = []
        self._act = 0
        self._beds: Sequence[WatchedBed] = ()
        self._looked = self._placed = self._measured = self._published = 0.0
        self._ticked_ms = 0
        self._reviewed = 0
        self._shown: Board | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`."""
        while not await self._begin():
            await nap(stop, STEP_SECONDS)
            if stop.is_set():
                return
        while not stop.is_set():
            began = time.monotonic()
            await self.step()
            await nap(stop, began + STEP_SECONDS - time.monotonic())

    async def _begin(self) -> bool:
        """Take up what the database knows; False while it is away."""
        turns = self._database.turns
        try:
            await asyncio.to_thread(self._take_up)
        except SQLAlchemyError as error:
            await asyncio.sleep(self._database.goes_on(error, turns))
            return False
        self._database.over(turns)
        return True

    def _take_up(self) -> None:
        saved = positions(self._engine)
        shards = (keys.events(n) for n in range(self._bus.shards))
        self._places = {stream: saved.get(stream.decode(), START) for stream in shards}
        self._act = newest_act(self._engine)
        beds = watched_beds(self._engine)
        known: list[AlertView] = unfinished_alerts(self._engine)
        known += last_alerts(self._engine, [bed.recording for bed in beds])
        for act in acts_about(self._engine, {view.alert.recording for view in known}):
            self._ward.receive(act)
        for view in known:
            self._ward.receive(view)
        self._beds = beds
        self._due += self._ward.receive(Beds(beds, ward_plans(self._engine)))

    async def step(self) -> None:
        """Read what is new, look at what people did and at the clock, write and tell."""
        news = await self._bus.read(self._places, COUNT, BLOCK_MS)
        for stream, entries in news.items():
            self._places[stream] = entries[-1].id
            for entry in entries:
                self._take(entry)
        now = time.monotonic()
        if now >= self._looked + LOOK_SECONDS:
            self._looked = now
            await self._through()
        if now >= self._measured + LAG_SECONDS:
            self._measured = now
            self._ward.receive(Lagging(await self._lags()))
        self._tick()
        await self._publish(now)

    def _take(self, entry: Entry) -> None:
        try:
            events = events_of(entry)
        except StreamError as error:
            log.warning("An entry of events cannot be read: %s", error)
            return
        at_ms = int(entry.id.split("-")[0])
        for recording, index in newest_of(events).items():
            self._ward.receive(Heard(recording, at_ms, index))
        for event in events:
            if isinstance(event, Alert):
                self._due += self._ward.receive(Told(event, at_ms))

    def _tick(self) -> None:
        now_ms = wall_ms()
        stood_still, self._ticked_ms = now_ms - self._ticked_ms > STOOD_STILL_MS, now_ms
        self._due += self._ward.receive(Tick(now_ms, stood_still))

    async def _lags(self) -> Mapping[str, int]:
        """For each recording of a bed, how long (ms) its shard's newest samples have waited for any event."""
        shards = {bed.recording: self._bus.shard_of(bed.recording) for bed in self._beds}
        wanted = sorted(set(shards.values()))
        ends = await self._bus.ends([*map(keys.samples, wanted), *map(keys.events, wanted)])
        lags: dict[int, int] = {}
        for n in wanted:
            samples, events = ends.get(keys.samples(n).decode()), ends.get(keys.events(n).decode())
            if samples is not None and events is not None:
                lags[n] = max(0, int(samples.split("-")[0]) - int(events.split("-")[0]))
        return {recording: lags.get(shard, 0) for recording, shard in shards.items()}

    # -- the database ----------------------------------------------------------------------------------------------

    async def _through(self) -> None:
        """Write what is due, and learn what people did and who lies where; later, if the database is away."""
        turns, due = self._database.turns, self._due
        try:
            for act in await asyncio.to_thread(acts_after, self._engine, self._act):
                self._act = act.id
                if act.what is not Happening.ESCALATE:  # those are our own
                    self._ward.receive(act)
            self._reviewed = await asyncio.to_thread(newest_review, self._engine)
            await self._look_at_beds()
            await asyncio.to_thread(write_deeds, self._engine, due, self._beds)
            self._due = self._due[len(due) :]
        except SQLAlchemyError as error:
            self._database.goes_on(error, turns)
        else:
            self._database.over(turns)

    async def _look_at_beds(self) -> None:
        if time.monotonic() < self._placed + BEDS_SECONDS:
            return
        self._placed = time.monotonic()
        self._beds = await asyncio.to_thread(watched_beds, self._engine)
        self._due += self._ward.receive(Beds(self._beds, await asyncio.to_thread(ward_plans, self._engine)))

    # -- the board -------------------------------------------------------------------------------------------------

    async def _publish(self, now: float) -> None:
        shown = Board(self._ward.shown(), self._reviewed)
        if shown == self._shown and now < self._published + PUBLISH_SECONDS:
            return
        self._shown, self._published = shown, now
        entry = (b"XADD", keys.BOARD, b"MAXLEN", 1, b"*", keys.BOARD_FIELD, encode_board(shown))
        await self._bus.connection.run([entry])


def ways_of(settings: Settings) -> Ways:
    """How people can be reached. Raises ConfigurationError for a webhook without its key."""
    smtp, secret = settings.smtp_url, settings.webhook_secret.get_secret_value()
    if settings.webhook_url and not secret:
        raise ConfigurationError("WARDBEAT_WEBHOOK_URL needs WARDBEAT_WEBHOOK_SECRET: what is not signed is not sent.")
    mailer = Mailer(smtp.get_secret_value(), settings.mail_from) if smtp else None
    webhook = Webhook(settings.webhook_url, secret) if settings.webhook_url else None
    return Ways(mailer, webhook, settings.notice_names, settings.public_url.rstrip("/"))


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Keep the alerts until `stop`."""
    bus, engine = Bus.open(settings.redis_url, settings.shards), open_engine(settings.database_url)
    try:
        await asyncio.gather(AlertDesk(bus, engine).run(stop), NoticeSender(engine, ways_of(settings)).run(stop))
    finally:
        await bus.close()
        engine.dispose()


def run(settings: Settings) -> None:
    """The alert desk's process."""
    run_until_stopped(lambda stop: serve(settings, stop), settings.log_level)
