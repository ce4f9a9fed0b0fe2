"""What goes into a stream comes out the same, bit for bit, and rubbish is refused by name."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from msgspec import msgpack

from ecg.alert_rules import AlertName, Priority
from ecg.errors import StreamError, WardbeatError
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.limits import Limits
from ecg.types import (
    INVALID_SAMPLE,
    VITAL_NUMBERS,
    AfBurden,
    Alert,
    Beat,
    DeviceChunk,
    Event,
    Evidence,
    QualityChange,
    RhythmEpisode,
    SettledRhythm,
    SignalGap,
    VitalSigns,
)
from streaming import codec, keys

names = st.text(max_size=40)
indices = st.integers(0, 2**53)
numbers = st.floats(allow_nan=False)
maybe = st.none() | numbers
int16s = hnp.arrays(np.int16, st.integers(1, 300))
probabilities = st.lists(numbers, max_size=5).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(SignalGap, names, indices, indices),
    st.builds(QualityChange, names, indices, st.sampled_from(Quality), st.sampled_from(QualityReason)),
    st.builds(
        Beat,
        names,
        indices,
        st.none() | indices,
        st.sampled_from(BeatClass),
        st.sampled_from(Rhythm),
        probabilities,
        probabilities,
    ),
    st.builds(SettledRhythm, names, indices, st.sampled_from(Rhythm), probabilities),
    st.builds(RhythmEpisode, names, st.sampled_from(Finding), indices, st.none() | indices),
    st.builds(
        VitalSigns,
        recording=names,
        index=indices,
        finding=st.sampled_from(Finding),
        **dict.fromkeys(VITAL_NUMBERS, maybe),
    ),
    st.builds(AfBurden, names, indices, maybe, maybe, maybe),
    st.builds(
        Alert,
        names,
        st.sampled_from(AlertName),
        st.sampled_from(Priority),
        indices,
        st.none() | indices,
        st.builds(Evidence, maybe, maybe, maybe, st.lists(indices).map(tuple), st.sampled_from(QualityReason)),
        names,
    ),
)
arrays = hnp.arrays(
    st.sampled_from(["<f4", "<f8", ">f8", "<i2", "<i8", "|u1", "|b1", "<c16"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary() | arrays
states = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


limits = st.none() | st.builds(Limits, st.integers(1, 999))


@given(names, indices, int16s, numbers, numbers, indices, limits)
def test_a_chunk_comes_back_bit_for_bit(
    recording: str,
    start: int,
    samples: np.ndarray[Any, Any],
    rate: float,
    gain: float,
    received_ms: int,
    wished: Limits | None,
) -> None:
    stored = codec.StoredChunk(DeviceChunk(recording, start, samples, rate, gain, wished), received_ms)
    back = codec.decode_chunk(codec.encode_chunk(stored))
    assert (back.chunk.recording, back.chunk.start, back.received_ms) == (recording, start, received_ms)
    assert (back.chunk.rate, back.chunk.gain, back.chunk.limits) == (rate, gain, wished)
    assert back.chunk.samples.dtype == np.int16
    np.testing.assert_array_equal(back.chunk.samples, samples)


def test_a_chunk_of_a_version_before_says_nothing_of_limits_and_senseless_ones_are_refused() -> None:
    old = ["r", 0, b"\1\0", 250.0, 200.0, 5]
    assert codec.decode_chunk(msgpack.encode(old)).chunk.limits is None
    assert codec.decode_chunk(msgpack.encode([*old, {}])).chunk.limits == Limits()
    with pytest.raises(StreamError, match="pause"):
        codec.decode_chunk(msgpack.encode([*old, {"pause": 1000}]))


@given(st.lists(events, max_size=6))
def test_events_come_back_equal_and_in_order(found: list[Event]) -> None:
    assert codec.decode_events(codec.encode_events(found)) == found


def test_vital_signs_of_a_version_that_knew_fewer_numbers_are_read_with_blanks() -> None:
    """A recorder that is upgraded finds events of the worker before it in the stream."""
    old = {"recording": "r", "index": 500, "heart_rate": 72.5, "rr_last": 800.0, "rr_mean": None, "sdnn": 41.5}
    old |= {"rmssd": 34.0, "pnn50": 9.0, "nn_used": 97.0, "finding": "sinus rhythm"}
    (back,) = codec.decode_events(msgpack.encode([("VitalSigns", old)]))
    assert back == VitalSigns("r", 500, 72.5, 800.0, None, 41.5, 34.0, 9.0, 97.0, Finding.SINUS_RHYTHM)


def test_numpy_numbers_inside_an_event_travel_as_plain_numbers() -> None:
    beat = Beat("r", np.int64(7), None, BeatClass.NORMAL, Rhythm.NORMAL, (np.float32(0.1),), ())  # type: ignore[arg-type]
    (back,) = codec.decode_events(codec.encode_events([beat]))
    assert isinstance(back, Beat)
    assert type(back.index) is int
    assert back.class_probabilities == (float(np.float32(0.1)),)


@given(names, indices, indices, hnp.arrays(np.int16, st.integers(0, 99)), st.lists(events, max_size=3))
def test_live_frames_come_back(
    recording: str, received_ms: int, start: int, trace: np.ndarray[Any, Any], found: list[Event]
) -> None:
    frame = codec.LiveFrame(recording, received_ms, start, trace, tuple(found))
    (back,) = codec.decode_live(codec.encode_live([frame]))
    assert (back.recording, back.received_ms, back.start, back.events) == (recording, received_ms, start, tuple(found))
    np.testing.assert_array_equal(back.trace, trace)


@given(names, indices, numbers, numbers, names, indices)
def test_facts_come_back(recording: str, device: int, rate: float, gain: float, lead: str, started_ms: int) -> None:
    facts = codec.RecordingFacts(recording, device, rate, gain, lead, started_ms)
    assert codec.decode_facts(codec.encode_facts(facts)) == facts


def same(left: Any, right: Any) -> bool:
    """Equal in type and in every bit (NaN and -0.0 included)."""
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and repr(left) == repr(right)


@given(states)
def test_a_state_comes_back_bit_for_bit(state: Any) -> None:
    assert same(state, codec.decode_state(codec.encode_state(state)))


def test_arrays_of_a_restored_state_can_be_written() -> None:
    back = codec.decode_state(codec.encode_state({"z": np.zeros((2, 2))}))
    back["z"][0, 0] = 1


@pytest.mark.parametrize("state", [object(), {"a": np.array([object()])}, {1, object()}, 2**64, lambda: 0])
def test_a_state_that_could_not_be_restored_is_not_saved(state: object) -> None:
    with pytest.raises(StreamError):
        codec.encode_state(state)


DECODERS = [codec.decode_chunk, codec.decode_events, codec.decode_live, codec.decode_facts, codec.decode_state]


@pytest.mark.parametrize("decode", DECODERS)
@given(data=st.binary(max_size=200))
def test_rubbish_raises_the_named_error_and_nothing_else(decode: Any, data: bytes) -> None:
    try:
        decode(data)
    except WardbeatError as error:
        assert isinstance(error, StreamError)


@pytest.mark.parametrize("decode", DECODERS)
def test_a_payload_cut_short_is_refused(decode: Any) -> None:
    whole = codec.encode_state({"a": np.arange(4), "b": [1.5]})
    with pytest.raises(StreamError):
        decode(whole[:-1])


def test_unknown_event_kinds_empty_chunks_and_object_arrays_are_refused() -> None:
    bad_chunk = codec.encode_chunk(codec.StoredChunk(DeviceChunk("r", 0, np.zeros(0, np.int16), 250, 200), 0))
    with pytest.raises(StreamError):
        codec.decode_chunk(bad_chunk)
    with pytest.raises(StreamError):
        codec.decode_events(codec.encode_events([RhythmEpisode("r", "no such finding", 0, 1)]))  # type: ignore[arg-type]


def test_the_trace_keeps_the_hole_and_clips() -> None:
    trace = codec.to_trace(np.array([0, 1, -0.0024, np.nan, 1e9, -np.inf], np.float32))
    assert trace.tolist() == [0, 200, 0, INVALID_SAMPLE, 32767, -32767]


def test_the_shard_of_a_recording_never_changes() -> None:
    assert keys.shard_of("123456789", 1 << 32) == 0xCBF43926  # the check value of CRC-32
    assert keys.shard_of("123456789", 16) == 6
    assert keys.samples(3) == b"samples:{3}"
