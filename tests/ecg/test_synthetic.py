"""The synthetic heart: the rates, shapes and truths that other tests and the demo ward stand on."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.labels import BeatClass
from ecg.scripts import (
    ATRIAL_FIBRILLATION,
    DEMO_SCRIPTS,
    PAUSE_AND_LEAD_OFF,
    SINUS_RHYTHM,
    SINUS_TACHYCARDIA,
    VENTRICULAR_BIGEMINY,
    VENTRICULAR_TACHYCARDIA,
    Script,
)
from ecg.synthetic import RAIL, SyntheticEcg, synthesise

RATE = 250.0


def _samples(ecg: SyntheticEcg) -> NDArray[np.float64]:
    return np.array([beat.sample for beat in ecg.beats])


def _classes(ecg: SyntheticEcg) -> str:
    return "".join(beat.beat_class.value for beat in ecg.beats)


def _average(ecg: SyntheticEcg, beat_class: BeatClass, before: float, after: float) -> NDArray[np.float64]:
    """Mean beat of a class; the R peak at index `before` seconds."""
    left, right = round(before * ecg.rate), round(after * ecg.rate)
    chosen = [b.sample for b in ecg.beats if b.beat_class is beat_class]
    shape: NDArray[np.float64] = np.mean(
        [ecg.samples[c - left : c + right] for c in chosen if left <= c < len(ecg.samples) - right],
        axis=0,
    )
    return shape


def _duration(shape: NDArray[np.float64], rate: float) -> float:
    """Seconds between the first and the last slope above 10 % of the steepest."""
    slope = np.abs(np.diff(shape))
    steep = np.flatnonzero(slope > 0.1 * slope.max())
    return float(steep[-1] - steep[0] + 1) / rate


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_every_script_makes_a_finite_signal_of_the_asked_length(script: Script) -> None:
    ecg = synthesise(script, RATE, seed=3, seconds=130)
    assert ecg.samples.shape == (130 * 250,)
    assert ecg.samples.dtype == np.float32
    assert np.isfinite(ecg.samples).all()
    assert (np.diff(_samples(ecg)) > 0.3 * RATE).all()


@pytest.mark.parametrize(
    "script",
    [s for s in DEMO_SCRIPTS if s is not PAUSE_AND_LEAD_OFF],
    ids=lambda s: s.name,
)
def test_the_true_rate_is_the_scripts(script: Script) -> None:
    main = np.diff(_samples(synthesise(script, RATE, seed=5))) / RATE
    rate = 60 / (np.median(main) if script is VENTRICULAR_TACHYCARDIA else main.mean())
    assert rate == pytest.approx(script.heart_rate, rel=0.05)


def test_the_seed_alone_decides() -> None:
    first, again = (synthesise(SINUS_RHYTHM, RATE, seed=9, seconds=20) for _ in range(2))
    other = synthesise(SINUS_RHYTHM, RATE, seed=10, seconds=20)
    assert np.array_equal(first.samples, again.samples) and first.beats == again.beats
    assert not np.array_equal(first.samples, other.samples)


@pytest.mark.parametrize("rate", [100.0, 360.0, 1000.0])
def test_the_r_peak_is_where_the_truth_says_at_any_rate(rate: float) -> None:
    ecg = synthesise(SINUS_RHYTHM, rate, seed=1, seconds=30)
    reach = round(0.05 * rate)
    for sample in _samples(ecg)[1:-1]:
        peak = sample - reach + int(np.argmax(ecg.samples[sample - reach : sample + reach + 1]))
        assert abs(peak - sample) <= max(1, 0.008 * rate)
        assert 0.7 < ecg.samples[peak] < 1.6


def test_a_sinus_beat_has_a_p_wave_a_narrow_qrs_and_a_t_wave() -> None:
    shape = _average(synthesise(SINUS_RHYTHM, 1000, seed=2), BeatClass.NORMAL, 0.25, 0.45)
    level = np.median(shape[:30])
    assert 0.05 < shape[60:110].max() - level < 0.2
    assert 0.15 < shape[480:600].max() - level < 0.4
    assert 0.08 <= _duration(shape[170:340], 1000) <= 0.11


def test_fibrillation_has_no_p_wave_and_irregular_intervals() -> None:
    ecg = synthesise(ATRIAL_FIBRILLATION, 1000, seed=2)
    shape = _average(ecg, BeatClass.NORMAL, 0.2, 0.1)
    assert np.ptp(shape[10:60]) < 0.05
    rr = np.diff(_samples(ecg)) / 1000
    assert 0.15 < rr.std() / rr.mean() < 0.25
    assert abs(np.corrcoef(rr[:-1], rr[1:])[0, 1]) < 0.2


def test_bigeminy_alternates_and_its_ventricular_beat_is_wide_and_early() -> None:
    ecg = synthesise(VENTRICULAR_BIGEMINY, 1000, seed=2, seconds=60)
    assert "NVNVNVNVNV" in _classes(ecg) and "VV" not in _classes(ecg)[:40]
    samples = _samples(ecg)
    before, after = samples[1] - samples[0], samples[2] - samples[1]
    assert before / (before + after) == pytest.approx(0.31, abs=0.03)
    shape = _average(ecg, BeatClass.VENTRICULAR, 0.1, 0.12)
    assert 0.12 <= _duration(shape, 1000) <= 0.16


def test_ventricular_tachycardia_comes_and_goes() -> None:
    classes = _classes(synthesise(VENTRICULAR_TACHYCARDIA, RATE, seed=2, seconds=93))
    runs = [run for run in classes.replace("N", " ").split() if run]
    assert len(runs) == 3 and all(9 <= len(run) <= 12 for run in runs)


def test_the_pause_is_long_and_the_lead_that_is_off_sits_at_the_rail() -> None:
    ecg = synthesise(PAUSE_AND_LEAD_OFF, RATE, seed=2, seconds=62)
    samples = _samples(ecg) / RATE
    assert 3.0 <= np.diff(samples[samples < 50]).max() < 4.5
    off = ecg.samples[round(53 * RATE) : round(62 * RATE)]
    assert (off == np.float32(RAIL)).all()
    assert not ((samples > 53) & (samples < 62)).any()


def test_bursts_of_noise_are_loud() -> None:
    ecg = synthesise(SINUS_TACHYCARDIA, RATE, seed=2, seconds=42)
    roughness = np.abs(np.diff(ecg.samples))
    assert np.median(roughness[36 * 250 : 41 * 250]) > 10 * np.median(roughness[: 30 * 250])


def test_five_minutes_take_less_than_a_second() -> None:
    begin = time.process_time()
    synthesise(SINUS_TACHYCARDIA, RATE, seed=2)
    assert time.process_time() - begin < 1
