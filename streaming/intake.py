"""The rules of the wire protocol for one connection: a pure state machine, no clock, no socket.

    NEW       ─ Hello ▶     [LookUp]
              ─ Admission ▶ [Begin, Send welcome]   STREAMING
    STREAMING ─ Data ▶      [Store]                 ─ Durable ▶ [Send ack]
              ─ End ▶       when all is durable:    [Send ended, Finish]   CLOSED

What only the edge can know comes in as facts: `Admission` (who the token belongs to, what is durable) and `Durable`.
"""

from dataclasses import dataclass
from enum import Enum, auto

from ecg.errors import ProtocolError
from ecg.types import DeviceChunk
from streaming.codec import RecordingFacts
from streaming.frame_order import FrameOrder
from streaming.hello import check_hello, check_known, facts_of
from streaming.wire import (
    CloseCode,
    Data,
    End,
    Ended,
    Heartbeat,
    Hello,
    PhoneMessage,
    Welcome,
    encode_ack,
    encode_text,
)

MAX_JUMP_SECONDS = 7 * 24 * 3600
"""A longer gap inside one recording is a phone that lost count, and would make the rest of it unusable."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the edge found out. device: id of the token's device, None when unknown or revoked.

    next: first device sample that is not durable. known: what this recording began with, None when it is new.
    """

    device: int | None
    next: int
    known: RecordingFacts | None


@dataclass(frozen=True, slots=True)
class Durable:
    """Everything before device sample `next` is on disk."""

    next: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """The edge must find out about this token and recording, and answer with an Admission."""

    token: str
    recording: str


@dataclass(frozen=True, slots=True)
class Begin:
    """The recording may stream; keep these facts before anything else is stored."""

    facts: RecordingFacts


@dataclass(frozen=True, slots=True)
class Store:
    """Make these samples durable, in order, then answer with Durable."""

    chunk: DeviceChunk


@dataclass(frozen=True, slots=True)
class Send:
    """Send this text to the phone."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The recording ended and is whole: close with CloseCode.DONE."""


Action = LookUp | Begin | Store | Send | Finish


class _State(Enum):
    NEW = auto()
    LOOKING_UP = auto()
    STREAMING = auto()
    ENDING = auto()
    CLOSED = auto()


class Intake:
    """One connection of one phone."""

    def __init__(self) -> None:
        self._state = _State.NEW
        self._hello: Hello | None = None
        self._facts: RecordingFacts | None = None
        self._order = FrameOrder()
        self._accepted = 0
        self._durable = 0

    def receive(self, message: PhoneMessage | Admission | Durable) -> list[Action]:
        """What the edge must do now, in this order. Raises ProtocolError, after which nothing is received any more."""
        if self._state is _State.CLOSED:
            return []
        try:
            return self._receive(message)
        except ProtocolError:
            self._state = _State.CLOSED
            raise

    def _receive(self, message: PhoneMessage | Admission | Durable) -> list[Action]:
        match message:
            case Data() if self._state is _State.STREAMING:
                return self._framed(message)
            case Durable() if self._state in (_State.STREAMING, _State.ENDING):
                return self._stored(message.next)
            case Hello() if self._state is _State.NEW:
                return self._greeted(message)
            case Admission() if self._state is _State.LOOKING_UP:
                return self._admitted(message)
            case End() | Heartbeat() if self._state is _State.STREAMING:
                self._order.require_whole()
                return self._end(message) if isinstance(message, End) else []
            case Data() | Hello() | End() | Admission() | Durable():
                raise ProtocolError(
                    CloseCode.BAD_MESSAGE,
                    "this message has no place here: hello, data, then end",
                )
            case _ if self._state is _State.NEW:
                raise ProtocolError(CloseCode.BAD_MESSAGE, "the first message must be hello")
        return []

    def _greeted(self, hello: Hello) -> list[Action]:
        check_hello(hello)
        self._hello = hello
        self._state = _State.LOOKING_UP
        return [LookUp(hello.token, hello.recording)]

    def _admitted(self, admission: Admission) -> list[Action]:
        assert self._hello is not None
        if admission.device is None:
            raise ProtocolError(CloseCode.TOKEN_REFUSED, "this device token is unknown or revoked")
        facts = facts_of(self._hello, admission.device)
        check_known(facts, admission.known)
        self._hello = None  # the token is not kept
        self._facts = admission.known or facts
        self._accepted = self._durable = admission.next
        self._state = _State.STREAMING
        return [
            Begin(self._facts),
            Send(encode_text(Welcome(facts.recording, admission.next))),
        ]

    def _framed(self, data: Data) -> list[Action]:
        ready = self._order.receive(data)
        if not ready:
            return [Send(encode_ack(self._durable))]
        return [action for each in ready for action in self._data(each)]

    def _data(self, data: Data) -> list[Action]:
        assert self._facts is not None
        if data.start - self._accepted > MAX_JUMP_SECONDS * self._facts.rate:
            raise ProtocolError(CloseCode.JUMP_TOO_FAR, "the data frame lies more than 7 days ahead")
        if data.end <= self._accepted:
            return [Send(encode_ack(self._durable))]
        start = max(data.start, self._accepted)
        self._accepted = data.end
        samples = data.samples[start - data.start :]
        return [
            Store(
                DeviceChunk(
                    self._facts.recording,
                    start,
                    samples,
                    self._facts.rate,
                    self._facts.gain,
                )
            )
        ]

    def _end(self, end: End) -> list[Action]:
        if end.next is not None and end.next > self._accepted:
            raise ProtocolError(CloseCode.SEQUENCE, "the last data frames are missing; connect again and go on at next")
        self._state = _State.ENDING
        return self._ended_when_whole()

    def _stored(self, next_index: int) -> list[Action]:
        self._durable = max(self._durable, next_index)
        if self._state is _State.ENDING:
            return self._ended_when_whole()
        return [Send(encode_ack(self._durable))]

    def _ended_when_whole(self) -> list[Action]:
        if self._durable < self._accepted:
            return []
        self._state = _State.CLOSED
        return [Send(encode_text(Ended(self._durable))), Finish()]
