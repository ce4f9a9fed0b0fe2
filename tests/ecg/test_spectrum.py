"""The spectrum: Lomb-Scargle as its papers write it, and powers that are variances."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lombscargle

from ecg.spectrum import HF, LF, STEP, VLF, band_powers, lomb_scargle
from tests.ecg.nn_series import made_up

HERTZ = STEP * np.arange(1, 481)


def _ends(series: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = np.cumsum(series) / 1000
    return np.asarray(ends - ends[0])


def _waves(amplitudes: dict[float, float], mean: float = 800.0) -> NDArray[np.float64]:
    """NN of 299 s with waves of these amplitudes (ms) at these frequencies (Hz)."""
    found: list[float] = []
    while (at := sum(found) / 1000) < 299:
        found.append(mean + sum(size * np.sin(2 * np.pi * hertz * at) for hertz, size in amplitudes.items()))
    return np.array(found)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_generalised_periodogram_that_least_squares_gives(seed: int) -> None:
    series = made_up(seed)
    keep = np.random.default_rng(seed).random(len(series)) > 0.15
    seconds, values = _ends(series)[keep], series[keep]
    power, around = lomb_scargle(seconds, values), np.sum((values - values.mean()) ** 2)
    for place in (3, 15, 119, 120, 300, 479):
        angle = 2 * np.pi * HERTZ[place] * seconds
        basis = np.column_stack([np.cos(angle), np.sin(angle), np.ones_like(angle)])
        _, left, *_ = np.linalg.lstsq(basis, values, rcond=None)
        assert power[place] == pytest.approx((around - left[0]) / 2, rel=1e-8)


def test_it_is_scipys_where_the_mean_is_fitted() -> None:
    series = made_up(5)
    theirs = lombscargle(_ends(series), series, 2 * np.pi * HERTZ[2:], floating_mean=True)
    np.testing.assert_allclose(lomb_scargle(_ends(series), series)[2:], theirs, rtol=1e-6)


@pytest.mark.parametrize(("hertz", "band"), [(0.02, "vlf"), (0.10, "lf"), (0.25, "hf")])
def test_the_power_of_a_wave_is_its_variance(hertz: float, band: str) -> None:
    series = _waves({hertz: 20.0})
    powers = band_powers(_ends(series), series, 299 / len(series))
    found = {"vlf": powers.total - powers.lf - powers.hf, "lf": powers.lf, "hf": powers.hf}
    assert found[band] == pytest.approx(200, rel=0.06)
    assert sum(found.values()) - found[band] < 10


@pytest.mark.parametrize("hertz", [0.1, 0.25])
def test_what_is_left_out_does_not_take_power_away(hertz: float) -> None:
    series = _waves({hertz: 20.0})
    keep = np.random.default_rng(0).random(len(series)) > 0.15
    keep[[0, -1]] = True
    whole = band_powers(_ends(series), series, 299 / len(series))
    part = band_powers(_ends(series)[keep], series[keep], 299 / keep.sum())
    assert max(part.lf, part.hf) == pytest.approx(max(whole.lf, whole.hf), rel=0.1)


def test_a_finer_grid_finds_the_same_power() -> None:
    for seed in range(4):
        series = made_up(seed)
        seconds, spacing = _ends(series), float(series.mean() / 1000)
        fine = 2 * np.pi * np.arange(40, 4801) * STEP / 10
        density = 2 * spacing * lombscargle(seconds, series, fine, floating_mean=True)
        ours = band_powers(seconds, series, spacing)
        hertz = fine / (2 * np.pi)
        for band, power in ((LF, ours.lf), (HF, ours.hf), ((VLF[0], HF[1]), ours.total)):
            inside = (hertz > band[0] - STEP / 100) & (hertz < band[1] + STEP / 100)
            assert power == pytest.approx(np.trapezoid(density[inside], hertz[inside]), rel=5e-3)


def test_beats_at_exactly_twice_a_frequency_have_a_spectrum_all_the_same() -> None:
    """30/min to the sample: at 0.25 Hz cosine and sine are one and the same at every beat."""
    seconds, swing = np.arange(0, 300, 2.0), np.tile([5.0, -5.0], 75)
    calm, waves = (band_powers(seconds, 2000 + size * swing, 2.0) for size in (0, 1))
    assert (calm.lf, calm.hf, calm.total) == (0, 0, 0)
    beside = band_powers(seconds * 1.00001, 2000 + swing, 2.0)
    assert waves.hf == pytest.approx(beside.hf, rel=1e-3)
    assert waves.hf > 25 * waves.lf
