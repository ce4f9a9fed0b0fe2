import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.errors import SignalError
from ecg.rates import SAMPLE_RATE, house_index
from ecg.resample import Resampler

RATES = [100.0, 128.0, 130.0, 250.0, 300.0, 333.3, 360.0, 500.0, 1000.0]


@pytest.mark.parametrize("rate", RATES)
def test_a_wave_in_the_monitor_band_keeps_height_and_place(rate: float) -> None:
    time = np.arange(int(8 * rate)) / rate
    resampler = Resampler(rate, 0)
    house = resampler.receive(np.sin(2 * np.pi * 17 * time))
    middle = slice(SAMPLE_RATE, 7 * SAMPLE_RATE)
    truth = np.sin(2 * np.pi * 17 * np.arange(len(house)) / SAMPLE_RATE)
    assert np.abs(house[middle] - truth[middle]).max() < 0.02


@pytest.mark.parametrize("rate", [360.0, 500.0, 1000.0])
def test_what_the_house_rate_cannot_carry_is_removed(rate: float) -> None:
    time = np.arange(int(4 * rate)) / rate
    house = Resampler(rate, 0).receive(np.sin(2 * np.pi * 170 * time))
    assert np.abs(house[100:]).max() < 0.02


@given(rate=st.sampled_from(RATES), start=st.integers(0, 10**9), sizes=st.lists(st.integers(1, 700), min_size=1))
def test_chunks_never_show(rate: float, start: int, sizes: list[int]) -> None:
    samples = np.random.default_rng(1).normal(size=sum(sizes))
    whole = Resampler(rate, start).receive(samples)
    resampler, parts, position = Resampler(rate, start), [], 0
    for size in sizes:
        parts.append(resampler.receive(samples[position : position + size]))
        position += size
    assert np.array_equal(np.concatenate(parts), whole)
    assert resampler.next_index == house_index(start, rate) + len(whole)


@pytest.mark.parametrize("rate", [0.0, 99.0, 1001.0, float("nan")])
def test_rates_outside_the_range_are_refused(rate: float) -> None:
    with pytest.raises(SignalError, match="outside"):
        Resampler(rate, 0)
