"""Segments: what the recorder holds until it is worth compressing."""

import numpy as np

from ecg.types import DeviceChunk
from streaming.segments import MAX_SAMPLES, Segments


def test_segments_join_what_is_consecutive_and_break_at_gaps_and_at_their_size() -> None:
    rng = np.random.default_rng(5)
    samples = rng.integers(-32768, 32767, 3 * MAX_SAMPLES, dtype=np.int16)
    segments_ = Segments()
    for start in [*range(0, 2 * MAX_SAMPLES, 5000), *range(2 * MAX_SAMPLES + 5000, 3 * MAX_SAMPLES, 5000)]:
        segments_.receive(DeviceChunk("a", start, samples[start : start + 5000], 250.0, 200.0))
        segments_.receive(DeviceChunk("b", start, samples[start : start + 5000], 250.0, 200.0))
    assert segments_.held == 2 * (3 * MAX_SAMPLES - 5000)
    taken = segments_.take()
    assert segments_.held == 0
    assert segments_.take() == []
    for name in "ab":
        mine = [each for each in taken if each.recording == name]
        assert [each.start for each in mine] == [0, MAX_SAMPLES, 2 * MAX_SAMPLES + 5000]
        for each in mine:
            np.testing.assert_array_equal(each.samples, samples[each.start : each.start + len(each.samples)])


def test_a_hole_that_is_filled_meanwhile_is_one_segment_after_the_live_one() -> None:
    samples = np.arange(1000, dtype=np.int16)
    segments_ = Segments()
    for start in range(0, 300, 50):
        for first in (600 + start, start):
            segments_.receive(DeviceChunk("a", first, samples[first : first + 50], 250.0, 200.0))
    segments_.receive(DeviceChunk("a", 950, samples[950:], 250.0, 200.0))
    taken = segments_.take()
    assert [(each.start, len(each.samples)) for each in taken] == [(600, 300), (0, 300), (950, 50)]
    for each in taken:
        np.testing.assert_array_equal(each.samples, samples[each.start : each.start + len(each.samples)])
