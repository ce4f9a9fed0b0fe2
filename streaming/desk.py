"""Ingest's front desk: who may stream, who is connected, what happened. `streaming.ingest` opens its server."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from ecg.errors import ProtocolError
from ecg.limits import Limits
from streaming import wire
from streaming.batch import STORE_ERRORS, Batch, DurableBus
from streaming.codec import RecordingFacts
from streaming.device_clocks import DeviceClocks
from streaming.device_states import DeviceStates
from streaming.devices import Devices
from streaming.door import Door
from streaming.intake import Admission
from streaming.limits import LimitsInForce
from streaming.outage import Outage
from streaming.reception import Reception, closed_by_us, superseded
from streaming.wearers import Wearers
from streaming.wire import CloseCode

MAX_CONNECTIONS = 5000
RECHECK_SECONDS = 4
"""Between looks at whether the connected tokens are still good; with the look itself under 5 s."""
TURN_SECONDS = 1.0
REPORT_SECONDS = 60
MOST_LINES = 200
"""Refusals between two reports that get a line of their own; a flood of them is only counted."""
LOOK_UP_SECONDS = 5.0
LOOK_UPS_AT_ONCE = 16
"""A ward that comes back at once queues here, instead of opening a line to the store for each phone."""

log = logging.getLogger("wardbeat.ingest")


def _busy() -> ProtocolError:
    return ProtocolError(CloseCode.BUSY, "the server cannot take you now; try again")


@dataclass(slots=True)
class Counters:
    """What happened since the last report. refused: close code -> connections."""

    opened: int = 0
    frames: int = 0
    samples: int = 0
    refused: Counter[int] = field(default_factory=Counter)

    def told(self) -> str:
        """One line, empty when nothing happened."""
        if not self.opened and not self.frames and not self.refused:
            return ""
        refused = ", ".join(f"{code} ×{times}" for code, times in sorted(self.refused.items())) or "none"
        return f"{self.opened} connections, {self.frames} frames, {self.samples} samples; refused: {refused}"


class FrontDesk:
    """All connections, and what they share."""

    def __init__(self, bus: DurableBus, engine: Engine, most: int = MAX_CONNECTIONS) -> None:
        self._bus = bus
        self._devices = Devices(engine)
        self._look_ups = asyncio.Semaphore(LOOK_UPS_AT_ONCE)
        self._open: set[Reception] = set()
        self._of_device: dict[int, Reception] = {}
        self._most = most
        self._numbers = itertools.count()
        self.batch = Batch(bus)
        self.limits = LimitsInForce(engine)
        self.wearers = Wearers(engine)
        self.door = Door()
        self.clocks = DeviceClocks(engine)
        self.states = DeviceStates(engine)
        self.credit = wire.CREDIT
        """Samples that each phone may have in flight; 0 while nothing is taken."""
        self.counters = Counters()

    async def receive(self, socket: ServerConnection) -> None:
        """Serve one connection; returns when it is closed, and says once why."""
        phone = Reception(socket, self, next(self._numbers))
        self._open.add(phone)
        self.counters.opened += 1
        try:
            if len(self._open) > self._most:
                raise _busy()
            await phone.serve()
        except ProtocolError as error:
            self._refused(phone, error)
            await socket.close(error.code, error.reason)
        except ConnectionClosed as closed:
            if (reason := closed_by_us(closed)) is not None:
                self._refused(phone, reason)
        finally:
            self._forget(phone)

    async def admit(self, phone: Reception, token_sha256: str, recording: str) -> Admission:
        """See `reception.Desk`. The newest connection of a device wins; what the older one sent is awaited first."""
        async with _busy_when_away(), self._look_ups:
            device = await self._devices.find(token_sha256)
            known = await self._known(recording)
            if device is None or (known is not None and known.device != device):
                return Admission(device, 0, known)
            self._take_over(device, phone)
            if self.batch.stuck:
                raise _busy()
            await self.batch.drained(recording)
            claim = await self._bus.claim(recording)
            return Admission(device, claim.next, known, claim.holes, claim.epoch)

    async def begin(self, facts: RecordingFacts) -> None:
        """See `reception.Desk`."""
        async with _busy_when_away(), self._look_ups:
            await self.limits.begin(facts)
            await self.wearers.begin(facts)
            await self._bus.put_facts(facts)

    def connected(self) -> Collection[int]:
        """The devices whose phones are here."""
        return self._of_device.keys()

    def limits_of(self, device: int | None) -> Limits | None:
        """See `reception.Desk`."""
        return self.limits.of(device)

    def grant(self, credit: int) -> None:
        """From now on this is every phone's credit; at 0 no phone is read."""
        if credit != self.credit:
            self.credit = credit
            for phone in tuple(self._open):
                phone.grant(credit)

    async def watch(self) -> None:
        """Each second: heartbeats for a fifth of the phones, an end for the silent ones."""
        text, clock = wire.encode_text(wire.Heartbeat()), asyncio.get_running_loop().time
        for turn in itertools.cycle(range(wire.HEARTBEAT_SECONDS)):
            await asyncio.sleep(TURN_SECONDS)
            now = clock()
            for phone in tuple(self._open):
                if phone.is_silent(now):
                    phone.dismiss(ProtocolError(CloseCode.SILENT, "nothing was heard for 15 seconds"))
                elif phone.number % wire.HEARTBEAT_SECONDS == turn:
                    phone.beat(text)

    async def recheck(self) -> None:
        """Every RECHECK_SECONDS: an end for the phones whose token was revoked meanwhile."""
        database = Outage("The database")
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            phones = tuple(self._of_device.values())
            try:
                await self._devices.end_times()
                refused = await self._devices.refused([phone.token_sha256 for phone in phones])
            except SQLAlchemyError as error:
                database.goes_on(error, database.turns)
                continue
            database.over(database.turns)
            for phone in phones:
                if phone.token_sha256 in refused:
                    phone.dismiss(ProtocolError(CloseCode.TOKEN_REFUSED, "this device token was revoked"))

    async def report(self) -> None:
        """Each minute one line in the log, if anything happened."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            for phone in self._open:
                self._count(phone)
            told, self.counters = self.counters.told(), Counters()
            if told:
                log.info("%d phones now. Last minute: %s", len(self._of_device), told)

    def dismiss_all(self) -> None:
        """Tell every phone that the server stops."""
        for phone in tuple(self._open):
            phone.dismiss(ProtocolError(CloseCode.GOING_AWAY, "the server stops; come back"))

    async def _known(self, recording: str) -> RecordingFacts | None:
        kept = await self._bus.facts([recording])
        return kept.get(recording) or await self._devices.began(recording)

    def _take_over(self, device: int, phone: Reception) -> None:
        """Looking up may take one connection longer than the next: which is newer hangs on when it was opened."""
        other = self._of_device.get(device)
        if other is not None and other.number > phone.number:
            raise superseded()
        if other is not None and other is not phone:
            other.dismiss(superseded())
        self._of_device[device] = phone
        phone.become(device)

    def _forget(self, phone: Reception) -> None:
        self._count(phone)
        self._open.discard(phone)
        self.clocks.leave(phone.recording)
        if phone.device is not None and self._of_device.get(phone.device) is phone:
            del self._of_device[phone.device]
            self.limits.forget(phone.device)
            self.wearers.forget(phone.device)
            self.states.leave(phone.device)

    def _count(self, phone: Reception) -> None:
        self.counters.frames += phone.frames
        self.counters.samples += phone.samples
        phone.frames = phone.samples = 0

    def _refused(self, phone: Reception, error: ProtocolError) -> None:
        if error.code == CloseCode.GOING_AWAY:
            return
        self.counters.refused[error.code] += 1
        if self.counters.refused.total() > MOST_LINES:
            return
        who = "a phone" if phone.device is None else f"device {phone.device}"
        log.warning("closed %s with %d: %s", who, error.code, error.reason)


@asynccontextmanager
async def _busy_when_away() -> AsyncIterator[None]:
    """Store and database must answer soon, or the phone is asked to come back later."""
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            yield
    except (TimeoutError, SQLAlchemyError, *STORE_ERRORS) as error:
        raise _busy() from error
