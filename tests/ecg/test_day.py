"""Variability of 24 hours: the sums of five-minute pieces say what all the beats would."""

import numpy as np
import pytest

from ecg.day import LEAST_HOURS, Day, DayNumbers, Piece
from ecg.histogram import BINS
from ecg.labels import BeatClass, Rhythm
from ecg.rates import to_milliseconds, to_samples
from ecg.variability import Variability
from streaming.codec import decode_state, encode_state
from tests.ecg.heartbeats import beat

PIECE = to_samples(300.0)
HOUR = 12 * PIECE
MOST_STATE = 40_000
"""Bytes: a fifth of what the whole state of a patient may take."""


def _heart(hours: float, seed: int = 0) -> tuple[list[int], list[int]]:
    """Indices and RR of a heart whose rate wanders over hours and swings with breathing."""
    rng = np.random.default_rng(seed)
    index, indices, intervals = 100, [100], [0]
    while index < hours * HOUR:
        slow = 40 * np.sin(2 * np.pi * index / (7 * HOUR))
        rr = round(200 + slow + 6 * np.sin(index / 160) + rng.normal(0, 3))
        index += rr
        indices.append(index)
        intervals.append(rr)
    return indices, intervals


def _play(variability: Variability, indices: list[int], intervals: list[int]) -> None:
    for index, rr in zip(indices, intervals, strict=True):
        one = beat(index, rr or None, BeatClass.NORMAL, Rhythm.NORMAL)
        variability.receive(one) if rr else variability.disregard(one)


def _plain(indices: list[int], intervals: list[int], first: int, pieces: int) -> DayNumbers:
    """By plain numpy over all NN of the pieces number `first` … `first` + `pieces` - 1."""
    ends, nn = np.array(indices)[1:], np.array(intervals)[1:]
    inside = [nn[(ends > place * PIECE) & (ends <= (place + 1) * PIECE)] for place in range(first, first + pieces)]
    used = np.concatenate(inside) * 4.0
    counts = np.bincount((used // 7.8125).astype(int))
    return DayNumbers(
        sdnn_24h=float(used.std(ddof=1)),
        sdann_24h=float(np.std([4 * piece.mean() for piece in inside], ddof=1)),
        sdnn_index_24h=float(np.mean([4 * piece.std(ddof=1) for piece in inside])),
        triangular_index_24h=len(used) / int(counts.max()),
        nn_used_24h=100.0,
        hours_24h=pieces / 12,
    )


@pytest.fixture(scope="module")
def heart() -> tuple[list[int], list[int]]:
    return _heart(26.5)


def test_the_numbers_of_the_day_equal_plain_numpy_and_the_oldest_hour_leaves(
    heart: tuple[list[int], list[int]],
) -> None:
    indices, intervals = heart
    variability = Variability()
    stop = next(place for place, index in enumerate(indices) if index > 20 * HOUR)
    _play(variability, indices[:stop], intervals[:stop])
    variability.at(20 * HOUR)
    assert variability.day.numbers == pytest.approx(_plain(indices, intervals, 0, 240))
    _play(variability, indices[stop:], intervals[stop:])
    variability.at(26 * HOUR + 6 * PIECE)
    # 26.5 h have passed: hours 3 to 25 and half of hour 26 are in.
    assert variability.day.numbers == pytest.approx(_plain(indices, intervals, 36, 282))


def test_the_state_of_a_day_is_small_and_goes_on_exactly(heart: tuple[list[int], list[int]]) -> None:
    indices, intervals = heart
    whole, second = Variability(), Variability()
    stop = next(place for place, index in enumerate(indices) if index > 24.4 * HOUR)
    _play(whole, indices[:stop], intervals[:stop])
    state = encode_state(whole.snapshot())
    assert len(state) < MOST_STATE
    second.restore(decode_state(state))
    for variability in (whole, second):
        _play(variability, indices[stop:], intervals[stop:])
    end = indices[-1] + 1
    assert second.at(end) == whole.at(end) and second.day.numbers == whole.day.numbers
    assert encode_state(second.snapshot()) == encode_state(whole.snapshot())


def test_less_than_eighteen_hours_are_no_day() -> None:
    day = Day()
    for number in range(round(12 * LEAST_HOURS) - 1):
        day.receive(_piece(number), [0] * BINS)
        assert day.numbers.sdnn_24h is None and day.numbers.hours_24h == pytest.approx((number + 1) / 12)
    histogram = [0] * BINS
    histogram[100], histogram[101] = 100, 200
    day.receive(_piece(400), histogram)
    assert day.numbers.sdnn_24h is None  # the first hours have left by then


def _piece(number: int, nn: int = 300, mean: int = 240) -> Piece:
    return Piece(number, 310, nn, nn * mean, nn * (mean * mean + 25))


def test_a_piece_that_is_not_filled_counts_for_the_share_only() -> None:
    day = Day()
    day.receive(_piece(0), [0] * BINS)
    day.receive(_piece(1, nn=100), [0] * BINS)
    assert day.numbers.hours_24h == pytest.approx(1 / 12)
    assert day.numbers.nn_used_24h == pytest.approx(100 * 400 / 620)


def test_a_silence_of_any_length_costs_no_time_and_empties_the_day() -> None:
    variability = Variability()
    indices, intervals = _heart(1.2)
    _play(variability, indices, intervals)
    assert variability.day.numbers.hours_24h == pytest.approx(14 / 12)
    variability.at(10 * HOUR)
    assert variability.day.numbers.hours_24h == pytest.approx(14 / 12)
    variability.at(2**52)
    assert variability.day.numbers == DayNumbers(hours_24h=0.0)
    assert variability.at(2**52 + 1).nn_used is None


def test_a_deviation_in_samples_is_told_in_milliseconds() -> None:
    assert _piece(0).deviation == pytest.approx(5, rel=0.01)
    assert to_milliseconds(_piece(0).mean) == 960
