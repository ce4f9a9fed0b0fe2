"""What the connected devices say of themselves: taken from their connections, told to the database."""

import asyncio
import time
from collections.abc import Callable, Collection

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.device_states import note_states
from db.views import DeviceState
from streaming.outage import Outage
from streaming.wire import Status

TELL_SECONDS = 1.0
"""Between two looks at what is new: a battery or a contact must reach a wall while it is true."""
HEARD_SECONDS = 60.0


class DeviceStates:
    """The newest state of each device that said something the database does not have yet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._news: dict[int, DeviceState] = {}
        self._gone: set[int] = set()

    def receive(self, device: int, status: Status) -> None:
        """A device said this now."""
        self._news[device] = DeviceState(status.battery, status.charging, status.contact, _now_ms())

    def leave(self, device: int) -> None:
        """The connection of a device ended now."""
        self._gone.add(device)

    async def run(self, connected: Callable[[], Collection[int]]) -> None:
        """Tell the database for ever, of the `connected` each minute; while it is away the newest waits."""
        database, clock = Outage("The database"), asyncio.get_running_loop().time
        heard_at = clock() - HEARD_SECONDS
        while True:
            await asyncio.sleep(TELL_SECONDS)
            due = clock() - heard_at >= HEARD_SECONDS
            news, gone = self._news, self._gone
            self._news, self._gone = {}, set()
            heard = gone | set(connected()) if due else gone
            try:
                await asyncio.to_thread(note_states, self._engine, news, heard, _now_ms())
            except SQLAlchemyError as error:
                self._news = news | self._news
                database.goes_on(error, database.turns)
            else:
                database.over(database.turns)
                heard_at = clock() if due else heard_at


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
