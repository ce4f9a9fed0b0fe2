"""What the alert desk writes down: alerts, calls, and with each of them who is to be told of it."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db.alert_views import WatchedBed
from db.alerts import add_act, store_alerts
from db.engine import writing
from db.rows import alert_row
from ecg.alert_states import Happening
from streaming.alert_news import Call, Deed, Keep
from streaming.notices import Announcement, announcement, call_of
from streaming.outage import first_line

log = logging.getLogger(__name__)


def write_deeds(engine: Engine, due: Sequence[Deed], beds: Sequence[WatchedBed]) -> None:
    """All in one transaction, but for what the database refuses: the recorder has not brought its recording yet."""
    if not due:
        return
    of_recording = {bed.recording: bed for bed in beds}
    told = [_announced(engine, each, of_recording.get(each.alert.recording)) for each in due]
    with writing(engine) as connection:
        for each, announced in zip(due, told, strict=True):
            try:
                with connection.begin_nested():
                    _write_one(connection, each, announced)
            except IntegrityError as error:
                log.warning("Not written: %s (%s)", each, first_line(error))


def _announced(engine: Engine, deed: Deed, bed: WatchedBed | None) -> Announcement | None:
    """Who is to be told of it besides the screens: of its begin, and when the ward's plan calls."""
    if isinstance(deed, Call):
        return call_of(engine, deed)
    begins = bed is not None and deed.alert.end is None
    return announcement(engine, deed.alert, deed.began_ms, bed) if begins and bed else None


def _write_one(connection: Connection, deed: Deed, announced: Announcement | None) -> None:
    if isinstance(deed, Keep):
        store_alerts(connection, [alert_row(deed.alert, deed.began_ms)])
    else:
        add_act(connection, deed.alert, Happening.ESCALATE, None, deed.at_ms, deed.person)
    if announced:
        announced.write(connection)
