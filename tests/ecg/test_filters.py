import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from ecg.filters import BAND_DELAY, CausalFilter, monitor_band
from ecg.rates import SAMPLE_RATE

TIME = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE


def passed(frequency: float) -> NDArray[np.float64]:
    return CausalFilter(monitor_band()).receive(np.sin(2 * np.pi * frequency * TIME))[10 * SAMPLE_RATE :]


@pytest.mark.parametrize("frequency", [3.0, 10.0, 20.0, 30.0])
def test_the_monitor_band_is_flat(frequency: float) -> None:
    assert np.abs(passed(frequency)).max() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("frequency", "left"), [(0.05, 0.02), (50.0, 0.01), (60.0, 0.01), (100.0, 0.03)])
def test_wander_mains_and_muscle_are_removed(frequency: float, left: float) -> None:
    assert np.abs(passed(frequency)).max() < left


def test_the_loop_taken_from_scipy_is_scipys_own_filter() -> None:
    samples = np.random.default_rng(2).normal(size=1000)
    settled = signal.sosfilt_zi(monitor_band()) * samples[0]
    expected, _ = signal.sosfilt(monitor_band(), samples, zi=settled)
    assert np.array_equal(CausalFilter(monitor_band()).receive(samples), expected)


def test_an_offset_makes_no_transient() -> None:
    assert np.abs(CausalFilter(monitor_band()).receive(np.full(1000, 300.0))).max() < 1e-6


def test_a_qrs_complex_comes_out_after_the_stated_delay() -> None:
    centre = 5.0
    complex_ = np.exp(-0.5 * ((TIME - centre) / 0.012) ** 2)
    filtered = CausalFilter(monitor_band()).receive(complex_)
    assert abs(int(filtered.argmax()) - (centre * SAMPLE_RATE + BAND_DELAY)) <= 1
