"""What screens get of one batch."""

import numpy as np

from ecg.types import INVALID_SAMPLE, Event, SampleChunk, SignalGap
from streaming.codec import from_trace
from streaming.frames import live_frames


def test_consecutive_samples_are_one_frame_and_a_gap_begins_another_with_the_events() -> None:
    gap = SignalGap("a", 4, 9)
    outputs: list[SampleChunk | Event] = [
        SampleChunk("a", 0, np.array([0.5, np.nan], np.float32)),
        SampleChunk("a", 2, np.array([1, 1], np.float32)),
        gap,
        SampleChunk("a", 9, np.array([-1], np.float32)),
    ]
    first, second, empty = live_frames(outputs, {"a": 77, "b": 78})
    assert (first.recording, first.start, first.received_ms, first.events) == ("a", 0, 77, ())
    assert first.trace.tolist() == [100, INVALID_SAMPLE, 200, 200]
    np.testing.assert_array_equal(from_trace(first.trace), np.array([0.5, np.nan, 1, 1], np.float32))
    assert (second.start, second.trace.tolist(), second.events) == (9, [-200], (gap,))
    assert (empty.recording, empty.received_ms, len(empty.trace), empty.events) == ("b", 78, 0, ())
