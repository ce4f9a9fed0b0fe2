import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.errors import SignalError
from ecg.frontdoor import FrontDoor
from ecg.types import INVALID_SAMPLE, DeviceChunk, SampleChunk, SignalGap


def chunk(start: int, count: int, rate: float = 250.0, gain: float = 1000.0) -> DeviceChunk:
    return DeviceChunk("r", start, np.arange(start, start + count).astype(np.int16), rate, gain)


def samples_of(items: list[SampleChunk | SignalGap]) -> NDArray[np.float32]:
    return np.concatenate([item.samples for item in items if isinstance(item, SampleChunk)])


def test_units_become_millivolts() -> None:
    assert samples_of(FrontDoor("r").receive(chunk(0, 4)))[3] == pytest.approx(0.003)


def test_a_jump_is_a_gap_and_nothing_is_filled_in() -> None:
    door = FrontDoor("r")
    door.receive(chunk(0, 100))
    gap, after = door.receive(chunk(350, 50))
    assert gap == SignalGap("r", 100, 350)
    assert isinstance(after, SampleChunk)
    assert (after.start, after.end) == (350, 400)


def test_a_recording_whose_beginning_is_missing_says_so() -> None:
    assert FrontDoor("r").receive(chunk(500, 10))[0] == SignalGap("r", 0, 500)


def test_the_gap_of_another_rate_stands_where_samples_are_missing() -> None:
    door = FrontDoor("r")
    kept = samples_of(door.receive(chunk(0, 1000, rate=500.0)))
    gap = door.receive(chunk(2000, 1000, rate=500.0))[0]
    assert gap == SignalGap("r", len(kept), 1000)


def test_repeats_are_dropped_and_overlaps_trimmed() -> None:
    door = FrontDoor("r")
    door.receive(chunk(0, 100))
    assert door.receive(chunk(20, 80)) == []
    (rest,) = door.receive(chunk(50, 100))
    assert isinstance(rest, SampleChunk)
    assert (rest.start, rest.samples[0]) == (100, pytest.approx(0.1))


def test_invalid_samples_are_not_numbers() -> None:
    invalid = DeviceChunk("r", 0, np.array([5, INVALID_SAMPLE, 7], np.int16), 250.0, 1000.0)
    assert np.isnan(samples_of(FrontDoor("r").receive(invalid))).tolist() == [False, True, False]


def test_impossible_descriptions_are_refused() -> None:
    door = FrontDoor("r")
    with pytest.raises(SignalError, match="gain"):
        door.receive(chunk(0, 5, gain=0.0))
    door.receive(chunk(0, 5))
    with pytest.raises(SignalError, match="rate changed from 250 to 300"):
        door.receive(chunk(5, 5, rate=300.0))
