"""One phone's connection: reads a message, lets the Intake judge it, does what the Intake says."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import Protocol

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed

from ecg.errors import ProtocolError
from ecg.limits import Limits
from ecg.types import DeviceChunk
from streaming import wire
from streaming.batch import Batch
from streaming.claims import FENCED
from streaming.codec import RecordingFacts, StoredChunk
from streaming.device_clocks import DeviceClocks
from streaming.device_states import DeviceStates
from streaming.devices import digest
from streaming.door import Door
from streaming.intake import Action, Admission, Begin, Credit, Durable, Finish, Intake, LookUp, Send, Store
from streaming.wearers import Wearers
from streaming.wire import CloseCode, Status

MAX_UNSENT_BYTES = 256 * 1024
"""A phone that lets this much of our answers lie is cut off."""

log = logging.getLogger("wardbeat.ingest")


class Desk(Protocol):
    """What a connection asks of the whole of ingest."""

    batch: Batch
    door: Door
    clocks: DeviceClocks
    states: DeviceStates
    wearers: Wearers
    credit: int

    async def admit(self, phone: "Reception", token_sha256: str, recording: str) -> Admission:
        """Find out who this is; from now on `phone` is its device's only connection. Raises ProtocolError."""
        ...

    async def begin(self, facts: RecordingFacts) -> None:
        """Keep the facts of a recording. Raises ProtocolError when that is not possible now."""
        ...

    def limits_of(self, device: int | None) -> Limits | None:
        """By what people want the samples judged that come from this device now; None where nobody has set anything."""
        ...


class Reception:
    """The life of one connection. heard: loop time of its last message; device: its id, once the desk knows it.

    number: rises from one connection that was opened to the next.
    """

    def __init__(self, socket: ServerConnection, desk: Desk, number: int = 0) -> None:
        self._socket = socket
        self._desk = desk
        self.number = number
        self._intake = Intake(desk.credit)
        self._waiting_samples = 0
        self._room = asyncio.Event()
        self._welcomed = False
        self._dismissal: ProtocolError | None = None
        self._closing: asyncio.Task[None] | None = None
        self._clock = asyncio.get_running_loop().time
        self.heard = self._clock()
        self.device: int | None = None
        self.token_sha256 = ""
        self.recording = ""
        self._epoch = 0
        self.frames = 0
        self.samples = 0

    async def serve(self) -> None:
        """Until the recording ends. Raises ProtocolError, or ConnectionClosed when the phone goes."""
        try:
            first = await asyncio.wait_for(self._socket.recv(), wire.HELLO_SECONDS)
        except TimeoutError:
            raise ProtocolError(CloseCode.HELLO_TIMEOUT, "no hello came within 10 seconds") from None
        await self._obey(self._intake.receive(wire.decode_phone(first)))
        try:
            async for message in self._socket:
                await self._hear(message)
        finally:
            if self._dismissal is not None:
                raise self._dismissal

    def become(self, device: int) -> None:
        """The connection of this device: no stranger any more."""
        self.device = device
        self._desk.door.leave(self._socket.transport)

    def dismiss(self, error: ProtocolError) -> None:
        """Close this connection with `error` from outside; nothing more is taken from it."""
        if self._dismissal is None:
            self._dismissal = error
            self._room.set()
            self._closing = asyncio.create_task(self._socket.close(error.code, error.reason))

    def grant(self, credit: int) -> None:
        """Tell the phone how many samples it may have in flight, and read on when it is being held up."""
        if self._dismissal is None:
            self._act(self._intake.receive(Credit(credit)))
        self.heard = self._clock()  # while it was not read it could not be heard
        self._room.set()

    def beat(self, text: str) -> None:
        """Send a heartbeat, unless the phone does not read at all: then hang up."""
        if self._socket.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._socket.transport.abort()
        elif self._welcomed:
            self._send(text)

    def is_silent(self, now: float) -> bool:
        """Whether the phone sent nothing for DEAD_SECONDS although it was being read."""
        return now - self.heard > wire.DEAD_SECONDS and not self._is_full()

    async def _hear(self, message: str | bytes) -> None:
        self.heard = self._clock()
        if self._dismissal is not None:
            raise self._dismissal
        told = wire.decode_phone(message)
        await self._obey(self._intake.receive(told))
        if isinstance(told, Status) and self.device is not None:
            self._desk.states.receive(self.device, told)
        while self._is_full() and self._dismissal is None:
            self._room.clear()
            await self._room.wait()
            self.heard = self._clock()

    async def _obey(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Store():
                    self._store(action)
                case Send():
                    self._send(action.text)
                case LookUp():
                    await self._look_up(action)
                case Begin():
                    await self._desk.begin(action.facts)
                    self._welcomed = True
                case Finish():
                    self._finish()

    def _store(self, action: Store) -> None:
        count = len(action.chunk.samples)
        self._desk.wearers.check(self.device, action.chunk.start + count)
        self.frames += 1
        self.samples += count
        self._waiting_samples += count
        self._desk.clocks.receive(action.chunk, self._clock())
        chunk = self._with_limits(action.chunk)
        stored = StoredChunk(chunk, time.time_ns() // 1_000_000, leaps=action.leaps, epoch=self._epoch)
        self._desk.batch.add(stored, lambda mark: self._stored(mark, action))

    def _with_limits(self, chunk: DeviceChunk) -> DeviceChunk:
        limits = self._desk.limits_of(self.device)
        return chunk if limits is None else replace(chunk, limits=limits)

    def _stored(self, mark: int, store: Store) -> None:
        """Called by the batch when the chunk is on disk. Never waits: a slow phone must not hold up the others."""
        self._waiting_samples -= len(store.chunk.samples)
        self._room.set()
        if mark == FENCED:
            self.dismiss(superseded())
        if self._dismissal is None:
            self._act(self._intake.receive(Durable(mark, store.sequence)))

    def _act(self, actions: list[Action]) -> None:
        for action in actions:
            self._send(action.text) if isinstance(action, Send) else self._finish()

    async def _look_up(self, action: LookUp) -> None:
        self.token_sha256, self.recording = digest(action.token), action.recording
        admission = await self._desk.admit(self, self.token_sha256, action.recording)
        self.heard = self._clock()
        self._epoch = admission.epoch
        await self._obey(self._intake.receive(admission))

    def _finish(self) -> None:
        self._closing = asyncio.create_task(self._socket.close(CloseCode.DONE, "the recording ended"))

    def _send(self, text: str) -> None:
        broadcast((self._socket,), text)

    def _is_full(self) -> bool:
        """Nothing more is read then: so many samples wait for the disk, or the store takes nothing at all."""
        return self._waiting_samples > wire.CREDIT or (self._welcomed and self._desk.credit == 0)


def superseded() -> ProtocolError:
    """Why the older of two connections of a device ends."""
    return ProtocolError(CloseCode.SUPERSEDED, "this device opened a newer connection")


def closed_by_us(error: ConnectionClosed) -> ProtocolError | None:
    """Why the WebSocket library hung up by itself (1009 for an oversized message, say); None when the phone went."""
    if error.sent is None or error.rcvd_then_sent or error.sent.code in (CloseCode.DONE, CloseCode.GOING_AWAY):
        return None
    return ProtocolError(error.sent.code, error.sent.reason or "the WebSocket protocol was broken")
