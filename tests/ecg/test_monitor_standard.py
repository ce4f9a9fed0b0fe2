"""What ANSI/AAMI EC13 (clauses 4.1.2.1 c, 4.1.4 and 4.2.7) asks of a cardiac monitor's counter, on waves made by hand.

EC13 draws its QRS complexes as triangles: here they are 80 ms wide and 1 mV high unless a test says otherwise.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.detection import QrsDetector
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat
from tests.ecg.signals import beats_of, cut, device_samples, matched

SECONDS = 60
Signal = NDArray[np.float64]


def peaks_at(rate_per_minute: float, first: float = 0.5) -> NDArray[np.float64]:
    """Times in s of complexes at a steady rate."""
    return np.arange(first, SECONDS - 0.5, 60 / rate_per_minute)


def triangles(times: NDArray[np.float64], width: float = 0.08, height: float = 1.0, rate: int = SAMPLE_RATE) -> Signal:
    """Triangles `width` s wide and `height` mV high at `times` s."""
    clock = np.arange(SECONDS * rate) / rate
    signal = np.zeros(len(clock))
    for time in times:
        signal += height * np.clip(1 - 2 * np.abs(clock - time) / width, 0, None)
    return signal


def t_waves(times: NDArray[np.float64], height: float, width: float = 0.18, after: float = 0.28) -> Signal:
    """Half sine waves, as EC13 draws its T wave: `width` s wide, their top `after` s behind the R peaks."""
    clock = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    signal = np.zeros(len(clock))
    for time in times:
        phase = (clock - time - after) / width
        signal += height * np.where(np.abs(phase) < 0.5, np.cos(np.pi * phase), 0)
    return signal


def count(signal: Signal, rate: float = SAMPLE_RATE, begin: float = 10.0) -> float:
    """Beats per minute that are found after `begin` s, by the mean interval."""
    found = np.array([index for index in beats_of(device_samples(signal), rate) if index > begin * SAMPLE_RATE])
    return float(60 * SAMPLE_RATE / np.diff(found).mean()) if len(found) > 1 else 0.0


NARROW = [(rate, 0.07) for rate in (30, 45, 60, 90, 120, 180, 240, 300)]
WIDE = [(rate, 0.12) for rate in (30, 60, 120, 180, 240)]


@pytest.mark.parametrize(("rate", "width"), [*NARROW, *WIDE])
def test_rates_of_30_to_300_are_exact_to_one(rate: int, width: float) -> None:
    assert count(triangles(peaks_at(rate), width)) == pytest.approx(rate, abs=1)


@pytest.mark.parametrize("height", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("polarity", [1, -1])
def test_complexes_of_half_to_five_millivolts_are_counted_upright_and_inverted(height: float, polarity: int) -> None:
    assert count(triangles(peaks_at(80), height=polarity * height)) == pytest.approx(80, abs=1)


@pytest.mark.parametrize("height", [0.3, 0.6, 0.9, 1.2])
@pytest.mark.parametrize("rate", [60, 80, 120])
def test_t_waves_as_tall_as_1_2_millivolts_are_not_counted(height: float, rate: int) -> None:
    times = peaks_at(rate)
    after = 0.28 if rate < 120 else 0.22
    assert count(triangles(times) + t_waves(times, height, after=after)) == pytest.approx(rate, abs=1)


def pacing(times: NDArray[np.float64], millivolts: float, milliseconds: float, rate: int) -> Signal:
    """Pulses behind the low pass of 100 Hz that stands before every converter."""
    signal = np.zeros(SECONDS * rate)
    signal[(times * rate).round().astype(int)] = millivolts * milliseconds * rate / 1000
    kernel = np.exp(-np.arange(50) * (2 * np.pi * 100 / rate))
    return np.convolve(signal, kernel / kernel.sum())[: len(signal)]


@pytest.mark.parametrize("milliseconds", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("millivolts", [2.0, -10.0])
@pytest.mark.parametrize("rate", [500, 1000])
def test_pacing_spikes_alone_are_not_counted(milliseconds: float, millivolts: float, rate: int) -> None:
    assert count(pacing(peaks_at(70), millivolts, milliseconds, rate), rate) == 0


@pytest.mark.parametrize("before", [0.01, 0.04, 0.16])
@pytest.mark.parametrize("millivolts", [2.0, 10.0])
def test_a_paced_beat_is_counted_once_and_at_its_complex(before: float, millivolts: float) -> None:
    times, rate = peaks_at(70), 1000
    signal = triangles(times, rate=rate) + pacing(times - before - 0.04, millivolts, 1.0, rate)
    found = beats_of(device_samples(signal), rate)
    assert len(found) <= len(times)
    assert matched(found, (times[1:-1] * SAMPLE_RATE).tolist(), reach=20) == len(times) - 2


def test_the_counter_follows_80_to_120_within_ten_seconds_and_back() -> None:
    times = np.concatenate([np.arange(0.5, 30, 60 / 80), np.arange(30, 45, 0.5), np.arange(45, 59, 60 / 40)])
    found = beats_of(device_samples(triangles(times)))
    assert matched(found, (times[1:-1] * SAMPLE_RATE).tolist(), reach=3) == len(times[1:-1])
    assert len(found) <= len(times)


def test_beats_are_found_within_two_seconds_after_an_artefact() -> None:
    times = peaks_at(75)
    signal = triangles(times)
    motion = np.random.default_rng(4).normal(0, 3, to_samples(3)).cumsum()
    signal[to_samples(20) : to_samples(23)] += motion - np.linspace(motion[0], motion[-1], len(motion))
    truth = (times[(times > 25) & (times < 59)] * SAMPLE_RATE).tolist()
    assert matched(beats_of(device_samples(signal / 4)), truth, reach=3) == len(truth)


def test_a_complex_is_decided_within_300_ms_after_its_peak() -> None:
    detector, late = QrsDetector(0), []
    for at, sample in enumerate(triangles(peaks_at(75))):
        found = detector.receive(np.array([sample]), np.empty(1), np.empty(1, np.float32))
        late += [at - index for index in found]
    assert len(late) > 60
    assert max(late[4:]) <= to_samples(0.300)


def test_the_house_rate_of_the_device_is_no_matter_for_the_delay() -> None:
    tracker = SignalTracker("r")
    signal = device_samples(triangles(peaks_at(75), rate=500))
    found = [i for c in cut(signal, [125] * 1000, 500.0) for i in tracker.receive(c) if isinstance(i, DetectedBeat)]
    assert (
        matched([beat.index for beat in found], (peaks_at(75)[1:-1] * SAMPLE_RATE).tolist(), reach=3)
        == len(peaks_at(75)) - 2
    )
