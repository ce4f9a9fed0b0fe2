"""What travels in Valkey, as bytes and back. Pure; MessagePack through msgspec; floats arrive bit for bit.

Rubbish raises `StreamError`, whatever is wrong with it. Nothing here executes what it reads (no pickle).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import msgpack
from numpy.typing import NDArray

from ecg.errors import StreamError
from ecg.limits import Limits
from ecg.types import (
    INVALID_SAMPLE,
    AfBurden,
    Alert,
    Beat,
    DeviceChunk,
    Event,
    NetworkChange,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)

T = TypeVar("T")
TRACE_GAIN = 200
"""Units of `LiveFrame.trace` per millivolt: 5 µV a step, ±163 mV."""

_ARRAY = 1
"""MessagePack extension code of an array in a state."""
_ARRAY_KINDS = "biufc"


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What hello said. rate in Hz; gain in units per millivolt; started_ms: wall ms since the epoch of sample 0."""

    recording: str
    device: int
    rate: float
    gain: float
    lead: str
    started_ms: int


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """One entry of `samples`. received_ms: wall ms since the epoch at which ingest had it whole.

    late: read from a stream, it fills a hole: newer samples came before it. On its way in: leaps says that what it
    jumps over is kept by its phone; epoch is the connection that brought it (0: none that could be fenced off).
    """

    chunk: DeviceChunk
    received_ms: int
    late: bool = False
    leaps: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """What a screen needs of one recording after one batch.

    trace: int16, shape (n,), n >= 0, the filtered signal at the house rate from house sample `start` on, in
    1/TRACE_GAIN mV, INVALID_SAMPLE where there is none. received_ms: of the newest chunk in it.
    """

    recording: str
    received_ms: int
    start: int
    trace: NDArray[np.int16]
    events: tuple[Event, ...]


class _Chunk(msgspec.Struct, array_like=True, frozen=True):
    recording: str
    start: int
    samples: bytes
    rate: float
    gain: float
    received_ms: int
    limits: Limits | None = None


class _Live(msgspec.Struct, array_like=True, frozen=True):
    recording: str
    received_ms: int
    start: int
    trace: bytes
    events: list[tuple[str, msgspec.Raw]]


_EVENT_DECODERS: dict[str, msgpack.Decoder[Any]] = {
    kind.__name__: msgpack.Decoder(kind)
    for kind in (
        *(SignalGap, QualityChange, Beat, SettledRhythm, RhythmEpisode, VitalSigns, AfBurden, Alert),
        NetworkChange,
    )
}
_CHUNKS = msgpack.Decoder(_Chunk)
_LIVES = msgpack.Decoder(list[_Live])
_EVENTS = msgpack.Decoder(list[tuple[str, msgspec.Raw]])
_FACTS = msgpack.Decoder(RecordingFacts)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise StreamError(f"a {type(value).__name__} cannot travel in a stream")


_ENCODER = msgpack.Encoder(enc_hook=_plain)


def _checked(what: str, read: Callable[[], T]) -> T:
    """The result of `read`, with every way in which bytes can be wrong told as a StreamError."""
    try:
        return read()
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise StreamError(f"these bytes are not {what}: {error}") from error


def _int16(data: bytes) -> NDArray[np.int16]:
    return np.frombuffer(data, "<i2").astype(np.int16, copy=False)


def encode_chunk(stored: StoredChunk) -> bytes:
    """The payload of one `samples` entry."""
    chunk = stored.chunk
    data = chunk.samples.astype("<i2", casting="equiv", copy=False).tobytes()
    facts = (chunk.rate, chunk.gain, stored.received_ms, chunk.limits)
    return _ENCODER.encode(_Chunk(chunk.recording, chunk.start, data, *facts))


def decode_chunk(data: bytes) -> StoredChunk:
    """Reverse of `encode_chunk`; the samples are a read-only view of `data`. Raises StreamError."""
    return _checked("a chunk", lambda: _chunk(_CHUNKS.decode(data)))


def _chunk(wire: _Chunk) -> StoredChunk:
    samples = _int16(wire.samples)
    if not len(samples) or wire.start < 0:
        raise ValueError("no samples, or a start below zero")
    chunk = DeviceChunk(wire.recording, wire.start, samples, wire.rate, wire.gain, wire.limits)
    return StoredChunk(chunk, wire.received_ms)


