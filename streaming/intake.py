"""The rules of the wire protocol for one connection: a pure state machine, no clock, no socket.

    NEW       ─ Hello ▶     [LookUp]
              ─ Admission ▶ [Begin, Send welcome]   STREAMING
    STREAMING ─ Data ▶      [Store]                 ─ Durable ▶ [Send ack]      ─ Credit ▶ [Send ack]
              ─ End ▶       when all is durable:    [Send ended, Finish]   CLOSED

What only the edge can know comes in as facts: `Admission` (who the token belongs to, what is durable), `Durable` and
`Credit` (how much more the edge will take).
"""

from dataclasses import dataclass
from enum import Enum, auto

from ecg.errors import ProtocolError
from ecg.types import DeviceChunk
from streaming.codec import RecordingFacts
from streaming.device_status import check_status
from streaming.frame_order import FrameOrder
from streaming.hello import check_hello, check_known, facts_of
from streaming.holes import Holes, Span
from streaming.wire import (
    CREDIT,
    CloseCode,
    Data,
    End,
    Ended,
    Heartbeat,
    Hello,
    PhoneMessage,
    Status,
    Welcome,
    encode_ack,
    encode_text,
)

MAX_JUMP_SECONDS = 7 * 24 * 3600
"""A longer gap inside one recording is a phone that lost count, and would make the rest of it unusable."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the edge found out. device: id of the token's device, None when unknown or revoked.

    next, holes: as in `wire.Welcome`. known: what this recording began with, None when it is new.
    epoch: number of this connection among those of its recording.
    """

    device: int | None
    next: int
    known: RecordingFacts | None
    holes: tuple[tuple[int, int], ...] = ()
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Durable:
    """A `Store` was carried out: `next` is the recording's high-water mark on disk, `sequence` that of the Store.

    Stores become durable in the order in which they were asked for.
    """

    next: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Credit:
    """From now on so many samples may be in flight; see `wire.Ack`."""

    samples: int


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
    """Make these samples durable, in order, then answer with Durable. leaps: what they jump over is still to come."""

    chunk: DeviceChunk
    leaps: bool
    sequence: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send this text to the phone."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The recording ended and is whole: close with CloseCode.DONE."""


Action = LookUp | Begin | Store | Send | Finish
Fact = Admission | Durable | Credit


class _State(Enum):
    NEW = auto()
    LOOKING_UP = auto()
    STREAMING = auto()
    ENDING = auto()
    CLOSED = auto()


class Intake:
    """One connection of one phone."""

    def __init__(self, credit: int = CREDIT) -> None:
        self._state = _State.NEW
        self._hello: Hello | None = None
        self._facts: RecordingFacts | None = None
        self._order = FrameOrder()
        self._holes = Holes()
        self._accepted = 0
        self._durable = 0
        self._credit = credit
        self._taken = -1
        """Number of the newest frame that was looked at."""
        self._settled = -1
        """Every frame up to this number is durable, or was a repeat."""
        self._under_way = 0

    def receive(self, message: Fact | PhoneMessage) -> list[Action]:
        """What the edge must do now, in this order. Raises ProtocolError, after which nothing is received any more."""
        if self._state is _State.CLOSED:
            return []
        try:
            return self._receive(message)
        except ProtocolError:
            self._state = _State.CLOSED
            raise

    def _receive(self, message: Fact | PhoneMessage) -> list[Action]:
        match message:
            case Data() | End() | Heartbeat() | Status() if self._state is _State.STREAMING:
                return self._streamed(message)
            case Durable() if self._state in (_State.STREAMING, _State.ENDING):
                return self._stored(message)
            case Hello() if self._state is _State.NEW:
                return self._greeted(message)
            case Admission() if self._state is _State.LOOKING_UP:
                return self._admitted(message)
            case Credit():
                return self._granted(message)
            case Heartbeat() | Status() if self._state is not _State.NEW:
                return []
        first = "the first message must be hello"
        rest = "this message has no place here: hello, data, then end"
        raise ProtocolError(CloseCode.BAD_MESSAGE, first if self._state is _State.NEW else rest)

    def _streamed(self, message: Data | End | Heartbeat | Status) -> list[Action]:
        if isinstance(message, Data):
            return self._framed(message)
        if isinstance(message, Status):
            check_status(message)
        self._order.require_whole()
        return self._end(message) if isinstance(message, End) else []

    def _granted(self, credit: Credit) -> list[Action]:
        self._credit = credit.samples
        return [self._ack()] if self._state is _State.STREAMING else []

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
        self._holes = Holes(admission.holes)
        self._accepted = self._durable = admission.next
        self._state = _State.STREAMING
        welcome = Welcome(facts.recording, admission.next, admission.holes, self._credit)
        return [Begin(self._facts), Send(encode_text(welcome))]

    def _framed(self, data: Data) -> list[Action]:
        ready = self._order.receive(data)
        return [action for each in ready for action in self._data(each)] if ready else [self._ack()]

    def _data(self, data: Data) -> list[Action]:
        assert self._facts is not None
        if data.start - self._accepted > MAX_JUMP_SECONDS * self._facts.rate:
            raise ProtocolError(CloseCode.JUMP_TOO_FAR, "the data frame lies more than 7 days ahead")
        self._taken = data.sequence
        new = self._new(data)
        if new is None:
            self._settled = self._settled if self._under_way else self._taken
            return [self._ack()]
        self._under_way += 1
        samples = data.samples[new[0] - data.start : new[1] - data.start]
        chunk = DeviceChunk(self._facts.recording, new[0], samples, self._facts.rate, self._facts.gain)
        return [Store(chunk, data.leaps, data.sequence)]

    def _new(self, data: Data) -> Span | None:
        """The stretch around all that is new in a frame: what fills holes, and what lies beyond all before."""
        if data.leaps and data.start > self._accepted:
            self._holes.open(self._accepted, data.start)
        late = self._holes.fill(data.start, min(data.end, self._accepted))
        if data.end <= self._accepted:
            return late
        start = late[0] if late else max(data.start, self._accepted)
        self._accepted = data.end
        return start, data.end

    def _end(self, end: End) -> list[Action]:
        if end.next is not None and end.next > self._accepted:
            raise ProtocolError(CloseCode.SEQUENCE, "the last data frames are missing; connect again and go on at next")
        self._state = _State.ENDING
        return self._ended_when_whole()

    def _stored(self, durable: Durable) -> list[Action]:
        self._under_way -= 1
        self._durable = max(self._durable, durable.next)
        self._settled = durable.sequence if self._under_way else self._taken
        return self._ended_when_whole() if self._state is _State.ENDING else [self._ack()]

    def _ack(self) -> Send:
        return Send(encode_ack(self._durable, self._settled, self._credit))

    def _ended_when_whole(self) -> list[Action]:
        if self._under_way:
            return []
        self._state = _State.CLOSED
        return [Send(encode_text(Ended(self._durable))), Finish()]