def encode_events(events: Sequence[Event]) -> bytes:
    """The payload of one `events` entry."""
    return _ENCODER.encode([(type(event).__name__, event) for event in events])


def decode_events(data: bytes) -> list[Event]:
    """Reverse of `encode_events`, in the same order. Raises StreamError."""
    return _checked("events", lambda: _events(_EVENTS.decode(data)))


def _events(tagged: Iterable[tuple[str, msgspec.Raw]]) -> list[Event]:
    return [_EVENT_DECODERS[kind].decode(body) for kind, body in tagged]


def encode_live(frames: Sequence[LiveFrame]) -> bytes:
    """The payload of one `live` entry."""
    return _ENCODER.encode([_live_wire(frame) for frame in frames])


def _live_wire(frame: LiveFrame) -> tuple[object, ...]:
    events = [(type(event).__name__, event) for event in frame.events]
    trace = frame.trace.astype("<i2", casting="equiv", copy=False).tobytes()
    return (frame.recording, frame.received_ms, frame.start, trace, events)


def decode_live(data: bytes) -> list[LiveFrame]:
    """Reverse of `encode_live`. Raises StreamError."""
    return _checked("live frames", lambda: [_live(wire) for wire in _LIVES.decode(data)])


def _live(wire: _Live) -> LiveFrame:
    return LiveFrame(wire.recording, wire.received_ms, wire.start, _int16(wire.trace), tuple(_events(wire.events)))


def encode_facts(facts: RecordingFacts) -> bytes:
    """The value of one recording in `recordings`."""
    return _ENCODER.encode(facts)


def decode_facts(data: bytes) -> RecordingFacts:
    """Reverse of `encode_facts`. Raises StreamError."""
    return _checked("recording facts", lambda: _FACTS.decode(data))


def to_trace(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Millivolts, shape (n,), as `LiveFrame.trace`: clipped to what int16 holds, NaN to INVALID_SAMPLE."""
    units = samples * np.float32(TRACE_GAIN)
    np.rint(units, out=units)  # in place: of the few samples of a chunk every call costs what it costs
    np.minimum(units, np.float32(-INVALID_SAMPLE - 1), out=units)
    np.maximum(units, np.float32(INVALID_SAMPLE + 1), out=units)
    units[np.isnan(units)] = INVALID_SAMPLE
    return units.astype(np.int16)


def from_trace(trace: NDArray[np.int16]) -> NDArray[np.float32]:
    """Reverse of `to_trace`: float32 millivolts, NaN where there is none."""
    return np.where(trace == INVALID_SAMPLE, np.float32(np.nan), trace / np.float32(TRACE_GAIN)).astype(np.float32)


def encode_state(state: object) -> bytes:
    """A nest of dict, list, str, int, float, bool, None, bytes and ndarray as bytes. Tuples come back as lists.

    Raises StreamError for anything else (object arrays too): a state that cannot be restored must not be saved.
    """
    return _checked("a state", lambda: _STATE_ENCODER.encode(state))


def _array_out(value: object) -> object:
    if not isinstance(value, np.ndarray):
        return _plain(value)
    if value.dtype.kind not in _ARRAY_KINDS:
        raise StreamError(f"an array of {value.dtype} cannot travel in a stream")
    return msgpack.Ext(_ARRAY, msgpack.encode((value.dtype.str, value.shape, value.tobytes())))


_ARRAYS = msgpack.Decoder(tuple[str, tuple[int, ...], bytes])


def _array_in(code: int, data: memoryview) -> NDArray[Any]:
    if code != _ARRAY:
        raise ValueError(f"extension {code} is unknown")
    dtype, shape, content = _ARRAYS.decode(data)
    if np.dtype(dtype).kind not in _ARRAY_KINDS:
        raise ValueError(f"an array of {dtype}")
    return np.frombuffer(content, dtype).reshape(shape).copy()


_STATE_ENCODER = msgpack.Encoder(enc_hook=_array_out)
_STATES = msgpack.Decoder(ext_hook=_array_in)


def decode_state(data: bytes) -> Any:  # noqa: ANN401  whatever nest was encoded
    """Reverse of `encode_state`; arrays are writable and keep dtype, shape and every bit. Raises StreamError."""
    return _checked("a state", lambda: _STATES.decode(data))
